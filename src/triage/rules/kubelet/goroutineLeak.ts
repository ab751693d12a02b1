/** Goroutines that never end: memory and garbage collection grow with the age of the kubelet. */
import { sentence } from '../../../base/sentence.js';
import type { GoroutineGroup, NodeEvidence } from '../../../material/model.js';
import { percent, present } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted, skipped } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import {
  countGoroutines,
  isOfControlPlane,
  isOfRuntime,
  joinGroups,
  ownFunction,
  waitsForLock,
  type GoroutineTotal,
} from './goroutineGroups.js';
import { duWalkRival, garbageRival } from './kubeletRivals.js';
import { judgeSigns, type Conclusion } from './signs.js';
import { thread } from './threadReference.js';

const MANY = 5000;
/** With 30 pods there are some 350. */
const MANY_A_POD = 100;
const AT_LEAST = 2000;
const ONE_STACK_SHARE = 0.4;
const ONE_STACK = 1000;
const BIG_RESIDENT_BYTES = 2 * 2 ** 30;

export const goroutineLeak: Rule = {
  id: 'goroutine-leak',
  title: 'Goroutines of the kubelet that never end pile up',
  severity: 'medium',
  requires: ['goroutines', 'metrics', 'counts'],
  mechanism:
    'Something starts a goroutine again and again that waits without end: a call of a runtime that does not answer, a tracker of a container that is gone. Each keeps its stack and what it points to, so that memory and the work of the garbage collector grow until the kubelet is restarted.',
  confirm:
    'kubectl get --raw "/api/v1/nodes/NODE/proxy/debug/pprof/goroutine?debug=1" | head -40; kubectl get --raw "/api/v1/nodes/NODE/proxy/metrics" | grep ^go_goroutines',
  mitigation: {
    text: 'Restart the kubelet; pods keep running. Keep the dump of the goroutines before.',
    command: 'systemctl restart kubelet',
    risk: 'low',
  },
  fix: 'By the stack that most of them have: containerd 1.5.8 (ttrpc) for calls of stats that hang (kubernetes#106919), google/cadvisor#3218 for housekeeping. Go 1.27 lists leaked ones at /debug/pprof/goroutineleak.',
  references: [
    thread('kubernetes/kubernetes', 106919),
    thread('google/cadvisor', 3218),
    thread('rancher/rancher', 21936),
    thread('kubernetes/kubernetes', 78694),
    thread('kubernetes/kubernetes', 93007),
  ],
  rivals: [
    'secret-configmap-watches',
    'cri-call-blocked',
    'go-gc-bound',
    'cadvisor-du-walk',
    'lock-contention',
  ],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const total = countGoroutines(evidence, reading);
  if (total === undefined) return skipped('Nothing at hand counts the goroutines of the kubelet.');
  const [largest, second] = joinGroups(evidence, () => true);
  if ([largest, second].some(group => group !== undefined && isOfControlPlane(group)))
    return clear('The goroutines are those of the control plane.');
  const count = manyGoroutines(total, leastFor(evidence, reading));
  if (count === undefined)
    return judgeSigns(
      { burn: { kind: 'unseen' }, sure: [], hints: [] },
      { ...conclusion(reading, largest), without: clear('There are {0} goroutines.', total.count) },
    );
  const one = largest === undefined ? undefined : oneStack(largest, total.count);
  const signs = present(count, one);
  // A queue behind a lock, or a dump of another process, is no leak of the kubelet's.
  const isQueue =
    one !== undefined && largest !== undefined && (waitsForLock(largest) || isOfRuntime(largest));
  const big = present(bigProcess(reading));
  return judgeSigns(
    {
      burn: { kind: 'unseen' },
      sure: isQueue ? [] : signs,
      hints: isQueue ? [...signs, ...big] : big,
    },
    { ...conclusion(reading, one === undefined ? undefined : largest), isDecisive: one !== undefined },
  );
}

function conclusion(reading: Reading, largest: GoroutineGroup | undefined): Conclusion {
  return {
    what: 'A leak of goroutines',
    rivals: rivals(reading, largest),
    settle: sentence('Dump the goroutines twice, an hour apart: which stack grows?'),
    isDecisive: false,
    explains: ['go-gc-bound'],
  };
}

function leastFor(evidence: NodeEvidence, reading: Reading): number {
  const pods = evidence.facts.pods ?? reading.metricSum('kubelet_running_pods');
  return pods === undefined ? MANY : Math.min(MANY, Math.max(AT_LEAST, pods * MANY_A_POD));
}

function manyGoroutines({ count, place }: GoroutineTotal, least: number): RuleEvidence | undefined {
  if (count < least) return undefined;
  return observed(sentence('The kubelet has {0} goroutines', count), {
    value: count,
    unit: 'count',
    threshold: sentence('from {0} on; with 30 pods there are some 350', least),
    place,
  });
}

function oneStack(group: GoroutineGroup, total: number): RuleEvidence | undefined {
  if (group.count < ONE_STACK || total <= 0 || group.count / total < ONE_STACK_SHARE) return undefined;
  return observed(
    sentence(
      '{0} of them ({1} %) have one stack, in {2}',
      group.count,
      percent(Math.min(1, group.count / total)),
      ownFunction(group),
    ),
    {
      value: group.count,
      unit: 'count',
      threshold: sentence('from {0} and {1} % on', ONE_STACK, percent(ONE_STACK_SHARE)),
      place: group.at,
    },
  );
}

function bigProcess(reading: Reading): RuleEvidence | undefined {
  const kubelet = reading
    .processes(/(?:^|\/)(?:kubelet|hyperkube|k3s|rke2|kubelite)\b/u)
    .find(({ residentBytes }) => residentBytes !== undefined && residentBytes >= BIG_RESIDENT_BYTES);
  if (kubelet?.residentBytes === undefined) return undefined;
  return observed(
    sentence(
      '{0} has {1} GiB of memory',
      kubelet.command.slice(0, 60),
      (kubelet.residentBytes / 2 ** 30).toFixed(1),
    ),
    {
      value: kubelet.residentBytes,
      unit: 'bytes',
      threshold: sentence('from 2 GiB on'),
      place: kubelet.at,
    },
  );
}

function rivals(reading: Reading, oneStack: GoroutineGroup | undefined): readonly RivalJudgement[] {
  const has = (pattern: RegExp): boolean => oneStack?.frames.some(frame => pattern.test(frame)) === true;
  return [
    oneStack !== undefined && !has(/\bcache\.\(\*Reflector\)|objectCache/u)
      ? refuted('secret-configmap-watches', 'Most of the goroutines watch nothing.')
      : open('secret-configmap-watches', 'Reflectors among the stacks would be watches, no leak.'),
    has(/\b(?:grpc|ttrpc|transport)\./u)
      ? open('cri-call-blocked', 'Most wait for an answer of the runtime: look at what it does.')
      : open('cri-call-blocked', 'Stacks in grpc would be calls of the runtime that hang.'),
    garbageRival(reading),
    duWalkRival(reading),
    has(/^sync\.\(\*/u)
      ? open('lock-contention', 'Most wait for a lock: who holds it?')
      : open('lock-contention', 'Stacks in sync.(*Mutex).Lock would be waiting, no leak.'),
  ];
}
