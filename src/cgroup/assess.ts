/**
 * What the measured health says, as sentences with evidence, doubt and a read-only command that shows the same. The
 * kernel's known fixes are added by triage/cgroupVerdict.ts; nothing is remedied here. The sentences are verdictSentences.ts.
 */
import { sentence, type Sentence } from '../base/sentence.js';
import type { CgroupAssessment, CgroupHealth, CgroupVerdictLine, StatRead } from './model.js';
import { findSlowRead } from './slowRead.js';
import {
  CGROUP_DOUBT_TEXTS as DOUBT,
  CGROUP_EVIDENCE_TEXTS as TEXT,
  CGROUP_VERDICT_TEXTS,
} from './verdictSentences.js';

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
    evidence: [layout === 'none' ? sentence(TEXT.noController) : sentence(TEXT.layout, layout)],
    doubt: undefined,
    confirm: 'mount -t cgroup,cgroup2; grep memory /proc/cgroups',
  };
}

function slowReads(health: CgroupHealth): CgroupVerdictLine | undefined {
  const worst = findSlowRead(health);
  if (worst === undefined) return undefined;
  const { scan, root = '/sys/fs/cgroup' } = health;
  return {
    id: 'slow-memory-stat',
    weight: 'look',
    text: CGROUP_VERDICT_TEXTS['slow-memory-stat'],
    evidence: [...health.reads.map(describeRead), ...(scan === undefined ? [] : [describeScan(scan)])],
    doubt:
      worst.systemSeconds < worst.medianSeconds * worst.rounds * worst.readsPerRound * 0.5
        ? sentence(DOUBT.littleCpu)
        : undefined,
    confirm: `time cat ${nodePath(root)}${worst.cgroup === '/' ? '' : worst.cgroup}/memory.stat > /dev/null`,
  };
}

function describeRead(read: StatRead): Sentence {
  const isRoot = read.role === 'root';
  const reads = read.rounds * read.readsPerRound;
  const median = formatSeconds(read.medianSeconds);
  const system = read.systemSeconds.toFixed(2);
  if (reads === 1)
    return isRoot
      ? sentence(TEXT.rootReadOnce, median, system)
      : sentence(TEXT.readOnce, median, system, read.cgroup);
  const [least, most] = [formatSeconds(read.minSeconds), formatSeconds(read.maxSeconds)];
  return isRoot
    ? sentence(TEXT.rootRead, median, reads, least, most, system)
    : sentence(TEXT.read, median, reads, least, most, system, read.cgroup);
}

function describeScan({ cgroups, totalSeconds, isPartial }: NonNullable<CgroupHealth['scan']>): Sentence {
  const cores = totalSeconds / HOUSEKEEPING_SECONDS;
  return sentence(
    isPartial ? TEXT.partialScan : TEXT.scan,
    cgroups,
    formatSeconds(totalSeconds),
    cores.toFixed(cores < 0.1 ? 3 : 2),
  );
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
      directories === undefined
        ? sentence(TEXT.deadAlone, dying)
        : sentence(TEXT.dead, kernel ?? dying + directories, dying, directories),
      ...describeDentries(dentries),
    ],
    doubt: sentence(DOUBT.deadAreHarmless),
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
    evidence: [sentence(TEXT.numbers, used, MAX_MEMORY_CGROUPS)],
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
      sentence(counts.isPartial ? TEXT.liveOrMore : TEXT.live, directories),
      ...(pods === undefined ? [] : [sentence(TEXT.pods, pods)]),
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
      sentence(TEXT.percpu, formatBytes(memory.percpu), formatBytes(memory.total)),
      ...(counts.kernel === undefined ? [] : [sentence(TEXT.kernelCgroups, counts.kernel)]),
      ...(cpus === undefined ? [] : [sentence(TEXT.cpus, cpus)]),
    ],
    doubt: sentence(DOUBT.otherPercpu),
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
      sentence(
        TEXT.slab,
        formatBytes(memory.slab),
        formatBytes(memory.total),
        formatBytes(memory.slabReclaimable ?? 0),
      ),
      ...describeDentries(dentries),
    ],
    doubt: sentence(DOUBT.dentriesAreCache),
    confirm: "grep -E 'Slab|SReclaimable' /proc/meminfo; cat /proc/sys/fs/dentry-state",
  };
}

function describeDentries(dentries: CgroupHealth['dentries']): readonly Sentence[] {
  return dentries === undefined ? [] : [sentence(TEXT.dentries, dentries.count, dentries.unused)];
}

function healthy(health: CgroupHealth): CgroupVerdictLine {
  const { counts } = health;
  return {
    id: 'healthy',
    weight: 'usual',
    text: CGROUP_VERDICT_TEXTS['healthy'],
    evidence: [
      ...health.reads.map(describeRead),
      ...(counts.directories === undefined
        ? []
        : [sentence(counts.isPartial ? TEXT.liveOrMore : TEXT.live, counts.directories)]),
      ...(counts.dying === undefined ? [] : [sentence(TEXT.deadAlone, counts.dying)]),
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
