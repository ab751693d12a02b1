/**
 * What the measured health says, as sentences with evidence, doubt and a read-only command that shows the same. The
 * kernel's known fixes are added by kernelfix/cgroupVerdict.ts; nothing is remedied here. The sentences are cgroupSentences.ts.
 */
import {
  atKey,
  atLine,
  byWeight,
  finding,
  observe,
  type Confirmation,
  type Finding,
  type Measure,
  type Observation,
} from '../base/finding.js';
import { sentence, type Sentence } from '../base/sentence.js';
import {
  CGROUP_DOUBT_TEXTS as DOUBT,
  CGROUP_EVIDENCE_TEXTS as TEXT,
  CGROUP_FINDING_TEXTS as FINDING,
} from './cgroupSentences.js';
import { explainKubeletCpu } from './explainCpu.js';
import type { CgroupAssessment, CgroupHealth, KubeletCpu, StatRead } from './model.js';
import { costOfReads } from './readCost.js';
import { findSlowRead, SLOW_READ_SECONDS } from './slowRead.js';

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

/** @param kubeletCpu of the kubelet on this node around this moment; undefined where nothing tells it */
export function assessCgroups(health: CgroupHealth, kubeletCpu?: KubeletCpu): CgroupAssessment {
  const answer = explainKubeletCpu(health, kubeletCpu);
  const lines = [
    notMeasured(health),
    slowReads(health, answer.id === 'explains-little'),
    manyDead(health),
    idsRunOut(health),
    manyLive(health),
    percpu(health),
    slab(health),
  ].filter(line => line !== undefined);
  return {
    health,
    answer,
    verdict: byWeight(lines.length > 0 ? lines : [healthy(health)]),
    kubeletCpu,
    estimatedCores: health.scan === undefined ? undefined : costOfReads(health)?.high,
  };
}

function notMeasured({ layout, reads }: CgroupHealth): Finding | undefined {
  if (reads.length > 0) return undefined;
  return finding({
    id: 'not-measured',
    weight: 'look',
    sentence: sentence(FINDING['not-measured']),
    evidence: [
      observe(
        layout === 'none' ? sentence(TEXT.noController) : sentence(TEXT.layout, layout),
        undefined,
        atKey('# layout'),
      ),
    ],
    confirm: [command('mount -t cgroup,cgroup2; grep memory /proc/cgroups')],
  });
}

/** @param isCheap they cost little of what the kubelet uses */
function slowReads(health: CgroupHealth, isCheap: boolean): Finding | undefined {
  const worst = findSlowRead(health);
  if (worst === undefined) return undefined;
  const { scan, root = '/sys/fs/cgroup' } = health;
  return finding({
    id: 'slow-memory-stat',
    weight: isCheap ? 'usual' : 'look',
    sentence: sentence(FINDING['slow-memory-stat']),
    evidence: [...health.reads.map(describeRead), ...(scan === undefined ? [] : [describeScan(scan)])],
    doubt: isCheap ? [sentence(DOUBT.costsLittle)] : [],
    confirm: [
      command(
        `time cat ${nodePath(root)}${worst.cgroup === '/' ? '' : worst.cgroup}/memory.stat > /dev/null`,
      ),
    ],
  });
}

function describeRead(read: StatRead): Observation {
  return observe(
    sayRead(read),
    { value: read.medianSeconds, unit: 'seconds', threshold: SLOW_READ_SECONDS },
    atLine(read.line),
  );
}

