/** Sections of CPUs, memory, pressure and disks. */
import { counterOf, toWhole, valueOfKey, wordsOf } from './numbers.js';
import type { Counter, CpuFact, DiskFact, LoggedLine, PressureFact, SoftirqFact } from './model.js';
import type { FactsSection } from './splitSections.js';

/** Two looks at the same thing, and the seconds between them; greater than 0. */
export interface TwoLooks {
  readonly before: FactsSection;
  readonly after: FactsSection;
  readonly seconds: number;
}

const PRESSURE =
  /^(?:([\w.-]{1,60})\/)?(cpu|memory|io)(?:\.pressure)?:(some|full) avg10=(\d{1,3}\.\d{1,4}) avg60=(\d{1,3}\.\d{1,4}) avg300=(\d{1,3}\.\d{1,4}) /u;

export function readPressure(lines: readonly LoggedLine[]): readonly PressureFact[] {
  return lines.flatMap(({ text, line }) => {
    const match = PRESSURE.exec(text);
    if (match === null) return [];
    const [, cgroup, resource, kind, avg10, avg60, avg300] = match;
    return [
      {
        cgroup,
        resource: resource === 'io' || resource === 'memory' ? resource : 'cpu',
        kind: kind === 'full' ? 'full' : 'some',
        avg10: Number(avg10) / 100,
        avg60: Number(avg60) / 100,
        avg300: Number(avg300) / 100,
        line,
      } as const,
    ];
  });
}

/** Fields of the `cpu` line, in proc(5)'s order; times of guests are in user and nice already. */
const CPU_FIELDS = 8;

export function readCpu({ before, after, seconds }: TwoLooks): CpuFact | undefined {
  const first = cpuLine(before.lines);
  const second = cpuLine(after.lines);
  if (first === undefined || second === undefined) return undefined;
  const spent = second.fields.map((value, at) => value - (first.fields[at] ?? 0));
  const total = spent.reduce((sum, value) => sum + value, 0);
  if (total <= 0 || spent.some(value => value < 0)) return undefined;
  const share = (...fields: readonly number[]): number =>
    fields.reduce((sum, field) => sum + (spent[field] ?? 0), 0) / total;
  const rate = (key: string): number | undefined =>
    perSecond(valueOfKey(before.lines, key), valueOfKey(after.lines, key), seconds);
  return {
    user: share(0, 1),
    system: share(2),
    idle: share(3),
    ioWait: share(4),
    irq: share(5),
    softIrq: share(6),
    steal: share(7),
    runnable: valueOfKey(after.lines, 'procs_running')?.value,
    blocked: valueOfKey(after.lines, 'procs_blocked')?.value,
    forksPerSecond: rate('processes'),
    switchesPerSecond: rate('ctxt'),
    line: second.line,
  };
}

function cpuLine(
  lines: readonly LoggedLine[],
): { readonly fields: readonly number[]; readonly line: number } | undefined {
  const found = lines.find(({ text }) => text.startsWith('cpu '));
  const fields = wordsOf(found?.text ?? '')
    .slice(1, 1 + CPU_FIELDS)
    .map(toWhole);
  if (found === undefined || fields.length < 7) return undefined;
  const known = fields.flatMap(value => value ?? []);
  return known.length === fields.length ? { fields: known, line: found.line } : undefined;
}

function perSecond(
  before: Counter | undefined,
  after: Counter | undefined,
  seconds: number,
): number | undefined {
  if (before === undefined || after === undefined || after.value < before.value) return undefined;
  return (after.value - before.value) / seconds;
}

/** /proc/meminfo, in bytes; what has no unit there is left out. */
export function readMemory(lines: readonly LoggedLine[]): ReadonlyMap<string, Counter> {
  const memory = new Map<string, Counter>();
  for (const { text, line } of lines) {
    const [, name, value] = /^([A-Za-z_()]{1,40}): {1,30}(\d{1,13}) kB$/u.exec(text) ?? [];
    if (name !== undefined) memory.set(name, { value: Number(value) * 1024, line });
  }
  return memory;
}

