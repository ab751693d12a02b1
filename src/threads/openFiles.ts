/** The files a process had open while it was sampled: how what burns inside a system call is inferred. */
import type { MemoryStatUse, OpenFile } from './model.js';
import type { ObservedRound } from './observe.js';
import type { FileLook } from './parseSamples.js';

const PATHS_SHOWN = 20;

interface Counts {
  rounds: number;
  waitedRounds: number;
  burningRounds: number;
}

export function buildOpenFiles(rounds: readonly ObservedRound[]): readonly OpenFile[] {
  const files = new Map<string, Counts>();
  for (const { threads, openPaths } of rounds) {
    const isBurning = threads.some(({ place }) => place === 'kernel');
    const waitedOn = new Set(threads.map(({ call }) => call?.file));
    for (const path of openPaths) {
      const counts = files.get(path) ?? { rounds: 0, waitedRounds: 0, burningRounds: 0 };
      files.set(path, counts);
      counts.rounds++;
      if (isBurning) counts.burningRounds++;
      if (waitedOn.has(path)) counts.waitedRounds++;
    }
  }
  return [...files]
    .map(([path, counts]) => ({
      path,
      ...counts,
      isAlwaysOpen: counts.rounds === rounds.length && !isKernelFile(path),
    }))
    .sort(
      (a, b) =>
        Number(a.isAlwaysOpen) - Number(b.isAlwaysOpen) ||
        b.burningRounds - a.burningRounds ||
        b.waitedRounds - a.waitedRounds ||
        b.rounds - a.rounds ||
        (a.path < b.path ? -1 : 1),
    );
}

/** Made by the kernel when it is read: what is open there for long is read for long. */
export function isKernelFile(path: string): boolean {
  return /^\/(?:proc|sys)\//.test(path) || /\/cgroup\//.test(path) || isMemoryStat(path);
}

/** Below any mount point: a kubelet in a container sees its cgroups elsewhere. */
export function isMemoryStat(path: string): boolean {
  return /(?:^|\/)memory\.stat$/.test(path);
}

export function measureMemoryStatUse(
  looks: readonly FileLook[],
  rounds: readonly ObservedRound[],
): MemoryStatUse {
  const counts = new Map<string, number>();
  /** Since when what is open now has been found open, by descriptor and path. */
  let since = new Map<string, number>();
  let open = 0;
  let longestSeconds = 0;
  for (const { uptimeSeconds, descriptors } of looks) {
    const now = new Map<string, number>();
    const found = new Set<string>();
    for (const [descriptor, path] of descriptors) {
      if (!isMemoryStat(path)) continue;
      const key = `${descriptor} ${path}`;
      const from = since.get(key) ?? uptimeSeconds;
      found.add(path);
      now.set(key, from);
      longestSeconds = Math.max(longestSeconds, uptimeSeconds - from);
    }
    if (now.size > 0) open++;
    for (const path of found) counts.set(path, (counts.get(path) ?? 0) + 1);
    since = now;
  }
  const burningRounds = rounds.filter(
    ({ openPaths, threads }) =>
      [...openPaths].some(isMemoryStat) && threads.some(({ place }) => place === 'kernel'),
  ).length;
  const paths = [...counts]
    .map(([path, count]) => ({ path, looks: count }))
    .sort((a, b) => b.looks - a.looks || (a.path < b.path ? -1 : 1))
    .slice(0, PATHS_SHOWN);
  return { looks: looks.length, open, cgroups: counts.size, paths, longestSeconds, burningRounds };
}
