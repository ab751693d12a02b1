/** Facts of a node in the form of all other material, so that every rule that reads it from tools reads it from here. */
import type {
  BlockedTask,
  CgroupFacts,
  Counter,
  DiskFact,
  LoggedLine,
  NodeFactsReading,
} from '../nodefacts/model.js';
import { cpuReading, diskReading, memoryReading, processRow } from './emptyReadings.js';
import { LOG_READERS } from './logs/logReaders.js';
import type {
  Counted,
  CountedThing,
  DiskReading,
  Found,
  LogLine,
  MemoryReading,
  NodeCpuReading,
  NodeFacts,
  Place,
  ProcessRow,
} from './model.js';

/** Two looks see what changed between them, not what came and went: fewer than that say nothing of how often. */
const SURE_CHANGES_PER_SECOND = 1;
/** Pods have scopes by the hundred; others are few, unless they leak. */
const OF_PODS = /kubepods/u;

/** @param file name of the file, for places */
export function foundInNodeFacts(facts: NodeFactsReading, file: string): Found {
  const at = (line: number | undefined): Place => ({ file, line });
  return {
    facts: versionsOf(facts),
    cpu: cpuOf(facts, at),
    memory: memoryOf(facts, at),
    pressure: facts.pressure.map(({ line, cgroup, ...reading }) => ({
      ...reading,
      cgroup: cgroup === undefined ? undefined : `/${cgroup}`,
      at: at(line),
    })),
    disks: facts.diskIntervals.map(disk => diskOf(disk, at(disk.line))),
    processes: [...facts.processes.map(row => processOf(row, at)), ...blockedOf(facts, at)],
    softirqs: facts.softirqs.map(({ kind, count, line }) => ({ kind, count, at: at(line) })),
    slabs: facts.slabs.map(slab => ({ ...slab, at: at(undefined) })),
    counted: countedOf(facts, at),
    log: [...logOf(facts.kernelLog, file), ...logOf(facts.journal, file)],
  };
}

type At = (line: number | undefined) => Place;

function versionsOf(facts: NodeFactsReading): Partial<NodeFacts> {
  const layout = facts.cgroups?.layout;
  return {
    kernelVersion: facts.kernelRelease,
    architecture: facts.machine,
    cpus: facts.cpus,
    memoryBytes: facts.memory.get('MemTotal')?.value,
    uptimeSeconds: facts.uptimeSeconds,
    cgroupVersion: layout === 'v1' ? 1 : layout === 'v2' ? 2 : undefined,
    runcVersion: facts.versions.get('runc'),
    systemdVersion: facts.versions.get('systemd'),
    iptablesVersion: facts.versions.get('iptables'),
  };
}

function cpuOf({ cpu, loadAverage }: NodeFactsReading, at: At): readonly NodeCpuReading[] {
  if (cpu === undefined) return [];
  const { line, user, system, idle, ioWait, irq, softIrq, steal, blocked, runnable } = cpu;
  return [
    cpuReading(at(line), {
      ...{ user, system, idle, ioWait, irq, softIrq, steal, blocked },
      // Who reads the file is running.
      runnable: runnable === undefined ? undefined : Math.max(0, runnable - 1),
      loadAverage: loadAverage?.value,
    }),
  ];
}

function memoryOf({ memory, vmstat }: NodeFactsReading, at: At): readonly MemoryReading[] {
  const total = memory.get('MemTotal');
  if (total === undefined) return [];
  const bytes = (name: string): number | undefined => memory.get(name)?.value;
  // /proc/vmstat counts pages that went in and out in KiB (mm/vmstat.c).
  const grown = (name: string): number | undefined => {
    const kib = vmstat.get(name);
    return kib === undefined ? undefined : kib * 1024;
  };
  return [
    memoryReading(at(total.line), {
      total: total.value,
      free: bytes('MemFree'),
      available: bytes('MemAvailable'),
      pageCache: bytes('Cached'),
      slab: bytes('Slab'),
      slabReclaimable: bytes('SReclaimable'),
      slabUnreclaimable: bytes('SUnreclaim'),
      percpu: bytes('Percpu'),
      blockInBytesPerSecond: grown('pgpgin'),
      blockOutBytesPerSecond: grown('pgpgout'),
    }),
  ];
}

function diskOf(disk: DiskFact, at: Place): DiskReading {
  const { readsPerSecond, writesPerSecond, readBytesPerSecond, writeBytesPerSecond } = disk;
  const { readWaitSeconds, writeWaitSeconds, queue, busyShare } = disk;
  return diskReading(at, disk.device, {
    ...{ readsPerSecond, writesPerSecond, readBytesPerSecond, writeBytesPerSecond },
    ...{ readWaitSeconds, writeWaitSeconds, queue, busyShare },
  });
}

