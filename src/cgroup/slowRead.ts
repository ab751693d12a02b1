/** When a read of memory.stat counts as slow. */
import type { CgroupHealth, StatRead } from './model.js';

/**
 * Quick is 0.1 to 0.3 ms (measured on Linux 6.18 with 115 to 40,000 resting cgroups; 0.47 ms on 4.19 with 2,500,
 * 8de7ecc6483b); slow in the field is 3 to 9 s (google/cadvisor#2259). 35 to 240 ms were measured where dead cgroups'
 * statistics change.
 */
export const SLOW_READ_SECONDS = 0.01;
/** One read in a busy moment says little; five times the limit says something. */
const SLOWEST_READ_SECONDS = 0.05;

/** The slowest by median, where it is slow. */
export function findSlowRead(health: CgroupHealth): StatRead | undefined {
  const slow = health.reads.filter(
    read => read.medianSeconds >= SLOW_READ_SECONDS || read.maxSeconds >= SLOWEST_READ_SECONDS,
  );
  return slow.sort((a, b) => b.medianSeconds - a.medianSeconds)[0];
}
