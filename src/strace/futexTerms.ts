/**
 * What the words of a futex trace mean, for a hover: in our own words, after futex(2), futex(7) and errno(3) of the Linux
 * man pages. English; whoever shows them translates.
 */

export interface FutexTerm {
  /** As it stands in a trace, without `_PRIVATE` and clock flags. */
  readonly term: string;
  readonly text: string;
  /** Of the man page that defines it. */
  readonly url: string;
}

const FUTEX_2 = 'https://man7.org/linux/man-pages/man2/futex.2.html';
const FUTEX_7 = 'https://man7.org/linux/man-pages/man7/futex.7.html';
const FUTEX_WAITV = 'https://docs.kernel.org/userspace-api/futex2.html';
const RESTART_2 = 'https://man7.org/linux/man-pages/man2/restart_syscall.2.html';

export const FUTEX_TERMS = {
  futex: {
    term: 'futex',
    text: 'A fast user-space lock: a 32-bit word in memory that threads change without the kernel as long as nobody has to wait. Only waiting and waking are system calls, so a program with idle threads shows many of them.',
    url: FUTEX_7,
  },
  wait: {
    term: 'FUTEX_WAIT',
    text: 'Sleep, if the word still has the expected value; otherwise return EAGAIN at once. Without a time-out it sleeps until it is woken; the time-out is a span from now.',
    url: FUTEX_2,
  },
  waitBitset: {
    term: 'FUTEX_WAIT_BITSET',
    text: 'As FUTEX_WAIT, but woken only by a wake with a bit in common; its time-out is a point in time, not a span.',
    url: FUTEX_2,
  },
  wake: {
    term: 'FUTEX_WAKE',
    text: 'Wake at most so many of the threads that sleep on the word. The result is how many were woken: 0 means that nobody slept.',
    url: FUTEX_2,
  },
  wakeBitset: {
    term: 'FUTEX_WAKE_BITSET',
    text: 'As FUTEX_WAKE, for those who sleep with a bit in common.',
    url: FUTEX_2,
  },
  wakeOp: {
    term: 'FUTEX_WAKE_OP',
    text: 'Change a second word and wake sleepers of the first, and of the second if its old value fits: one call for what a condition variable needs.',
    url: FUTEX_2,
  },
  requeue: {
    term: 'FUTEX_REQUEUE',
    text: 'Wake some sleepers of a word and let the others sleep on another word instead, so that not all wake for one lock. FUTEX_CMP_REQUEUE does it only if the word has the expected value.',
    url: FUTEX_2,
  },
  lockPi: {
    term: 'FUTEX_LOCK_PI',
    text: 'Take a lock that lends its owner the priority of who waits for it (priority inheritance). FUTEX_UNLOCK_PI gives it back.',
    url: FUTEX_2,
  },
  waitv: {
    term: 'futex_waitv',
    text: 'Sleep on several words at once; any of them wakes (Linux 5.16). futex_wait, futex_wake and futex_requeue are single calls for what futex does with an operation (Linux 6.7).',
    url: FUTEX_WAITV,
  },
  private: {
    term: '_PRIVATE',
    text: 'The word is used by threads of one process only: the kernel finds its sleepers faster.',
    url: FUTEX_2,
  },
  clockRealtime: {
    term: 'FUTEX_CLOCK_REALTIME',
    text: 'The time-out is measured by the wall clock and not by the monotonic one: setting the clock moves it.',
    url: FUTEX_2,
  },
  timedOut: {
    term: 'ETIMEDOUT',
    text: 'The time-out of a wait passed before anybody woke it. An error by name only: for a Go program that has nothing to do it is how time passes.',
    url: FUTEX_2,
  },
  again: {
    term: 'EAGAIN',
    text: 'The word had not the expected value any more: somebody was faster, and there is nothing to wait for.',
    url: FUTEX_2,
  },
  interrupted: {
    term: 'EINTR',
    text: 'A signal ended the wait. A tracer that attaches or detaches does that, too.',
    url: FUTEX_2,
  },
  restart: {
    term: 'ERESTARTSYS',
    text: 'The kernel’s own note that a signal came and the call is to be begun again; the program never sees it. restart_syscall is such a call going on.',
    url: RESTART_2,
  },
  unfinished: {
    term: 'unfinished',
    text: 'The trace has the call’s start and not its end: another thread’s line came between, or the call was still waiting when the trace ended.',
    url: 'https://man7.org/linux/man-pages/man1/strace.1.html',
  },
} as const satisfies Readonly<Record<string, FutexTerm>>;

export type FutexTermName = keyof typeof FUTEX_TERMS;

const FLAGS = /_PRIVATE\b|\|FUTEX_CLOCK_REALTIME/g;

/** Operations that share an explanation with another one. */
const SAME: Readonly<Record<string, FutexTermName>> = {
  futex_time64: 'futex',
  FUTEX_CMP_REQUEUE: 'requeue',
  FUTEX_CMP_REQUEUE_PI: 'requeue',
  FUTEX_WAIT_REQUEUE_PI: 'requeue',
  FUTEX_LOCK_PI2: 'lockPi',
  FUTEX_UNLOCK_PI: 'lockPi',
  FUTEX_TRYLOCK_PI: 'lockPi',
  futex_wait: 'waitv',
  futex_wake: 'waitv',
  futex_requeue: 'waitv',
  ERESTART_RESTARTBLOCK: 'restart',
  ERESTARTNOINTR: 'restart',
  ERESTARTNOHAND: 'restart',
  EWOULDBLOCK: 'again',
};

const BY_TERM = new Map<string, FutexTerm>(Object.values(FUTEX_TERMS).map(term => [term.term, term]));

/** For an operation as printed, with its flags, or a result; undefined for what needs no explanation. */
export function findFutexTerm(word: string): FutexTerm | undefined {
  const plain = word.replace(FLAGS, '');
  const same = SAME[plain];
  return same === undefined ? BY_TERM.get(plain) : FUTEX_TERMS[same];
}
