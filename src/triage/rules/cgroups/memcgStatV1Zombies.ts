/** The founding case: memory.stat of cgroup v1 before Linux 5.2 adds up every memory cgroup below, the dead ones too. */
import { sentence } from '../../../base/sentence.js';
import { memoryStatFix, type KernelFix } from '../../../kernelfix/kernelFix.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading } from '../../reading.js';
import { countFrom, cpuFrom, milliseconds, percent, present } from '../../observations.js';
import { clear, notApplicable, observed, open, refuted, skipped } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence, Suspicion } from '../../rule.js';
import { findMemoryStatReads, slowReadEvidence, type MemoryStatRead } from './memoryStatReads.js';

const GET_STATS =
  /(?:^|\/)opencontainers\/(?:runc\/libcontainer\/)?cgroups\/fs\.\(\*MemoryGroup\)\.GetStats$/u;
const KERNEL =
  /^(?:memcg_stat_show|memory_stat_show|tree_stat|accumulate_memcg_tree|mem_cgroup_read_(?:stat|events)|mem_cgroup_nr_lru_pages|memcg_page_state|mem_cgroup_iter)/u;
const WALK = /^path\/filepath\.(?:Walk|walk|WalkDir|walkDir)$|cadvisor(?:\/lib)?\/fs\.\S*GetDir/u;
const STAT_SHARE = 0.15;
const WALK_SHARE = 0.1;
/** Memory cgroups the kernel has, dead ones among them. */
const MANY_CGROUPS = 2000;

export const memcgStatV1Zombies: Rule = {
  id: 'memcg-stat-v1-zombies',
  title: 'Each read of memory.stat walks all memory cgroups, dead ones too',
  severity: 'high',
  requires: ['timed-reads', 'cgroups', 'cpu-profile', 'system-calls', 'threads', 'kernel-functions'],
  mechanism:
    'Before Linux 5.2 a read of memory.stat (cgroup v1) adds up every counter of every memory cgroup below it, once a CPU; pods that ended leave dead cgroups behind that page cache and directory entries keep. The kubelet reads that file of every cgroup each 10 to 15 s.',
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
  ],
  rivals: ['lock-contention', 'cadvisor-housekeeping-density', 'memcg-rstat-flush-v2', 'cadvisor-du-walk'],
  judge,
};

/** What is looked at before anything is concluded. */
interface Signs {
  readonly slowest: MemoryStatRead | undefined;
  readonly slow: RuleEvidence | undefined;
  /** Functions of the reads have much of the CPU profile: in the kubelet, or in the kernel. */
  readonly hot: readonly RuleEvidence[];
  readonly fix: KernelFix | undefined;
}

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  if (evidence.facts.cgroupVersion === 2)
    return notApplicable('The node has cgroup v2: its memory.stat is kept by rstat.');
  const [slowest] = findMemoryStatReads(evidence);
  const release = evidence.facts.kernelVersion;
  const signs: Signs = {
    slowest,
    slow: slowReadEvidence(slowest),
    hot: present(cpuFrom(reading, GET_STATS, STAT_SHARE), cpuFrom(reading, KERNEL, STAT_SHARE)),
    fix: release === undefined ? undefined : memoryStatFix(release).fix,
  };
  if (signs.slow === undefined && signs.hot.length === 0) return withoutSigns(signs, reading);
  // The table says what a kernel should do, the clock what it does.
  if (signs.slow === undefined && signs.fix === 'fixed')
    return clear('Kernel {0} has the fix, and no slow read was measured.', release ?? '');
  const suspicion = suspect(signs, evidence, reading);
  return signs.slow !== undefined || signs.fix === 'not-fixed'
    ? { kind: 'found', ...suspicion }
    : {
        kind: 'uncertain',
        settle: sentence('Time one read: time cat /sys/fs/cgroup/memory/memory.stat'),
        ...suspicion,
      };
}

function withoutSigns({ slowest }: Signs, reading: Reading): Judgement {
  if (slowest !== undefined)
    return clear('The slowest read of memory.stat took {0} ms.', milliseconds(slowest.seconds));
  const share = reading.cpuShare(GET_STATS);
  return share === undefined
    ? skipped('No evidence at hand measures a read of memory.stat: check the memory cgroups of the node.')
    : clear('Reading memory.stat is {0} % of the CPU profile.', percent(share.share));
}

function suspect(signs: Signs, evidence: NodeEvidence, reading: Reading): Suspicion {
  const { slow, hot, fix } = signs;
  const unfixed =
    fix === 'not-fixed'
      ? observed(sentence('Kernel {0} lacks the fix of Linux 5.2', evidence.facts.kernelVersion ?? ''))
      : undefined;
  const cores = present(reading.cpuShare(GET_STATS)?.cores, reading.cpuShare(KERNEL)?.cores);
  return {
    confidence: slow !== undefined ? 'high' : fix === 'not-fixed' ? 'medium' : 'low',
    evidence: [
      ...present(slow, ...hot),
      ...present(countFrom(reading, 'memory-cgroups', MANY_CGROUPS), unfixed),
    ],
    rivals: rivals(signs, evidence, reading),
    recoverableCores: cores.length === 0 ? undefined : Math.max(...cores),
    explains: [
      'cadvisor-housekeeping-density',
      'lock-contention',
      'memcg-numa-stat',
      'pleg-relist',
      'kernfs-lock-contention',
    ],
    isDecisive: slow !== undefined,
  };
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
    evidence.facts.cgroupVersion === 1
      ? refuted('memcg-rstat-flush-v2', 'The node has cgroup v1.')
      : open('memcg-rstat-flush-v2', 'stat -fc %T /sys/fs/cgroup tells which cgroup version the node has.'),
    walkRival(reading),
  ];
}

function walkRival(reading: Reading): RivalJudgement {
  const walk = reading.cpuShare(WALK);
  if (walk === undefined) return open('cadvisor-du-walk', 'A CPU profile would show path/filepath.Walk.');
  const say = walk.share < WALK_SHARE ? refuted : open;
  return say('cadvisor-du-walk', 'Walking directories is {0} % of the CPU profile.', percent(walk.share));
}
