/**
 * `inspect` for logs of system calls: strace text and the kernel's own trace, as one JSON object. The numbers are those
 * of the views; reading is src/evidence, printing inspect.ts.
 */
import type { CallsEvidence, KernelTraceEvidence, StraceEvidence } from '../evidence/model.js';
import type { KernelCall } from '../ktrace/kernelCall.js';
import type { FutexAnalysis } from '../strace/futex.js';
import type { LeftOut } from '../strace/leftOutLines.js';
import type { StraceLog } from '../strace/parseLog.js';
import type { SaidFinding } from '../report/sayFinding.js';
import { inspectFindings } from './inspectFindings.js';

interface FutexReport {
  readonly operations: readonly { readonly op: string; readonly result: string; readonly calls: number }[];
  readonly threads: number;
  readonly addresses: number;
  readonly timeouts: number;
  readonly unfinished: number;
}

export interface StraceReport {
  readonly format: 'strace';
  readonly lines: number;
  readonly calls: readonly CountedCall[];
  /** The `-c` tables of the file, the first {@link MOST_TABLES}. */
  readonly tables: readonly {
    /** Of its header, from 1. */
    readonly line: number;
    /** It counts the log before it (strace -C): `calls` has them once. */
    readonly isOfLog: boolean;
    readonly calls: readonly (CountedCall & { readonly seconds: number | undefined })[];
  }[];
  readonly futex: FutexReport;
  readonly verdict: readonly SaidFinding[];
  /** Lines that are in no count, by kind: how many, and the first. */
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
}

interface CountedCall {
  readonly syscall: string;
  readonly calls: number;
  readonly errors: number;
}

const MOST_TABLES = 20;

export interface KernelTraceReport {
  readonly format: 'ktrace';
  readonly lines: number;
  readonly events: number;
  readonly lost: number;
  readonly calls: readonly {
    readonly number: number;
    readonly syscall: string;
    readonly calls: number;
    readonly errors: number;
    /** Wall time of the calls whose start was recorded. */
    readonly microseconds: number;
  }[];
  readonly futex: FutexReport;
  readonly verdict: readonly SaidFinding[];
  readonly warnings: readonly string[];
}

export function inspectCalls(evidence: CallsEvidence): StraceReport | KernelTraceReport {
  return evidence.engine === 'kernel' ? inspectKernelTrace(evidence) : inspectStrace(evidence);
}

export function inspectStrace({ log, futex, table, verdict }: StraceEvidence): StraceReport {
  return {
    format: 'strace',
    lines: log.lines,
    calls: table.map(({ syscall, calls, errors }) => ({ syscall, calls, errors })),
    tables: log.tables
      .slice(0, MOST_TABLES)
      .map(({ line, isOfLog, rows }) => ({ line, isOfLog, calls: rows })),
    futex: reportFutex(futex),
    verdict: inspectFindings(verdict),
    leftOut: log.leftOut,
    warnings: straceWarnings(log),
  };
}

export function inspectKernelTrace({ log: trace, futex, verdict }: KernelTraceEvidence): KernelTraceReport {
  return {
    format: 'ktrace',
    lines: trace.lines,
    events: trace.events,
    lost: trace.lost,
    calls: countByNumber(trace.calls),
    futex: reportFutex(futex),
    verdict: inspectFindings(verdict),
    warnings: [
      ...(trace.lost > 0
        ? [`${trace.lost} events were lost before they were read: all counts are lower bounds.`]
        : []),
      ...countWarning(trace.endsWithoutStart, 'results of calls that began before the trace did'),
      ...trace.leftOut.map(
        ({ count, first }) => `${count} lines are no system call events. The first: ${first}`,
      ),
      ...limitWarnings(trace),
      ...(trace.isFilesCut
        ? [
            'The kubelet had more files open, or longer paths, than the trace notes: some calls are without their file.',
          ]
        : []),
    ],
  };
}

function countByNumber(calls: readonly KernelCall[]): KernelTraceReport['calls'] {
  const rows = new Map<
    string,
    { number: number; syscall: string; calls: number; errors: number; seconds: number }
  >();
  for (const call of calls) {
    if (call.result === undefined) continue;
    let row = rows.get(call.syscall);
    if (row === undefined) {
      row = { number: call.number, syscall: call.syscall, calls: 0, errors: 0, seconds: 0 };
      rows.set(call.syscall, row);
    }
    row.calls++;
    if (call.isError) row.errors++;
    row.seconds += call.durationSeconds ?? 0;
  }
  return [...rows.values()]
    .sort((a, b) => b.calls - a.calls || a.number - b.number)
    .map(({ seconds, ...row }) => ({ ...row, microseconds: Math.round(seconds * 1e6) }));
}

function reportFutex(futex: FutexAnalysis): FutexReport {
  return {
    operations: futex.operations.map(row => ({ op: row.operation, result: row.result, calls: row.calls })),
    threads: futex.threads.length,
    addresses: futex.addresses.length,
    timeouts: futex.timeouts,
    unfinished: futex.unfinished,
  };
}

function straceWarnings(log: StraceLog): string[] {
  const others = log.tables.filter(({ isOfLog }) => !isOfLog);
  const counted = others.flatMap(({ rows }) => rows).reduce((sum, row) => sum + row.calls, 0);
  return [
    ...log.leftOut.map(({ kind, count, first }) => `${count} ${LEFT_OUT[kind]}. The first: ${first}`),
    ...countWarning(log.endsWithoutStart, 'results of calls that began before the log did'),
    ...limitWarnings(log),
    ...(others.length < log.tables.length
      ? ['The log also holds a -c table; the calls are counted from its lines.']
      : []),
    ...(log.calls.length > 0 && others.length > 0
      ? [
          `The file also holds -c tables of other runs: ${others.length}. Their ${counted} calls are counted, too.`,
        ]
      : []),
    ...(log.calls.length === 0 && others.length > 1
      ? [`The file holds ${others.length} -c tables; their counts are added up.`]
      : []),
  ];
}

const LEFT_OUT: Readonly<Record<LeftOut['kind'], string>> = {
  unknown: 'lines are no strace output',
  frame: 'lines are stacks of -k, which are not shown',
  dump: 'lines are bytes that were read or written, which are not shown',
};

function limitWarnings({ lines, longLines, isCut }: Pick<StraceLog, 'lines' | 'longLines' | 'isCut'>) {
  return [
    ...countWarning(longLines, 'lines are too long to be read'),
    ...(isCut ? [`The file has more lines than are read: every count is of the first ${lines}.`] : []),
  ];
}

function countWarning(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}.`];
}
