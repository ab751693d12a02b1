/**
 * What the futex calls of a Go program say, and what they do not. Reads tallies, returns sentences with evidence; takes
 * no decision for anybody. English; the views translate by `id`.
 *
 * Sources: Go's runtime/lock_futex.go, lock_spinbit.go, proc.go (sysmon, stopTheWorld), os_linux.go; futex(2). Go's
 * runtime uses FUTEX_WAIT_PRIVATE and FUTEX_WAKE_PRIVATE only.
 */
import type { CallRecord } from './callRecord.js';
import { isWait, isWake, type FutexAnalysis } from './futex.js';

export type VerdictId =
  | 'timeouts-are-usual'
  | 'parked-threads'
  | 'wake-churn'
  | 'lost-races'
  | 'lock-contention'
  | 'stop-the-world'
  | 'inside-system-calls'
  | 'nothing-unusual'
  | 'too-little';

export interface VerdictLine {
  readonly id: VerdictId;
  /** `usual`: seen in any idle Go program. `look`: worth following up. */
  readonly weight: 'usual' | 'look';
  readonly text: string;
  readonly evidence: readonly string[];
}

/** An idle kubelet v1.36.2 (Go 1.27, no pods but the system's), `strace -c -f`: what "normal" looks like. */
export const IDLE_KUBELET = {
  /** 815 of 8,354 calls. */
  futexShareOfCalls: 0.098,
  /** Share of the table's time column. */
  futexShareOfTime: 0.516,
  /** 199 errors, nearly all ETIMEDOUT, of 815. */
  timeoutShareOfFutex: 0.244,
} as const;

/** Below this many futex results nothing is said. */
const ENOUGH_CALLS = 20;
/** research on strace logs of ordinary kubelets: up to some hundred wakes a second with 30 pods. */
const CHURN_WAKES_PER_SECOND = 1000;
/** stopTheWorldWithSema and forEachP wait in steps of 100 µs (runtime/proc.go). */
const STOP_THE_WORLD_SECONDS = 100e-6;
/** runtime.mutex_sleeping (lock_futex.go up to Go 1.23), and -1 as uint32: lock_spinbit's semasleep from Go 1.24. */
const SLEEPING_VALUE = 2;
const SPINBIT_VALUE = 0xffff_ffff;
/** A call other than a wait that takes longer than this holds a thread visibly: sysmon hands off its P after 10 ms. */
const SLOW_CALL_SECONDS = 1e-3;
/** Calls that wait by design; their length says nothing. */
const WAITING_CALLS =
  /^(?:futex.*|epoll_p?wait2?|nanosleep|clock_nanosleep|poll|ppoll|p?select6?|wait4|waitid|restart_syscall|accept4?|recvmsg|recvfrom|io_getevents|inotify.*)$/;

export function judgeGo(
  futex: FutexAnalysis,
  calls: readonly CallRecord[],
  spanSeconds: number | undefined,
): readonly VerdictLine[] {
  const slow = insideSystemCalls(calls);
  if (futex.calls < ENOUGH_CALLS && slow === undefined)
    return [
      {
        id: 'too-little',
        weight: 'usual',
        text: 'Too few futex calls to say anything.',
        evidence: [`${futex.calls} futex calls with a result`],
      },
    ];
  const waits = calls.filter(call => call.futex !== undefined && isWait(call.futex));
  const lines = [
    slow,
    lockContention(waits),
    stopTheWorld(waits),
    wakeChurn(calls, spanSeconds),
    lostRaces(futex),
    timeouts(futex),
    parked(waits),
  ].filter(line => line !== undefined);
  if (lines.some(line => line.weight === 'look')) return lines;
  const calm: VerdictLine = {
    id: 'nothing-unusual',
    weight: 'usual',
    text: 'Nothing here is unusual for a Go program. If the process burns CPU, it does so elsewhere: take a CPU profile.',
    evidence: [],
  };
  return [calm, ...lines];
}

function timeouts(futex: FutexAnalysis): VerdictLine | undefined {
  if (futex.timeouts === 0) return undefined;
  const top = [...futex.addresses].sort((a, b) => b.timeouts - a.timeouts)[0];
  return {
    id: 'timeouts-are-usual',
    weight: 'usual',
    text: 'ETIMEDOUT is usual: sysmon sleeps on a futex until the next timer while all processors of the Go scheduler are idle. Neither it nor a large futex share is a fault.',
    evidence: [
      `${futex.timeouts} of ${futex.calls} futex calls timed out (${percent(futex.timeouts / futex.calls)}; an idle kubelet: ${percent(IDLE_KUBELET.timeoutShareOfFutex)})`,
      ...(top === undefined
        ? []
        : [`${top.timeouts} of them on ${top.address}, used by ${top.threads} threads`]),
    ],
  };
}

function parked(waits: readonly CallRecord[]): VerdictLine | undefined {
  const idle = waits.filter(call => call.futex?.value === 0 && call.futex.timeout.kind === 'none');
  if (idle.length === 0) return undefined;
  const threads = new Set(idle.map(call => call.tid)).size;
  return {
    id: 'parked-threads',
    weight: 'usual',
    text: 'Waits for value 0 without a timeout are parked threads (stopm): they wait for work, not for a lock. Their long times mean idleness.',
    evidence: [`${idle.length} such waits by ${threads} threads`],
  };
}

