/** Waits for what becomes true by itself. */
import { setTimeout } from 'node:timers/promises';

const PATIENCE_MS = 60_000;

/** Asks every 100 ms until `holds` answers true; throws with `what` and the last answer of `look` after 60 s. */
export async function expectSoon<T>(
  what: string,
  look: () => T | Promise<T>,
  holds: (seen: Awaited<T>) => boolean,
): Promise<Awaited<T>> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline)
      throw new Error(`${what}: still ${JSON.stringify(seen)} after ${PATIENCE_MS / 1000} s`);
    await setTimeout(100);
  }
}
