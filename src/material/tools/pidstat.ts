/**
 * pidstat(1) with -u, -d, -r or all of them (-h): processes in intervals and on average. Threads of -t are left out, as
 * their process has a row of its own. Context switches (-w) are not read.
 */
import type { Found, MaterialText, ProcessRow, TextReader } from '../model.js';
import { processRow } from '../emptyReadings.js';
import { keep, placeOf, times, toBytes, toWhole } from './figures.js';
import { plainToolLine } from './plainToolLine.js';
import { SysstatColumns, sysstatWords } from './sysstatTable.js';

export const pidstatReader: TextReader = { name: 'pidstat', read: readPidstat };

const KIB = 1024;
const MEASURES = ['%usr', '%user', '%system', '%CPU', 'kB_rd/s', 'kB_wr/s', 'minflt/s', 'majflt/s'];

function readPidstat({ file, lines }: MaterialText): Found {
  const processes: ProcessRow[] = [];
  let columns: SysstatColumns | undefined;
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    const header = findHeader(line);
    if (header !== undefined) columns = header;
    else if (columns !== undefined) keep(processes, readRow(line, columns, placeOf(file, index)));
  }
  return { processes };
}

function findHeader(line: string): SysstatColumns | undefined {
  if (!line.includes('Command')) return undefined;
  const { words } = sysstatWords(line);
  const isPidstat = words.includes('PID') || words.includes('TGID');
  return isPidstat && words.at(-1) === 'Command' && MEASURES.some(name => words.includes(name))
    ? new SysstatColumns(words)
    : undefined;
}

function readRow(line: string, columns: SysstatColumns, at: ProcessRow['at']): ProcessRow | undefined {
  const { words } = sysstatWords(line);
  if (words.length < columns.length) return undefined;
  const pid = toWhole(columns.word(words, 'PID', 'TGID'));
  const command = words.slice(columns.length - 1).join(' ');
  const cores = columns.share(words, '%CPU');
  // A log line below the table has words, too, and no figures in these places.
  const isRow = cores !== undefined || columns.figure(words, ...MEASURES) !== undefined;
  if (pid === undefined || !isRow) return undefined;
  return processRow(at, 'pidstat', command.slice(0, 1000), {
    pid,
    cores,
    userCores: columns.share(words, '%usr', '%user'),
    systemCores: columns.share(words, '%system'),
    waitCores: columns.share(words, '%wait'),
    residentBytes: toBytes(columns.word(words, 'RSS'), KIB),
    majorFaultsPerSecond: columns.figure(words, 'majflt/s'),
    readBytesPerSecond: times(columns.figure(words, 'kB_rd/s'), KIB),
    writeBytesPerSecond: times(columns.figure(words, 'kB_wr/s'), KIB),
  });
}
