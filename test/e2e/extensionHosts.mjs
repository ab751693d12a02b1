// @ts-check
/** The extension hosts below a VS Code server, found in /proc: a test has to end one as the kernel's OOM killer does, or to know what it holds. */
import { readFile, readdir } from 'node:fs/promises';

/**
 * SIGKILL for every extension host of the server. Rejects where it has none: a test would prove nothing.
 * @param {number} serverPid
 */
export async function killExtensionHosts(serverPid) {
  const pids = await findExtensionHosts(serverPid);
  if (pids.length === 0) throw new Error(`process ${String(serverPid)} has no extension host below it`);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}

/**
 * The most memory that an extension host of the server has held, in bytes; 0 where there is none.
 * @param {number} serverPid
 */
export async function peakOfExtensionHosts(serverPid) {
  const pids = await findExtensionHosts(serverPid);
  const peaks = await Promise.all(
    pids.map(async pid => {
      const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    }),
  );
  return Math.max(0, ...peaks);
}

/** @param {number} serverPid */
async function findExtensionHosts(serverPid) {
  const names = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const processes = await Promise.all(names.map(name => readProcess(Number(name))));
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const isBelow = (/** @type {number} */ pid) => {
    for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (at === serverPid) return true;
    return false;
  };
  return processes
    .filter(({ command, pid }) => command.includes('--type=extensionHost') && isBelow(pid))
    .map(({ pid }) => pid);
}

/**
 * Empty where the process has just ended.
 * @param {number} pid
 */
async function readProcess(pid) {
  const read = (/** @type {string} */ file) =>
    readFile(`/proc/${String(pid)}/${file}`, 'utf8').catch(() => '');
  const [stat, command] = await Promise.all([read('stat'), read('cmdline')]);
  // The name in parentheses may hold anything; state and parent follow the last one.
  const [, parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(parent), command: command.replaceAll('\0', ' ') };
}
