import { describe, expect, it } from 'vitest';
import { countByMagnitude } from '../../../src/report/histogram.js';
import { binTimeline } from '../../../src/report/timeline.js';

describe('counting by magnitude', () => {
  it('a time on a bound is above it, a microsecond more or less is not', () => {
    expect(countByMagnitude([0.0001, 0.000099, 3919.390846 - 3919.390836])).toEqual([
      { fromSeconds: 1e-5, toSeconds: 1e-4, count: 2 },
      { fromSeconds: 1e-4, toSeconds: 1e-3, count: 1 },
    ]);
  });

  it('keeps empty buckets between, and none around', () => {
    expect(countByMagnitude([2, 0.005]).map(({ count }) => count)).toEqual([1, 0, 0, 1]);
    expect(countByMagnitude([])).toEqual([]);
    expect(countByMagnitude([0])).toEqual([{ fromSeconds: 0, toSeconds: 1e-6, count: 1 }]);
    expect(countByMagnitude([9000])).toEqual([{ fromSeconds: 100, toSeconds: undefined, count: 1 }]);
  });
});

describe('the timeline', () => {
  const row = (second: number, waits: number) => ({ second, waits, wakes: 1, timeouts: 0 });

  it('has a bin for each second of the trace, those without calls too', () => {
    const { binSeconds, bins } = binTimeline([row(0, 5), row(2, 7)], 4.2);
    expect(binSeconds).toBe(1);
    expect(bins.map(({ waits }) => waits)).toEqual([5, 0, 7, 0, 0]);
  });

  it('of an hour has wider bins and the same sum', () => {
    const rows = Array.from({ length: 3600 }, (_, second) => row(second, 1));
    const { binSeconds, bins } = binTimeline(rows, 3600);
    expect(binSeconds).toBe(16);
    expect(bins.length).toBeLessThanOrEqual(240);
    expect(bins.reduce((sum, { waits }) => sum + waits, 0)).toBe(3600);
    expect(bins[1]?.startSeconds).toBe(16);
  });

  it('of nothing is empty', () => {
    expect(binTimeline([], 5)).toEqual({ binSeconds: 1, bins: [] });
  });
});
