/**
 * A /proc made of files: for sampleScript.ts, whose reading of the kernel's own is shown elsewhere. Rows of it are
 * written in the kernel's format (proc(5)).
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface TreeThread {
  readonly tid: number;
  readonly command: string;
  readonly state: string;
  readonly userTicks?: number;
  readonly systemTicks?: number;
  readonly startTicks?: number;
  readonly syscall: string;
  readonly waitsIn?: string;
  readonly stack?: readonly string[];
}

export function statLine(thread: Omit<TreeThread, 'syscall'>): string {
  const { tid, command, state, userTicks = 0, systemTicks = 0, startTicks = 1000 } = thread;
  // Fields 4 to 13, 16 to 21, 23 to 52.
  const zeros = (count: number) => Array<string>(count).fill('0').join(' ');
  return `${tid} (${command}) ${state} ${zeros(10)} ${userTicks} ${systemTicks} ${zeros(6)} ${startTicks} ${zeros(30)}`;
}

/** One process with its threads and descriptors, and one other process. */
export function writeProcTree(
  proc: string,
  pid: number,
  threads: readonly TreeThread[],
  descriptors: Readonly<Record<number, string>>,
): void {
  const folder = path.join(proc, String(pid));
  mkdirSync(path.join(folder, 'fd'), { recursive: true });
  writeFileSync(
    path.join(proc, 'stat'),
    'cpu  100 0 50 800 5 0 1 0 0 0\ncpu0 100 0 50 800 5 0 1 0 0 0\nintr 1 2 3\n',
  );
  writeFileSync(path.join(folder, 'stat'), `${statLine({ tid: pid, command: 'kubelet', state: 'S' })}\n`);
  writeFileSync(path.join(folder, 'stack'), '');
  writeFileSync(path.join(folder, 'schedstat'), '5 6 7\n');
  for (const thread of threads) {
    const of = path.join(folder, 'task', String(thread.tid));
    mkdirSync(of, { recursive: true });
    writeFileSync(path.join(of, 'stat'), `${statLine(thread)}\n`);
    writeFileSync(path.join(of, 'syscall'), `${thread.syscall}\n`);
    writeFileSync(path.join(of, 'wchan'), thread.waitsIn ?? '0');
    writeFileSync(
      path.join(of, 'stack'),
      (thread.stack ?? []).map(name => `[<0>] ${name}+0x1/0x2\n`).join(''),
    );
    writeFileSync(path.join(of, 'schedstat'), '1000 2000 3\n');
  }
  for (const [descriptor, target] of Object.entries(descriptors)) {
    const link = path.join(folder, 'fd', descriptor);
    rmSync(link, { force: true });
    symlinkSync(target, link);
  }
  mkdirSync(path.join(proc, '7'), { recursive: true });
  writeFileSync(path.join(proc, '7', 'stat'), `${statLine({ tid: 7, command: 'other (x)', state: 'R' })}\n`);
}
