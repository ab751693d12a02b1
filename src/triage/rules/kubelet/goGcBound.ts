/** The garbage collector is most of the CPU: a heap that grew, or a memory limit that it has reached. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { percent, present } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { countGoroutines } from './goroutineGroups.js';
import { HOT_CORES, lookForBurn, roundedCores, unlessOfOthers } from './kubeletBurn.js';
import { housekeepingRival, memoryStatRival } from './kubeletRivals.js';
import { kubeletUptimeSeconds } from './kubeletUptime.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const COLLECTOR =
  /^runtime\.(?:gcBgMarkWorker|gcDrain\w{0,20}|gcAssistAlloc\w{0,20}|scanobject\w{0,20}|scanblock|greyobject|markroot\w{0,20}|findObject|wbBufFlush1|sweepone|bgsweep)\b/u;
const COLLECTOR_SHARE = 0.25;
const BIG_HEAP_BYTES = 500 * 2 ** 20;
/** Go's own goal is that the heap doubles between two collections: a limit nearer than that makes it collect without end. */
const NEAR_LIMIT = 0.9;

export const goGcBound: Rule = {
  id: 'go-gc-bound',
  title: "Go's garbage collector is a large part of the kubelet's CPU",
  severity: 'medium',
  requires: ['cpu-profile', 'metrics'],
  mechanism:
    'The collector marks the whole live heap each time as much again was allocated; a heap of gigabytes (leaks, very many cgroups and metrics) or one near GOMEMLIMIT keeps it running. Every goroutine that allocates must help it, so that all of the kubelet gets slower.',
  confirm:
    'kubectl get --raw "/api/v1/nodes/NODE/proxy/metrics" | grep -E "^(go_memstats_heap_inuse_bytes|go_gc_gomemlimit_bytes|go_goroutines|go_cpu_classes_gc|process_resident_memory_bytes)"',
  mitigation: {
    text: 'Restart the kubelet: pods keep running, and a leak begins anew. A GOMEMLIMIT that it has reached: raise it or take it away. GOGC=200 trades memory for CPU.',
    command: 'systemctl restart kubelet',
    risk: 'low',
  },
  fix: 'That of the leak: a heap profile (/debug/pprof/heap) names what grows. Known ones: kubernetes#101724 (fixed by #100326), google/cadvisor#3218.',
  references: [
    thread('kubernetes/kubernetes', 101724),
    thread('google/cadvisor', 3218),
    thread('orbstack/orbstack', 2633),
    thread('kubernetes/kubernetes', 114751),
  ],
  rivals: [
    'goroutine-leak',
    'cadvisor-housekeeping-density',
    'memcg-stat-v1-zombies',
    'metrics-scrape-heavy',
  ],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = unlessOfOthers(
    evidence,
    lookForBurn(reading, { pattern: COLLECTOR, least: COLLECTOR_SHARE }),
    COLLECTOR,
  );
  const ofMetrics = collectorOfMetrics(reading);
  const limit = nearLimit(reading);
  const isFound = burn.kind === 'hot' || ofMetrics !== undefined;
  return judgeSigns(
    {
      burn,
      sure: present(ofMetrics),
      hints: isFound ? present(limit, bigHeap(reading)) : present(limit),
    },
    {
      what: 'The garbage collector',
      rivals: rivals(evidence, reading),
      settle: sentence('Take a CPU profile of the kubelet: how much is runtime.gcBgMarkWorker?'),
      isDecisive: isFound && limit !== undefined,
      ...(reading.has('cpu-profile')
        ? {}
        : { without: clear('By its metrics the garbage collector is no large part of the CPU.') }),
    },
  );
}

/** Work of marking and helping; what idle Ps mark is left out, as it takes CPU from no other work. */
function collectorOfMetrics(reading: Reading): RuleEvidence | undefined {
  const parts = ['mark_assist', 'mark_dedicated', 'pause'].map(part =>
    reading.metricSum(`go_cpu_classes_gc_${part}_cpu_seconds_total`),
  );
  const cpu = reading.metricSum('process_cpu_seconds_total');
  const uptime = kubeletUptimeSeconds(reading);
  if (cpu === undefined || uptime === undefined || parts.every(part => part === undefined)) return undefined;
  const collector = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  if (cpu <= 0 || cpu / uptime < HOT_CORES || collector / cpu < COLLECTOR_SHARE) return undefined;
  return observed(
    sentence(
      'Since the kubelet began the garbage collector had {0} % of its CPU, {1} cores',
      percent(Math.min(1, collector / cpu)),
      roundedCores(collector / uptime),
    ),
    {
      value: Math.min(1, collector / cpu),
      unit: 'share',
      threshold: sentence('from {0} % on; 6 % are usual', percent(COLLECTOR_SHARE)),
    },
  );
}

function nearLimit(reading: Reading): RuleEvidence | undefined {
  const limit = reading.metricSum('go_gc_gomemlimit_bytes');
  const heap = reading.metricSum('go_memstats_heap_inuse_bytes');
  if (limit === undefined || heap === undefined || limit <= 0 || heap < limit * NEAR_LIMIT) return undefined;
  return observed(
    sentence('{0} MiB of heap are in use, and GOMEMLIMIT is {1} MiB', mebibytes(heap), mebibytes(limit)),
    {
      value: heap,
      unit: 'bytes',
      threshold: sentence('from {0} % of the limit on', percent(NEAR_LIMIT)),
    },
  );
}

function bigHeap(reading: Reading): RuleEvidence | undefined {
  const heap = reading.metricSum('go_memstats_heap_inuse_bytes');
  if (heap === undefined || heap < BIG_HEAP_BYTES) return undefined;
  return observed(sentence('{0} MiB of heap are in use', mebibytes(heap)), {
    value: heap,
    unit: 'bytes',
    threshold: sentence('from {0} MiB on', mebibytes(BIG_HEAP_BYTES)),
  });
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function rivals(evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  const goroutines = countGoroutines(evidence, reading);
  return [
    goroutines !== undefined && goroutines.count < 2000
      ? refuted('goroutine-leak', 'There are {0} goroutines.', goroutines.count)
      : open('goroutine-leak', 'Count them: go_goroutines in /metrics.'),
    housekeepingRival(reading),
    memoryStatRival(evidence, reading),
    open('metrics-scrape-heavy', 'Scrapes allocate much: stop one for a minute and look again.'),
  ];
}
