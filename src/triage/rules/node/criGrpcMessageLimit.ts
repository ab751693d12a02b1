/** The CRI's list of containers or sandboxes has grown beyond the largest gRPC message, and their removal needs the list. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading, Said } from '../../reading.js';
import { countFrom, present, quotedFrom } from '../../observations.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence, Suspicion } from '../../rule.js';
import { timesOf, told } from './told.js';

const TOO_LARGE = /message larger than max(?: \((\d{1,15}) vs\.? (\d{1,15})\))?/iu;
/** etcd, the API server and any program with gRPC have the same error for messages of their own. */
const OF_CRI =
  /GCFailed|[Gg]arbage collection|List(?:PodSandbox|Containers|Images|ContainerStats|PodSandboxStats)|GenericPLEG|PLEG|from (?:runtime|image) service|[Ll]ist(?:ing)? (?:pod ?sandboxes|pods|containers|images)|\bctr:|crictl|kuberuntime|recover state|container runtime/u;
const ETCD = /etcdserver|etcdclient/iu;
const NOT_CRI = /etcd|apiserver|csi\.|prometheus|tempo|loki/iu;
/** One container whose own description is too large: a service account of another kind (google/cadvisor#3296). */
const ONE_CONTAINER = /failed to load container/iu;
/** An entry takes some 3 kB with its labels and annotations: 16 MiB hold about 5,000. */
const NEAR_LIMIT = 5_000;

export const criGrpcMessageLimit: Rule = {
  id: 'cri-grpc-message-limit',
  title: "The runtime's list of containers is larger than a gRPC message may be",
  severity: 'high',
  requires: ['kubelet-log', 'runtime-log', 'events', 'conditions', 'counts'],
  mechanism:
    'Thousands of exited containers or sandboxes make the answer to ListContainers or ListPodSandbox larger than the largest message, so that the PLEG and the garbage collection of the kubelet, which would remove them, both fail with ResourceExhausted. Nothing removes them from then on, and the list only grows.',
  confirm:
    "ctr -n k8s.io containers ls -q | wc -l; journalctl -u kubelet --since -10min --no-pager | grep -c 'larger than max'",
  mitigation: {
    text: 'Remove sandboxes that are not ready in small groups by their ids, from the runtime itself or by directory where its own list fails, too; then let the kubelet collect the rest.',
    command: 'crictl pods --state NotReady -q | head -500 | xargs -r -n 50 crictl rmp',
    risk: 'medium',
  },
  fix: 'ttlSecondsAfterFinished and history limits for Jobs and CronJobs. The limit was 4 MiB, then 8 MiB, and is 16 MiB in the kubelet from 1.12 on (kubernetes#64672) and in containerd from 1.1 on; none is large enough for a list that only grows.',
  references: [
    {
      text: 'kubernetes/kubernetes#63858: received message larger than max',
      url: 'https://github.com/kubernetes/kubernetes/issues/63858',
    },
    {
      text: 'kubernetes/kubernetes#115525: ContainerGCFailed beyond 16 MiB',
      url: 'https://github.com/kubernetes/kubernetes/pull/115525',
    },
    { text: 'containerd/containerd#2320', url: 'https://github.com/containerd/containerd/issues/2320' },
  ],
  rivals: ['pleg-relist', 'image-many', 'cri-call-blocked'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const all = told(evidence, reading, TOO_LARGE);
  const ofLists = all.filter(({ text }) => !ONE_CONTAINER.test(text) && !ETCD.test(text));
  const ofCri = ofLists.filter(({ text }) => OF_CRI.test(text));
  // A pod of Prometheus may be named in a line of the CRI: its name excludes only where nothing says whose message it is.
  const said = ofLists.filter(({ text }) => !NOT_CRI.test(text));
  if (ofCri.length > 0) return { kind: 'found', ...suspect(ofCri, true, reading) };
  const counts = countsNear(reading);
  if (said.length > 0)
    return {
      kind: 'uncertain',
      settle: sentence(
        'Whose message is it? crictl pods -q | wc -l fails with the same words where it is the CRI.',
      ),
      ...suspect(said, false, reading),
    };
  if (counts.length > 0)
    return {
      kind: 'uncertain',
      settle: sentence("journalctl -u kubelet | grep 'larger than max' shows whether the limit is reached."),
      ...suspect([], false, reading),
    };
  return clear('No message was too large, and no list is near {0} entries.', NEAR_LIMIT);
}

function countsNear(reading: Reading): readonly RuleEvidence[] {
  return present(
    countFrom(reading, 'containers-exited', NEAR_LIMIT),
    countFrom(reading, 'sandboxes-exited', NEAR_LIMIT),
  );
}

function suspect(said: readonly Said[], isOfCri: boolean, reading: Reading): Suspicion {
  return {
    confidence: isOfCri ? 'high' : said.length > 0 ? 'medium' : 'low',
    evidence: present(sizeFrom(said) ?? quotedFrom(said), ...countsNear(reading)),
    rivals: isOfCri
      ? rivals(reading)
      : [open('pleg-relist', 'As many containers make a slow relist as well.')],
    explains: ['pleg-relist', 'image-many', 'cri-call-blocked', 'cri-unresponsive', 'disk-io-throttle'],
    isDecisive: isOfCri,
  };
}

function sizeFrom(said: readonly Said[]): RuleEvidence | undefined {
  const sized = said.filter(({ match }) => match[1] !== undefined);
  const [largest] = [...sized].sort((a, b) => Number(b.match[1]) - Number(a.match[1]));
  if (largest === undefined) return undefined;
  return observed(
    sentence(
      'A message of {0} bytes was refused, {1} times: {2}',
      largest.match[1] ?? '',
      timesOf(said),
      largest.text.slice(0, 160),
    ),
    {
      value: Number(largest.match[1]),
      unit: 'bytes',
      threshold: sentence('the limit is {0} bytes', largest.match[2] ?? ''),
      place: largest.at,
    },
  );
}

function rivals(reading: Reading): readonly RivalJudgement[] {
  const images = reading.counted('images');
  return [
    refuted('pleg-relist', 'The list is refused, not slow: the relist ends at once, with an error.'),
    refuted('cri-call-blocked', 'The call ends at once, with ResourceExhausted, not with its time limit.'),
    images === undefined
      ? open('image-many', 'crictl images -q | wc -l counts the images.')
      : refuted('image-many', 'The node has {0} images.', images.value),
  ];
}
