/**
 * The box: the PID and mount namespace in which the cluster runs (box.sh is its first process). Everything in it dies
 * with that process, and the mounts with them; unless the cluster is kept, that process dies with ours, however ours
 * ends. What lies outside (cgroups, the network link, the folder) is leftovers.ts's part.
 */
import { spawn } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ClusterLayout } from './clusterLayout.js';
import { runCommand, waitUntil } from './runCommand.js';

/** Nothing of the caller's environment reaches the cluster. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

export async function startBox(layout: ClusterLayout, boxScript: string): Promise<void> {
  const unshare = [
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child=KILL',
    'bash',
    boxScript,
    layout.folder,
  ];
  // The kernel kills unshare when we die, and box.sh when unshare dies: kill -9 of the runner is a way out, too.
  const [command, ...argv] = layout.isKept ? unshare : ['setpriv', '--pdeathsig', 'KILL', ...unshare];
  const log = openSync(path.join(layout.folder, 'logs', 'box.log'), 'a');
  const child = spawn(command!, argv, { env: ENVIRONMENT, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  await waitUntil('the box to be set up', 20, () => {
    if (child.exitCode !== null) throw new Error(`the box could not be set up:\n${readLog(layout, 'box')}`);
    return existsSync(path.join(layout.folder, 'box.pid'));
  });
}

/** Runs a program in the box to its end. */
export async function runInBox(
  layout: ClusterLayout,
  argv: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const [command, ...rest] = [...enter(layout), ...argv];
  return runCommand(command!, rest, { environment: ENVIRONMENT, signal });
}

/** Starts a program that stays; its output goes to logs/NAME.log. */
export function startInBox(layout: ClusterLayout, name: string, argv: readonly string[]): void {
  // nsenter stays outside of the box and stops when its child is stopped: as a child of box.sh the program has no such
  // parent, and is reaped in the box.
  const [command, ...rest] = [...enter(layout), 'setsid', '--fork', ...argv];
  const log = openSync(logFile(layout, name), 'a');
  const child = spawn(command!, rest, { env: ENVIRONMENT, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
}

/** The end of a daemon's log, for a message. */
export function readLog(layout: ClusterLayout, name: string): string {
  return existsSync(logFile(layout, name)) ? readFileSync(logFile(layout, name), 'utf8').slice(-3000) : '';
}

function logFile(layout: ClusterLayout, name: string): string {
  return path.join(layout.folder, 'logs', `${name}.log`);
}

function enter(layout: ClusterLayout): readonly string[] {
  const pid = readFileSync(path.join(layout.folder, 'box.pid'), 'utf8').trim();
  return ['nsenter', `--target=${pid}`, '--mount', '--pid', '--'];
}
