/**
 * A whole strace log as call records: pairs `<unfinished ...>` with `resumed` across threads, makes one time axis of any
 * of strace's ways to print time, and counts what it could not use. Tolerant: a log from elsewhere is read as far as it
 * goes, and a file cut anywhere loses at most its last line.
 */
import { readBoundedLines } from '../base/boundedLines.js';
import { TRACE_TEXT } from '../base/limits.js';
import type { CallRecord } from './callRecord.js';
import { UNKNOWN_OPERATION } from './callRecord.js';
import { isFutexCall, parseFutexArguments } from './futexArguments.js';
import { parseLine, type CallResult, type LineTime, type StraceLine } from './parseLine.js';
import { parseSummary, type SummaryRow } from './parseSummary.js';
import { takesDescriptor } from './slowCalls.js';

export interface StraceLog {
  /** All lines, unparsed and blank ones too. */
  readonly lines: number;
  /** In the order in which their results (or, for unfinished ones, the end of the log) were seen. */
  readonly calls: readonly CallRecord[];
  /** Rows of a `-c` table, where the log has one. */
  readonly summary: readonly SummaryRow[];
  readonly signals: number;
  /** Lines that are no strace output as we know it. */
  readonly unparsedLines: number;
  /** Lines beyond the longest that is read ({@link TRACE_TEXT}), left out. */
  readonly longLines: number;
  /** The text has more lines than are read; all counts are of the first {@link TRACE_TEXT}. */
  readonly isCut: boolean;
  /** Results of calls whose start the log does not have: traced from the middle. */
  readonly endsWithoutStart: number;
  /** Seconds from the first time stamp to the last; undefined without stamps. */
  readonly spanSeconds: number | undefined;
}

type StartLine = Extract<StraceLine, { kind: 'start' }>;
interface Pending {
  readonly line: StartLine;
  readonly startSeconds: number | undefined;
}

/** Cost: one pass, about 1 µs a line. Never throws. */
export function parseLog(text: string): StraceLog {
  const reader = new LogReader();
  const { long, isCut } = readBoundedLines(text, TRACE_TEXT.strace, (line, hasEnd) => {
    reader.read(line, !hasEnd);
  });
  return reader.finish(long, isCut);
}

class LogReader {
  private readonly calls: CallRecord[] = [];
  private readonly pending = new Map<number, Pending>();
  private readonly summaryLines: string[] = [];
  private readonly clock = new LogClock();
  private lines = 0;
  private signals = 0;
  private unparsedLines = 0;
  private endsWithoutStart = 0;
  private hasDurations = false;
  private isInSummary = false;

  /** @param isLastAndCut the file ends here without a newline: what stands may be half of a number. */
  read(text: string, isLastAndCut: boolean): void {
    this.lines++;
    if (/^% time\b/.test(text)) this.isInSummary = true;
    if (this.isInSummary) {
      this.summaryLines.push(text);
      return;
    }
    const line = parseLine(text);
    const at = line.time === undefined ? undefined : this.clock.read(line.time);
    if (isLastAndCut && this.isHalf(line)) {
      this.unparsedLines++;
      return;
    }
    this.take(line, at);
  }

  private take(line: StraceLine, at: number | undefined): void {
    switch (line.kind) {
      case 'call':
        this.abandon(line.tid);
        this.add(line.tid, line.syscall, line.argumentText, line.result, at);
        return;
      case 'start':
        this.abandon(line.tid);
        this.pending.set(line.tid, { line, startSeconds: at });
        return;
      case 'end':
        this.end(line);
        return;
      case 'exit':
        this.abandon(line.tid);
        return;
      case 'signal':
        this.signals++;
        return;
      case 'unparsed':
        this.unparsedLines++;
        return;
      case 'message':
      case 'blank':
        return;
    }
  }

  private end(line: Extract<StraceLine, { kind: 'end' }>): void {
    const started = this.pending.get(line.tid);
    if (started?.line.syscall === line.syscall) {
      if (line.result === undefined) return; // ends unfinished again: stays pending
      this.pending.delete(line.tid);
      this.add(
        line.tid,
        line.syscall,
        started.line.argumentText + line.argumentText,
        line.result,
        started.startSeconds,
      );
      return;
    }
    if (line.result === undefined) return;
    this.abandon(line.tid);
    this.endsWithoutStart++;
    this.add(line.tid, line.syscall, undefined, line.result, undefined);
  }

  /** A thread does one call at a time: what was pending when it does something else never showed its result. */
  private abandon(tid: number): void {
    const started = this.pending.get(tid);
    if (started === undefined) return;
    this.pending.delete(tid);
    this.add(tid, started.line.syscall, started.line.argumentText, undefined, started.startSeconds);
  }

