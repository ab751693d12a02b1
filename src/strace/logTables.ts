/**
 * What the `-c` tables of a file count: the calls of the log before them (strace -C prints both, a table for each mode that
 * the process ran in), or those of another run, appended to the same file (-A).
 */
import type { CallRecord } from './callRecord.js';
import { addUpRows, type SummaryTable } from './parseSummary.js';

export interface LogTable extends SummaryTable {
  /** The file's log has the same calls: they are not counted twice. */
  readonly isOfLog: boolean;
}

/** Share of a table's calls that a whole log before it may lack: those that ended while strace was already leaving. */
const LACKING = 0.02;
/** As many calls may be lacking whatever the table's size. */
const ALWAYS_LACKING = 2;

/**
 * @param calls of the whole log, in its order
 * @param isIncomplete the log's beginning is missing, so that it may have fewer calls than its own table
 */
export function assignTables(
  tables: readonly SummaryTable[],
  calls: readonly CallRecord[],
  isIncomplete: boolean,
): readonly LogTable[] {
  const assigned: LogTable[] = [];
  let from = 0;
  for (const run of runsOf(tables)) {
    const place = run[0]?.callsBefore ?? from;
    const isOfLog = place > from && covers(run, countResults(calls.slice(from, place)), isIncomplete);
    for (const table of run) assigned.push({ ...table, isOfLog });
    from = place;
  }
  return assigned;
}

/** The tables of each run of strace: one, or one for each mode that its processes ran in. */
function runsOf(tables: readonly SummaryTable[]): readonly (readonly SummaryTable[])[] {
  const runs: SummaryTable[][] = [];
  for (const table of tables) {
    const last = runs.at(-1);
    if (table.isOfSameRun && last !== undefined) last.push(table);
    else runs.push([table]);
  }
  return runs;
}

interface Counts {
  readonly calls: ReadonlyMap<string, number>;
  readonly total: number;
  readonly errors: number;
}

function covers(tables: readonly SummaryTable[], log: Counts, isIncomplete: boolean): boolean {
  const rows = addUpRows(tables);
  const inTable = new Map(rows.map(({ syscall, calls }) => [syscall, calls]));
  for (const [syscall, calls] of log.calls) if (calls > (inTable.get(syscall) ?? 0)) return false;
  const total = rows.reduce((sum, row) => sum + row.calls, 0);
  const errors = rows.reduce((sum, row) => sum + row.errors, 0);
  // -z prints successes alone, -Z failures alone; the table counts both.
  const isSuccesses = log.errors === 0 && isNearly(log.total, total - errors);
  const isFailures = log.errors === log.total && isNearly(log.total, errors);
  return isIncomplete || isNearly(log.total, total) || isSuccesses || isFailures;
}

function isNearly(count: number, whole: number): boolean {
  return whole - count <= Math.max(ALWAYS_LACKING, whole * LACKING);
}

/** strace counts a call when it returns: `exit_group(0) = ?` never does. */
function countResults(calls: readonly CallRecord[]): Counts {
  const counts = new Map<string, number>();
  let total = 0;
  let errors = 0;
  for (const { syscall, result, isError } of calls) {
    if (result === undefined || result === '?') continue;
    counts.set(syscall, (counts.get(syscall) ?? 0) + 1);
    total++;
    if (isError) errors++;
  }
  return { calls: counts, total, errors };
}
