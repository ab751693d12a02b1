/**
 * Columns of a table of processes by their header, or by the fields that a `ps -o` asked for, and one row read by them.
 * ps(1), top(1) and htop(1) name them; the widths are not used, as posts lose spaces.
 */
import type { ProcessRow } from '../model.js';
import { times, toBytes, toClockSeconds, toNumber, toShare, toWhole, wordsOf } from './figures.js';

type Column =
  | 'pid'
  | 'thread'
  | 'cores'
  | 'state'
  | 'wchan'
  | 'elapsed'
  | 'cpu-time'
  | 'resident'
  | 'start'
  | 'start-day'
  | 'command'
  | 'other';

const COLUMNS: ReadonlyMap<string, Column> = new Map<string, Column>([
  ['PID', 'pid'],
  ...['TID', 'LWP', 'SPID'].map(name => [name, 'thread'] as const),
  ...['%CPU', 'CPU%', 'PCPU', 'C'].map(name => [name, 'cores'] as const),
  ...['S', 'STAT', 'STATE'].map(name => [name, 'state'] as const),
  ['WCHAN', 'wchan'],
  ...['ELAPSED', 'ETIME', 'ETIMES'].map(name => [name, 'elapsed'] as const),
  ...['TIME', 'TIME+', 'CPUTIME'].map(name => [name, 'cpu-time'] as const),
  ...['RSS', 'RES', 'RSZ'].map(name => [name, 'resident'] as const),
  ...['START', 'BSDSTART'].map(name => [name, 'start-day'] as const),
  ...['STARTED', 'STIME', 'LSTART', 'START_TIME'].map(name => [name, 'start'] as const),
  ...['COMMAND', 'CMD', 'COMM', 'ARGS', 'UCMD', 'UCOMM'].map(name => [name, 'command'] as const),
]);
/** Headers of lsof, pidstat, nvidia-smi and kernel tools that have a PID and a command, too. */
const OF_OTHERS =
  /^(?:FD|NODE|%usr|%user|%system|kB_rd\/s|minflt\/s|cswch\/s|TID\/s|MNT_NS|RET|IO>|SWAPIN|GPU|LADDR)$/u;

export interface ProcessTable {
  readonly tool: 'ps' | 'top';
  readonly columns: readonly Column[];
}

/** Undefined where the line is not the header of a table of processes. */
export function findProcessTable(line: string): ProcessTable | undefined {
  if (!line.includes('PID')) return undefined;
  const words = wordsOf(line).filter(word => word !== '|');
  if (words.length < 3 || words.length > 40 || words.some(word => OF_OTHERS.test(word))) return undefined;
  const table = tableOf(words.map(word => word.toUpperCase()));
  const known = table.columns.filter(column => column !== 'other').length;
  return isWhole(table) && known >= 3 ? table : undefined;
}

/** Of the command `ps -eo pid,stat,wchan:32,cmd`, whose rows may have been filtered from their header. */
export function findAskedTable(command: string): ProcessTable | undefined {
  if (!/\bps\b/u.test(command)) return undefined;
  const asked =
    /\s-?[A-Za-z]{0,6}(?:o|-format)[ =]{0,2}["']?((?:[\w%+]{1,20}(?:[:=][\w-]{0,20})?,?){2,30})/u.exec(
      command,
    )?.[1];
  if (asked === undefined) return undefined;
  const names = asked.split(',').map(name => (name.split(/[:=]/u)[0] ?? '').toUpperCase());
  const table = tableOf(names.filter(name => name !== ''));
  return isWhole(table) ? table : undefined;
}

function tableOf(names: readonly string[]): ProcessTable {
  return {
    tool: names.some(name => name === 'SHR' || name === 'VIRT' || name === '%VSZ') ? 'top' : 'ps',
    // `-o wchan=WIDE-WCHAN-COLUMN` is how ps's manual makes it wide.
    columns: names.map(name => COLUMNS.get(name) ?? (name.includes('WCHAN') ? 'wchan' : 'other')),
  };
}

function isWhole({ columns }: ProcessTable): boolean {
  return columns.includes('pid') && columns.includes('command');
}

const table = (tool: ProcessTable['tool'], names: string): ProcessTable => ({
  ...tableOf(wordsOf(names)),
  tool,
});
const AUX = table('ps', 'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND');
const EF = table('ps', 'UID PID PPID C STIME TTY TIME CMD');
const AX = table('ps', 'PID TTY STAT TIME COMMAND');
const TOP = table('top', 'PID USER PR NI VIRT RES SHR S %CPU %MEM TIME+ COMMAND');
const TTY = /^(?:\?|tty\S{1,8}|pts\/\d{1,4}|console)$/u;
const TTY_OF_EF = 5;

