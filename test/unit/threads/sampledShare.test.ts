import { describe, expect, it } from 'vitest';
import { leastShare, percent } from '../../../src/threads/sampledShare.js';

describe('the least share that samples are good for', () => {
  // Lower bounds of the 95 % interval.
  it.each([
    [3, 300, 0.0034],
    [10, 100, 0.0552],
    [50, 100, 0.4038],
    [300, 300, 0.9874],
    [0, 300, 0],
    [1, 0, 0],
  ])('%d of %d', (hits, looks, expected) => {
    expect(leastShare(hits, looks)).toBeCloseTo(expected, 4);
  });

  it('takes more hits than looks, of several threads, for all of them', () => {
    expect(leastShare(20, 10)).toBe(leastShare(10, 10));
  });
});

it('says small shares with one more digit', () => {
  expect([0, 0.0034, 0.0994, 0.0996, 0.5, 1].map(percent)).toEqual([
    '0 %',
    '0.3 %',
    '9.9 %',
    '10 %',
    '50 %',
    '100 %',
  ]);
});
