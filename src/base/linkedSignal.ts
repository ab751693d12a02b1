/**
 * A signal that ends as soon as one of several does, and can be let go of. Not AbortSignal.any, which no file here may
 * call: it leaves an entry at a long-lived signal (of a connection, a window, a page) for every signal there ever was.
 */

export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Takes everything back from the given signals; the linked one does not end any more. */
  readonly release: () => void;
}

/** Ends with the reason of the first of `signals` to end, at once where one has. The caller releases it. */
export function linkSignals(signals: readonly AbortSignal[]): LinkedSignal {
  const own = new AbortController();
  const listeners = signals.map(signal => {
    const abort = (): void => own.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  });
  return {
    signal: own.signal,
    release: () => {
      for (const remove of listeners) remove();
    },
  };
}

/** Runs `work` with a signal linked to `signals`, and releases it whatever becomes of the work. */
export async function untilAny<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, release } = linkSignals(signals);
  try {
    return await work(signal);
  } finally {
    release();
  }
}
