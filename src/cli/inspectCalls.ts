/**
 * `inspect` for logs of system calls: strace text and the kernel's own trace, as one JSON object. The numbers are those
 * of the views; reading and printing are inspect.ts.
 */
import { parseEvents, type KernelCall } from '../ktrace/parseEvents.js';
import { recogniseReport } from '../report/readReport.js';
import { buildCallTable } from '../strace/callTable.js';
import { analyseFutex, type FutexAnalysis } from '../strace/futex.js';
import { judgeCounts, judgeGo } from '../strace/goVerdict.js';
import { parseLog, type StraceLog } from '../strace/parseLog.js';
import type { VerdictLine } from '../strace/verdictSentences.js';
import { inspectVerdict, type InspectedVerdict } from './inspectVerdict.js';

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
  readonly calls: readonly { readonly syscall: string; readonly calls: number; readonly errors: number }[];
  readonly futex: FutexReport;
  readonly verdict: readonly InspectedVerdict<VerdictLine>[];
  readonly warnings: readonly string[];
}

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
  readonly verdict: readonly InspectedVerdict<VerdictLine>[];
  readonly warnings: readonly string[];
}

/** Undefined where the bytes are no log of system calls: then they may be a profile. */
export function inspectCallLog(bytes: Uint8Array): StraceReport | KernelTraceReport | undefined {
  const format = recogniseReport(bytes);
  if (format !== 'strace' && format !== 'ktrace') return undefined;
  const text = new TextDecoder().decode(bytes);
  return format === 'ktrace' ? inspectKernelTrace(text) : inspectStrace(text);
}

export function inspectStrace(text: string): StraceReport {
  const log = parseLog(text);
  const futex = analyseFutex(log.calls);
  return {
    format: 'strace',
    lines: log.lines,
    calls: buildCallTable(log).map(({ syscall, calls, errors }) => ({ syscall, calls, errors })),
    futex: reportFutex(futex),
    verdict: inspectVerdict(
      log.calls.length === 0 && log.summary.length > 0
        ? judgeCounts(log.summary)
        : judgeGo(futex, log.calls, log.spanSeconds),
    ),
    warnings: straceWarnings(log),
  };
}

export function inspectKernelTrace(text: string): KernelTraceReport {
  const trace = parseEvents(text);
  const futex = analyseFutex(trace.calls);
  return {
    format: 'ktrace',
    lines: trace.lines,
    events: trace.events,
    lost: trace.lost,
    calls: countByNumber(trace.calls),
    futex: reportFutex(futex),
    verdict: inspectVerdict(judgeGo(futex, trace.calls, trace.spanSeconds)),
    warnings: [
      ...(trace.lost > 0
        ? [`${trace.lost} events were lost before they were read: all counts are lower bounds.`]
        : []),
      ...countWarning(trace.endsWithoutStart, 'results of calls that began before the trace did'),
      ...countWarning(trace.unparsedLines, 'lines are no system call events'),
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
    number,
    { number: number; syscall: string; calls: number; errors: number; seconds: number }
  >();
  for (const call of calls) {
    if (call.result === undefined) continue;
    let row = rows.get(call.number);
    if (row === undefined) {
      row = { number: call.number, syscall: call.syscall, calls: 0, errors: 0, seconds: 0 };
      rows.set(call.number, row);
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
  const both = log.calls.length > 0 && log.summary.length > 0;
  return [
    ...countWarning(log.unparsedLines, 'lines are no strace output'),
    ...countWarning(log.endsWithoutStart, 'results of calls that began before the log did'),
    ...limitWarnings(log),
    ...(both ? ['The log also holds a -c table; the calls are counted from its lines.'] : []),
  ];
}

function limitWarnings({ lines, longLines, isCut }: Pick<StraceLog, 'lines' | 'longLines' | 'isCut'>) {
  return [
    ...countWarning(longLines, 'lines are too long to be read'),
    ...(isCut ? [`The file has more lines than are read: every count is of the first ${lines}.`] : []),
  ];
}

function countWarning(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}.`];
}
