/**
 * A whole strace log as call records: pairs `<unfinished ...>` with `resumed` across threads, makes one time axis of any
 * of strace's ways to print time, and counts what it could not use. Tolerant: a log from elsewhere is read as far as it
 * goes, and a file cut anywhere loses at most its last line.
 */
import { readBoundedLines } from '../base/boundedLines.js';
import { TRACE_TEXT } from '../base/limits.js';
import type { CallRecord } from './callRecord.js';
import { UNKNOWN_OPERATION } from './callRecord.js';
import { descriptorOf, fileOf } from './descriptor.js';
import { isFutexCall, parseFutexArguments } from './futexArguments.js';
import { LeftOutLines, type LeftOut } from './leftOutLines.js';
import { LogClock } from './logClock.js';
import { assignTables, type LogTable } from './logTables.js';
import { beforeOwnMessage } from './ownMessages.js';
import { parseLine, withoutTrimmings, type CallResult, type StraceLine } from './parseLine.js';
import { addUpRows, TableReader, type SummaryRow } from './parseSummary.js';
import { takesDescriptor } from './slowCalls.js';

export interface StraceLog {
  /** All lines, unparsed and blank ones too. */
  readonly lines: number;
  /** In the order in which their results (or, for unfinished ones, the end of the log) were seen. */
  readonly calls: readonly CallRecord[];
  /** Rows of all `-c` tables of the file, added up. */
  readonly summary: readonly SummaryRow[];
  /** The same, one by one, in the order of the file. */
  readonly tables: readonly LogTable[];
  readonly signals: number;
  /** Lines that are no strace output as we know it. */
  readonly unparsedLines: number;
  /** Lines beyond the longest that is read ({@link TRACE_TEXT}), left out. */
  readonly longLines: number;
  /** The text has more lines than are read; all counts are of the first {@link TRACE_TEXT}. */
  readonly isCut: boolean;
  /** All lines that are in no count of calls although they say something, by kind; kinds without lines are not listed. */
  readonly leftOut: readonly LeftOut[];
  /** Results of calls whose start the log does not have: traced from the middle. */
  readonly endsWithoutStart: number;
  /** Seconds from the first time stamp to the last; undefined without stamps. */
  readonly spanSeconds: number | undefined;
}

type StartLine = Extract<StraceLine, { kind: 'start' }>;
interface Pending {
  readonly line: StartLine;
  /** Its number. */
  readonly at: number;
  readonly startSeconds: number | undefined;
}

/** Messages that may land in one call; a log that has more within one is not joined further. */
const MOST_JOINED = 16;
/** What is left of a call's line behind messages that broke it. */
const ENDING = /^\s*<(?:unfinished|detached) \.\.\.>$/;

/** Cost: one pass, about 1 µs a line. Never throws. */
export function parseLog(text: string): StraceLog {
  const reader = new LogReader();
  const { long, isCut } = readBoundedLines(text, TRACE_TEXT.strace, (line, hasEnd, number) => {
    reader.read(line, number, !hasEnd);
  });
  return reader.finish(long, isCut);
}

class LogReader {
  private readonly calls: CallRecord[] = [];
  private readonly pending = new Map<number, Pending>();
  private readonly seenTids = new Set<number>();
  private readonly tables = new TableReader();
  private readonly leftOut = new LeftOutLines();
  private readonly clock = new LogClock();
  /** The beginning of a call whose line a message of strace's broke, and in how many pieces it came so far. */
  private held: { readonly text: string; readonly pieces: number } | undefined;
  /** The last call that began, and the number of its line. */
  private lastStart: { readonly line: StartLine; readonly at: number } | undefined;
  private lines = 0;
  /** Of the line that is read, in the text. */
  private number = 0;
  private signals = 0;
  private endsWithoutStart = 0;
  private hasDurations = false;

  /** @param isLastAndCut the file ends here without a newline: what stands may be half of a number. */
  read(raw: string, number: number, isLastAndCut: boolean): void {
    this.lines++;
    this.number = number;
    const text = withoutTrimmings(raw);
    if (this.tables.take(text, { line: this.number, callsBefore: this.calls.length })) return;
    const line = parseLine(text);
    const { held } = this;
    if (held !== undefined && line.kind !== 'message') {
      this.held = undefined;
      if (line.kind === 'unparsed' && held.pieces < MOST_JOINED) {
        const whole = held.text + text;
        this.readWhole(whole, parseLine(whole), held.pieces + 1, isLastAndCut);
        return;
      }
      this.takeStart(held.text);
    }
    this.readWhole(text, line, 1, isLastAndCut);
  }

  private readWhole(text: string, line: StraceLine, pieces: number, isLastAndCut: boolean): void {
    const before = line.kind === 'unparsed' ? beforeOwnMessage(text.trimEnd()) : undefined;
    if (before !== undefined && isStart(before)) {
      this.held = { text: before, pieces };
      return;
    }
    const at = line.time === undefined ? undefined : this.clock.read(line.time);
    if (isLastAndCut && this.isHalf(line)) this.leftOut.add('unknown', text);
    else this.take(line, at);
    this.seenTids.add(line.tid);
  }

  /** A call whose end never came: as if strace had said so. */
  private takeStart(text: string): void {
    const line = parseLine(`${text} <unfinished ...>`);
    this.take(line, line.time === undefined ? undefined : this.clock.read(line.time));
    this.seenTids.add(line.tid);
  }

