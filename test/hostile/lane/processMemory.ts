/** What a process holds in memory, and held at most, in bytes. */
import { readFileSync } from 'node:fs';

/**
 * The most that this process has held. On Linux from /proc: getrusage's figure outlives exec (exec_mmap takes the old
 * image's high-water mark into the new one's account), so that a child of a large parent would begin with the parent's.
 */
export function peakMemory(): number {
  return memoryOf('self', 'VmHWM') ?? process.resourceUsage().maxRSS * 1024;
}

/** What another process holds; undefined where it is gone, or where there is no /proc. */
export function currentMemory(pid: number): number | undefined {
  return memoryOf(String(pid), 'VmRSS');
}

function memoryOf(pid: string, field: string): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // No /proc on this system, or no such process.
    return undefined;
  }
}
