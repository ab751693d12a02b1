/**
 * Futex calls seen from every side: by operation and result, by address, by thread, over time. Counts only; what they
 * mean for a Go program is goVerdict.ts.
 */
import type { CallRecord, FutexArguments } from './callRecord.js';
import { isFutexCall } from './futexArguments.js';

export interface FutexOperationRow {
  /** As printed, with `_PRIVATE`. */
  readonly operation: string;
  /** Returned value, or errno's name. */
  readonly result: string;
  readonly calls: number;
}

export interface FutexAddressRow {
  readonly address: string;
  readonly waits: number;
  readonly wakes: number;
  readonly timeouts: number;
  /** Distinct threads that used it. */
  readonly threads: number;
  /** Wall seconds spent waiting on it, all threads together; undefined without durations. */
  readonly waitSeconds: number | undefined;
}

export interface FutexThreadRow {
  readonly tid: number;
  readonly calls: number;
  readonly waits: number;
  readonly wakes: number;
  readonly timeouts: number;
  readonly waitSeconds: number | undefined;
}

export interface FutexSecond {
  /** Second of the log, from 0. */
  readonly second: number;
  readonly waits: number;
  readonly wakes: number;
  readonly timeouts: number;
}

export interface FutexAnalysis {
  /** Most calls first. */
  readonly operations: readonly FutexOperationRow[];
  /** Most waits and wakes first. */
  readonly addresses: readonly FutexAddressRow[];
  readonly threads: readonly FutexThreadRow[];
  readonly timeline: readonly FutexSecond[];
  /** Calls with a result. */
  readonly calls: number;
  readonly timeouts: number;
  /** Calls that never showed a result. */
  readonly unfinished: number;
}

/** futex(2): wait, wait_bitset, lock_pi, wait_requeue_pi and futex_wait(v) put a thread to sleep. */
export function isWait(futex: FutexArguments): boolean {
  return /^(?:FUTEX_(?:WAIT|LOCK_PI)|futex_wait)/.test(futex.operation);
}
export function isWake(futex: FutexArguments): boolean {
  return /^(?:FUTEX_WAKE|futex_wake)/.test(futex.operation);
}

export function analyseFutex(calls: readonly CallRecord[]): FutexAnalysis {
  const tally = new FutexTally();
  for (const call of calls) if (isFutexCall(call.syscall)) tally.add(call);
  return tally.finish();
}

class Sum {
  waits = 0;
  wakes = 0;
  timeouts = 0;
  calls = 0;
  waitSeconds: number | undefined;
  readonly tids = new Set<number>();

  add(call: CallRecord): void {
    const futex = call.futex;
    this.calls++;
    this.tids.add(call.tid);
    if (call.result === 'ETIMEDOUT') this.timeouts++;
    if (futex === undefined) return;
    if (isWake(futex)) this.wakes++;
    if (!isWait(futex)) return;
    this.waits++;
    if (call.durationSeconds !== undefined) this.waitSeconds = (this.waitSeconds ?? 0) + call.durationSeconds;
  }
}

class FutexTally {
  private readonly byOperation = new Map<string, { operation: string; result: string; calls: number }>();
  private readonly byAddress = new Map<string, Sum>();
  private readonly byThread = new Map<number, Sum>();
  private readonly bySecond = new Map<number, Sum>();
  private finished = 0;
  private timeouts = 0;
  private unfinished = 0;

  add(call: CallRecord): void {
    sumOf(this.byThread, call.tid).add(call);
    const address = call.futex?.address ?? '';
    if (address !== '') sumOf(this.byAddress, address).add(call);
    if (call.startSeconds !== undefined) sumOf(this.bySecond, Math.floor(call.startSeconds)).add(call);
    if (call.result === undefined) {
      this.unfinished++;
      return;
    }
    this.finished++;
    if (call.result === 'ETIMEDOUT') this.timeouts++;
    this.countOperation(call.futex?.operation ?? '', call.result);
  }

  private countOperation(operation: string, result: string): void {
    const key = `${operation} ${result}`;
    const row = this.byOperation.get(key);
    if (row === undefined) this.byOperation.set(key, { operation, result, calls: 1 });
    else row.calls++;
  }

  finish(): FutexAnalysis {
    return {
      operations: [...this.byOperation.values()].sort(
        (a, b) => b.calls - a.calls || compare(a.operation, b.operation) || compare(a.result, b.result),
      ),
      addresses: [...this.byAddress]
        .map(([address, sum]) => ({ address, ...rowOf(sum), threads: sum.tids.size }))
        .sort((a, b) => b.waits + b.wakes - (a.waits + a.wakes) || compare(a.address, b.address)),
      threads: [...this.byThread]
        .map(([tid, sum]) => ({ tid, calls: sum.calls, ...rowOf(sum) }))
        .sort((a, b) => b.calls - a.calls || a.tid - b.tid),
      timeline: [...this.bySecond]
        .map(([second, sum]) => ({
          second,
          waits: sum.waits,
          wakes: sum.wakes,
          timeouts: sum.timeouts,
        }))
        .sort((a, b) => a.second - b.second),
      calls: this.finished,
      timeouts: this.timeouts,
      unfinished: this.unfinished,
    };
  }
}

function sumOf<K>(sums: Map<K, Sum>, key: K): Sum {
  let sum = sums.get(key);
  if (sum === undefined) sums.set(key, (sum = new Sum()));
  return sum;
}

function rowOf(sum: Sum): Pick<FutexThreadRow, 'waits' | 'wakes' | 'timeouts' | 'waitSeconds'> {
  return {
    waits: sum.waits,
    wakes: sum.wakes,
    timeouts: sum.timeouts,
    waitSeconds: sum.waitSeconds,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
