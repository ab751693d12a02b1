/** iotop(8): processes and what they read and write, in interactive and batch mode. Sums above the table are not read. */
import type { Found, MaterialText, ProcessRow, TextReader } from '../model.js';
import { processRow } from '../emptyReadings.js';
import { keep, placeOf, times, toNumber } from './figures.js';
import { plainToolLine } from './plainToolLine.js';

export const iotopReader: TextReader = { name: 'iotop', read: readIotop };

/** `  2211 be/4 root        0.00 B/s  118.00 M/s  0.00 % 99.99 % kubelet --config=x`; -b -t puts a time before it. */
const ROW =
  /^\s{0,8}(?:\d\d:\d\d:\d\d {1,4})?(?:b')? {0,8}(\d{1,8}) (?:be|rt|idle)(?:\/\d)? {1,4}\S{1,40} {1,20}(\d{1,9}\.\d\d) ([BKMGT])\/s {1,12}(\d{1,9}\.\d\d) ([BKMGT])\/s(?: {1,8}(?:\d{1,3}\.\d\d %|\?unavailable\?)){0,2} {1,4}(\S.{0,1000})$/u;
const UNITS: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

function readIotop({ file, lines }: MaterialText): Found {
  const processes: ProcessRow[] = [];
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    const match = line.includes('/s') ? ROW.exec(line) : null;
    if (match === null) continue;
    const [, pid, read, readUnit = '', write, writeUnit = '', command = ''] = match;
    const known = {
      pid: toNumber(pid),
      readBytesPerSecond: times(toNumber(read), UNITS[readUnit] ?? 1),
      writeBytesPerSecond: times(toNumber(write), UNITS[writeUnit] ?? 1),
    };
    keep(processes, processRow(placeOf(file, index), 'top', command.trimEnd(), known));
  }
  return { processes };
}
