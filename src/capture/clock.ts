/** Time as a capture uses it, so that a test can turn the hands. No formatting, no time zones. */
import { TriageError } from '../base/errors.js';
import { untilAny } from '../base/linkedSignal.js';

export interface Clock {
  /** Unix epoch, milliseconds. */
  nowMs(): number;
  /** Milliseconds that never jump; only differences mean something. */
  monotonicMs(): number;
  /** Calls `tick` each `periodMs` until the returned function is called. */
  every(periodMs: number, tick: () => void): () => void;
  /** Resolves after `ms`; rejects with `cancelled` as soon as the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  every(periodMs, tick) {
    const timer = setInterval(tick, periodMs);
    return () => clearInterval(timer);
  },
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const abort = () => end(() => reject(new TriageError('cancelled', 'Cancelled.')));
      const timer = setTimeout(() => end(resolve), ms);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });
  },
};

/**
 * Runs `body` with a signal that is aborted by `signal` or after `limitMs`; in the second case it rejects with what
 * `limit.error` gives, whatever the body does with its abort.
 */
export async function withLimit<T>(
  clock: Clock,
  limit: { readonly ms: number; readonly error: () => TriageError },
  signal: AbortSignal,
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const settled = new AbortController();
  const timer = clock.sleep(limit.ms, settled.signal).then(
    () => {
      late.abort();
      throw limit.error();
    },
    // Woken because the body settled first: this side of the race stays silent.
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([untilAny([signal, late.signal], body), timer]);
  } finally {
    settled.abort();
  }
}
