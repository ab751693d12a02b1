/**
 * What reading memory.stat of all cgroups costs, in cores of CPU, as far as one check can tell. The kubelet's cAdvisor
 * reads them all every 10 s; it is the check's own reads that are measured, not the kubelet's.
 */
import type { CgroupHealth } from './model.js';

/** cAdvisor's default housekeeping interval (manager/container.go). */
const HOUSEKEEPING_SECONDS = 10;
/** CPU is counted in ticks of 10 ms: of less time than ten of them a share says nothing. */
const SHARE_NEEDS_SECONDS = 0.1;

export interface ReadCost {
  /** Cores, between which the cost lies; equal where every cgroup was read. */
  readonly low: number;
  readonly high: number;
  /** Of the time of the reads: CPU in the kernel, the rest is waiting; undefined where the reads are too short to tell. */
  readonly cpuShare: number | undefined;
}

/** Undefined where no read was measured. */
export function costOfReads(health: CgroupHealth): ReadCost | undefined {
  const { reads, scan, counts } = health;
  if (reads.length === 0) return undefined;
  const cpuShare = cpuShareOf(reads);
  const cores = (seconds: number): number => (seconds * (cpuShare ?? 1)) / HOUSEKEEPING_SECONDS;
  const directories = counts.directories ?? 0;
  if (scan !== undefined) {
    const unread = scan.isPartial ? Math.max(0, directories - scan.cgroups) : 0;
    const others = unread * secondsOfOthers(health.slowest, scan);
    return { low: cores(scan.totalSeconds), high: cores(scan.totalSeconds + others), cpuShare };
  }
  const medians = reads.map(({ medianSeconds }) => medianSeconds);
  const sum = medians.reduce((total, seconds) => total + seconds, 0);
  // Root and kubepods are the slowest: the others cost nothing at best, and as much as these at worst.
  const worst = Math.max(...medians) * Math.max(0, directories - reads.length);
  return { low: cores(sum), high: cores(sum + worst), cpuShare };
}

/** One read of a cgroup that was not reached. The scan goes from the root down, and the upper ones are the slow ones. */
function secondsOfOthers(
  slowest: CgroupHealth['slowest'],
  { cgroups, totalSeconds }: NonNullable<CgroupHealth['scan']>,
): number {
  const shown = slowest.reduce((total, { seconds }) => total + seconds, 0);
  if (cgroups > slowest.length) return (totalSeconds - shown) / (cgroups - slowest.length);
  return slowest[Math.floor(slowest.length / 2)]?.seconds ?? 0;
}

function cpuShareOf(reads: CgroupHealth['reads']): number | undefined {
  let [elapsed, system] = [0, 0];
  for (const { medianSeconds, minSeconds, maxSeconds, rounds, readsPerRound, systemSeconds } of reads) {
    // Of some rounds the middle is known and the ends are: their mean is nearer to the sum than the median alone.
    const mean =
      rounds > 2 ? (medianSeconds * (rounds - 2) + minSeconds + maxSeconds) / rounds : medianSeconds;
    elapsed += mean * rounds * readsPerRound;
    system += systemSeconds;
  }
  return elapsed < SHARE_NEEDS_SECONDS ? undefined : Math.min(1, system / elapsed);
}
