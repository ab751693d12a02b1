import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import { systemClock, withLimit } from '../../../src/capture/clock.js';
import { drive, FakeClock } from './captureFakes.js';

const tooLate = new TriageError('timed-out', 'too late');
const limit = { ms: 1000, error: () => tooLate };

describe('withLimit', () => {
  it('gives the result, and leaves no timer', async () => {
    const clock = new FakeClock();
    const result = withLimit(clock, limit, new AbortController().signal, () => Promise.resolve(7));
    await expect(drive(clock, result)).resolves.toBe(7);
    expect(clock.isAwaited).toBe(false);
  });

  it('aborts what takes too long, even when that does not listen', async () => {
    const clock = new FakeClock();
    let inner: AbortSignal | undefined;
    const result = withLimit(clock, limit, new AbortController().signal, signal => {
      inner = signal;
      return new Promise(() => undefined);
    });
    await expect(drive(clock, result)).rejects.toBe(tooLate);
    expect(inner?.aborted).toBe(true);
  });

  it('hands an abort from outside on to the work', async () => {
    const clock = new FakeClock();
    const outside = new AbortController();
    const result = withLimit(clock, limit, outside.signal, signal => clock.sleep(10_000, signal));
    outside.abort();
    await expect(drive(clock, result)).rejects.toMatchObject({ code: 'cancelled' });
    expect(clock.isAwaited).toBe(false);
  });
});

describe('systemClock', () => {
  it('sleeps until it is over or aborted', async () => {
    await expect(systemClock.sleep(1, new AbortController().signal)).resolves.toBeUndefined();
    await expect(systemClock.sleep(1e6, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    const controller = new AbortController();
    const sleeping = systemClock.sleep(1e6, controller.signal);
    controller.abort();
    await expect(sleeping).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('ticks until told to stop', async () => {
    let ticks = 0;
    await new Promise<void>(resolve => {
      const stop = systemClock.every(1, () => {
        if (++ticks === 3) {
          stop();
          resolve();
        }
      });
    });
    await systemClock.sleep(10, new AbortController().signal);
    expect(ticks).toBe(3);
  });
});