function sayRead(read: StatRead): Sentence {
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

function describeScan({ cgroups, totalSeconds, isPartial }: NonNullable<CgroupHealth['scan']>): Observation {
  return observe(
    sentence(isPartial ? TEXT.partialScan : TEXT.scan, cgroups, formatSeconds(totalSeconds)),
    { value: totalSeconds, unit: 'seconds' },
    atKey('scan'),
  );
}

function manyDead(health: CgroupHealth): Finding | undefined {
  const { counts, layout, root = '/sys/fs/cgroup', dentries } = health;
  const { dying, directories, kernel } = counts;
  if (dying === undefined || !isMuchDead(dying, directories)) return undefined;
  const key = layout === 'v2' ? 'cgroup.stat' : 'cgroups';
  const quick = quickReads(health);
  return finding({
    id: 'many-dead-cgroups',
    weight: quick === undefined ? 'look' : 'usual',
    sentence: sentence(FINDING['many-dead-cgroups']),
    evidence: [
      counted(
        directories === undefined
          ? sentence(TEXT.deadAlone, dying)
          : sentence(TEXT.dead, kernel ?? dying + directories, dying, directories),
        { value: dying, threshold: MANY_DEAD, key },
      ),
      ...describeDentries(dentries),
    ],
    doubt: quick === undefined ? [] : [sentence(DOUBT.deadAreHarmless, formatSeconds(quick))],
    confirm: [
      command(
        layout === 'v2'
          ? `grep nr_dying_descendants ${nodePath(root)}/cgroup.stat`
          : `grep memory /proc/cgroups; find ${nodePath(root)} -type d | wc -l`,
      ),
    ],
  });
}

function isMuchDead(dying: number, directories: number | undefined): boolean {
  if (dying < MANY_DEAD) return false;
  return directories === undefined || dying >= directories * MANY_DEAD_FACTOR || dying >= MANY_DEAD * 10;
}

/** The slowest median in seconds where reads are quick; undefined where they are slow, or none was measured. */
function quickReads(health: CgroupHealth): number | undefined {
  const { reads } = health;
  if (reads.length === 0 || findSlowRead(health) !== undefined) return undefined;
  return Math.max(...reads.map(read => read.medianSeconds));
}

function idsRunOut({ counts, layout, root = '/sys/fs/cgroup' }: CgroupHealth): Finding | undefined {
  const used = counts.kernel ?? (counts.dying ?? 0) + (counts.directories ?? 0);
  if (used < MAX_MEMORY_CGROUPS * IDS_SHORT) return undefined;
  return finding({
    id: 'cgroup-ids-run-out',
    weight: 'look',
    sentence: sentence(FINDING['cgroup-ids-run-out']),
    evidence: [
      counted(sentence(TEXT.numbers, used, MAX_MEMORY_CGROUPS), {
        value: used,
        threshold: MAX_MEMORY_CGROUPS * IDS_SHORT,
        key: counts.kernel === undefined ? '# directories' : 'cgroups',
      }),
    ],
    confirm: [command(layout === 'v2' ? `cat ${nodePath(root)}/cgroup.stat` : 'grep memory /proc/cgroups')],
  });
}

function manyLive({ counts, root = '/sys/fs/cgroup' }: CgroupHealth): Finding | undefined {
  const { directories, pods } = counts;
  if (directories === undefined || directories < MANY_LIVE) return undefined;
  return finding({
    id: 'many-live-cgroups',
    weight: 'look',
    sentence: sentence(FINDING['many-live-cgroups']),
    evidence: [
      counted(sentence(counts.isPartial ? TEXT.liveOrMore : TEXT.live, directories), {
        value: directories,
        threshold: MANY_LIVE,
        key: '# directories',
      }),
      ...(pods === undefined ? [] : [counted(sentence(TEXT.pods, pods), { value: pods, key: '# pods' })]),
    ],
    confirm: [command(`find ${nodePath(root)} -type d | wc -l`)],
  });
}

function percpu({ memory, counts, cpus }: CgroupHealth): Finding | undefined {
  if (memory.percpu === undefined || memory.total === undefined) return undefined;
  if (memory.percpu < memory.total * MUCH_PERCPU) return undefined;
  return finding({
    id: 'percpu-memory',
    weight: 'look',
    sentence: sentence(FINDING['percpu-memory']),
    evidence: [
      observe(
        sentence(TEXT.percpu, formatBytes(memory.percpu), formatBytes(memory.total)),
        { value: memory.percpu, unit: 'bytes', threshold: memory.total * MUCH_PERCPU },
        atKey('meminfo'),
      ),
      ...(counts.kernel === undefined
        ? []
        : [counted(sentence(TEXT.kernelCgroups, counts.kernel), { value: counts.kernel, key: 'cgroups' })]),
      ...(cpus === undefined ? [] : [counted(sentence(TEXT.cpus, cpus), { value: cpus, key: '# cpus' })]),
    ],
    doubt: [sentence(DOUBT.otherPercpu)],
    confirm: [command('grep Percpu /proc/meminfo')],
  });
}

function slab({ memory, dentries }: CgroupHealth): Finding | undefined {
  if (memory.slab === undefined || memory.total === undefined) return undefined;
  if (memory.slab < memory.total * MUCH_SLAB) return undefined;
  return finding({
    id: 'slab-memory',
    weight: 'look',
    sentence: sentence(FINDING['slab-memory']),
    evidence: [
      observe(
        sentence(
          TEXT.slab,
          formatBytes(memory.slab),
          formatBytes(memory.total),
          formatBytes(memory.slabReclaimable ?? 0),
        ),
        { value: memory.slab, unit: 'bytes', threshold: memory.total * MUCH_SLAB },
        atKey('meminfo'),
      ),
      ...describeDentries(dentries),
    ],
    doubt: [sentence(DOUBT.dentriesAreCache)],
    confirm: [command("grep -E 'Slab|SReclaimable' /proc/meminfo; cat /proc/sys/fs/dentry-state")],
  });
}

function describeDentries(dentries: CgroupHealth['dentries']): readonly Observation[] {
  if (dentries === undefined) return [];
  const { count, unused } = dentries;
  return [counted(sentence(TEXT.dentries, count, unused), { value: count, key: 'dentries' })];
}

function counted(
  text: Sentence,
  { key, ...measure }: Partial<Measure> & { readonly value: number; readonly key: string },
): Observation {
  return observe(text, { unit: 'count', ...measure }, atKey(key));
}

function command(text: string): Confirmation {
  return { kind: 'command', command: text };
}

function healthy(health: CgroupHealth): Finding {
  const { counts, layout } = health;
  return finding({
    id: 'healthy',
    weight: 'usual',
    sentence: sentence(FINDING['healthy']),
    evidence: [
      ...health.reads.map(describeRead),
      ...(counts.directories === undefined
        ? []
        : [
            counted(sentence(counts.isPartial ? TEXT.liveOrMore : TEXT.live, counts.directories), {
              value: counts.directories,
              threshold: MANY_LIVE,
              key: '# directories',
            }),
          ]),
      ...(counts.dying === undefined
        ? []
        : [
            counted(sentence(TEXT.deadAlone, counts.dying), {
              value: counts.dying,
              threshold: MANY_DEAD,
              key: layout === 'v2' ? 'cgroup.stat' : 'cgroups',
            }),
          ]),
    ],
  });
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
