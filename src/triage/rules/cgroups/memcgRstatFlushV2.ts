/** Since Linux 5.13 who reads memory.stat or cpu.stat flushes statistics of the whole tree first, one reader at a time. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, functionFrom, kernelFix, lacksFix } from '../../kernelObservations.js';
import { countFrom, milliseconds, percent, present } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, notApplicable, open, refuted, skipped } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import {
  findMemoryStatReads,
  SLOW_READ_SECONDS,
  slowReadEvidence,
  type StatFile,
  type StatRead,
} from './memoryStatReads.js';

const STATS: StatFile = {
  path: /\b(?:memory|cpu)\.stat\b/u,
  functions: /^(?:memory_stat_show|cpu_stat_show)/u,
};
const GO =
  /(?:^|\/)opencontainers\/(?:runc\/libcontainer\/)?cgroups\/fs2\.(?:statMemory|statCpu|\(\*Manager\)\.GetStats)$/u;
/** Spin locks alone are taken by everything: only below a flush they count. */
const FLUSH =
  /^(?:_*cgroup_rstat_|css_rstat_|mem_cgroup_(?:css_rstat_flush|flush_stats)|__mem_cgroup_flush_stats|do_flush_stats|cgroup_base_stat_flush)/u;
const GO_SHARE = 0.12;
const FLUSH_SHARE = 0.1;
/** A flush that nothing contends for takes well under 5 ms; a busy node alone may make 20 of it. */
const SLOW_SECONDS = 0.02;
const MANY_CGROUPS = 2000;

export const memcgRstatFlushV2: Rule = {
  id: 'memcg-rstat-flush-v2',
  title: 'Readers of memory.stat and cpu.stat wait for each other to flush statistics of the whole tree',
  severity: 'high',
  requires: ['timed-reads', 'kernel-functions', 'cpu-profile', 'cgroups', 'system-calls', 'threads'],
  mechanism:
    'From Linux 5.13 to 6.7 a reader of memory.stat adds up what all CPUs counted for the whole tree, under one lock, at the cost of changed cgroups times CPUs. Kubelet, runtime, agents and reclaim then queue for that lock.',
  confirm:
    'uname -r; cat /sys/fs/cgroup/cgroup.stat; for i in 1 2 3 4 5; do time cat /sys/fs/cgroup/memory.stat >/dev/null; done',
  mitigation: {
    text: 'Fewer readers: longer scrape intervals, no two agents that read the same, --housekeeping-interval=30s; remove leaked cgroups.',
    risk: 'low',
  },
  fix: 'Linux 6.8 flushes one subtree a read; from 6.16 on each controller has a tree of its own. 5.15, 6.1 and 6.6 have parts.',
  references: [
    {
      text: 'mm: memcg: per-memcg flushing',
      url: 'https://patchwork.kernel.org/project/linux-mm/patch/20231010032117.1577496-4-yosryahmed@google.com/mbox/',
    },
    {
      text: 'memcg: rate limit rstat flush in reclaim (COS)',
      url: 'https://cos.googlesource.com/third_party/kernel/+/86bf003bc4f46df961f18920d6af487699dc98d3',
    },
    { text: 'xdp-project/xdp-project#93', url: 'https://github.com/xdp-project/xdp-project/pull/93' },
  ],
  rivals: [
    'memcg-stat-v1-zombies',
    'cadvisor-housekeeping-density',
    'kernfs-lock-contention',
    'cgroup-writeback-switch-storm',
  ],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  if (reading.kernelAtLeast(5, 13) === false)
    return notApplicable('Kernel {0} is older than rstat for memory.', reading.kernel?.release ?? '');
  if (reading.kernel === undefined && evidence.facts.cgroupVersion === 1)
    return notApplicable('The node has cgroup v1, and its kernel is not known.');
  const [slowest] = readsByRstat(evidence, reading);
  const slow = slowReadEvidence(slowest, SLOW_SECONDS);
  return suspect(evidence, reading, slow) ?? nothing(slowest, reading);
}

/** Without the kernel's version a slow read of version 1 is the walk of older ones. */
function readsByRstat(evidence: NodeEvidence, reading: Reading): readonly StatRead[] {
  const isKnown = reading.kernel !== undefined || evidence.facts.cgroupVersion === 2;
  return findMemoryStatReads(evidence, STATS).filter(({ cgroupVersion }) => isKnown || cgroupVersion === 2);
}

function suspect(
  evidence: NodeEvidence,
  reading: Reading,
  slow: RuleEvidence | undefined,
): Judgement | undefined {
  const fix = kernelFix(reading, 'rstat-flush');
  const flush = functionFrom(evidence, FLUSH, SLOW_SECONDS) ?? burnsFrom(reading, FLUSH, FLUSH_SHARE);
  if (present(flush, slow).length === 0 && fix?.state === 'fixed') return hasFix(reading);
  // A read of version 1 is slow for reasons of its own, too.
  const isOfV1 = evidence.facts.cgroupVersion === 1;
  const isClear = !isOfV1 && (slow?.value ?? 0) >= SLOW_READ_SECONDS;
  return conclude({
    decisive: [flush, isClear ? slow : undefined],
    hints: [isClear ? undefined : slow, burnsFrom(reading, GO, GO_SHARE)],
    enoughHints: 2,
    context: [countFrom(reading, 'dying-cgroups', MANY_CGROUPS), lacksFix(fix)],
    confidence: present(flush, lacksFix(fix)).length > 0 ? 'high' : 'medium',
    settle: sentence('Time reads while the node is busy: time cat /sys/fs/cgroup/memory.stat'),
    explains: ['cadvisor-housekeeping-density', 'pleg-relist'],
    recoverableCores: reading.cpuShare(GO)?.cores,
    rivals: rivals(evidence, slow),
  });
}

function hasFix({ kernel }: Reading): Judgement {
  return clear('Kernel {0} has trees of their own for each controller.', kernel?.release ?? '');
}

function nothing(slowest: StatRead | undefined, reading: Reading): Judgement {
  if (slowest !== undefined)
    return clear('The slowest read of statistics took {0} ms.', milliseconds(slowest.seconds));
  const share = reading.cpuShare(GO);
  return share === undefined
    ? skipped('No evidence at hand measures a read of memory.stat or a flush.')
    : clear('Reading statistics of cgroup v2 is {0} % of the CPU profile.', percent(share.share));
}

function rivals({ facts }: NodeEvidence, slow: RuleEvidence | undefined): readonly RivalJudgement[] {
  return [
    facts.cgroupVersion === 2
      ? refuted('memcg-stat-v1-zombies', 'The node has cgroup v2.')
      : open('memcg-stat-v1-zombies', 'stat -fc %T /sys/fs/cgroup tells which cgroup version the node has.'),
    slow === undefined
      ? open(
          'cadvisor-housekeeping-density',
          'Many containers cost as much where each read is quick: time one.',
        )
      : refuted('cadvisor-housekeeping-density', 'A single read is slow, however many containers there are.'),
    slow === undefined
      ? open(
          'kernfs-lock-contention',
          'perf tells: there the time goes in open, below kernfs_*, not in read.',
        )
      : refuted('kernfs-lock-contention', 'The time goes in read: the file was open already.'),
    open(
      'cgroup-writeback-switch-storm',
      'Its kworkers run inode_switch_wbs_work_fn, after pods were deleted.',
    ),
  ];
}
