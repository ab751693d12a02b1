/**
 * What the samples say, as sentences with evidence. The views translate them. What is concluded from ticks and
 * open files, and not seen in a stack or a call, is marked as inferred.
 *
 * Thresholds. An idle kubelet v1.32 (10 threads, 40 cgroups, Linux 6.18) used 0.03 cores, had memory.stat open in none
 * of 100 rounds, and waited 0.01 s of 10 s for a CPU.
 */
import { atKey, finding, observe, type Finding, type Measure, type Observation } from '../base/finding.js';
import { sentence, type Sentence } from '../base/sentence.js';
import type { CallShare, ProcessCpu, ThreadReport } from './model.js';
import { isMemoryStat } from './openFiles.js';
import { leastShare, percent } from './sampledShare.js';
import {
  THREAD_CONFIRM_TEXTS as CONFIRM,
  THREAD_DOUBT_TEXTS as DOUBT,
  THREAD_EVIDENCE_TEXTS as TEXT,
  THREAD_FINDING_TEXTS as FINDING,
} from './threadSentences.js';
import { waitsForCpu } from './waitsForCpu.js';

type Report = Omit<ThreadReport, 'verdict' | 'warnings'>;

/** Lines of the file that a round of samples, and a look at all processes, begin with. */
const ROUNDS = '# round';
const LOOKS_AT_NODE = '# node';
/** Fewer rounds say nothing about shares. */
const ENOUGH_ROUNDS = 10;
/** Of the time: 40 reads of 0.2 ms in 10 s are 0.08 %, 500 of them 1 %. */
const MEMORY_STAT = { share: 0.03, least: 0.01 };
const BUSY_SYSTEM_CORES = 0.1;
const BUSY_USER_CORES = 0.5;
/** Of the rounds: a glimpse of state D is usual. */
const DISK = { share: 0.05, least: 0.01 };
const OTHER_CORES = 0.5;
const OTHERS_NAMED = 5;
/** Show functions of memory.stat: memcg_stat_show, memory_stat_show, memory_stat_format, memcg1_stat_format. */
const MEMORY_STAT_FUNCTION = /^(?:memcg|memcg1|memory|mem_cgroup)_stat_(?:show|format)/;

export function judgeThreads(report: Report): readonly Finding[] {
  const { facts } = report;
  if (facts.rounds < ENOUGH_ROUNDS || facts.seconds <= 0)
    return [
      of('too-little', 'usual', [
        counted(sentence(TEXT.rounds, facts.rounds), facts.rounds, { threshold: ENOUGH_ROUNDS, key: ROUNDS }),
      ]),
    ];
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
  return [of('idle', 'usual', [cpuOf(report)])];
}

function memoryStat(report: Report): Finding | undefined {
  const { calls, memoryStat: use } = report;
  const waited = sum(
    calls.filter(({ file }) => file !== undefined && isMemoryStat(file)).map(call => call.samples),
  );
  const shown = countShowFunctions(report.stacks);
  const seen = waited + sum([...shown.values()]);
  const share = shareOf(use.open, use.looks);
  const seenShare = shareOf(seen, report.facts.rounds);
  if (!isMuch(share, MEMORY_STAT) && !isMuch(seenShare, MEMORY_STAT)) return undefined;
  // No read of 0.2 ms lasts from one look to the next.
  const isLong = use.longestSeconds > 0;
  const [most] = use.paths;
  const staysOpen = sentence(TEXT.statStaysOpen, (use.longestSeconds * 1000).toFixed(0));
  const evidence = [
    observe(
      sentence(TEXT.statOpen, use.open, use.looks, percent(share.share), use.cgroups, percent(share.least)),
      { value: share.share, unit: 'share', threshold: MEMORY_STAT.share },
    ),
    ...(isLong ? [observe(staysOpen, { value: use.longestSeconds, unit: 'seconds' })] : []),
    ...(most === undefined ? [] : [counted(sentence(TEXT.statMostOpen, most.path, most.looks), most.looks)]),
    ...(use.burningRounds > 0
      ? [counted(sentence(TEXT.statBurning, use.burningRounds), use.burningRounds, { key: ROUNDS })]
      : []),
    ...(waited > 0 ? [counted(sentence(TEXT.statReads, waited), waited, { key: ROUNDS })] : []),
    ...[...shown].map(([name, samples]) =>
      counted(sentence(TEXT.statFunction, name, samples), samples, { key: ROUNDS }),
    ),
    cpuOf(report),
  ];
  return {
    ...of('slow-memory-stat', 'look', evidence, percent(Math.max(share.share, seenShare.share))),
    isInferred: seen === 0,
    doubt: seen === 0 ? [sentence(DOUBT.noReadSeen)] : [],
    confirm: [{ kind: 'capture', capture: 'cgroups', sentence: sentence(CONFIRM.cgroups) }],
  };
}

interface SampledShare {
  readonly share: number;
  /** With 95 % certainty. */
  readonly least: number;
}

function shareOf(hits: number, looks: number): SampledShare {
  return { share: looks > 0 ? Math.min(1, hits / looks) : 0, least: leastShare(hits, looks) };
}

/** The share itself, and what of it is sure: three looks of three hundred are one percent, and perhaps a third of one. */
function isMuch(found: SampledShare, bound: SampledShare): boolean {
  return found.share >= bound.share && found.least >= bound.least;
}

function countShowFunctions(stacks: Report['stacks']): ReadonlyMap<string, number> {
  const shown = new Map<string, number>();
  for (const { frames, samples } of stacks) {
    const frame = frames.find(({ kind, name }) => kind === 'kernel' && MEMORY_STAT_FUNCTION.test(name));
    if (frame !== undefined) shown.set(frame.name, (shown.get(frame.name) ?? 0) + samples);
  }
  return shown;
}

