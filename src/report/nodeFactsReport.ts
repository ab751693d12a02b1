/** The report of a node's facts: what is unusual, and plain tables of all the rest. */
import { sentence } from '../base/sentence.js';
import type { NodeFactsEvidence } from '../evidence/model.js';
import { FACT_MISSING_TEXTS, FACT_SECTION_TEXTS } from '../nodefacts/factSentences.js';
import { capRows } from './capped.js';
import type { FactCell, FactColumn, FactTable, NodeFactsReport } from './model.js';
import { FACT_WORDS as WORDS } from './nodeFactsWords.js';

const MOST_ROWS = 200;
type Facts = NodeFactsEvidence['facts'];
/** Undefined: not known. */
type Cell = FactCell | undefined;

export function reportNodeFacts({ facts, verdict }: NodeFactsEvidence): NodeFactsReport {
  return {
    kind: 'nodeFacts',
    kernelRelease: facts.kernelRelease,
    machine: facts.machine,
    cpus: facts.cpus,
    seconds: facts.seconds,
    costSeconds: facts.costSeconds,
    verdict,
    factTables: [
      pressureTable(facts),
      cpuTable(facts),
      memoryTable(facts),
      diskTable(facts),
      blockedTable(facts),
      processTable(facts),
      namedTable(facts),
      mountTable(facts),
      inotifyTable(facts),
      countTable(facts),
      cgroupTable(facts),
      softirqTable(facts),
      slabTable(facts),
      versionTable(facts),
      logTable('kernel-log', facts.kernelLog),
      logTable('journal', facts.journal),
    ].filter(({ rows }) => rows.total > 0),
    missing: facts.missing.map(({ section, why }) => ({
      section: sentence(FACT_SECTION_TEXTS[section]),
      why: sentence(FACT_MISSING_TEXTS[why]),
    })),
    warnings: facts.warnings,
  };
}

type Columns = readonly (readonly [title: string, unit?: FactColumn['unit']])[];

function table(id: string, title: string, columns: Columns, rows: readonly (readonly Cell[])[]): FactTable {
  return {
    id,
    title: sentence(title),
    columns: columns.map(([text, unit = 'text']) => ({ title: sentence(text), unit })),
    rows: capRows(
      rows.map(row => row.map(cell => cell ?? '')),
      MOST_ROWS,
    ),
  };
}

/** A row of two for each thing that is known. */
function pairs(id: string, title: string, rows: readonly Pair[]): FactTable {
  const known = rows.filter(([, value]) => value !== undefined);
  return table(
    id,
    title,
    [[WORDS.what], [WORDS.value, 'count']],
    known.map(([what, value]) => [sentence(what), value]),
  );
}

function pressureTable({ pressure }: Facts): FactTable {
  return table(
    'pressure',
    FACT_SECTION_TEXTS.pressure,
    [
      [WORDS.of],
      [WORDS.resource],
      [WORDS.who],
      [WORDS.mean10, 'share'],
      [WORDS.mean60, 'share'],
      [WORDS.mean300, 'share'],
    ],
    pressure.map(({ cgroup, resource, kind, avg10, avg60, avg300 }) => [
      cgroup ?? sentence(WORDS.node),
      resource,
      kind,
      avg10,
      avg60,
      avg300,
    ]),
  );
}

function cpuTable({ cpu, loadAverage }: Facts): FactTable {
  const rows: readonly (readonly [string, Cell])[] =
    cpu === undefined
      ? []
      : [
          [WORDS.user, cpu.user],
          [WORDS.system, cpu.system],
          [WORDS.idle, cpu.idle],
          [WORDS.ioWait, cpu.ioWait],
          [WORDS.irq, cpu.irq],
          [WORDS.softIrq, cpu.softIrq],
          [WORDS.steal, cpu.steal],
        ];
  const shares = table(
    'cpu',
    FACT_SECTION_TEXTS.cpu,
    [[WORDS.what], [WORDS.share, 'share']],
    rows.map(([what, value]) => [sentence(what), value]),
  );
  return loadAverage === undefined
    ? shares
    : { ...shares, lead: sentence(WORDS.load, loadAverage.value, cpu?.runnable ?? '?', cpu?.blocked ?? '?') };
}

