/**
 * What the measured health says, as sentences with evidence, doubt and a read-only command that shows the same. The
 * kernel's known fixes are added by triage/cgroupVerdict.ts; nothing is remedied here. English; views translate by `id`.
 */
import type { CgroupAssessment, CgroupHealth, CgroupVerdictLine, StatRead } from './model.js';
import { CGROUP_VERDICT_TEXTS } from './verdictTexts.js';

/**
 * Quick is 0.1 to 0.3 ms (measured on Linux 6.18 with 115 to 40,000 resting cgroups; 0.47 ms on 4.19 with 2,500,
 * 8de7ecc6483b); slow in the field is 3 to 9 s (google/cadvisor#2259). 35 to 240 ms were measured where dead cgroups'
 * statistics change.
 */
const SLOW_READ_SECONDS = 0.01;
/** One read in a busy moment says little; five times the limit says something. */
const SLOWEST_READ_SECONDS = 0.05;
/** Dead cgroups come and go by the hundred on any node with cron jobs. */
const MANY_DEAD = 1000;
const MANY_DEAD_FACTOR = 2;
/** MEM_CGROUP_ID_MAX (mm/memcontrol.c): dead ones keep their number, and mkdir says ENOSPC beyond. */
const MAX_MEMORY_CGROUPS = 65_535;
const IDS_SHORT = 0.75;
const MANY_LIVE = 5000;
/** Each memory cgroup has counters for each CPU. */
const MUCH_PERCPU = 0.02;
const MUCH_SLAB = 0.25;
/** cAdvisor's default housekeeping interval (manager/container.go). */
const HOUSEKEEPING_SECONDS = 10;

export function assessCgroups(health: CgroupHealth): CgroupAssessment {
  const lines = [
    notMeasured(health),
    slowReads(health),
    manyDead(health),
    idsRunOut(health),
    manyLive(health),
    percpu(health),
    slab(health),
  ].filter(line => line !== undefined);
  const estimatedCores =
    health.scan === undefined ? undefined : health.scan.totalSeconds / HOUSEKEEPING_SECONDS;
  return { health, verdict: lines.length > 0 ? lines : [healthy(health)], estimatedCores };
}

function notMeasured({ layout, reads }: CgroupHealth): CgroupVerdictLine | undefined {
  if (reads.length > 0) return undefined;
  return {
    id: 'not-measured',
    weight: 'look',
    text: CGROUP_VERDICT_TEXTS['not-measured'],
    evidence: [layout === 'none' ? 'no memory controller was found' : `cgroup ${layout}`],
    doubt: undefined,
    confirm: 'mount -t cgroup,cgroup2; grep memory /proc/cgroups',
  };
}

/** The slowest by median, where it is slow. */
export function findSlowRead(health: CgroupHealth): StatRead | undefined {
  const slow = health.reads.filter(
    read => read.medianSeconds >= SLOW_READ_SECONDS || read.maxSeconds >= SLOWEST_READ_SECONDS,
  );
  return slow.sort((a, b) => b.medianSeconds - a.medianSeconds)[0];
}

function slowReads(health: CgroupHealth): CgroupVerdictLine | undefined {
  const worst = findSlowRead(health);
  if (worst === undefined) return undefined;
  const { scan, root = '/sys/fs/cgroup' } = health;
  return {
    id: 'slow-memory-stat',
    weight: 'look',
    text: CGROUP_VERDICT_TEXTS['slow-memory-stat'],
    evidence: [
      ...health.reads.map(describeRead),
      ...(scan === undefined
        ? []
        : [
            `one read of each of ${scan.cgroups} cgroups: ${formatSeconds(scan.totalSeconds)} together${scan.isPartial ? ' (not all of them)' : ''}, about ${(scan.totalSeconds / HOUSEKEEPING_SECONDS).toFixed(2)} cores when the kubelet reads all every 10 s`,
          ]),
    ],
    doubt:
      worst.systemSeconds < worst.medianSeconds * worst.rounds * worst.readsPerRound * 0.5
        ? 'Little of it was CPU of the reading process: it also waited for locks or for a CPU.'
        : undefined,
    confirm: `time cat ${nodePath(root)}${worst.cgroup === '/' ? '' : worst.cgroup}/memory.stat > /dev/null`,
  };
}

function describeRead(read: StatRead): string {
  const which = read.role === 'root' ? 'root' : read.cgroup;
  const spread = `${formatSeconds(read.minSeconds)} to ${formatSeconds(read.maxSeconds)}`;
  const reads = read.rounds * read.readsPerRound;
  return `memory.stat of ${which}: ${formatSeconds(read.medianSeconds)} (median of ${reads} reads, ${spread}; ${read.systemSeconds.toFixed(2)} s of system CPU together)${read.isStoppedEarly ? ', stopped early' : ''}`;
}

