/** The founding case: memory.stat of cgroup v1 before Linux 5.2 adds up every memory cgroup below, the dead ones too. */
import { sentence } from '../../../base/sentence.js';
import type { KernelFixAnswer } from '../../../kernelfix/kernelFixes.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading } from '../../reading.js';
import { burnsFrom, kernelFix, lacksFix, shareRival } from '../../kernelObservations.js';
import { countFrom, milliseconds, percent, present, saidFrom } from '../../observations.js';
import { clear, notApplicable, open, refuted, skipped } from '../../rule.js';
import type { Judgement, Level, RivalJudgement, Rule, RuleEvidence, Suspicion } from '../../rule.js';
import {
  findMemoryStatReads,
  slowCheckEvidence,
  slowReadEvidence,
  unnamedSlowReads,
  type StatRead,
} from './memoryStatReads.js';

const GET_STATS =
  /(?:^|\/)opencontainers\/(?:runc\/libcontainer\/)?cgroups\/fs\.\(\*MemoryGroup\)\.GetStats$/u;
/** What adds up cgroups for version 1's memory.stat and for nothing else. */
const WALK_OF_CGROUPS =
  /^(?:memcg_stat_show|memcg_sum_events|tree_stat|accumulate_memcg_tree|mem_cgroup_read_(?:stat|events))/u;
/** All groups of a container together. In a healthy kubelet the memory group is half of it. */
const ALL_GROUPS =
  /(?:^|\/)opencontainers\/(?:runc\/libcontainer\/)?cgroups\/fs\.\(\*[mM]anager\)\.GetStats$/u;
/** Part of the memory group since runc 1.0.0-rc91, and another file. */
const NUMA = /(?:^|\/)cgroups\/fs\.getPageUsageByNUMA$/u;
const MOST_OF_GROUPS = 0.8;
const MOST_OF_CPU = 0.5;
const KERNEL =
  /^(?:memcg_stat_show|memory_stat_show|memcg_sum_events|tree_stat|accumulate_memcg_tree|mem_cgroup_read_(?:stat|events)|mem_cgroup_(?:node_)?nr_lru_pages|memcg_page_state|mem_cgroup_iter)/u;
const WALK = /^path\/filepath\.(?:Walk|walk|WalkDir|walkDir)$|cadvisor(?:\/lib)?\/fs\.\S*GetDir/u;
const STAT_SHARE = 0.15;
const WALK_SHARE = 0.1;
/** cAdvisor says so from 100 ms a container on; all its files together take one. */
const SLOW_HOUSEKEEPING = /Housekeeping took (?:\d{1,3}m)?(?:\d{1,4}\.\d{1,12}s|[2-9]\d\d\.\d{1,9}ms)/u;
const LEAST_SLOW = 5;
/** Memory cgroups the kernel has, dead ones among them, and how many to a directory tell that most are dead. */
const MANY_CGROUPS = 2000;
const DEAD_RATIO = 3;
/** Faster than this even many cgroups cost nothing: the check of cgroups calls no read below it slow. */
const QUICK_READ_SECONDS = 0.01;
const UNNAMED_READS = 2;

export const memcgStatV1Zombies: Rule = {
  id: 'memcg-stat-v1-zombies',
  title: 'Each read of memory.stat walks all memory cgroups, dead ones too',
  severity: 'high',
  requires: [
    'timed-reads',
    'kernel-functions',
    'cgroups',
    'cpu-profile',
    'system-calls',
    'threads',
    'counts',
    'kubelet-log',
  ],
  mechanism:
    'Before Linux 5.2 a read of memory.stat (cgroup v1) adds up every counter of every memory cgroup below it, once a CPU; pods that ended leave dead cgroups behind that page cache and directory entries keep. Kubelet, cAdvisor and agents read that file of every cgroup each 10 to 15 s; a CPU that is in such a read also serves network packets late.',
  confirm:
    'time cat /sys/fs/cgroup/memory/memory.stat >/dev/null; grep memory /proc/cgroups; find /sys/fs/cgroup/memory -type d | wc -l',
  mitigation: {
    text: 'Drop directory entries and inodes (2), then page cache (3): dead cgroups that only these keep are freed, for hours or days. It can take minutes of system time; drain the node first where that matters.',
    command: 'echo 2 > /proc/sys/vm/drop_caches',
    risk: 'medium',
  },
  fix: 'Linux 5.2 (205b20cc5a99..42a300353577); RHEL 8 from kernel-4.18.0-176. 4.19 has part of it. Or cgroup v2.',
  references: [
    {
      text: 'torvalds/linux@42a300353577',
      url: 'https://github.com/torvalds/linux/commit/42a300353577ccc17ecc627b8570a89fa1678bec',
    },
    { text: 'google/cadvisor#1774', url: 'https://github.com/google/cadvisor/issues/1774' },
    { text: 'google/cadvisor#2259', url: 'https://github.com/google/cadvisor/issues/2259' },
    {
      text: 'Debugging network stalls on Kubernetes',
      url: 'https://theojulienne.io/2019/07/06/debugging-network-latency-kubernetes.html',
    },
  ],
  rivals: [
    'lock-contention',
    'cadvisor-housekeeping-density',
    'memcg-rstat-flush-v2',
    'cadvisor-du-walk',
    'ipvs-estimation-timer',
  ],
  judge,
};

