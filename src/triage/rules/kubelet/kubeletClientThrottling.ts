/** The kubelet slows itself down: its own rate limit for calls of the API server. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { countFrom, present, saidFrom } from '../../observations.js';
import type { Reading, Said } from '../../reading.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { parseGoDuration } from './goDuration.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const THROTTLED =
  /(?:Throttling request took|Waited for|Waited before sending request.{0,80}delay=\\?"?) ?([\dhmsuµn.]{2,60})(?=.{0,120}(?:client-side throttling|request: ?|verb=|reason=))/u;
/** kubectl asks for each API group with this time-out when it starts: its lines stand in many posts, and are not the kubelet's. */
const DISCOVERY = /\/apis?\/[^\s"]{0,200}\?timeout=32s/u;
const LONG_SECONDS = 1;
const MANY_LINES = 10;
const FEW_LINES = 3;
const MANY_CLAIMS = 200;
const LOW_QPS = 10;
const SLOW_WAIT_SECONDS = 0.1;
/** Calls that a start of a pod waits for. */
const VOLUME_CALL = /\/persistentvolumes?(?:claims)?\/|\/volumeattachments\/|\/secrets\/|\/configmaps\//u;
const VOLUMES_LATE =
  /(?:Unable to attach or mount volumes|timeout expired waiting for volumes to attach)|unmounted volumes=\[/u;

export const kubeletClientThrottling: Rule = {
  id: 'kubelet-client-throttling',
  title: 'The kubelet throttles its own calls of the API server',
  severity: 'medium',
  requires: ['kubelet-log', 'metrics'],
  mechanism:
    'kubeAPIQPS and kubeAPIBurst (5 and 10 before 1.27) bound how often the kubelet may call the API server. With many claims, Secrets or status updates calls queue for seconds: volumes and pods of the whole node start minutes late, while the kubelet is idle.',
  confirm:
    'journalctl -u kubelet --since -1h | grep -cE "client-side throttling|Throttling request took"; kubectl get --raw "/api/v1/nodes/NODE/proxy/configz" | jq ".kubeletconfig | .kubeAPIQPS, .kubeAPIBurst"',
  mitigation: {
    text: 'kubeAPIQPS: 50 and kubeAPIBurst: 100 in the KubeletConfiguration, then restart the kubelet. The API server gets more calls.',
    risk: 'low',
  },
  fix: 'Kubernetes 1.27 raised the defaults to 50 and 100.',
  references: [thread('kubernetes/kubernetes', 112209), thread('kubernetes/kubernetes', 80647)],
  rivals: ['secret-configmap-watches', 'apiserver-connection-stuck', 'device-plugin-slow'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const said = reading.said(THROTTLED, 'kubelet').filter(({ text }) => !DISCOVERY.test(text));
  const longest = said.reduce((most, { match }) => Math.max(most, parseGoDuration(match[1]) ?? 0), 0);
  const [first] = said;
  const text = first === undefined ? undefined : asEvidence(said, longest, first);
  const late = saidFrom(reading, VOLUMES_LATE, 1, 'kubelet');
  const isOften = isPersistent(said, longest, late !== undefined);
  const waits = slowLimiter(reading);
  const sure = present(isOften ? text : undefined, waits);
  const reasons = present(lowQps(reading), manyClaims(evidence, reading));
  const hints = present(isOften ? undefined : text);
  return judgeSigns(
    {
      burn: { kind: 'unseen' },
      sure,
      hints: sure.length + hints.length > 0 ? [...hints, ...reasons, ...present(late)] : [],
    },
    {
      what: 'Throttling of API calls',
      rivals: rivals(),
      settle: sentence(
        'Count the lines of one hour, and look at kubeAPIQPS in /configz: a burst after a restart is usual.',
      ),
      isDecisive: isOften,
      confidence:
        isOften && (longest >= LONG_SECONDS || reasons.length > 0 || late !== undefined) ? 'high' : 'medium',
      explains: ['secret-configmap-watches'],
      without: clear('Neither log nor metrics say that calls of the API server wait for the rate limit.'),
    },
  );
}

/** More than the burst after a restart. */
function isPersistent(said: readonly Said[], longest: number, areVolumesLate: boolean): boolean {
  if (said.length >= MANY_LINES || (said.length >= FEW_LINES && longest >= LONG_SECONDS)) return true;
  // A post quotes one line of many: with volumes that are late it need not show more.
  return areVolumesLate && said.some(({ text }) => VOLUME_CALL.test(text));
}

function asEvidence(said: readonly Said[], longest: number, first: Said): RuleEvidence {
  return observed(
    sentence(
      'Calls that waited for the rate limit of the client, by the log: {0}, for {1} s at most',
      said.length,
      Number(longest.toPrecision(3)),
    ),
    {
      value: longest,
      unit: 'seconds',
      threshold: sentence(
        'from {0} lines on, or {1} with a wait of {2} s',
        MANY_LINES,
        FEW_LINES,
        LONG_SECONDS,
      ),
      place: first.at,
    },
  );
}

function slowLimiter(reading: Reading): RuleEvidence | undefined {
  const mean = reading.metricMean('rest_client_rate_limiter_duration_seconds');
  if (mean === undefined || mean < SLOW_WAIT_SECONDS) return undefined;
  return observed(sentence('A call waits {0} s on average for the rate limit', Number(mean.toPrecision(3))), {
    value: mean,
    unit: 'seconds',
    threshold: sentence('from {0} s on; usual is under 0.001 s', SLOW_WAIT_SECONDS),
  });
}

function lowQps(reading: Reading): RuleEvidence | undefined {
  const qps = Number(reading.setting('kubeAPIQPS') ?? Number.NaN);
  if (!(qps > 0 && qps <= LOW_QPS)) return undefined;
  return observed(sentence('kubeAPIQPS is {0}', qps), {
    value: qps,
    unit: 'perSecond',
    threshold: sentence('low up to {0}; the default is 50 from 1.27 on', LOW_QPS),
  });
}

function manyClaims({ pods }: NodeEvidence, reading: Reading): RuleEvidence | undefined {
  const counted = countFrom(reading, 'claims', MANY_CLAIMS);
  if (counted !== undefined) return counted;
  const claims = pods.reduce((sum, pod) => sum + pod.claims, 0);
  if (claims < MANY_CLAIMS) return undefined;
  return observed(sentence('The pods of the node use {0} claims', claims), {
    value: claims,
    unit: 'count',
    threshold: sentence('from {0} on: each is asked for again and again', MANY_CLAIMS),
  });
}

function rivals(): readonly RivalJudgement[] {
  return [
    open(
      'secret-configmap-watches',
      'The URLs of the throttled calls tell: Secrets and ConfigMaps, or claims and volumes.',
    ),
    refuted('apiserver-connection-stuck', 'Calls wait before they are sent: no connection is asked yet.'),
    open('device-plugin-slow', 'Only pods with devices would start late.'),
  ];
}
