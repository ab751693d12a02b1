/**
 * What the samples say, as sentences with evidence. English; views translate by `id`. What is concluded from ticks and
 * open files, and not seen in a stack or a call, is marked as inferred.
 *
 * Thresholds. An idle kubelet v1.32 (10 threads, 40 cgroups, Linux 6.18) used 0.03 cores, had memory.stat open in none
 * of 100 rounds, and waited 0.01 s of 10 s for a CPU.
 */
import type { MemoryStatUse, ProcessCpu, ThreadReport, ThreadVerdictId, ThreadVerdictLine } from './model.js';
import { isMemoryStat } from './openFiles.js';

/** English, one for each finding. */
export const THREAD_VERDICT_TEXTS = {
  'slow-memory-stat':
    'The process reads memory.stat of cgroups, and the kernel takes long to make it. Check cgroup health.',
  'kernel-cpu':
    'Most of its CPU is spent inside the kernel, in system calls. A CPU profile shows such time less than it was, and strace shows it as waiting.',
  'too-little': 'Too few samples to say anything.',
  idle: 'Nothing here is unusual: the threads wait for work, and the process uses little CPU.',
  'user-cpu': 'Most of its CPU is spent in its own code: take a CPU profile, which shows the functions.',
  'waits-for-disk':
    'Threads are in uninterruptible sleep (state D): they wait for a disk, a network file system or a lock of the kernel.',
  'waits-for-cpu': 'Its threads wait for a CPU: the node is short of CPUs, or a CPU limit throttles it.',
  stopped:
    'Threads were stopped: something traces the process (strace, a debugger) or sent SIGSTOP. While it lasts, the process does no work.',
  'other-process': 'Other processes of the node use more CPU than this one.',
} as const satisfies Readonly<Record<ThreadVerdictId, string>>;

type Report = Omit<ThreadReport, 'verdict' | 'warnings'>;

/** Fewer rounds say nothing about shares. */
const ENOUGH_ROUNDS = 10;
/** 40 reads of 0.2 ms in 10 s are 0.08 % of the time; 500 of them 1 %. */
const MEMORY_STAT_SHARE = 0.03;
const MEMORY_STAT_LOOKS = 3;
const BUSY_SYSTEM_CORES = 0.1;
const BUSY_USER_CORES = 0.5;
const DISK_SHARE = 0.05;
const DISK_SAMPLES = 3;
const RUN_DELAY_CORES = 0.2;
const OTHER_CORES = 0.5;
/** Show functions of memory.stat: memcg_stat_show, memory_stat_show, memory_stat_format, memcg1_stat_format. */
const MEMORY_STAT_FUNCTION = /^(?:memcg|memcg1|memory|mem_cgroup)_stat_(?:show|format)/;

export function judgeThreads(report: Report): readonly ThreadVerdictLine[] {
  const { facts } = report;
  if (facts.rounds < ENOUGH_ROUNDS || facts.seconds <= 0)
    return [usual('too-little', THREAD_VERDICT_TEXTS['too-little'], [`${facts.rounds} rounds of samples`])];
  const lines = [
    memoryStat(report),
    kernelCpu(report),
    stopped(report),
    waitsForDisk(report),
    waitsForCpu(report),
    userCpu(report),
    otherProcess(report),
  ].filter(line => line !== undefined);
  if (lines.length > 0) return lines;
  const idle = usual('idle', THREAD_VERDICT_TEXTS['idle'], [cpuOf(report)]);
  return [idle];
}

function memoryStat(report: Report): ThreadVerdictLine | undefined {
  const { calls, memoryStat: use } = report;
  const waited = sum(
    calls.filter(({ file }) => file !== undefined && isMemoryStat(file)).map(call => call.samples),
  );
  const shown = countShowFunctions(report.stacks);
  const seen = waited + sum([...shown.values()]);
  // No read of 0.2 ms lasts from one look to the next.
  const isLong = use.longestSeconds > 0;
  if (!isOftenOpen(use) && !isLong && seen < MEMORY_STAT_LOOKS) return undefined;
  const [most] = use.paths;
  return {
    id: 'slow-memory-stat',
    weight: 'look',
    text: THREAD_VERDICT_TEXTS['slow-memory-stat'],
    evidence: [
      `a memory.stat was open in ${use.open} of ${use.looks} looks (${percent(use.open / use.looks)} of the time; where reads are quick, below 1 %), of ${use.cgroups} cgroups`,
      ...(isLong
        ? [`the same one stayed open for ${(use.longestSeconds * 1000).toFixed(0)} ms or more`]
        : []),
      ...(most === undefined ? [] : [`most often ${most.path}, in ${most.looks} looks`]),
      ...(use.burningRounds > 0
        ? [`in ${use.burningRounds} rounds with one open a thread was in the kernel on a CPU`]
        : []),
      ...(waited > 0 ? [`${waited} samples inside a read of it`] : []),
      ...[...shown].map(([name, samples]) => `${samples} samples with ${name} on the kernel stack`),
      cpuOf(report),
    ],
    isInferred: seen === 0,
  };
}

/** Quick reads are met by chance, hence of any of hundreds of cgroups: not of the same one again. */
function isOftenOpen({ open, looks, paths }: MemoryStatUse): boolean {
  if (open < MEMORY_STAT_LOOKS) return false;
  return open >= looks * MEMORY_STAT_SHARE || (paths[0]?.looks ?? 0) > 1;
}

