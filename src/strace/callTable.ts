/** Calls by system call: what `strace -c` counts, from whichever log there is. */
import type { CallRecord } from './callRecord.js';
import type { StraceLog } from './parseLog.js';
import { addUpRows, type SummaryRow } from './parseSummary.js';

export interface CallTableRow {
  readonly syscall: string;
  /** Calls whose result was seen. */
  readonly calls: number;
  readonly errors: number;
  /** Wall time of those calls; undefined where the log has no durations. */
  readonly wallSeconds: number | undefined;
  /** Mean of the calls that have a duration: an end whose start was not recorded has none. */
  readonly meanSeconds: number | undefined;
  readonly longestSeconds: number | undefined;
}

/**
 * Most calls first, ties by name. Calls of the log, and those that only a `-c` table of the same file counts: a table that
 * counts the log itself (strace -C) adds nothing.
 */
export function buildCallTable(log: Pick<StraceLog, 'calls' | 'tables'>): readonly CallTableRow[] {
  const rows = new Map(countCalls(log.calls).map(row => [row.syscall, row]));
  for (const counted of addUpRows(log.tables.filter(({ isOfLog }) => !isOfLog))) {
    const row = rows.get(counted.syscall);
    rows.set(counted.syscall, row === undefined ? fromSummary(counted) : withCounted(row, counted));
  }
  return [...rows.values()].sort((a, b) => b.calls - a.calls || (a.syscall < b.syscall ? -1 : 1));
}

/** A table's calls have no durations: those of the row stay the log's. */
function withCounted(row: CallTableRow, counted: SummaryRow): CallTableRow {
  return { ...row, calls: row.calls + counted.calls, errors: row.errors + counted.errors };
}

function fromSummary(row: SummaryRow): CallTableRow {
  // The table's seconds are system time unless -w was given, which it does not say: not passed off as wall time.
  return {
    syscall: row.syscall,
    calls: row.calls,
    errors: row.errors,
    wallSeconds: undefined,
    meanSeconds: undefined,
    longestSeconds: undefined,
  };
}

function countCalls(calls: readonly CallRecord[]): CallTableRow[] {
  interface Sum {
    calls: number;
    errors: number;
    wall: number | undefined;
    timed: number;
    longest: number | undefined;
  }
  const sums = new Map<string, Sum>();
  for (const call of calls) {
    if (call.result === undefined) continue;
    let sum = sums.get(call.syscall);
    if (sum === undefined)
      sums.set(call.syscall, (sum = { calls: 0, errors: 0, wall: undefined, timed: 0, longest: undefined }));
    sum.calls++;
    if (call.isError) sum.errors++;
    if (call.durationSeconds === undefined) continue;
    sum.timed++;
    sum.wall = (sum.wall ?? 0) + call.durationSeconds;
    sum.longest = Math.max(sum.longest ?? 0, call.durationSeconds);
  }
  return [...sums].map(([syscall, sum]) => ({
    syscall,
    calls: sum.calls,
    errors: sum.errors,
    wallSeconds: sum.wall,
    meanSeconds: sum.wall === undefined ? undefined : sum.wall / sum.timed,
    longestSeconds: sum.longest,
  }));
}