  private take(line: StraceLine, at: number | undefined): void {
    switch (line.kind) {
      case 'call':
        this.abandon(line.tid);
        this.add(line, line.argumentText, line.result, { startSeconds: at, line: this.number });
        return;
      case 'start':
        this.abandon(line.tid);
        this.pending.set(line.tid, { line, at: this.number, startSeconds: at });
        this.lastStart = { line, at: this.lines };
        return;
      case 'end':
        this.end(line);
        return;
      case 'exit':
        if (!this.takeOver(line)) this.abandon(line.tid);
        return;
      case 'signal':
        this.signals++;
        return;
      case 'unparsed':
      case 'frame':
      case 'dump':
        this.takeOther(line);
        return;
      case 'message':
      case 'blank':
        return;
    }
  }

  private takeOther({ kind, text }: Extract<StraceLine, { kind: 'unparsed' | 'frame' | 'dump' }>): void {
    if (kind !== 'unparsed') this.leftOut.add(kind, text);
    // An ending alone is of a call that is pending already: the message that broke it stood on a line of its own.
    else if (!ENDING.test(text) && !this.takeRest(text)) this.leftOut.add('unknown', text);
  }

  /** strace 6.1 -z leaves out `<... wait4 resumed>`: the rest of a call stands alone behind its `<unfinished ...>`. */
  private takeRest(text: string): boolean {
    if (this.lastStart?.at !== this.lines - 1) return false;
    const start = this.lastStart.line;
    if (this.pending.get(start.tid)?.line !== start) return false;
    const line = parseLine(`<... ${start.syscall} resumed>${text}`);
    if (line.kind !== 'end' || line.result === undefined) return false;
    this.end({ ...line, tid: start.tid });
    return true;
  }

  private end(line: Extract<StraceLine, { kind: 'end' }>): void {
    const starter = this.starterOf(line);
    const started = starter === undefined ? undefined : this.pending.get(starter);
    if (starter !== undefined && started !== undefined) {
      if (line.result === undefined) return; // ends unfinished again: stays pending
      this.pending.delete(starter);
      this.add(
        { tid: line.tid === 0 ? starter : line.tid, syscall: line.syscall },
        started.line.argumentText + line.argumentText,
        line.result,
        { startSeconds: started.startSeconds, line: this.number },
      );
      return;
    }
    if (line.result === undefined) return;
    this.abandon(line.tid);
    this.endsWithoutStart++;
    this.add(line, undefined, line.result, { startSeconds: undefined, line: this.number });
  }

  /**
   * The thread under which a call began that ends here. On a terminal strace names threads as long as there are several
   * (printleader in src/strace.c): the first one's calls before the second came, and the last one's after the others went,
   * have no name.
   */
  private starterOf({
    tid,
    syscall,
  }: {
    readonly tid: number;
    readonly syscall: string;
  }): number | undefined {
    const isOf = (candidate: number): boolean => this.pending.get(candidate)?.line.syscall === syscall;
    if (isOf(tid)) return tid;
    if (tid !== 0) return !this.seenTids.has(tid) && isOf(0) ? 0 : undefined;
    const [only, another] = this.pending.keys();
    return only !== undefined && another === undefined && isOf(only) ? only : undefined;
  }

  /** A thread's execve ends all others and goes on as the process: `+++ superseded by execve in pid 12 +++`. */
  private takeOver({ tid, text }: { readonly tid: number; readonly text: string }): boolean {
    const other = Number(/ superseded by execve in pid (\d{1,7})/.exec(text)?.[1]);
    const started = this.pending.get(other);
    if (started === undefined) return false;
    this.abandon(tid);
    this.pending.delete(other);
    this.pending.set(tid, started);
    return true;
  }

  /** A thread does one call at a time: what was pending when it does something else never showed its result. */
  private abandon(tid: number): void {
    const started = this.pending.get(tid);
    if (started === undefined) return;
    this.pending.delete(tid);
    const { line, at, startSeconds } = started;
    this.add({ tid, syscall: line.syscall }, line.argumentText, undefined, { startSeconds, line: at });
  }

  private add(
    { tid, syscall }: Pick<CallRecord, 'tid' | 'syscall'>,
    argumentText: string | undefined,
    result: CallResult | undefined,
    { startSeconds, line }: Pick<CallRecord, 'startSeconds' | 'line'>,
  ): void {
    if (result?.durationSeconds !== undefined) this.hasDurations = true;
    const isFutex = isFutexCall(syscall);
    this.calls.push({
      tid,
      syscall,
      line,
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
    if (this.held !== undefined) this.takeStart(this.held.text);
    for (const tid of [...this.pending.keys()]) this.abandon(tid);
    const tables = assignTables(this.tables.tables, this.calls, this.endsWithoutStart > 0);
    return {
      lines: this.lines + long,
      calls: this.calls,
      summary: addUpRows(tables),
      tables,
      signals: this.signals,
      unparsedLines: this.leftOut.count('unknown'),
      longLines: long,
      isCut,
      leftOut: this.leftOut.all(),
      endsWithoutStart: this.endsWithoutStart,
      spanSeconds: this.clock.spanSeconds,
    };
  }
}

/** Whether a line without its end is one that strace begins a call or the second half of one with. */
function isStart(text: string): boolean {
  const { kind } = parseLine(`${text} <unfinished ...>`);
  return kind === 'start' || kind === 'end';
}
