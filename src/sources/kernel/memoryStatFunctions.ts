/** The kernel functions that make memory.stat while it is read, by release: mm/memcontrol.c and, since 6.11, memcontrol-v1.c. */
import { isAtLeast, type KernelVersion } from './kernelRelease.js';
import { findServingFunctionOfFile } from './servingFile.js';

/** From the outer one inwards. An unknown kernel counts as the newest. */
export function findMemoryStatFunctions(
  kernel: KernelVersion | undefined,
  cgroupVersion: 1 | 2,
): readonly string[] {
  const path = cgroupVersion === 1 ? '/sys/fs/cgroup/memory/memory.stat' : '/sys/fs/cgroup/memory.stat';
  const show = findServingFunctionOfFile(path, { kernel, cgroupVersion });
  return [show, formatter(kernel, cgroupVersion)].filter(name => name !== undefined);
}

/** 6.5 gave version 1 the show function of version 2, and each a formatter of its own. */
function formatter(kernel: KernelVersion | undefined, cgroupVersion: 1 | 2): string | undefined {
  const since = (major: number, minor: number) => kernel === undefined || isAtLeast(kernel, major, minor);
  if (since(6, 5)) return cgroupVersion === 1 ? 'memcg1_stat_format' : 'memcg_stat_format';
  // The text was made in place before 5.3, and always so in version 1.
  return cgroupVersion === 2 && since(5, 3) ? 'memory_stat_format' : undefined;
}

/** The version by the path of a memory.stat: controllers have folders of their own in version 1 alone. */
export function cgroupVersionOfPath(path: string): 1 | 2 {
  return /\/cgroup\/memory(?:,[a-z]+)*\//.test(path) ? 1 : 2;
}
