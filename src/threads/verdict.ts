/**
 * What the samples say, as sentences with evidence. The views translate them. What is concluded from ticks and
 * open files, and not seen in a stack or a call, is marked as inferred.
 *
 * Thresholds. An idle kubelet v1.32 (10 threads, 40 cgroups, Linux 6.18) used 0.03 cores, had memory.stat open in none
 * of 100 rounds, and waited 0.01 s of 10 s for a CPU.
 */
import { sentence, type Sentence } from '../base/sentence.js';
import type { CallShare, MemoryStatUse, ProcessCpu, ThreadReport, ThreadVerdictLine } from './model.js';
import { isMemoryStat } from './openFiles.js';
import { THREAD_EVIDENCE_TEXTS, THREAD_VERDICT_TEXTS } from './verdictSentences.js';

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
const OTHERS_NAMED = 5;
/** Show functions of memory.stat: memcg_stat_show, memory_stat_show, memory_stat_format, memcg1_stat_format. */
const MEMORY_STAT_FUNCTION = /^(?:memcg|memcg1|memory|mem_cgroup)_stat_(?:show|format)/;

export function judgeThreads(report: Report): readonly ThreadVerdictLine[] {
  const { facts } = report;
  if (facts.rounds < ENOUGH_ROUNDS || facts.seconds <= 0)
    return [usual('too-little', sentence(THREAD_EVIDENCE_TEXTS.rounds, facts.rounds))];
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
  return [usual('idle', cpuOf(report))];
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
  const texts = THREAD_EVIDENCE_TEXTS;
  const evidence = [
    sentence(texts.statOpen, use.open, use.looks, percent(use.open / use.looks), use.cgroups),
    ...(isLong ? [sentence(texts.statStaysOpen, (use.longestSeconds * 1000).toFixed(0))] : []),
    ...(most === undefined ? [] : [sentence(texts.statMostOpen, most.path, most.looks)]),
    ...(use.burningRounds > 0 ? [sentence(texts.statBurning, use.burningRounds)] : []),
    ...(waited > 0 ? [sentence(texts.statReads, waited)] : []),
    ...[...shown].map(([name, samples]) => sentence(texts.statFunction, name, samples)),
    cpuOf(report),
  ];
  return { ...look('slow-memory-stat', ...evidence), isInferred: seen === 0 };
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
  const times = busiest.map(thread => `${thread.tid} ${thread.systemSeconds.toFixed(2)} s`).join(', ');
  const evidence = [
    cpuOf(report),
    sentence(THREAD_EVIDENCE_TEXTS.systemTime, times),
    ...suspects.map(file => sentence(THREAD_EVIDENCE_TEXTS.fileBurning, file.path, file.burningRounds)),
  ];
  return { ...look('kernel-cpu', ...evidence), isInferred: true };
}

function userCpu(report: Report): ThreadVerdictLine | undefined {
  const { total, facts } = report;
  const user = total.userSeconds / facts.seconds;
  if (user < BUSY_USER_CORES || total.userSeconds < total.systemSeconds) return undefined;
  return look('user-cpu', cpuOf(report));
}

function waitsForDisk(report: Report): ThreadVerdictLine | undefined {
  const rows = report.threads.filter(({ places }) => places.disk > 0);
  const samples = sum(rows.map(({ places }) => places.disk));
  // Of rounds, not of all samples: one thread of twenty that always waits is worth a word.
  if (samples < report.facts.rounds * DISK_SHARE || samples < DISK_SAMPLES) return undefined;
  const [most] = report.diskCalls;
  return look(
    'waits-for-disk',
    sentence(THREAD_EVIDENCE_TEXTS.diskSamples, samples, rows.length, report.facts.rounds),
    ...(most === undefined ? [] : [diskCall(most)]),
  );
}

function diskCall({ syscall, file, waitsIn }: CallShare): Sentence {
  const texts = THREAD_EVIDENCE_TEXTS;
  if (file === undefined)
    return waitsIn === undefined
      ? sentence(texts.diskCall, syscall)
      : sentence(texts.diskCallIn, syscall, waitsIn);
  return waitsIn === undefined
    ? sentence(texts.diskCallOn, syscall, file)
    : sentence(texts.diskCallOnIn, syscall, file, waitsIn);
}

function waitsForCpu(report: Report): ThreadVerdictLine | undefined {
  const delay = sum(report.threads.map(({ runDelaySeconds }) => runDelaySeconds ?? 0));
  const cores = delay / report.facts.seconds;
  if (cores < RUN_DELAY_CORES) return undefined;
  const { node } = report;
  return look(
    'waits-for-cpu',
    sentence(THREAD_EVIDENCE_TEXTS.runDelay, delay.toFixed(2), report.facts.seconds.toFixed(1)),
    ...(node === undefined ? [] : [sentence(THREAD_EVIDENCE_TEXTS.nodeIdle, node.idle.toFixed(2))]),
  );
}

function stopped(report: Report): ThreadVerdictLine | undefined {
  const rows = report.threads.filter(({ places }) => places.stopped > 0);
  if (rows.length === 0) return undefined;
  const samples = sum(rows.map(({ places }) => places.stopped));
  return look('stopped', sentence(THREAD_EVIDENCE_TEXTS.stopped, samples, rows.length));
}

function otherProcess(report: Report): ThreadVerdictLine | undefined {
  const others = report.processes.filter(process => process.pid !== report.facts.pid);
  const busy = others.filter(process => coresOf(process) >= Math.max(OTHER_CORES, report.total.cores));
  if (busy.length === 0) return undefined;
  return look('other-process', ...busy.slice(0, OTHERS_NAMED).map(describeProcess));
}

function describeProcess(process: ProcessCpu): Sentence {
  const { command, pid, userCores, systemCores } = process;
  const cores = coresOf(process).toFixed(2);
  const [user, system] = [userCores.toFixed(2), systemCores.toFixed(2)];
  return sentence(THREAD_EVIDENCE_TEXTS.otherProcess, command, pid, cores, user, system);
}

function coresOf(process: ProcessCpu): number {
  return process.userCores + process.systemCores;
}

function cpuOf({ total, facts }: Report): Sentence {
  const system = (total.systemSeconds / facts.seconds).toFixed(2);
  const user = (total.userSeconds / facts.seconds).toFixed(2);
  return sentence(THREAD_EVIDENCE_TEXTS.cpu, total.cores.toFixed(2), system, user);
}

function usual(id: ThreadVerdictLine['id'], ...evidence: readonly Sentence[]): ThreadVerdictLine {
  return { id, weight: 'usual', text: THREAD_VERDICT_TEXTS[id], evidence, isInferred: false };
}

function look(id: ThreadVerdictLine['id'], ...evidence: readonly Sentence[]): ThreadVerdictLine {
  return { ...usual(id, ...evidence), weight: 'look' };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