/** What grew in each counter of /proc/vmstat, a second. */
export function readVmstat({ before, after, seconds }: TwoLooks): ReadonlyMap<string, number> {
  const grown = new Map<string, number>();
  for (const { text } of after.lines) {
    const [key = ''] = wordsOf(text);
    const rate = perSecond(valueOfKey(before.lines, key), valueOfKey(after.lines, key), seconds);
    if (rate !== undefined) grown.set(key, rate);
  }
  return grown;
}

const SECTOR_BYTES = 512;

interface DiskCounters {
  /** The fields behind the name: Documentation/admin-guide/iostats.rst. */
  readonly fields: readonly number[];
  /** MAJOR:MINOR. */
  readonly number: string;
  readonly line: number;
}

/** @param filesystems lines `MAJOR:MINOR TYPE SOURCE PATH` */
export function readDisks(
  { before, after, seconds }: TwoLooks,
  filesystems: readonly LoggedLine[],
): readonly DiskFact[] {
  const first = diskCounters(before.lines);
  const mounts = mountsByDevice(filesystems);
  return [...diskCounters(after.lines)].flatMap(([device, now]) => {
    const since = first.get(device);
    const grown = now.fields.map((value, at) => value - (since?.fields[at] ?? Number.NaN));
    // The requests under way go up and down; what else is less than before was counted anew.
    if (grown.some((value, at) => at !== IN_FLIGHT && !(value >= 0))) return [];
    return [diskFact(device, now, grown, { seconds, mounts: mounts.get(now.number) ?? [] })];
  });
}

/** Places in the fields. */
const IN_FLIGHT = 8;
const BUSY_MS = 9;
const QUEUED_MS = 10;

function diskFact(
  device: string,
  now: DiskCounters,
  grown: readonly number[],
  { seconds, mounts }: { readonly seconds: number; readonly mounts: readonly string[] },
): DiskFact {
  const [reads = 0, , readSectors = 0, readMs = 0, writes = 0, , writeSectors = 0, writeMs = 0] = grown;
  return {
    device,
    readsPerSecond: reads / seconds,
    writesPerSecond: writes / seconds,
    readBytesPerSecond: (readSectors * SECTOR_BYTES) / seconds,
    writeBytesPerSecond: (writeSectors * SECTOR_BYTES) / seconds,
    readWaitSeconds: reads === 0 ? undefined : readMs / reads / 1000,
    writeWaitSeconds: writes === 0 ? undefined : writeMs / writes / 1000,
    inFlight: now.fields[IN_FLIGHT] ?? 0,
    queue: (grown[QUEUED_MS] ?? 0) / 1000 / seconds,
    busyShare: Math.min(1, (grown[BUSY_MS] ?? 0) / 1000 / seconds),
    mounts,
    line: now.line,
  };
}

function diskCounters(lines: readonly LoggedLine[]): ReadonlyMap<string, DiskCounters> {
  const disks = new Map<string, DiskCounters>();
  for (const { text, line } of lines) {
    const [major, minor, device = '', ...rest] = wordsOf(text);
    const fields = rest.flatMap(word => toWhole(word) ?? []);
    if (fields.length < 11 || fields.length < rest.length || !/^[\w!.-]{1,60}$/u.test(device)) continue;
    disks.set(device, { fields, number: `${major ?? ''}:${minor ?? ''}`, line });
  }
  return disks;
}

function mountsByDevice(lines: readonly LoggedLine[]): ReadonlyMap<string, readonly string[]> {
  const mounts = new Map<string, readonly string[]>();
  for (const { text } of lines) {
    const [number = '', , , path] = wordsOf(text);
    if (path !== undefined) mounts.set(number, [...(mounts.get(number) ?? []), path.slice(0, 500)]);
  }
  return mounts;
}

export function readSoftirqs({ before, after, seconds }: TwoLooks): readonly SoftirqFact[] {
  return after.lines.flatMap(row => {
    const [name = '', count] = wordsOf(row.text);
    const now = counterOf(count, row);
    const rate = perSecond(valueOfKey(before.lines, name), now, seconds);
    if (now === undefined || rate === undefined || !/^[A-Z_]{2,20}:$/u.test(name)) return [];
    return [{ kind: name.slice(0, -1), perSecond: rate, count: now.value, line: row.line }];
  });
}