/** State D is told by {@link blockedOf}: one look of a process that writes says nothing. */
function processOf(row: NodeFactsReading['processes'][number], at: At): ProcessRow {
  const { userCores, systemCores, state } = row;
  return processRow(at(row.line), 'facts', row.command ?? row.name, {
    pid: row.pid,
    cores: userCores + systemCores,
    userCores,
    systemCores,
    residentBytes: row.residentBytes,
    state: state === 'D' ? undefined : state,
    ageSeconds: row.ageSeconds,
    majorFaultsPerSecond: row.majorFaultsPerSecond,
  });
}

function blockedOf({ blocked = [] }: NodeFactsReading, at: At): readonly ProcessRow[] {
  return blocked
    .filter(({ looks }) => looks > 1)
    .map(task =>
      processRow(at(task.line), 'facts', task.name, {
        pid: task.tid,
        state: 'D',
        waitsIn: waitsIn(task),
      }),
    );
}

function waitsIn({ waitsIn: wchan, frames }: BlockedTask): string | undefined {
  return wchan ?? frames[0];
}

type Count = readonly [CountedThing, Counter | undefined];

function countedOf(facts: NodeFactsReading, at: At): readonly Counted[] {
  const { network, dentries, dentriesUnused } = facts;
  const all: readonly Count[] = [
    ...mountCounts(facts),
    ...inotifyCounts(facts),
    ...cgroupCounts(facts),
    ['conntrack-entries', network.get('conntrack-entries')],
    ['conntrack-limit', network.get('conntrack-limit')],
    ['ipvs-entries', sumOf(network.get('ipvs-services'), network.get('ipvs-destinations'))],
    ['bpf-jit-bytes', facts.bpfUsed],
    ['bpf-jit-limit-bytes', facts.bpfLimit],
    ['dentries', dentries],
    ['dentries-unused', dentries && { value: dentriesUnused ?? 0, line: dentries.line }],
    ['open-files', facts.openFiles],
  ];
  return all.flatMap(([thing, counter]) =>
    counter === undefined ? [] : [{ at: at(counter.line), thing, value: counter.value, note: undefined }],
  );
}

function mountCounts({ mounts }: NodeFactsReading): readonly Count[] {
  const changes = mounts?.changesPerSecond;
  const isSure = changes !== undefined && changes.value >= SURE_CHANGES_PER_SECOND;
  return [
    ['mounts', mounts?.total],
    ['mount-changes-per-second', isSure ? changes : undefined],
  ];
}

/** The limit is a user's: of the one that has most. */
function inotifyCounts({ inotify }: NodeFactsReading): readonly Count[] {
  if (inotify === undefined) return [];
  const [most] = [...inotify.users].sort((a, b) => b.instances - a.instances);
  const [watching] = [...inotify.users].sort((a, b) => b.watches - a.watches);
  return [
    ['inotify-instances', most && { value: most.instances, line: most.line }],
    ['inotify-instances-limit', inotify.maxInstances],
    ['inotify-watches', watching && { value: watching.watches, line: watching.line }],
    ['inotify-watches-limit', inotify.maxWatches],
  ];
}

function cgroupCounts({ cgroups }: NodeFactsReading): readonly Count[] {
  if (cgroups === undefined) return [];
  return [
    ['memory-cgroups', cgroups.byController.find(({ controller }) => controller === 'memory')?.cgroups],
    ['dying-cgroups', cgroups.dying],
    ['cgroup-directories', cgroups.directories],
    ['unpopulated-cgroups', cgroups.empty],
    ['systemd-scopes', scopesOf(cgroups)],
  ];
}

function sumOf(first: Counter | undefined, second: Counter | undefined): Counter | undefined {
  return first === undefined ? undefined : { ...first, value: first.value + (second?.value ?? 0) };
}

function scopesOf({ scopes, parts }: CgroupFacts): Counter | undefined {
  if (scopes === undefined) return undefined;
  const ofNode = parts.filter(({ name }) => !OF_PODS.test(name));
  return { value: ofNode.reduce((sum, part) => sum + part.scopes, 0), line: scopes.line };
}

/** Lines of a section with the places that they have in the file. */
function logOf(lines: readonly LoggedLine[], file: string): readonly LogLine[] {
  const text = { file, lines: lines.map(({ text }) => text) };
  return LOG_READERS.flatMap(reader => reader.read(text).log ?? []).map(line => ({
    ...line,
    at: { file, line: line.at.line === undefined ? undefined : lines[line.at.line - 1]?.line },
  }));
}
