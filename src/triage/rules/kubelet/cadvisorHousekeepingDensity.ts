/** Housekeeping costs what the number of containers makes it cost: each file is quick, there are many. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { countFrom, milliseconds, present } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { findMemoryStatReads, slowCheckEvidence, slowReadEvidence } from '../cgroups/memoryStatReads.js';
import { lookForBurn } from './kubeletBurn.js';
import { duWalkRival, memoryStatRival, shareRival } from './kubeletRivals.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const HOUSEKEEPING = /\bmanager\.\(\*containerData\)\.housekeeping(?:Tick)?\b/u;
const HOUSEKEEPING_SHARE = 0.35;
const FILE_SYSTEMS = /\bfs\.(?:\(\*RealFsInfo\)\.GetFsInfo\w{0,20}|getVfsStats)\b/u;
const QUICK_READ_SECONDS = 0.005;
const MANY_CONTAINERS = 200;
const MANY_PODS = 100;
const MANY_CGROUPS = 1000;

export const cadvisorHousekeepingDensity: Rule = {
  id: 'cadvisor-housekeeping-density',
  title: 'cAdvisor reads the cgroup files of many containers, each of them quickly',
  severity: 'medium',
  requires: ['cpu-profile'],
  mechanism:
    'For each cgroup a goroutine of cAdvisor in the kubelet reads 15 to 25 files each 10 to 15 s. With some hundred pods this alone costs 0.3 to 1 core although no single read is slow.',
  confirm:
    'time cat /sys/fs/cgroup/memory/memory.stat >/dev/null || time cat /sys/fs/cgroup/memory.stat >/dev/null; crictl ps -q | wc -l; find /sys/fs/cgroup -type d | wc -l',
  mitigation: {
    text: "Raise the kubelet's flag --housekeeping-interval to 20s or 30s: metrics get coarser and eviction later. Stop a second agent (a cAdvisor of its own) that reads the same files.",
    risk: 'low',
  },
  fix: 'No version. The feature gate PodAndContainerStatsFromCRI is alpha in 1.36. Fewer pods on the node.',
  references: [
    thread('kubernetes/kubernetes', 51798),
    thread('kubernetes/kubernetes', 55386),
    thread('kubernetes/kubernetes', 107172),
  ],
  rivals: [
    'memcg-stat-v1-zombies',
    'memcg-rstat-flush-v2',
    'cadvisor-fsinfo-many-devices',
    'cadvisor-du-walk',
  ],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const slow = slowReadEvidence(findMemoryStatReads(evidence)[0]) ?? slowCheckEvidence(evidence);
  if (slow?.value !== undefined)
    return clear(
      'One read of memory.stat takes {0} ms: it is the read that is slow, not the number of reads.',
      milliseconds(slow.value),
    );
  const burn = lookForBurn(reading, { pattern: HOUSEKEEPING, least: HOUSEKEEPING_SHARE });
  const quick = quickRead(evidence);
  const many = present(
    countFrom(reading, 'containers-running', MANY_CONTAINERS),
    countFrom(reading, 'pods', MANY_PODS),
    countFrom(reading, 'cgroup-directories', MANY_CGROUPS),
    podsOfNode(evidence),
  );
  const isHot = burn.kind === 'hot';
  return judgeSigns(
    { burn, sure: [], hints: isHot ? [...present(quick), ...many] : [] },
    {
      what: "cAdvisor's housekeeping",
      rivals: rivals(evidence, reading),
      settle: sentence(
        'Time one read: time cat /sys/fs/cgroup/memory/memory.stat. Under 5 ms it is the number.',
      ),
      isDecisive: quick !== undefined && many.length > 0,
      confidence: quick !== undefined && many.length > 0 ? 'high' : 'medium',
    },
  );
}

function quickRead(evidence: NodeEvidence): RuleEvidence | undefined {
  const [slowest] = findMemoryStatReads(evidence);
  if (slowest === undefined || slowest.seconds >= QUICK_READ_SECONDS) return undefined;
  return observed(sentence('The slowest read of memory.stat took {0} ms', milliseconds(slowest.seconds)), {
    value: slowest.seconds,
    unit: 'seconds',
    threshold: sentence('quick under {0} ms', milliseconds(QUICK_READ_SECONDS)),
    place: slowest.place,
  });
}

function podsOfNode({ facts: { pods } }: NodeEvidence): RuleEvidence | undefined {
  if (pods === undefined || pods < MANY_PODS) return undefined;
  return observed(sentence('The node runs {0} pods', pods), {
    value: pods,
    unit: 'count',
    threshold: sentence('from {0} on', MANY_PODS),
  });
}

function rivals(evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  return [
    memoryStatRival(evidence, reading),
    evidence.facts.cgroupVersion === 1
      ? refuted('memcg-rstat-flush-v2', 'The node has cgroup v1.')
      : open('memcg-rstat-flush-v2', 'time cat /sys/fs/cgroup/memory.stat: a healthy read takes under 5 ms.'),
    shareRival(reading, 'cadvisor-fsinfo-many-devices', {
      pattern: FILE_SYSTEMS,
      least: 0.1,
      what: 'Asking file systems for their size',
    }),
    duWalkRival(reading),
  ];
}
