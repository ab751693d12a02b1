import { describe, expect, it } from 'vitest';
import { describeError, isTriageError, restoreError, TriageError } from '../../../src/base/errors.js';

describe('TriageError', () => {
  it('is known when another bundle with its own copy of the class threw it', () => {
    class TriageErrorOfAnotherBundle extends Error {
      override readonly name = 'TriageError';
      readonly code = 'forbidden';
      readonly node = 'node1';
      readonly facts = { verb: 'get' };
    }
    const error: unknown = new TriageErrorOfAnotherBundle('refused');
    expect(error instanceof TriageError).toBe(true);
    expect(isTriageError(error)).toBe(true);
    expect(describeError(error)).toEqual({
      code: 'forbidden',
      message: 'refused',
      node: 'node1',
      facts: { verb: 'get' },
    });
  });

  it('is not any error that has a code', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', facts: {} });
    expect(error instanceof TriageError).toBe(false);
    expect(describeError(error)).toEqual({ code: 'internal', message: 'connect ECONNREFUSED', facts: {} });
    for (const value of [undefined, null, 'TriageError', { name: 'TriageError', code: 'x', facts: {} }])
      expect(isTriageError(value)).toBe(false);
  });

  it('crosses a channel and comes back', () => {
    const error = new TriageError('timed-out', 'late', { node: 'node1', facts: { seconds: 20 } });
    const restored = restoreError(describeError(error));
    expect(restored).toBeInstanceOf(TriageError);
    expect(describeError(restored)).toEqual(describeError(error));
  });
});
