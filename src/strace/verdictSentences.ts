/** Every sentence of goVerdict.ts, in English, by what it says. A test finds one without a translation. */

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
  'inside-system-calls':
    'Time goes into system calls that should be quick. On a node the first suspect is read() of memory.stat: check cgroup health.',
  'nothing-unusual':
    'Nothing here is unusual for a Go program. If the process burns CPU, it does so elsewhere: take a CPU profile.',
  'counts-only':
    'A table of counts says how often calls were made, not by which thread, on what, or for how long one took. A large futex share and many futex errors in it are usual.',
  'too-little': 'Too few futex calls to say anything.',
} as const;

export type VerdictId = keyof typeof VERDICT_TEXTS;

export const EVIDENCE_TEXTS = {
  results: '{0} futex calls with a result',
  timedOut: '{0} of {1} futex calls timed out ({2}; an idle kubelet: {3})',
  timedOutOn: '{0} of them on {1}, used by {2} threads',
  parked: '{0} such waits by {1} threads',
  wakeRate: '{0} wakes a second over {1} s',
  wastedWakes: '{0} of {1} woke nobody',
  lostRaces: '{0} EAGAIN, {1} wakes',
  oldLock: '{0} waits by {1} threads for value 2 (runtime lock up to Go 1.23) on {2} addresses',
  spinbitLock:
    '{0} waits by {1} threads for value 4294967295 (runtime lock from Go 1.24: each thread sleeps on a word of its own)',
  stops: '{0} of {1} waits of 100 µs timed out',
  slowCalls: '{0} calls of 1 ms or more, {1} of them reads, {2} s together',
  longestBy: 'longest: {0} {1} ms by thread {2}',
  longestOn: 'longest: {0} {1} ms on {2}',
  longestOnInferred: 'longest: {0} {1} ms on {2} (inferred from the open files)',
  countedFutex: '{0} of {1} calls were futex ({2}; an idle kubelet: {3})',
  countedErrors: '{0} of these failed ({1}; an idle kubelet: {2})',
} as const;