  private add(
    tid: number,
    syscall: string,
    argumentText: string | undefined,
    result: CallResult | undefined,
    startSeconds: number | undefined,
  ): void {
    if (result?.durationSeconds !== undefined) this.hasDurations = true;
    const isFutex = isFutexCall(syscall);
    this.calls.push({
      tid,
      syscall,
      startSeconds,
      durationSeconds: result?.durationSeconds,
      result: result?.text,
      isError: result?.isError ?? false,
      futex: !isFutex
        ? undefined
        : argumentText === undefined
          ? {
              address: '',
              operation: UNKNOWN_OPERATION,
              value: undefined,
              timeout: { kind: 'unknown' },
            }
          : parseFutexArguments(syscall, argumentText),
      descriptor:
        argumentText !== undefined && takesDescriptor(syscall) ? descriptorOf(argumentText) : undefined,
      file: argumentText === undefined ? undefined : fileOf(argumentText),
    });
  }

  private isHalf(line: StraceLine): boolean {
    if (line.kind !== 'call' && line.kind !== 'end') return false;
    // Where results end in a duration (-T), one that does not was cut. Without -T nothing tells `= 1` from half of `= 12`;
    // joined text without a last newline is the commoner of the two, so the line counts.
    return this.hasDurations && line.result?.durationSeconds === undefined;
  }

  /** @param long lines that were too long to be read; @param isCut not all lines were read */
  finish(long: number, isCut: boolean): StraceLog {
    for (const tid of [...this.pending.keys()]) this.abandon(tid);
    return {
      lines: this.lines + long,
      calls: this.calls,
      summary: parseSummary(this.summaryLines),
      signals: this.signals,
      unparsedLines: this.unparsedLines,
      longLines: long,
      isCut,
      endsWithoutStart: this.endsWithoutStart,
      spanSeconds: this.clock.spanSeconds,
    };
  }
}

const SECONDS_OF_DAY = 86_400;

/** One axis, in seconds since the first stamp, of whatever strace was told to print. */
class LogClock {
  private first: number | undefined;
  private last = 0;
  private days = 0;
  private previousOfDay = 0;

  read(time: LineTime): number {
    const now = this.absolute(time);
    this.first ??= now;
    this.last = Math.max(this.last, now);
    return now - this.first;
  }

  private absolute(time: LineTime): number {
    switch (time.kind) {
      case 'epoch':
        return time.seconds;
      case 'relative':
        return this.last + time.seconds;
      case 'clock':
        // Back by more than half a day is midnight; back by less is two threads' lines out of order.
        if (time.secondsOfDay < this.previousOfDay - SECONDS_OF_DAY / 2) this.days++;
        this.previousOfDay = time.secondsOfDay;
        return this.days * SECONDS_OF_DAY + time.secondsOfDay;
    }
  }

  get spanSeconds(): number | undefined {
    return this.first === undefined ? undefined : this.last - this.first;
  }
}

// `16</sys/fs/cgroup/memory/memory.stat>` by -y, as the first argument, `fd=16<…>` by -N. -yy writes
// `2</dev/pts/1<char 136:1>>` and `3<TCP:[10.0.0.1:1->10.0.0.2:2]>`.
const DESCRIPTOR = /^(?:[a-z_]+=)?(-?\d+|AT_FDCWD)(?:<((?:TCP|UDP)[A-Za-z0-9-]*:\[[^\]]*\]|[^<>]*))?/;

function descriptorOf(argumentText: string): number | undefined {
  const number = Number(DESCRIPTOR.exec(argumentText)?.[1]);
  return Number.isInteger(number) ? number : undefined;
}

function fileOf(argumentText: string): CallRecord['file'] {
  const name = DESCRIPTOR.exec(argumentText)?.[2];
  return name === undefined || name === '' ? undefined : { path: unquote(name), isInferred: false };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', v: '\v', f: '\f' };

/**
 * A path as strace quotes it between `<` and `>` (string_quote in src/util.c): both brackets, and all that is not ASCII,
 * stand in it as octal or hexadecimal bytes, so that the first bare bracket is its end.
 */
function unquote(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [part, hex, octal, escaped] of text.matchAll(
    /\\x([0-9a-f]{2})|\\([0-7]{1,3})|\\(.)|[^\\]+|\\$/gsu,
  )) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else bytes.push(...encoder.encode(escaped === undefined ? part : (ESCAPES[escaped] ?? escaped)));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
