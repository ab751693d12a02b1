/** Calls by system call: what `strace -c` counts, from whichever log there is. */
import type { CallRecord } from './callRecord.js';
import type { StraceLog } from './parseLog.js';

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

/** Most calls first, ties by name. A log's own calls win over a `-c` table in the same file (strace -C prints both). */
export function buildCallTable(log: Pick<StraceLog, 'calls' | 'summary'>): readonly CallTableRow[] {
  const rows = log.calls.length > 0 ? countCalls(log.calls) : log.summary.map(fromSummary);
  return [...rows].sort((a, b) => b.calls - a.calls || (a.syscall < b.syscall ? -1 : 1));
}

function fromSummary(row: StraceLog['summary'][number]): CallTableRow {
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