const MEMORY = [
  'MemTotal',
  'MemFree',
  'MemAvailable',
  'Cached',
  'Dirty',
  'Writeback',
  'AnonPages',
  'Slab',
  'SReclaimable',
  'SUnreclaim',
  'Percpu',
  'KernelStack',
  'PageTables',
  'VmallocUsed',
  'SwapTotal',
  'SwapFree',
];

function memoryTable({ memory }: Facts): FactTable {
  const rows = MEMORY.flatMap(name => {
    const counter = memory.get(name);
    return counter === undefined ? [] : [[name, counter.value]];
  });
  return table('memory', FACT_SECTION_TEXTS.memory, [[WORDS.what], [WORDS.bytes, 'bytes']], rows);
}

function diskTable({ disks }: Facts): FactTable {
  return table(
    'disks',
    FACT_SECTION_TEXTS.disks,
    [
      [WORDS.device],
      [WORDS.reads, 'rate'],
      [WORDS.writes, 'rate'],
      [WORDS.readWait, 'seconds'],
      [WORDS.writeWait, 'seconds'],
      [WORDS.queue, 'rate'],
      [WORDS.busy, 'share'],
      [WORDS.mountedAt],
    ],
    disks.map(disk => [
      disk.device,
      disk.readsPerSecond,
      disk.writesPerSecond,
      disk.readWaitSeconds,
      disk.writeWaitSeconds,
      disk.queue,
      disk.busyShare,
      disk.mounts.join(', '),
    ]),
  );
}

function blockedTable({ blocked = [] }: Facts): FactTable {
  return table(
    'blocked',
    FACT_SECTION_TEXTS.blocked,
    [[WORDS.thread, 'id'], [WORDS.name], [WORDS.atLeast, 'seconds'], [WORDS.waitsIn], [WORDS.stack]],
    blocked.map(({ tid, name, seconds, waitsIn, frames }) => [
      tid,
      name,
      seconds,
      waitsIn,
      frames.join(' ← '),
    ]),
  );
}

function processTable({ processes }: Facts): FactTable {
  const rows = [...processes].sort((a, b) => b.userCores + b.systemCores - (a.userCores + a.systemCores));
  return table(
    'processes',
    FACT_SECTION_TEXTS.processes,
    [
      [WORDS.process, 'id'],
      [WORDS.name],
      [WORDS.parent],
      [WORDS.state],
      [WORDS.cores, 'cores'],
      [WORDS.ofKernel, 'cores'],
      [WORDS.faults, 'rate'],
      [WORDS.memory, 'bytes'],
      [WORDS.threads, 'count'],
      [WORDS.age, 'seconds'],
    ],
    rows.map(row => [
      row.pid,
      row.command ?? row.name,
      row.parentName ?? String(row.parent),
      row.state,
      row.userCores + row.systemCores,
      row.systemCores,
      row.majorFaultsPerSecond,
      row.residentBytes,
      row.threads,
      row.ageSeconds,
    ]),
  );
}

function namedTable({ named, processCount, tasks }: Facts): FactTable {
  const rows = [...named].sort((a, b) => b.count - a.count);
  const byName = table(
    'named',
    WORDS.byName,
    [[WORDS.name], [WORDS.processes, 'count'], [WORDS.cores, 'cores']],
    rows.map(({ name, count, cores }) => [name, count, cores]),
  );
  return processCount === undefined
    ? byName
    : { ...byName, lead: sentence(WORDS.processCount, processCount, tasks ?? '?') };
}

function mountTable({ mounts }: Facts): FactTable {
  const byType = table(
    'mounts',
    FACT_SECTION_TEXTS.mounts,
    [[WORDS.type], [WORDS.mounts, 'count']],
    (mounts?.types ?? []).map(({ type, count }) => [type, count]),
  );
  return mounts === undefined
    ? byType
    : {
        ...byType,
        lead: sentence(WORDS.mountChanges, mounts.total.value, mounts.added ?? '?', mounts.removed ?? '?'),
      };
}

