/**
 * What the terms of futex(2) and futex(7) mean, in words of our own, and which a printed name stands for. The full text
 * is one click away in the manual pages.
 */
import { t } from '../words.js';

export interface Explanation {
  readonly paragraphs: readonly string[];
}

/** `FUTEX_WAIT_PRIVATE`, `FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME`, `futex_wait` (Linux 6.7). */
export function explainOperation(operation: string): Explanation | undefined {
  const what = explainVerb(operation.replace(/^FUTEX_|^futex_/, ''));
  if (what === undefined) return undefined;
  const paragraphs = [what];
  if (operation.includes('_PRIVATE'))
    paragraphs.push(
      t(
        '_PRIVATE: no other process shares the word, so that the kernel finds it faster. Go uses private futexes only.',
      ),
    );
  if (operation.includes('CLOCK_REALTIME'))
    paragraphs.push(t('CLOCK_REALTIME: the point in time is by the clock of the wall, which can be set.'));
  return { paragraphs };
}

/** Names begin with these; the longer of two stands first. */
const VERBS: readonly (readonly [begin: RegExp, text: () => string])[] = [
  [
    /^WAIT_BITSET/,
    () =>
      t(
        'WAIT_BITSET sleeps as WAIT does, until a point in time in place of for a span; a mask chooses which wakes count.',
      ),
  ],
  [
    /^WAIT_REQUEUE_PI|^CMP_REQUEUE_PI/,
    () =>
      t(
        'REQUEUE_PI moves a sleeper from a condition variable to a lock that lends its holder the priority of those who wait.',
      ),
  ],
  [
    /^WAIT/i,
    () =>
      t(
        'WAIT sleeps while the word at the address holds the expected value. 0: woken. EAGAIN: the value had changed before. ETIMEDOUT: the time given ran out.',
      ),
  ],
  [/^WAKE_BITSET/, () => t('WAKE_BITSET wakes those sleepers whose mask has a bit in common with its own.')],
  [/^WAKE_OP/, () => t('WAKE_OP changes a second word, and wakes sleepers of both by what it held.')],
  [
    /^WAKE/i,
    () =>
      t(
        'WAKE wakes up to so many threads that sleep on the address. The result is how many were woken; 0: no thread slept.',
      ),
  ],
  [
    /^(?:CMP_)?REQUEUE/i,
    () => t('REQUEUE wakes some sleepers and moves the others to another address without waking them.'),
  ],
  [
    /^(?:TRY|UN)?LOCK_PI/,
    () => t('LOCK_PI and its like are locks that lend their holder the priority of those who wait.'),
  ],
];

function explainVerb(verb: string): string | undefined {
  return VERBS.find(([begin]) => begin.test(verb))?.[1]();
}

const RESULTS: Readonly<Record<string, () => string>> = {
  ETIMEDOUT: () =>
    t(
      'ETIMEDOUT: the time given ran out before the thread was woken. No failure: sysmon and timers of Go sleep this way.',
    ),
  EAGAIN: () =>
    t(
      'EAGAIN: the word no longer held the expected value when the kernel looked. Another thread was quicker; the program tries again.',
    ),
  EINTR: () => t('EINTR: a signal ended the sleep.'),
  ERESTARTSYS: () =>
    t(
      'ERESTARTSYS: a signal came, here mostly the tracer itself letting go; the kernel makes the call again.',
    ),
};

export function explainResult(result: string): Explanation | undefined {
  const text = Object.hasOwn(RESULTS, result) ? RESULTS[result]?.() : undefined;
  return text === undefined ? undefined : { paragraphs: [text] };
}

export function explainAddress(): Explanation {
  return {
    paragraphs: [
      t(
        'The futex word: four bytes in the memory of the program. Threads that name the same address wait for each other or for one event.',
      ),
      t('Go has one word a thread for parking it, and some of its own for its scheduler and its locks.'),
    ],
  };
}

export function explainFutex(): Explanation {
  return {
    paragraphs: [
      t(
        'futex: the system call by which threads sleep and wake each other. An uncontended lock makes no call at all.',
      ),
      t(
        'Mutexes and channels of a Go program park goroutines, not threads: threads call futex when they run out of work or get some.',
      ),
    ],
  };
}
