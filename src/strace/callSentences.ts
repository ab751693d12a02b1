/**
 * Every sentence of findings on system calls (goVerdict.ts, slowVerdict.ts), in English, by what it says. A test finds one
 * without a translation. Counts stand behind a colon: no number needs another form of a word.
 */
import type { FindingId } from '../base/finding.js';

export const CALL_FINDING_TEXTS = {
  'timeouts-are-usual':
    'ETIMEDOUT is usual: sysmon sleeps on a futex until the next timer while all processors of the Go scheduler are idle. Neither it nor a large futex share is a fault.',
  'parked-threads':
    'Waits for value 0 without a timeout are parked threads (stopm): they wait for work, not for a lock. Their long times mean idleness.',
  'wake-churn': 'Threads are woken very often: many goroutines become ready for short times.',
  'lost-races': 'More waits lost a race (EAGAIN) than there were wakes: a word in memory is contended.',
  'lock-contention':
    'Threads wait for locks of the Go runtime itself (scheduler, heap, timers), not for a mutex of the program.',
  'stop-the-world':
    'The runtime waits in steps of 100 µs for goroutines to stop (garbage collection or a stop of the world): a thread is slow to come to a stop.',
  'slow-memory-stat': 'Reads of memory.stat take long: the kernel makes the file anew for each read.',
  'inside-system-calls': 'Time goes into system calls that should be quick.',
  'few-slow-calls':
    'Some system calls took a millisecond or more: too few, or too short, to make the process slow.',
  'short-of-cpu':
    'Threads that gave up the CPU for a moment got it back late: other threads want it, too. The node is short of CPUs, or a CPU limit throttles the process.',
  'nothing-unusual': 'Nothing here is unusual for a Go program.',
  'counts-only': 'A large futex share and many futex errors in a table of counts are usual.',
  'too-little': 'Too few futex calls to say anything.',
} as const satisfies Readonly<Partial<Record<FindingId, string>>>;

export const CALL_EVIDENCE_TEXTS = {
  results: 'futex calls with a result: {0}',
  timedOut: 'futex calls that timed out: {0} of {1} ({2}; an idle kubelet: {3})',
  timedOutOn: 'on the address {1}: {0} of them; threads that use it: {2}',
  parked: 'such waits: {0}; threads: {1}',
  wakeRate: 'wakes a second: {0}, over {1} s',
  wastedWakes: 'wakes that woke no thread: {0} of {1}',
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

export const CALL_DOUBT_TEXTS = {
  unnamedReads:
    'The trace does not name the file of these reads. On a node the first suspect is memory.stat.',
  inferredFile: 'Found among the files that were open at the time; the trace itself has only a number.',
  countsOnly:
    'A table of counts says how often calls were made, not by which thread, on what, or for how long one took.',
} as const;

/** What to measure next. */
export const CALL_CONFIRM_TEXTS = {
  cgroups: 'Check cgroup health: it times reads of memory.stat.',
  elsewhere: 'If the process burns CPU, it does so elsewhere: take a CPU profile.',
  readyGoroutines: 'Look at timers, channels and the share of runtime.findRunnable in a CPU profile.',
  contendedWord: 'Look for runtime.lock2 in a CPU profile.',
  threads: 'Sample threads: it shows how long threads waited for a CPU, and which processes use the CPUs.',
} as const;
