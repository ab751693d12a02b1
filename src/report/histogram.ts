/** Times counted by powers of ten, from a millionth of a second to a thousand. */
import type { HistogramBucket } from './model.js';

/** Lower bounds in seconds. A wait of exactly a bound (sysmon's 100 µs, 10 ms) counts above it. */
const BOUNDS = [0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100] as const;

/** Traces have microseconds; a difference of two stamps is a little off them. */
const ROUNDING = 1e-9;

/** All buckets from the first to the last that is not empty; none where there is nothing to count. */
export function countByMagnitude(seconds: readonly number[]): readonly HistogramBucket[] {
  const counts = BOUNDS.map(() => 0);
  for (const value of seconds) {
    const bucket = BOUNDS.findLastIndex(bound => value + ROUNDING >= bound);
    if (bucket >= 0) counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  const first = counts.findIndex(count => count > 0);
  const last = counts.findLastIndex(count => count > 0);
  if (first < 0) return [];
  return counts.slice(first, last + 1).map((count, offset) => ({
    fromSeconds: BOUNDS[first + offset] ?? 0,
    toSeconds: BOUNDS[first + offset + 1],
    count,
  }));
}