function kernelCpu(report: Report): Finding | undefined {
  const { total, threads, files, facts } = report;
  const system = total.systemSeconds / facts.seconds;
  if (system < BUSY_SYSTEM_CORES || total.systemSeconds < total.userSeconds) return undefined;
  const busiest = [...threads].sort((a, b) => b.systemSeconds - a.systemSeconds).slice(0, 3);
  const suspects = files.filter(file => !file.isAlwaysOpen && file.burningRounds > 0).slice(0, 3);
  const times = busiest.map(thread => `${thread.tid} ${thread.systemSeconds.toFixed(2)} s`).join(', ');
  const evidence = [
    cpuOf(report, { value: system, unit: 'cores', threshold: BUSY_SYSTEM_CORES }),
    observe(sentence(TEXT.systemTime, times), undefined, atKey(ROUNDS)),
    ...suspects.map(({ path, burningRounds }) =>
      counted(sentence(TEXT.fileBurning, path, burningRounds), burningRounds, { key: ROUNDS }),
    ),
  ];
  return {
    ...of('kernel-cpu', 'look', evidence),
    isInferred: true,
    doubt: [sentence(DOUBT.noCallNamed)],
    confirm: [
      { kind: 'capture', capture: 'cgroups', sentence: sentence(CONFIRM.cgroups) },
      { kind: 'capture', capture: 'calls', sentence: sentence(CONFIRM.calls) },
    ],
  };
}

function userCpu(report: Report): Finding | undefined {
  const { total, facts } = report;
  const user = total.userSeconds / facts.seconds;
  if (user < BUSY_USER_CORES || total.userSeconds < total.systemSeconds) return undefined;
  return {
    ...of('user-cpu', 'look', [cpuOf(report, { value: user, unit: 'cores', threshold: BUSY_USER_CORES })]),
    confirm: [{ kind: 'capture', capture: 'profile', sentence: sentence(CONFIRM.profile) }],
  };
}

function waitsForDisk(report: Report): Finding | undefined {
  const { rounds } = report.facts;
  const rows = report.threads.filter(({ places }) => places.disk > 0);
  const samples = sum(rows.map(({ places }) => places.disk));
  // Of rounds, not of all samples: one thread of twenty that always waits is worth a word.
  const share = shareOf(samples, rounds);
  if (!isMuch(share, DISK)) return undefined;
  const [most] = report.diskCalls;
  const shares = [percent(share.share), percent(share.least)];
  return of('waits-for-disk', 'look', [
    counted(sentence(TEXT.diskSamples, samples, rows.length, rounds, ...shares), samples, {
      threshold: rounds * DISK.share,
      key: ROUNDS,
    }),
    ...(most === undefined ? [] : [counted(diskCall(most), most.samples, { key: ROUNDS })]),
  ]);
}

function diskCall({ syscall, file, waitsIn }: CallShare): Sentence {
  if (file === undefined)
    return waitsIn === undefined
      ? sentence(TEXT.diskCall, syscall)
      : sentence(TEXT.diskCallIn, syscall, waitsIn);
  return waitsIn === undefined
    ? sentence(TEXT.diskCallOn, syscall, file)
    : sentence(TEXT.diskCallOnIn, syscall, file, waitsIn);
}

function stopped(report: Report): Finding | undefined {
  const rows = report.threads.filter(({ places }) => places.stopped > 0);
  if (rows.length === 0) return undefined;
  const samples = sum(rows.map(({ places }) => places.stopped));
  return of('stopped', 'look', [
    counted(sentence(TEXT.stopped, samples, rows.length), samples, { threshold: 1, key: ROUNDS }),
  ]);
}

function otherProcess(report: Report): Finding | undefined {
  const others = report.processes.filter(process => process.pid !== report.facts.pid);
  const threshold = Math.max(OTHER_CORES, report.total.cores);
  const busy = others.filter(process => coresOf(process) >= threshold);
  if (busy.length === 0) return undefined;
  return of(
    'other-process',
    'look',
    busy.slice(0, OTHERS_NAMED).map(process => describeProcess(process, threshold)),
  );
}

function describeProcess(process: ProcessCpu, threshold: number): Observation {
  const { command, pid, userCores, systemCores } = process;
  const cores = coresOf(process).toFixed(2);
  const [user, system] = [userCores.toFixed(2), systemCores.toFixed(2)];
  return observe(
    sentence(TEXT.otherProcess, command, pid, cores, user, system),
    { value: coresOf(process), unit: 'cores', threshold },
    atKey(LOOKS_AT_NODE),
  );
}

function coresOf(process: ProcessCpu): number {
  return process.userCores + process.systemCores;
}

/** @param measure what of it the finding goes by; all of it unless given */
function cpuOf({ total, facts }: Report, measure?: Measure): Observation {
  const system = (total.systemSeconds / facts.seconds).toFixed(2);
  const user = (total.userSeconds / facts.seconds).toFixed(2);
  const all = { value: total.cores, unit: 'cores' } as const;
  return observe(sentence(TEXT.cpu, total.cores.toFixed(2), system, user), measure ?? all, atKey(ROUNDS));
}

function of(
  id: keyof typeof FINDING,
  weight: Finding['weight'],
  evidence: readonly Observation[],
  ...values: readonly string[]
): Finding {
  return finding({ id, weight, sentence: sentence(FINDING[id], ...values), evidence });
}

function counted(
  text: Sentence,
  value: number,
  { threshold, key }: { readonly threshold?: number; readonly key?: string } = {},
): Observation {
  const measure = { value, unit: 'count', ...(threshold !== undefined && { threshold }) } as const;
  return observe(text, measure, key === undefined ? undefined : atKey(key));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
