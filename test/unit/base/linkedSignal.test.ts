import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { linkSignals, untilAny } from '../../../src/base/linkedSignal.js';

const two = () => [new AbortController(), new AbortController()] as const;
const listeners = (controllers: readonly AbortController[]): number =>
  controllers.reduce((sum, { signal }) => sum + getEventListeners(signal, 'abort').length, 0);

describe('linkSignals', () => {
  it('ends with whichever ends first, for its reason', () => {
    const [first, second] = two();
    const { signal } = linkSignals([first.signal, second.signal]);
    second.abort('second');
    first.abort('first');
    expect([signal.aborted, signal.reason]).toEqual([true, 'second']);
  });

  it('has ended where one of them has', () => {
    const [first, second] = two();
    first.abort('before');
    const { signal } = linkSignals([second.signal, first.signal]);
    expect([signal.aborted, signal.reason]).toEqual([true, 'before']);
  });

  it('leaves nothing at them once it is released, and does not end any more', () => {
    const both = two();
    const { signal, release } = linkSignals(both.map(one => one.signal));
    expect(listeners(both)).toBe(2);
    release();
    expect(listeners(both)).toBe(0);
    both[0].abort();
    expect(signal.aborted).toBe(false);
  });
});

describe('untilAny', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['resolves', () => Promise.resolve(1)],
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'throws',
      () => {
        throw new Error('at once');
      },
    ],
  ])('lets go of the signals where the work %s', async (_, work) => {
    const both = two();
    const signals = both.map(one => one.signal);
    await untilAny(signals, work).catch(() => undefined);
    expect(listeners(both)).toBe(0);
  });
});