/** What is looked at before anything is concluded. */
interface Signs {
  readonly slowest: StatRead | undefined;
  readonly slow: RuleEvidence | undefined;
  /** Functions of the reads have much of the CPU profile: in the kubelet, or in the kernel. */
  readonly hot: readonly RuleEvidence[];
  /** The kernel's own walk for this file is among them. */
  readonly isWalkSeen: boolean;
  /** Of all that is read of a cgroup the memory group alone costs: were each file quick, the others would cost, too. */
  readonly isMemoryAlone: boolean;
  /** The slowest read that was measured costs nothing. */
  readonly isQuick: boolean;
  readonly zombies: RuleEvidence | undefined;
  /** Slow reads of its size, of a trace that names no files. */
  readonly unnamed: RuleEvidence | undefined;
  readonly housekeeping: RuleEvidence | undefined;
  readonly fix: KernelFixAnswer | undefined;
}

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  if (evidence.facts.cgroupVersion === 2)
    return notApplicable('The node has cgroup v2: its memory.stat is kept by rstat.');
  const signs = look(evidence, reading);
  return (
    (signs.slow === undefined ? withoutSlowRead(signs, reading) : undefined) ??
    suspect(signs, evidence, reading)
  );
}

/** Undefined where there is reason for suspicion all the same. */
function withoutSlowRead(signs: Signs, reading: Reading): Judgement | undefined {
  const { isQuick } = signs;
  const isSuspect = present(...signs.hot, signs.unnamed, signs.housekeeping).length > 0;
  if (!isSuspect && (signs.zombies === undefined || isQuick)) return withoutSigns(signs, reading);
  // The table says what a kernel should do, the clock what it does.
  return signs.fix?.state === 'fixed'
    ? clear('Kernel {0} has the fix, and no slow read was measured.', reading.kernel?.release ?? '')
    : undefined;
}

function look(evidence: NodeEvidence, reading: Reading): Signs {
  // A read below a path of version 2 is another rule's.
  const [slowest] = findMemoryStatReads(evidence).filter(({ cgroupVersion }) => cgroupVersion !== 2);
  return {
    slowest,
    slow: slowReadEvidence(slowest) ?? slowCheckEvidence(evidence),
    hot: present(burnsFrom(reading, GET_STATS, STAT_SHARE), burnsFrom(reading, KERNEL, STAT_SHARE)),
    isWalkSeen: burnsFrom(reading, WALK_OF_CGROUPS, STAT_SHARE) !== undefined,
    isMemoryAlone: isMemoryAlone(reading),
    isQuick: (slowest?.seconds ?? Infinity) < QUICK_READ_SECONDS,
    zombies: zombieEvidence(reading),
    unnamed: slowest === undefined ? unnamedSlowReads(evidence, UNNAMED_READS) : undefined,
    housekeeping: saidFrom(reading, SLOW_HOUSEKEEPING, LEAST_SLOW, 'kubelet'),
    fix: kernelFix(reading, 'memcg-stat-5.2'),
  };
}

function isMemoryAlone(reading: Reading): boolean {
  const memory = (reading.cpuShare(GET_STATS)?.share ?? 0) - (reading.cpuShare(NUMA)?.share ?? 0);
  const all = reading.cpuShare(ALL_GROUPS)?.share ?? 0;
  return all > 0 && memory >= MOST_OF_CPU && memory >= MOST_OF_GROUPS * all;
}

/** Many cgroups, and more than their directories where both were counted. */
function zombieEvidence(reading: Reading): RuleEvidence | undefined {
  const directories = reading.counted('memory-cgroup-directories')?.value;
  const cgroups = reading.counted('memory-cgroups')?.value ?? 0;
  if (directories !== undefined && cgroups < directories * DEAD_RATIO) return undefined;
  return (
    countFrom(reading, 'memory-cgroups', MANY_CGROUPS) ?? countFrom(reading, 'dying-cgroups', MANY_CGROUPS)
  );
}

