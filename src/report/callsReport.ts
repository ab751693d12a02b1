/** The report of a trace of system calls, by strace or by the kernel: the same from both. */
import type { CallsEvidence } from '../evidence/model.js';
import type { CallRecord } from '../strace/callRecord.js';
import type { CallTableRow } from '../strace/callTable.js';
import { isFutexCall } from '../strace/futexArguments.js';
import { IDLE_KUBELET } from '../strace/idleKubelet.js';
import type { StraceLog } from '../strace/parseLog.js';
import { findSlowCalls } from '../strace/slowCalls.js';
import { capRows } from './capped.js';
import { buildFutexReport } from './futexReport.js';
import type { CallRow, CallsReport, Comparison, SlowCallRow } from './model.js';

/** There are fewer system calls than this. */
const MOST_CALLS = 600;
const MOST_SLOW = 300;

/** What only logs of one of the two tools have. */
interface OfTool {
  readonly summary: StraceLog['summary'];
  readonly tables: StraceLog['tables'];
  readonly leftOut: StraceLog['leftOut'];
  readonly signals: number;
  readonly lost: number;
  readonly isFilesCut: boolean;
}

function ofTool(evidence: CallsEvidence): OfTool {
  if (evidence.engine === 'kernel') {
    const { lost, isFilesCut, leftOut } = evidence.log;
    return { summary: [], tables: [], leftOut, signals: 0, lost, isFilesCut };
  }
  const { summary, tables, leftOut, signals } = evidence.log;
  return { summary, tables, leftOut, signals, lost: 0, isFilesCut: false };
}

/** Lists cut to what a page shows, with their totals. */
export function reportCalls(evidence: CallsEvidence): CallsReport {
  const { engine, log, futex, table, verdict } = evidence;
  const { calls, spanSeconds } = log;
  const { summary, tables, leftOut, signals, lost, isFilesCut } = ofTool(evidence);
  const isTable = calls.length === 0 && summary.length > 0;
  const slow = [...findSlowCalls(calls)]
    .sort((a, b) => (b.durationSeconds ?? 0) - (a.durationSeconds ?? 0) || a.tid - b.tid)
    .map(slowRow);
  const isFutexOnly = !isTable && calls.length > 0 && calls.every(call => isFutexCall(call.syscall));
  return {
    kind: 'calls',
    engine,
    form: isTable ? 'table' : 'log',
    lines: log.lines,
    calls: sum(table, row => row.calls),
    errors: sum(table, row => row.errors),
    threads: countThreads(calls),
    spanSeconds,
    unfinished: calls.reduce((count, call) => count + (call.result === undefined ? 1 : 0), 0),
    endsWithoutStart: log.endsWithoutStart,
    lost,
    unparsedLines: log.unparsedLines,
    longLines: log.longLines,
    isCut: log.isCut,
    isFilesCut,
    leftOut,
    countTables: countTables(tables),
    signals,
    isFutexOnly,
    verdict,
    comparison: compareWithIdle(table, summary, isFutexOnly, futex),
    table: capRows(withTableSeconds(table, summary), MOST_CALLS),
    slowest: capRows(slow, MOST_SLOW),
    hasDurations: calls.some(call => call.durationSeconds !== undefined),
    futex: buildFutexReport(futex, calls, spanSeconds),
  };
}

function countTables(tables: StraceLog['tables']): CallsReport['countTables'] {
  const callsOf = (isOfLog: boolean): number =>
    sum(
      tables.filter(table => table.isOfLog === isOfLog).flatMap(({ rows }) => rows),
      row => row.calls,
    );
  return {
    ofLog: tables.filter(({ isOfLog }) => isOfLog).length,
    ofLogCalls: callsOf(true),
    others: tables.filter(({ isOfLog }) => !isOfLog).length,
    otherCalls: callsOf(false),
  };
}

function countThreads(calls: readonly CallRecord[]): number {
  const tids = new Set(calls.map(call => call.tid));
  // 0 stands for a thread that the log does not name.
  tids.delete(0);
  return tids.size;
}

function slowRow(call: CallRecord): SlowCallRow {
  return {
    syscall: call.syscall,
    seconds: call.durationSeconds ?? 0,
    tid: call.tid,
    startSeconds: call.startSeconds,
    result: call.result ?? '',
    path: call.file?.path,
    isInferred: call.file?.isInferred ?? false,
    descriptor: call.descriptor,
  };
}

function withTableSeconds(table: readonly CallTableRow[], summary: StraceLog['summary']): readonly CallRow[] {
  const seconds = new Map<string, number | undefined>();
  for (const row of summary) if (!seconds.has(row.syscall)) seconds.set(row.syscall, row.seconds);
  return table.map(row => ({ ...row, tableSeconds: seconds.get(row.syscall) }));
}

function compareWithIdle(
  table: readonly CallTableRow[],
  summary: StraceLog['summary'],
  isFutexOnly: boolean,
  futex: { readonly calls: number; readonly timeouts: number },
): readonly Comparison[] {
  const counted = table.find(row => row.syscall === 'futex') ?? { calls: 0, errors: 0 };
  const all = sum(table, row => row.calls);
  const seconds = sum(summary, row => row.seconds ?? 0);
  const futexSeconds = summary.find(row => row.syscall === 'futex')?.seconds;
  // A -c table has no results, but errors, which on futex are nearly all ETIMEDOUT.
  const { calls, timeouts } = futex.calls > 0 ? futex : { calls: counted.calls, timeouts: counted.errors };
  return [
    {
      of: 'futexCalls',
      here: isFutexOnly ? undefined : shareOf(counted.calls, all),
      idle: IDLE_KUBELET.futexShareOfCalls,
    },
    {
      of: 'futexTime',
      here: futexSeconds === undefined ? undefined : shareOf(futexSeconds, seconds),
      idle: IDLE_KUBELET.futexShareOfTime,
    },
    { of: 'timeouts', here: shareOf(timeouts, calls), idle: IDLE_KUBELET.timeoutShareOfFutex },
  ];
}

function shareOf(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

function sum<Row>(rows: readonly Row[], value: (row: Row) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
