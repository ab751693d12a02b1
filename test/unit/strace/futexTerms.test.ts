import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inspectStrace } from '../../../src/cli/inspectCalls.js';
import { FUTEX_TERMS, findFutexTerm } from '../../../src/strace/futexTerms.js';

describe('findFutexTerm', () => {
  it.each([
    ['FUTEX_WAIT_PRIVATE', 'FUTEX_WAIT'],
    ['FUTEX_WAKE', 'FUTEX_WAKE'],
    ['FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME', 'FUTEX_WAIT_BITSET'],
    ['FUTEX_CMP_REQUEUE_PRIVATE', 'FUTEX_REQUEUE'],
    ['FUTEX_UNLOCK_PI_PRIVATE', 'FUTEX_LOCK_PI'],
    ['futex_wake', 'futex_waitv'],
    ['ETIMEDOUT', 'ETIMEDOUT'],
    ['ERESTART_RESTARTBLOCK', 'ERESTARTSYS'],
  ])('explains %s as %s', (word, term) => {
    expect(findFutexTerm(word)?.term).toBe(term);
  });

  it.each(['0', '1', '0x20 /* FUTEX_??? */', 'toString', ''])('has nothing to say on "%s"', word => {
    expect(findFutexTerm(word)).toBeUndefined();
  });

  it('explains every operation and error of a recorded log', () => {
    const url = new URL('../../fixtures/strace/strace-futex.30pods.file.txt', import.meta.url);
    const { futex } = inspectStrace(readFileSync(url, 'utf8'));
    const words = futex.operations.flatMap(({ op, result }) => (/^\d/.test(result) ? [op] : [op, result]));
    expect(words.filter(word => findFutexTerm(word) === undefined)).toEqual([]);
    expect(words.length).toBeGreaterThan(5);
  });

  it('names a page for each term', () => {
    for (const { url, text } of Object.values(FUTEX_TERMS)) {
      expect(url).toMatch(/^https:\/\/(man7\.org|docs\.kernel\.org)\/\S+\.html$/);
      expect(text).toMatch(/\.$/);
    }
  });
});