function inotifyTable({ inotify }: Facts): FactTable {
  const byProcess = table(
    'inotify',
    FACT_SECTION_TEXTS.inotify,
    [
      [WORDS.process, 'id'],
      [WORDS.name],
      [WORDS.user, 'id'],
      [WORDS.instances, 'count'],
      [WORDS.watches, 'count'],
    ],
    (inotify?.processes ?? []).map(({ pid, name, uid, instances, watches }) => [
      pid,
      name,
      uid,
      instances,
      watches,
    ]),
  );
  return inotify === undefined
    ? byProcess
    : {
        ...byProcess,
        lead: sentence(
          WORDS.inotifyLimits,
          inotify.maxInstances?.value ?? '?',
          inotify.maxWatches?.value ?? '?',
        ),
      };
}

function countTable(facts: Facts): FactTable {
  return pairs('counts', WORDS.counts, [
    ...networkCounts(facts),
    ...limitCounts(facts),
    ...kernelCounts(facts),
  ]);
}

type Pair = readonly [string, Cell];

function networkCounts({ network }: Facts): readonly Pair[] {
  return [
    [WORDS.connections, network.get('conntrack-entries')?.value],
    [WORDS.connectionsMost, network.get('conntrack-limit')?.value],
    [WORDS.ipvsServices, network.get('ipvs-services')?.value],
    [WORDS.ipvsDestinations, network.get('ipvs-destinations')?.value],
  ];
}

function limitCounts({ tasks, pidMax, openFiles, openFilesMax, bpfUsed, bpfLimit }: Facts): readonly Pair[] {
  return [
    [WORDS.tasks, tasks],
    [WORDS.tasksMost, pidMax?.value],
    [WORDS.openFiles, openFiles?.value],
    [WORDS.openFilesMost, openFilesMax],
    [WORDS.bpf, bpfUsed?.value],
    [WORDS.bpfMost, bpfLimit?.value],
  ];
}

function kernelCounts({ dentries, dentriesUnused, cgroups, cpu }: Facts): readonly Pair[] {
  const ofMemory = cgroups?.byController.find(({ controller }) => controller === 'memory');
  return [
    [WORDS.dentries, dentries?.value],
    [WORDS.dentriesUnused, dentriesUnused],
    [WORDS.cgroupsOfMemory, ofMemory?.cgroups.value],
    [WORDS.cgroupsDying, cgroups?.dying?.value],
    [WORDS.forks, rounded(cpu?.forksPerSecond)],
    [WORDS.switches, rounded(cpu?.switchesPerSecond)],
  ];
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}

function cgroupTable({ cgroups }: Facts): FactTable {
  return table(
    'cgroups',
    FACT_SECTION_TEXTS.cgroups,
    [
      [WORDS.name],
      [WORDS.directories, 'count'],
      [WORDS.empty, 'count'],
      [WORDS.scopes, 'count'],
      [WORDS.slices, 'count'],
    ],
    (cgroups?.parts ?? []).map(({ name, directories, empty, scopes, slices }) => [
      name,
      directories,
      empty,
      scopes,
      slices,
    ]),
  );
}

function softirqTable({ softirqs }: Facts): FactTable {
  return table(
    'softirqs',
    FACT_SECTION_TEXTS.softirqs,
    [[WORDS.what], [WORDS.perSecond, 'rate'], [WORDS.sinceStart, 'count']],
    softirqs.map(({ kind, perSecond, count }) => [kind, perSecond, count]),
  );
}

function slabTable({ slabs }: Facts): FactTable {
  return table(
    'slabs',
    FACT_SECTION_TEXTS.slabs,
    [[WORDS.name], [WORDS.objects, 'count'], [WORDS.bytes, 'bytes']],
    slabs.map(({ cache, objects, bytes }) => [cache, objects, bytes]),
  );
}

function versionTable({ versions }: Facts): FactTable {
  return table(
    'versions',
    FACT_SECTION_TEXTS.versions,
    [[WORDS.what], [WORDS.version]],
    [...versions].map(([name, version]) => [name, version]),
  );
}

function logTable(id: 'kernel-log' | 'journal', lines: Facts['journal']): FactTable {
  return table(
    id,
    FACT_SECTION_TEXTS[id],
    [[WORDS.line, 'id'], [WORDS.text]],
    [...lines].reverse().map(({ text, line }) => [line, text.slice(0, 1000)]),
  );
}
