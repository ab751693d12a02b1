/**
 * What a local cluster leaves on the machine, found by looking and not by remembering: the same look sweeps up after a
 * run that was killed, takes a cluster down, and proves afterwards that nothing is left.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findCgroups, removeCgroups } from './cgroups.js';
import { FOLDER_PREFIX, LINK } from './clusterLayout.js';
import { runCommand, waitUntil } from './runCommand.js';

export interface Leftovers {
  readonly processes: readonly number[];
  readonly mounts: readonly string[];
  readonly links: readonly string[];
  readonly cgroups: readonly string[];
  readonly folders: readonly string[];
}

export function findLeftovers(): Leftovers {
  return {
    processes: findProcesses().map(process => process.pid),
    mounts: findMounts(),
    links: existsSync(`/sys/class/net/${LINK}`) ? [LINK] : [],
    cgroups: findCgroups(),
    folders: findFolders(),
  };
}

/** One line for each kind that is left; empty when nothing is. */
export function describeLeftovers(left: Leftovers): readonly string[] {
  return Object.entries(left).flatMap(([kind, things]: [string, readonly (string | number)[]]) =>
    things.length === 0 ? [] : [`${things.length} ${kind}: ${things.slice(0, 5).join(' ')}`],
  );
}

/** Ends and removes everything the look finds; what resists is found by the next look. */
export async function removeLeftovers(): Promise<void> {
  // The boxes first: the kernel ends every process of a PID namespace with its first one.
  const processes = findProcesses();
  for (const process of processes.filter(({ isInit }) => isInit)) kill(process.pid);
  // A first process that has ended is there until its namespace is empty; the look no longer sees that it was ours.
  await settle(() => processes.every(({ pid }) => !existsSync(`/proc/${pid}`)));
  for (const { pid } of findProcesses()) kill(pid);
  await settle(() => findProcesses().length === 0);
  for (const mount of findMounts()) await runCommand('umount', ['--lazy', mount]).catch(() => '');
  if (findLeftovers().links.length > 0) await runCommand('ip', ['link', 'delete', LINK]).catch(() => '');
  await settle(() => {
    removeCgroups();
    return findCgroups().length === 0;
  });
  for (const folder of findFolders()) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

interface LaneProcess {
  readonly pid: number;
  /** First process of a PID namespace. */
  readonly isInit: boolean;
}

/**
 * A process is the lane's where it lives in the PID namespace of a box, or is an unshare or nsenter that names a
 * cluster's folder (those two stay outside). Other processes may name the folder: a pager over its logs, say.
 */
function findProcesses(): readonly LaneProcess[] {
  const ours = namespaceOf('self');
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => ({
      pid: Number(name),
      namespace: namespaceOf(name),
      comm: readProc(name, 'comm').trim(),
      namesFolder: readProc(name, 'cmdline').includes(FOLDER_PREFIX),
      isInit: /^NSpid:.*\t1$/m.test(readProc(name, 'status')),
    }));
  const foreign = all.filter(({ namespace }) => namespace !== '' && namespace !== ours);
  const boxes = new Set(
    foreign.filter(({ isInit, namesFolder }) => isInit && namesFolder).map(({ namespace }) => namespace),
  );
  return [
    ...foreign.filter(({ namespace }) => boxes.has(namespace)),
    ...all.filter(
      ({ comm, namesFolder, namespace }) =>
        namesFolder && namespace === ours && (comm === 'unshare' || comm === 'nsenter'),
    ),
  ].map(({ pid, isInit, namespace }) => ({ pid, isInit: isInit && namespace !== ours }));
}

/** Mounts of this namespace that a cluster's folder is in; innermost first. */
function findMounts(): readonly string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter(line => line.includes(FOLDER_PREFIX))
    .map(line => line.split(' ')[1] ?? '')
    .reverse();
}

export function findFolders(): readonly string[] {
  const parent = path.dirname(FOLDER_PREFIX);
  return readdirSync(parent)
    .map(name => path.join(parent, name))
    .filter(folder => folder.startsWith(FOLDER_PREFIX));
}

function namespaceOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    // It has ended (a zombie has no namespaces), or is none of ours to look at.
    return '';
  }
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It ended while we looked.
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

/** Waits up to 15 s; what has not happened by then is what the next look reports. */
async function settle(isDone: () => boolean): Promise<void> {
  await waitUntil('it to go', 15, isDone).catch(() => undefined);
}