function wakeChurn(calls: readonly CallRecord[], spanSeconds: number | undefined): VerdictLine | undefined {
  if (spanSeconds === undefined || spanSeconds < 1) return undefined;
  const wakes = calls.filter(call => call.futex !== undefined && isWake(call.futex));
  const rate = wakes.length / spanSeconds;
  if (rate < CHURN_WAKES_PER_SECOND) return undefined;
  const wasted = wakes.filter(call => call.result === '0').length;
  return {
    id: 'wake-churn',
    weight: 'look',
    text: 'Threads are woken very often: many goroutines become ready for short times. Look at timers, channels and the share of runtime.findRunnable in a CPU profile.',
    evidence: [
      `${Math.round(rate)} wakes a second over ${spanSeconds.toFixed(1)} s`,
      `${wasted} of ${wakes.length} woke nobody`,
    ],
  };
}

function lostRaces(futex: FutexAnalysis): VerdictLine | undefined {
  const again = countResults(futex, 'EAGAIN');
  const wakes = futex.threads.reduce((sum, thread) => sum + thread.wakes, 0);
  if (again < ENOUGH_CALLS || again <= wakes) return undefined;
  return {
    id: 'lost-races',
    weight: 'look',
    text: 'More waits lost a race (EAGAIN) than there were wakes: a word in memory is contended. Look for runtime.lock2 in a CPU profile.',
    evidence: [`${again} EAGAIN, ${wakes} wakes`],
  };
}

function lockContention(waits: readonly CallRecord[]): VerdictLine | undefined {
  const contended = waits.filter(
    call => call.futex?.timeout.kind === 'none' && isContendedValue(call.futex.value),
  );
  if (contended.length < ENOUGH_CALLS) return undefined;
  const old = contended.filter(call => call.futex?.value === SLEEPING_VALUE);
  const threads = new Set(contended.map(call => call.tid)).size;
  if (threads < 2) return undefined;
  const which =
    old.length * 2 >= contended.length
      ? `value 2 (runtime lock up to Go 1.23) on ${new Set(old.map(call => call.futex?.address)).size} addresses`
      : 'value 4294967295 (runtime lock from Go 1.24: each thread sleeps on a word of its own)';
  return {
    id: 'lock-contention',
    weight: 'look',
    text: 'Threads wait for locks of the Go runtime itself (scheduler, heap, timers), not for a mutex of the program.',
    evidence: [`${contended.length} waits by ${threads} threads for ${which}`],
  };
}

function isContendedValue(value: number | undefined): boolean {
  // strace prints the third argument unsigned; other tools print -1.
  return value === SLEEPING_VALUE || value === SPINBIT_VALUE || value === -1;
}

function stopTheWorld(waits: readonly CallRecord[]): VerdictLine | undefined {
  const stops = waits.filter(
    call =>
      call.futex?.timeout.kind === 'given' &&
      Math.abs(call.futex.timeout.seconds - STOP_THE_WORLD_SECONDS) < 1e-9,
  );
  const late = stops.filter(call => call.result === 'ETIMEDOUT').length;
  if (late < ENOUGH_CALLS) return undefined;
  return {
    id: 'stop-the-world',
    weight: 'look',
    text: 'The runtime waits in steps of 100 µs for goroutines to stop (garbage collection or a stop of the world): a thread is slow to come to a stop.',
    evidence: [`${late} of ${stops.length} waits of 100 µs timed out`],
  };
}

function insideSystemCalls(calls: readonly CallRecord[]): VerdictLine | undefined {
  const slow = calls.filter(
    call => (call.durationSeconds ?? 0) >= SLOW_CALL_SECONDS && !WAITING_CALLS.test(call.syscall),
  );
  if (slow.length === 0) return undefined;
  const longest = slow.reduce((a, b) => ((b.durationSeconds ?? 0) > (a.durationSeconds ?? 0) ? b : a));
  const total = slow.reduce((sum, call) => sum + (call.durationSeconds ?? 0), 0);
  const reads = slow.filter(call => call.syscall === 'read' || call.syscall === 'pread64').length;
  return {
    id: 'inside-system-calls',
    weight: 'look',
    text: 'Time goes into system calls that should be quick. On a node the first suspect is read() of memory.stat: check cgroup health.',
    evidence: [
      `${slow.length} calls of 1 ms or more, ${reads} of them reads, ${total.toFixed(3)} s together`,
      `longest: ${longest.syscall} ${((longest.durationSeconds ?? 0) * 1000).toFixed(1)} ms${describeFile(longest)}`,
    ],
  };
}

function describeFile(call: CallRecord): string {
  if (call.file === undefined) return ` by thread ${call.tid}`;
  return ` on ${call.file.path}${call.file.isInferred ? ' (inferred from the open files)' : ''}`;
}

function countResults(futex: FutexAnalysis, result: string): number {
  return futex.operations.filter(row => row.result === result).reduce((sum, row) => sum + row.calls, 0);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
