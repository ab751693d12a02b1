/**
 * What a verdict on system calls is made of, and every sentence of goVerdict.ts and slowVerdict.ts, in English, by what it
 * says. A test finds one without a translation. Counts stand behind a colon: no number needs another form of a word.
 */
import type { Sentence } from '../base/sentence.js';

export const VERDICT_TEXTS = {
  'timeouts-are-usual':
    'ETIMEDOUT is usual: sysmon sleeps on a futex until the next timer while all processors of the Go scheduler are idle. Neither it nor a large futex share is a fault.',
  'parked-threads':
    'Waits for value 0 without a timeout are parked threads (stopm): they wait for work, not for a lock. Their long times mean idleness.',
  'wake-churn':
    'Threads are woken very often: many goroutines become ready for short times. Look at timers, channels and the share of runtime.findRunnable in a CPU profile.',
  'lost-races':
    'More waits lost a race (EAGAIN) than there were wakes: a word in memory is contended. Look for runtime.lock2 in a CPU profile.',
  'lock-contention':
    'Threads wait for locks of the Go runtime itself (scheduler, heap, timers), not for a mutex of the program.',
  'stop-the-world':
    'The runtime waits in steps of 100 µs for goroutines to stop (garbage collection or a stop of the world): a thread is slow to come to a stop.',
  'slow-memory-stat':
    'Reads of memory.stat take long: the kernel makes the file anew for each read. Check cgroup health.',
  'inside-system-calls': 'Time goes into system calls that should be quick.',
  'few-slow-calls':
    'Some system calls took a millisecond or more: too few, or too short, to make the process slow.',
  'short-of-cpu':
    'Threads that gave up the CPU for a moment got it back late: other threads want it, too. The node is short of CPUs, or a CPU limit throttles the process.',
  'nothing-unusual':
    'Nothing here is unusual for a Go program. If the process burns CPU, it does so elsewhere: take a CPU profile.',
  'counts-only':
    'A table of counts says how often calls were made, not by which thread, on what, or for how long one took. A large futex share and many futex errors in it are usual.',
  'too-little': 'Too few futex calls to say anything.',
} as const;

export type VerdictId = keyof typeof VERDICT_TEXTS;

export const EVIDENCE_TEXTS = {
  results: 'futex calls with a result: {0}',
  timedOut: 'futex calls that timed out: {0} of {1} ({2}; an idle kubelet: {3})',
  timedOutOn: 'on the address {1}: {0} of them; threads that use it: {2}',
  parked: 'such waits: {0}; threads: {1}',
  wakeRate: 'wakes a second: {0}, over {1} s',
  wastedWakes: 'wakes that woke nobody: {0} of {1}',
  lostRaces: 'EAGAIN: {0}; wakes: {1}',
  oldLock: 'waits for value 2 (runtime lock up to Go 1.23): {0}; threads: {1}; addresses: {2}',
  spinbitLock:
    'waits for value 4294967295 (runtime lock from Go 1.24: each thread sleeps on a word of its own): {0}; threads: {1}',
  stops: 'waits of 100 µs that timed out: {0} of {1}',
  slowCalls: 'calls of 1 ms or more: {0}, together {1} s',
  slowCallsOf: 'calls of 1 ms or more: {0}, together {1} s in {2} s of tracing ({3}, all threads together)',
  mostOfIt: 'by call: {0}',
  longestBy: 'longest: {0} {1} ms by thread {2}',
  longestOn: 'longest: {0} {1} ms on {2}',
  longestOnInferred: 'longest: {0} {1} ms on {2} (inferred from the open files)',
  countedFutex: 'futex calls: {0} of {1} ({2}; an idle kubelet: {3})',
  countedErrors: 'errors among them: {0} ({1}; an idle kubelet: {2})',
} as const;

export const SLOW_READ_DOUBT =
  'The trace does not name the file of these reads. On a node the first suspect is memory.stat: check cgroup health.';

export interface VerdictLine {
  readonly id: VerdictId;
  /** `usual`: seen in any idle Go program. `look`: worth following up. */
  readonly weight: 'usual' | 'look';
  /** English, of {@link VERDICT_TEXTS}. */
  readonly text: string;
  readonly evidence: readonly Sentence[];
  /** It rests on files that the trace itself does not name. */
  readonly isInferred: boolean;
  /** What the evidence does not show; undefined where there is nothing to add. */
  readonly doubt: Sentence | undefined;
}

export function usual(id: VerdictId, ...evidence: readonly Sentence[]): VerdictLine {
  return { id, weight: 'usual', text: VERDICT_TEXTS[id], evidence, isInferred: false, doubt: undefined };
}

export function look(id: VerdictId, ...evidence: readonly Sentence[]): VerdictLine {
  return { ...usual(id, ...evidence), weight: 'look' };
}
