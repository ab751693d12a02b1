/** Calls of the lines of `perf trace`, those in two parts as one. */
import { syscallNumber, type Architecture } from '../base/syscallNumbers.js';
import { takesDescriptor } from '../strace/slowCalls.js';
import { UNNAMED_CALL } from './eventLine.js';
import type { KernelCall } from './kernelCall.js';
import { parsePerfTraceLine, type PerfTraceCall } from './perfTraceLine.js';

type PlacedCall = PerfTraceCall & Pick<KernelCall, 'line'>;

export class PerfTraceCalls {
  private readonly calls: PlacedCall[] = [];
  private readonly pending = new Map<number, PlacedCall>();
  private first: number | undefined;
  private last = 0;
  endsWithoutStart = 0;

  constructor(private readonly architecture: Architecture) {}

  /**
   * @param line number of the line, from 1
   * @returns how many events the line stands for: 0 where it is no call
   */
  take(text: string, line: number): number {
    const parsed = parsePerfTraceLine(text);
    if (parsed === undefined) return 0;
    const call = { ...parsed, line };
    this.see(call);
    const before = this.pending.get(call.tid);
    if (call.isContinued) {
      this.pending.delete(call.tid);
      const isKnown = before?.syscall === call.syscall;
      if (!isKnown) this.endsWithoutStart++;
      this.calls.push(isKnown ? { ...call, futex: before.futex, descriptor: before.descriptor } : call);
      return 1;
    }
    if (before !== undefined) this.calls.push(before);
    this.pending.delete(call.tid);
    if (call.result === undefined) this.pending.set(call.tid, call);
    else this.calls.push(call);
    return call.result === undefined ? 1 : 2;
  }

  get spanSeconds(): number | undefined {
    return this.first === undefined ? undefined : this.last - this.first;
  }

  /** With those that are under way at the end. */
  finish(): KernelCall[] {
    return [...this.calls, ...this.pending.values()].map(call => ({
      tid: call.tid,
      number: syscallNumber(call.syscall, this.architecture) ?? UNNAMED_CALL,
      syscall: call.syscall,
      line: call.line,
      startSeconds: call.startSeconds === undefined ? undefined : call.startSeconds - (this.first ?? 0),
      durationSeconds: call.durationSeconds,
      result: call.result,
      isError: call.isError,
      futex: call.futex,
      file: undefined,
      descriptor: takesDescriptor(call.syscall) ? call.descriptor : undefined,
    }));
  }

  private see({ startSeconds, durationSeconds }: PerfTraceCall): void {
    if (startSeconds === undefined) return;
    this.first = Math.min(this.first ?? startSeconds, startSeconds);
    this.last = Math.max(this.last, startSeconds + (durationSeconds ?? 0));
  }
}