function manyDead({
  counts,
  layout,
  root = '/sys/fs/cgroup',
  dentries,
}: CgroupHealth): CgroupVerdictLine | undefined {
  const { dying, directories, kernel } = counts;
  if (dying === undefined || dying < MANY_DEAD) return undefined;
  if (directories !== undefined && dying < directories * MANY_DEAD_FACTOR && dying < MANY_DEAD * 10)
    return undefined;
  return {
    id: 'many-dead-cgroups',
    weight: 'look',
    text: CGROUP_VERDICT_TEXTS['many-dead-cgroups'],
    evidence: [
      `${dying} dead of ${kernel ?? dying + (directories ?? 0)} memory cgroups; ${directories ?? 'unknown'} have a directory`,
      ...(dentries === undefined
        ? []
        : [`${dentries.count} directory entries in memory, ${dentries.unused} of them unused`]),
    ],
    doubt:
      'Their number alone does no harm on newer kernels: 40,000 resting ones cost Linux 6.18 nothing (0.19 ms a read).',
    confirm:
      layout === 'v2'
        ? `grep nr_dying_descendants ${nodePath(root)}/cgroup.stat`
        : `grep memory /proc/cgroups; find ${nodePath(root)} -type d | wc -l`,
  };
}

function idsRunOut({ counts, layout, root = '/sys/fs/cgroup' }: CgroupHealth): CgroupVerdictLine | undefined {
  const used = counts.kernel ?? (counts.dying ?? 0) + (counts.directories ?? 0);
  if (used < MAX_MEMORY_CGROUPS * IDS_SHORT) return undefined;
  return {
    id: 'cgroup-ids-run-out',
    weight: 'look',
    text: CGROUP_VERDICT_TEXTS['cgroup-ids-run-out'],
    evidence: [`${used} of ${MAX_MEMORY_CGROUPS} in use`],
    doubt: undefined,
    confirm: layout === 'v2' ? `cat ${nodePath(root)}/cgroup.stat` : 'grep memory /proc/cgroups',
  };
}

function manyLive({ counts, root = '/sys/fs/cgroup' }: CgroupHealth): CgroupVerdictLine | undefined {
  const { directories, pods } = counts;
  if (directories === undefined || directories < MANY_LIVE) return undefined;
  return {
    id: 'many-live-cgroups',
    weight: 'look',
    text: CGROUP_VERDICT_TEXTS['many-live-cgroups'],
    evidence: [
      `${directories} cgroups with a directory${counts.isPartial ? ' or more' : ''}, ${pods ?? 'an unknown number'} of pods`,
    ],
    doubt: undefined,
    confirm: `find ${nodePath(root)} -type d | wc -l`,
  };
}

function percpu({ memory, counts, cpus }: CgroupHealth): CgroupVerdictLine | undefined {
  if (memory.percpu === undefined || memory.total === undefined) return undefined;
  if (memory.percpu < memory.total * MUCH_PERCPU) return undefined;
  return {
    id: 'percpu-memory',
    weight: 'look',
    text: CGROUP_VERDICT_TEXTS['percpu-memory'],
    evidence: [
      `${formatBytes(memory.percpu)} of ${formatBytes(memory.total)}, ${counts.kernel ?? 'an unknown number of'} memory cgroups, ${cpus ?? 'unknown'} CPUs`,
    ],
    doubt: 'Other parts of the kernel use per-CPU memory, too (BPF maps, network counters).',
    confirm: 'grep Percpu /proc/meminfo',
  };
}

function slab({ memory, dentries }: CgroupHealth): CgroupVerdictLine | undefined {
  if (memory.slab === undefined || memory.total === undefined) return undefined;
  if (memory.slab < memory.total * MUCH_SLAB) return undefined;
  return {
    id: 'slab-memory',
    weight: 'look',
    text: CGROUP_VERDICT_TEXTS['slab-memory'],
    evidence: [
      `${formatBytes(memory.slab)} of ${formatBytes(memory.total)}, ${formatBytes(memory.slabReclaimable ?? 0)} of it reclaimable`,
      ...(dentries === undefined
        ? []
        : [`${dentries.count} directory entries in memory, ${dentries.unused} unused`]),
    ],
    doubt: 'Unused directory entries are a cache: the kernel gives them back when memory is short.',
    confirm: "grep -E 'Slab|SReclaimable' /proc/meminfo; cat /proc/sys/fs/dentry-state",
  };
}

function healthy(health: CgroupHealth): CgroupVerdictLine {
  const { counts } = health;
  return {
    id: 'healthy',
    weight: 'usual',
    text: CGROUP_VERDICT_TEXTS['healthy'],
    evidence: [
      ...health.reads.map(describeRead),
      `${counts.directories ?? 'unknown'} cgroups, ${counts.dying ?? 'unknown'} dead`,
    ],
    doubt: undefined,
    confirm: undefined,
  };
}

/** The hierarchy as the node's own shell sees it. */
function nodePath(root: string): string {
  return root.replace(/^.*(?=\/sys\/fs\/cgroup)/, '');
}

function formatSeconds(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  const ms = seconds * 1000;
  return `${ms.toFixed(ms < 1 ? 3 : ms < 10 ? 2 : 1)} ms`;
}

function formatBytes(bytes: number): string {
  const mib = bytes / 2 ** 20;
  return mib >= 1024 ? `${(mib / 1024).toFixed(1)} GiB` : `${mib.toFixed(0)} MiB`;
}