function countShowFunctions(stacks: Report['stacks']): ReadonlyMap<string, number> {
  const shown = new Map<string, number>();
  for (const { frames, samples } of stacks) {
    const frame = frames.find(({ kind, name }) => kind === 'kernel' && MEMORY_STAT_FUNCTION.test(name));
    if (frame !== undefined) shown.set(frame.name, (shown.get(frame.name) ?? 0) + samples);
  }
  return shown;
}

function kernelCpu(report: Report): ThreadVerdictLine | undefined {
  const { total, threads, files, facts } = report;
  const system = total.systemSeconds / facts.seconds;
  if (system < BUSY_SYSTEM_CORES || total.systemSeconds < total.userSeconds) return undefined;
  const busiest = [...threads].sort((a, b) => b.systemSeconds - a.systemSeconds).slice(0, 3);
  const suspects = files.filter(file => !file.isAlwaysOpen && file.burningRounds > 0).slice(0, 3);
  return {
    id: 'kernel-cpu',
    weight: 'look',
    text: THREAD_VERDICT_TEXTS['kernel-cpu'],
    evidence: [
      cpuOf(report),
      `most system time: ${busiest.map(thread => `thread ${thread.tid} ${thread.systemSeconds.toFixed(2)} s`).join(', ')}`,
      ...suspects.map(
        file => `${file.path} was open in ${file.burningRounds} rounds with a thread in the kernel on a CPU`,
      ),
    ],
    isInferred: true,
  };
}

function userCpu(report: Report): ThreadVerdictLine | undefined {
  const { total, facts } = report;
  const user = total.userSeconds / facts.seconds;
  if (user < BUSY_USER_CORES || total.userSeconds < total.systemSeconds) return undefined;
  return look('user-cpu', THREAD_VERDICT_TEXTS['user-cpu'], [cpuOf(report)]);
}

function waitsForDisk(report: Report): ThreadVerdictLine | undefined {
  const rows = report.threads.filter(({ places }) => places.disk > 0);
  const samples = sum(rows.map(({ places }) => places.disk));
  // Of rounds, not of all samples: one thread of twenty that always waits is worth a word.
  if (samples < report.facts.rounds * DISK_SHARE || samples < DISK_SAMPLES) return undefined;
  const [most] = report.diskCalls;
  return look('waits-for-disk', THREAD_VERDICT_TEXTS['waits-for-disk'], [
    `${samples} samples of ${rows.length} threads, in ${report.facts.rounds} rounds`,
    ...(most === undefined
      ? []
      : [
          `most often in ${most.syscall}${most.file === undefined ? '' : ` on ${most.file}`}${most.waitsIn === undefined ? '' : ` (${most.waitsIn})`}`,
        ]),
  ]);
}

function waitsForCpu(report: Report): ThreadVerdictLine | undefined {
  const delay = sum(report.threads.map(({ runDelaySeconds }) => runDelaySeconds ?? 0));
  const cores = delay / report.facts.seconds;
  if (cores < RUN_DELAY_CORES) return undefined;
  const { node } = report;
  return look('waits-for-cpu', THREAD_VERDICT_TEXTS['waits-for-cpu'], [
    `${delay.toFixed(2)} s of waiting for a CPU in ${report.facts.seconds.toFixed(1)} s, all threads together`,
    ...(node === undefined ? [] : [`the node's CPUs were idle for ${node.idle.toFixed(2)} cores`]),
  ]);
}

function stopped(report: Report): ThreadVerdictLine | undefined {
  const rows = report.threads.filter(({ places }) => places.stopped > 0);
  if (rows.length === 0) return undefined;
  return look('stopped', THREAD_VERDICT_TEXTS['stopped'], [
    `${sum(rows.map(({ places }) => places.stopped))} samples of ${rows.length} threads in state T or t`,
  ]);
}

function otherProcess(report: Report): ThreadVerdictLine | undefined {
  const others = report.processes.filter(process => process.pid !== report.facts.pid);
  const busy = others.filter(process => coresOf(process) >= Math.max(OTHER_CORES, report.total.cores));
  if (busy.length === 0) return undefined;
  return look(
    'other-process',
    THREAD_VERDICT_TEXTS['other-process'],
    busy
      .slice(0, 5)
      .map(
        process =>
          `${process.command} (${process.pid}): ${coresOf(process).toFixed(2)} cores, ${process.userCores.toFixed(2)} user and ${process.systemCores.toFixed(2)} system`,
      ),
  );
}

function coresOf(process: ProcessCpu): number {
  return process.userCores + process.systemCores;
}

function cpuOf({ total, facts }: Report): string {
  const { userSeconds, systemSeconds } = total;
  return `${total.cores.toFixed(2)} cores: ${(systemSeconds / facts.seconds).toFixed(2)} in the kernel, ${(userSeconds / facts.seconds).toFixed(2)} in the program`;
}

function look(id: ThreadVerdictLine['id'], text: string, evidence: readonly string[]): ThreadVerdictLine {
  return { id, weight: 'look', text, evidence, isInferred: false };
}

function usual(id: ThreadVerdictLine['id'], text: string, evidence: readonly string[]): ThreadVerdictLine {
  return { id, weight: 'usual', text, evidence, isInferred: false };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
