/**
 * The tables of `strace -c` and `-C` (src/count.c of strace), with whichever columns -U gave them. A file may hold several:
 * one for each mode that a process ran in, one for each run that was appended (-A), and one behind a log.
 */
import { isOwnMessage } from './ownMessages.js';

export interface SummaryRow {
  readonly syscall: string;
  readonly calls: number;
  readonly errors: number;
  /** The `seconds` column: system time, wall time with -w; undefined where the table has none. */
  readonly seconds: number | undefined;
}

export interface SummaryTable {
  /** Of its header, from 1. */
  readonly line: number;
  /** Calls of the log that stand before it. */
  readonly callsBefore: number;
  /** It says for another mode of the processes what the table before it says for one: they are of one run. */
  readonly isOfSameRun: boolean;
  readonly rows: readonly SummaryRow[];
}

/** Titles of columns, without blanks: all that strace 4.5 to 7.2 print. */
const TITLES = new Set(
  '%time seconds usecs/call calls errors syscall shortest longest wall-total wall-min wall-max wall-avg'.split(
    ' ',
  ),
);

/** Whether a table begins here, one that names system calls and counts them. */
export function isTableHeader(line: string): boolean {
  if (!line.includes('syscall') || !line.includes('calls')) return false;
  const columns = columnsOf(line);
  return columns.includes('syscall') && columns.includes('calls') && columns.every(name => TITLES.has(name));
}

/** Lines of a file, one after the other; keeps those that belong to a table. */
export class TableReader {
  readonly tables: SummaryTable[] = [];
  private columns: readonly string[] | undefined;
  private rows: SummaryRow[] = [];
  private isBehindMode = false;

  /**
   * @param where line's number, from 1, and the calls of the log before it
   * @returns whether the line is part of a table. A table ends behind its `total`, or at the first line that is none of it.
   */
  take(line: string, where: Pick<SummaryTable, 'line' | 'callsBefore'>): boolean {
    const isOfSameRun = this.isBehindMode && this.tables.at(-1)?.callsBefore === where.callsBefore;
    this.isBehindMode = line.startsWith('System call usage summary for ');
    if (isTableHeader(line)) {
      this.columns = columnsOf(line);
      this.tables.push({ ...where, isOfSameRun, rows: (this.rows = []) });
      return true;
    }
    if (this.columns === undefined) return false;
    if (/^[-\s]*$/.test(line) || isOwnMessage(line.trim())) return true;
    const cells = line.trim().split(/\s+/);
    const row = parseRow(this.columns, cells);
    // Up to 5.x the total has blanks where the rows have not.
    const isTotal = cells.at(this.columns[0] === 'syscall' ? 0 : -1) === 'total';
    if (row === undefined || isTotal) this.columns = undefined;
    else this.rows.push(row);
    return row !== undefined || isTotal;
  }
}

/** Rows of several tables as one: a call that stands in two of them has the sum of both, first seen first. */
export function addUpRows(tables: readonly Pick<SummaryTable, 'rows'>[]): readonly SummaryRow[] {
  const sums = new Map<string, SummaryRow>();
  for (const row of tables.flatMap(({ rows }) => rows)) {
    const sum = sums.get(row.syscall);
    sums.set(row.syscall, sum === undefined ? row : addUp(sum, row));
  }
  return [...sums.values()];
}

function addUp(one: SummaryRow, other: SummaryRow): SummaryRow {
  const isTimed = one.seconds !== undefined || other.seconds !== undefined;
  return {
    syscall: one.syscall,
    calls: one.calls + other.calls,
    errors: one.errors + other.errors,
    seconds: isTimed ? (one.seconds ?? 0) + (other.seconds ?? 0) : undefined,
  };
}

function columnsOf(header: string): readonly string[] {
  return header.replace('% time', '%time').trim().split(/\s+/);
}

function parseRow(columns: readonly string[], cells: readonly string[]): SummaryRow | undefined {
  // The errors cell is blank where there were none: then the row is one cell short.
  const isWithoutErrors = cells.length === columns.length - 1;
  if (!isWithoutErrors && cells.length !== columns.length) return undefined;
  const present = isWithoutErrors ? columns.filter(column => column !== 'errors') : columns;
  const cell = (name: string): string | undefined => cells[present.indexOf(name)];
  const syscall = cell('syscall');
  const calls = countOf(cell('calls'));
  const errors = countOf(cell('errors') ?? '0');
  const seconds = cell('seconds') ?? cell('wall-total');
  if (syscall === undefined || calls === undefined || errors === undefined) return undefined;
  return { syscall, calls, errors, seconds: seconds === undefined ? undefined : secondsOf(seconds) };
}

function countOf(cell: string | undefined): number | undefined {
  return cell !== undefined && /^\d{1,16}$/.test(cell) ? Number(cell) : undefined;
}

/** Printed in the user's locale: `0,000458` in German, Arabic has its own comma. */
function secondsOf(cell: string): number | undefined {
  const match = /^(\d{1,12})[.,\u066b](\d{1,9})$/.exec(cell);
  return match === null ? undefined : Number(`${match[1] ?? '0'}.${match[2] ?? '0'}`);
}
