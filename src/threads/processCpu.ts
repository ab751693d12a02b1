/** What each process of the node used between the first and the last look at all of them, as pidstat shows it. */
import type { NodeCpu, ProcessCpu } from './model.js';
import type { NodeLook, ProcessTimes } from './parseSamples.js';
import { SECONDS_PER_TICK } from './ticks.js';

/** Most CPU first; those without any are left out. Empty where there is one look only. */
export function buildProcessCpu(looks: readonly NodeLook[]): readonly ProcessCpu[] {
  const pair = firstAndLast(looks);
  if (pair === undefined) return [];
  const rows: ProcessCpu[] = [];
  for (const [pid, after] of pair.last.processes) {
    const row = toRow(pid, after, pair);
    if (row !== undefined && row.userCores + row.systemCores > 0) rows.push(row);
  }
  return rows.sort((a, b) => b.userCores + b.systemCores - (a.userCores + a.systemCores) || a.pid - b.pid);
}

/** @returns undefined where there is one look only */
export function buildNodeCpu(looks: readonly NodeLook[]): NodeCpu | undefined {
  const pair = firstAndLast(looks);
  if (pair === undefined || pair.last.cpuTicks.length === 0) return undefined;
  const { first, last, seconds } = pair;
  // proc(5): user nice system idle iowait irq softirq steal; guests are in user.
  const cores = (...columns: readonly number[]) =>
    (columns.reduce((sum, column) => sum + growth(first.cpuTicks, last.cpuTicks, column), 0) *
      SECONDS_PER_TICK) /
    seconds;
  return {
    seconds,
    user: cores(0, 1),
    system: cores(2),
    idle: cores(3),
    ioWait: cores(4),
    irq: cores(5, 6),
    steal: cores(7),
  };
}

interface Pair {
  readonly first: NodeLook;
  readonly last: NodeLook;
  readonly seconds: number;
}

function firstAndLast(looks: readonly NodeLook[]): Pair | undefined {
  const [first] = looks;
  const last = looks.at(-1);
  if (first === undefined || last === undefined || looks.length < 2) return undefined;
  const seconds = last.uptimeSeconds - first.uptimeSeconds;
  return seconds > 0 ? { first, last, seconds } : undefined;
}

function toRow(pid: number, after: ProcessTimes, { first, last, seconds }: Pair): ProcessCpu | undefined {
  const same = first.processes.get(pid);
  const before = same?.startTicks === after.startTicks ? same : undefined;
  const isNew = before === undefined;
  const cores = (ticks: number) => (ticks * SECONDS_PER_TICK) / seconds;
  const delayBefore = isNew ? 0 : first.runDelays.get(pid);
  const delayAfter = last.runDelays.get(pid);
  return {
    pid,
    command: after.command,
    userCores: cores(after.userTicks - (before?.userTicks ?? 0)),
    systemCores: cores(after.systemTicks - (before?.systemTicks ?? 0)),
    waitCores:
      delayBefore === undefined || delayAfter === undefined
        ? undefined
        : (delayAfter - delayBefore) / 1e9 / seconds,
    diskWaitSeconds: (after.diskTicks - (before?.diskTicks ?? 0)) * SECONDS_PER_TICK,
    isNew,
  };
}

/** idle and iowait are known to run backwards a little (proc(5)). */
function growth(before: readonly number[], after: readonly number[], column: number): number {
  return Math.max(0, (after[column] ?? 0) - (before[column] ?? 0));
}