/** The table that a row without header is of, by its shape: `ps aux`, `ps ax`, `ps -ef`, `top`. */
export function guessTable(line: string): ProcessTable | undefined {
  const words = wordsOf(line.slice(0, 400));
  const at = (index: number): string => words[index] ?? '';
  if (isAuxRow(words)) return AUX;
  if (/^(?:rt|-?\d{1,3})$/u.test(at(2)) && /^-?\d{1,2}$/u.test(at(3)) && /^[A-Z]$/iu.test(at(7)))
    return toClockSeconds(at(10)) === undefined ? undefined : TOP;
  if (isAxRow(words)) return AX;
  const isEf = /^\d{1,2}$/u.test(at(3)) && TTY.test(at(TTY_OF_EF)) && /^[\d:-]{8,16}$/u.test(at(6));
  return isEf ? EF : undefined;
}

const DAY_SECONDS = 86_400;

/**
 * `ps aux` has a date, `Nov20`, or a year only from 24 h on, else a time of day (procps, ps/output.c): the least age. STIME
 * of `ps -ef` changes at midnight and tells nothing.
 */
function isDay(word: string): boolean {
  return MONTH.test(word.slice(0, 3)) ? /^\D{3}\d{0,2}$/u.test(word) : /^20\d\d$/u.test(word);
}

/** ps leaves the decimals away from 100 % on. */
function isAuxRow([, , cpu = '', memory = '', , , tty = '', state = '']: readonly string[]): boolean {
  return (
    /^\d{1,6}(?:\.\d)?$/u.test(cpu) && /^\d{1,3}\.\d$/u.test(memory) && TTY.test(tty) && STATE.test(state)
  );
}

/** `45426 ?  RN  0:03 du -s /var`. */
function isAxRow([pid = '', tty = '', state = '', time = '']: readonly string[]): boolean {
  return /^\d{1,8}$/u.test(pid) && TTY.test(tty) && STATE.test(state) && /^\d{1,6}:\d\d$/u.test(time);
}

/** What `ps f` draws before a child: `|   \_ du -s /var`. */
const TREE = /^(?:\| ){0,20}\\_ /u;
/** R running, D uninterruptible and so on, with ps's marks. */
const STATE = /^[RSDZTtIXWPK][<NLsl+]{0,5}$/u;
const RESIDENT_UNIT = 1024;
const WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)$/u;
const MONTH = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$/u;

export type ProcessFields = Partial<Omit<ProcessRow, 'at' | 'tool' | 'command'>> & {
  readonly command: string;
};

/** The row by its table's columns; undefined where a word is not what its column has. */
export function readProcessRow(line: string, { columns }: ProcessTable): ProcessFields | undefined {
  const words = wordsOf(line);
  const commandAt = columns.lastIndexOf('command');
  const tail = columns.slice(commandAt + 1);
  if (words.length < columns.length) return undefined;
  let next = 0;
  let fields: Partial<ProcessFields> = {};
  for (const column of columns.slice(0, commandAt)) {
    const taken = readField(column, words[next] ?? '');
    if (taken === undefined) return undefined;
    fields = { ...fields, ...taken };
    next += wordsTaken(column, words, next);
  }
  const end = words.length - tail.length;
  for (const [offset, column] of tail.entries()) {
    const taken = readField(column, words[end + offset] ?? '');
    if (taken === undefined) return undefined;
    fields = { ...fields, ...taken };
  }
  const command = words.slice(next, end).join(' ').slice(0, 1000).replace(TREE, '');
  return command === '' ? undefined : { ...fields, command };
}

function wordsTaken(column: Column, words: readonly string[], at: number): number {
  const word = words[at] ?? '';
  // `-o lstart` is `Fri Nov 27 07:03:30 2026`, `-o start` may be `Nov 27`.
  if (column === 'start' && WEEKDAY.test(word)) return 5;
  if ((column === 'start' || column === 'start-day') && MONTH.test(word)) return 2;
  // busybox: `S <`.
  if (column === 'state' && /^[<N]$/u.test(words[at + 1] ?? '')) return 2;
  return 1;
}

/** Undefined: it cannot be this column. */
function readField(column: Column, word: string): Partial<ProcessFields> | undefined {
  if (column === 'state') return STATE.test(word) ? { state: word.slice(0, 1) } : undefined;
  if (column === 'thread') return toWhole(word) === undefined ? undefined : {};
  if (column === 'pid') {
    const pid = toWhole(word);
    return pid === undefined ? undefined : { pid };
  }
  if (column !== 'cores') return readLooseField(column, word);
  const cores = toShare(word);
  return cores === undefined ? undefined : { cores };
}

/** What may be missing in a row (`-`) without making it no row. */
function readLooseField(column: Column, word: string): Partial<ProcessFields> {
  if (column === 'wchan') return /^(?:-|0|\?)$/u.test(word) ? {} : { waitsIn: word.slice(0, 200) };
  if (column === 'start-day') return isDay(word) ? { ageSeconds: DAY_SECONDS } : {};
  if (column === 'elapsed') return { ageSeconds: toClockSeconds(word) ?? toNumber(word) };
  if (column === 'cpu-time') return { cpuSeconds: toClockSeconds(word) };
  if (column === 'resident') return { residentBytes: times(toBytes(word, RESIDENT_UNIT), 1) };
  return {};
}