function withoutSigns({ slowest }: Signs, reading: Reading): Judgement {
  if (slowest !== undefined)
    return clear('The slowest read of memory.stat took {0} ms.', milliseconds(slowest.seconds));
  const share = reading.cpuShare(GET_STATS);
  return share === undefined
    ? skipped('No evidence at hand measures a read of memory.stat: check the memory cgroups of the node.')
    : clear('Reading memory.stat is {0} % of the CPU profile.', percent(share.share));
}

function suspect(signs: Signs, evidence: NodeEvidence, reading: Reading): Judgement {
  const { slow, hot, isWalkSeen, isQuick, isMemoryAlone } = signs;
  const lacking = lacksFix(signs.fix);
  const isDecisive = slow !== undefined || (isWalkSeen && !isQuick);
  const isHot = hot.length > 0 && !isQuick;
  const cores = present(reading.cpuShare(GET_STATS)?.cores, reading.cpuShare(KERNEL)?.cores);
  const suspicion: Suspicion = {
    confidence: confidence(signs),
    evidence: present(slow, ...hot, signs.unnamed, signs.housekeeping, signs.zombies, lacking),
    rivals: rivals(signs, evidence, reading),
    recoverableCores: cores.length === 0 ? undefined : Math.max(...cores),
    explains: [
      'cadvisor-housekeeping-density',
      'lock-contention',
      'memcg-numa-stat',
      'pleg-relist',
      'kernfs-lock-contention',
      'dcache-negative-bloat',
      'kubelet-cgroup-readdir',
    ],
    isDecisive,
  };
  return isDecisive || (isHot && (lacking !== undefined || isMemoryAlone))
    ? { kind: 'found', ...suspicion }
    : {
        kind: 'uncertain',
        settle: sentence('Time one read: time cat /sys/fs/cgroup/memory/memory.stat'),
        ...suspicion,
      };
}

function confidence({ slow, hot, isWalkSeen, isMemoryAlone, isQuick, zombies, fix }: Signs): Level {
  // On a kernel with the fix something else may make a read slow; beside many dead cgroups the clock wins.
  if (slow !== undefined) return fix?.state === 'fixed' && zombies === undefined ? 'medium' : 'high';
  if (isQuick) return 'low';
  const isLacking = lacksFix(fix) !== undefined;
  if (isWalkSeen) return isLacking ? 'high' : 'medium';
  return hot.length > 0 && (isLacking || isMemoryAlone) ? 'medium' : 'low';
}

function rivals(
  { slow, slowest }: Signs,
  evidence: NodeEvidence,
  reading: Reading,
): readonly RivalJudgement[] {
  return [
    slow === undefined
      ? open(
          'lock-contention',
          'A read of memory.stat that is timed would tell: a wait for a lock is no part of it.',
        )
      : refuted(
          'lock-contention',
          'One thread alone needs {0} ms for one read: waiting in futex is what the others do meanwhile.',
          milliseconds(slowest?.seconds ?? 0),
        ),
    slow === undefined
      ? open(
          'cadvisor-housekeeping-density',
          'Many containers cost as much where each read is quick: time one.',
        )
      : refuted('cadvisor-housekeeping-density', 'A single read is slow, however many containers there are.'),
    rstatRival(evidence, reading),
    shareRival(reading, 'cadvisor-du-walk', {
      pattern: WALK,
      least: WALK_SHARE,
      what: 'Walking directories',
      look: 'A CPU profile would show path/filepath.Walk.',
    }),
    slow === undefined
      ? open('ipvs-estimation-timer', 'Packets that are late have both: time a read, and count ipvsadm -Ln.')
      : refuted('ipvs-estimation-timer', 'A read of memory.stat holds a CPU without any timer of IPVS.'),
  ];
}

/** Linux 5.13 keeps the statistics of both versions by rstat. */
function rstatRival({ facts }: NodeEvidence, reading: Reading): RivalJudgement {
  if (reading.kernelAtLeast(5, 13) === false)
    return refuted('memcg-rstat-flush-v2', 'Kernel {0} is older than rstat.', reading.kernel?.release ?? '');
  if (reading.kernelAtLeast(5, 13) === true)
    return open(
      'memcg-rstat-flush-v2',
      'Since Linux 5.13 a read flushes rstat: perf would show cgroup_rstat_flush.',
    );
  return facts.cgroupVersion === 1
    ? refuted('memcg-rstat-flush-v2', 'The node has cgroup v1.')
    : open('memcg-rstat-flush-v2', 'stat -fc %T /sys/fs/cgroup tells which cgroup version the node has.');
}
