/**
 * /proc/diskstats read twice: how long a read and a write waited between the two. How much time lies between is not in
 * the file, so that rates and the share of busy time stay unknown.
 */
import type { DiskReading, Found, MaterialText, TextReader } from '../model.js';
import { diskReading } from '../emptyReadings.js';
import { keep, MOST_ROWS, placeOf } from './figures.js';
import { plainToolLine } from './plainToolLine.js';

export const diskstatsReader: TextReader = { name: 'diskstats', read: readDiskstats };

/** `   8       0 sda 1234 5 678 90 …`: the fields of Documentation/admin-guide/iostats.rst, 11 since 2.6. */
const ROW = /^\s{0,8}\d{1,4} {1,8}\d{1,8} ([A-Za-z][\w!-]{0,60})((?: \d{1,20}){11,20})\s*$/u;

interface Counters {
  readonly reads: number;
  readonly readMs: number;
  readonly writes: number;
  readonly writeMs: number;
}

function readDiskstats({ file, lines }: MaterialText): Found {
  const last = new Map<string, Counters>();
  const disks: DiskReading[] = [];
  for (const [index, line] of lines.entries()) {
    const match = ROW.exec(plainToolLine(line));
    if (match === null) continue;
    const device = match[1] ?? '';
    const counters = countersOf((match[2] ?? '').trim().split(' ').map(Number));
    const before = last.get(device);
    if (before !== undefined || last.size < MOST_ROWS) last.set(device, counters);
    const waits = before === undefined ? undefined : waitsBetween(before, counters);
    if (waits !== undefined) keep(disks, diskReading(placeOf(file, index), device, waits));
  }
  return { disks };
}

function countersOf([reads = 0, , , readMs = 0, writes = 0, , , writeMs = 0]: readonly number[]): Counters {
  return { reads, readMs, writes, writeMs };
}

/** Undefined where the second read is not a later one, or nothing was done in between. */
function waitsBetween(before: Counters, after: Counters): Partial<DiskReading> | undefined {
  const reads = after.reads - before.reads;
  const writes = after.writes - before.writes;
  const readMs = after.readMs - before.readMs;
  const writeMs = after.writeMs - before.writeMs;
  if (Math.min(reads, writes, readMs, writeMs) < 0 || reads + writes === 0) return undefined;
  return {
    readWaitSeconds: reads === 0 ? undefined : readMs / reads / 1000,
    writeWaitSeconds: writes === 0 ? undefined : writeMs / writes / 1000,
  };
}
