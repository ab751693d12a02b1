/**
 * Disks: iostat -x of all generations of sysstat, and `sar -d`. The first report of an iostat
 * is an average since the boot and is left out where another follows.
 */
import type { DiskReading, Found, MaterialText, TextReader } from '../model.js';
import { diskReading } from '../emptyReadings.js';
import { keep, placeOf, times, toBytes } from './figures.js';
import { plainToolLine } from './plainToolLine.js';
import { SysstatColumns, sysstatWords } from './sysstatTable.js';

export const iostatReader: TextReader = { name: 'iostat', read: readIostat };

const SECTOR = 512;
const KIB = 1024;
const MIB = KIB * KIB;
const DEVICE = /^[A-Za-z][\w!.:/-]{0,120}$/u;
const BANNER = /^\s{0,8}Linux \d{1,3}\.\d\S{0,100} \(/u;

function readIostat({ file, lines }: MaterialText): Found {
  const disks: DiskReading[] = [];
  let columns: SysstatColumns | undefined;
  let run: RunOfReports | undefined;
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    if (BANNER.test(line)) run = new RunOfReports();
    const header = findHeader(line);
    if (header !== undefined) {
      columns = header;
      run?.next(disks);
    } else if (columns !== undefined) {
      const row = readRow(line, columns, placeOf(file, index));
      if (row === 'end') columns = undefined;
      else keep(disks, row);
    }
  }
  return { disks };
}

/** Reports between two banners of iostat. */
class RunOfReports {
  #reports = 0;
  #from = 0;

  /** Another report begins: takes away the first one's rows when it is the second. */
  next(disks: DiskReading[]): void {
    this.#reports++;
    if (this.#reports === 1) this.#from = disks.length;
    else if (this.#reports === 2) disks.splice(this.#from);
  }
}

const DEVICE_HEADER = /^(?:Device:?|DEV)$/u;

function findHeader(line: string): SysstatColumns | undefined {
  const { words } = sysstatWords(line);
  // -h and --pretty have the device last, and figures with K and M.
  if (!DEVICE_HEADER.test(words[0] ?? '') && words.at(-1) !== 'Device') return undefined;
  // iostat without -x has transfers alone, which say nothing of waiting.
  return words.includes('%util') || words.some(word => word.endsWith('await'))
    ? new SysstatColumns(words)
    : undefined;
}

/** `end`: below the table. */
function readRow(
  line: string,
  columns: SysstatColumns,
  at: DiskReading['at'],
): DiskReading | 'end' | undefined {
  const { words } = sysstatWords(line);
  if (words.length === 0) return undefined;
  const device = columns.word(words, 'Device', 'Device:', 'DEV') ?? '';
  if (!DEVICE.test(device) || columns.figure(words, 'w/s', 'r/s', 'tps', '%util') === undefined) return 'end';
  // A row that the window cut off has its first columns right.
  return diskReading(at, device, {
    readsPerSecond: columns.figure(words, 'r/s'),
    writesPerSecond: columns.figure(words, 'w/s'),
    readBytesPerSecond: readRate(words, columns, 'r'),
    writeBytesPerSecond: readRate(words, columns, 'w'),
    readWaitSeconds: seconds(columns.figure(words, 'r_await')),
    writeWaitSeconds: seconds(columns.figure(words, 'w_await')),
    waitSeconds: seconds(columns.figure(words, 'await')),
    queue: columns.figure(words, 'aqu-sz', 'avgqu-sz'),
    busyShare: columns.share(words, '%util'),
  });
}

function readRate(words: readonly string[], columns: SysstatColumns, kind: 'r' | 'w'): number | undefined {
  const long = kind === 'r' ? 'rd_sec/s' : 'wr_sec/s';
  return (
    toBytes(columns.word(words, `${kind}kB/s`), KIB) ??
    times(columns.figure(words, `${kind}MB/s`), MIB) ??
    times(columns.figure(words, `${kind}sec/s`, long), SECTOR)
  );
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}
