/**
 * What slow calls say: reads of memory.stat, time inside the kernel, and a CPU that is in demand. A slow call alone says
 * nothing: any kernel has some of a few milliseconds. They are weighed by the share of the traced time and by repetition.
 */
import {
  atLine,
  finding,
  observe,
  type Confirmation,
  type Finding,
  type Observation,
} from '../base/finding.js';
import { sentence } from '../base/sentence.js';
import type { CallRecord } from './callRecord.js';
import {
  CALL_CONFIRM_TEXTS as CONFIRM,
  CALL_DOUBT_TEXTS as DOUBT,
  CALL_EVIDENCE_TEXTS as TEXT,
  CALL_FINDING_TEXTS as FINDING,
} from './callSentences.js';
import { findSlowCalls, SLOW_CALL_SECONDS } from './slowCalls.js';

/** The kernel makes both by going through the statistics of a cgroup and all below it (mm/memcontrol.c). */
const MEMORY_STAT = /\/memory\.(?:numa_)?stat$/;
/** As src/cgroup/assess.ts: quick is 0.1 to 0.3 ms. One of 50 ms says something, less must come again. */
const SLOW_READ_SECONDS = 0.01;
const SLOWEST_READ_SECONDS = 0.05;
const SLOW_READS = 2;
/** Of the traced time, as if one thread had spent it. An idle kubelet: one call of 4 ms in 5 s, 0.1 %. */
const MUCH_TIME = 0.01;
/** Where the trace does not tell how long it lasted. */
const MUCH_SECONDS = 0.1;
/** Fewer calls must hold one that is long for itself. */
const REPEATED = 3;
const LONG_CALL_SECONDS = 0.02;
const MANY_YIELDS = 20;
const MOST_NAMED = 3;

const CHECK_CGROUPS: Confirmation = {
  kind: 'capture',
  capture: 'cgroups',
  sentence: sentence(CONFIRM.cgroups),
};

export function judgeSlowCalls(
  calls: readonly CallRecord[],
  spanSeconds: number | undefined,
): readonly Finding[] {
  const slow = findSlowCalls(calls);
  const reads = slow.filter(isMemoryStat);
  const stat = slowMemoryStat(reads);
  const others = stat === undefined ? slow : slow.filter(call => !isMemoryStat(call));
  return [stat, insideSystemCalls(others, spanSeconds), shortOfCpu(calls, spanSeconds)].filter(
    line => line !== undefined,
  );
}

function isMemoryStat({ file }: CallRecord): boolean {
  return file !== undefined && MEMORY_STAT.test(file.path);
}

function slowMemoryStat(reads: readonly CallRecord[]): Finding | undefined {
  const longest = longestOf(reads);
  if (longest === undefined) return undefined;
  const repeated = reads.filter(call => secondsOf(call) >= SLOW_READ_SECONDS).length;
  if (secondsOf(longest) < SLOWEST_READ_SECONDS && repeated < SLOW_READS) return undefined;
  const isInferred = reads.every(({ file }) => file?.isInferred);
  return finding({
    id: 'slow-memory-stat',
    weight: 'look',
    sentence: sentence(FINDING['slow-memory-stat']),
    evidence: [...describe(reads), describeLongest(longest, SLOWEST_READ_SECONDS)],
    doubt: isInferred ? [sentence(DOUBT.inferredFile)] : [],
    confirm: [CHECK_CGROUPS],
    isInferred,
  });
}

function insideSystemCalls(
  slow: readonly CallRecord[],
  spanSeconds: number | undefined,
): Finding | undefined {
  const longest = longestOf(slow);
  if (longest === undefined) return undefined;
  const evidence = [...describe(slow, spanSeconds), describeLongest(longest, LONG_CALL_SECONDS)];
  const isMuch = isMuchTime(sumOf(slow), spanSeconds);
  if (!isMuch || (slow.length < REPEATED && secondsOf(longest) < LONG_CALL_SECONDS))
    return finding({
      id: 'few-slow-calls',
      weight: 'usual',
      sentence: sentence(FINDING['few-slow-calls']),
      evidence,
    });
  const unnamed = slow.filter(({ syscall, file }) => syscall === 'read' && file === undefined);
  const isUnnamed = sumOf(unnamed) * 2 >= sumOf(slow);
  return finding({
    id: 'inside-system-calls',
    weight: 'look',
    sentence: sentence(FINDING['inside-system-calls']),
    evidence,
    doubt: isUnnamed ? [sentence(DOUBT.unnamedReads)] : [],
    confirm: isUnnamed ? [CHECK_CGROUPS] : [],
  });
}

/** sched_yield comes back at once unless another thread wants the CPU (kernel/sched/syscalls.c). */
function shortOfCpu(calls: readonly CallRecord[], spanSeconds: number | undefined): Finding | undefined {
  const late = calls.filter(call => call.syscall === 'sched_yield' && secondsOf(call) >= SLOW_CALL_SECONDS);
  const longest = longestOf(late);
  if (longest === undefined || late.length < MANY_YIELDS || !isMuchTime(sumOf(late), spanSeconds))
    return undefined;
  return finding({
    id: 'short-of-cpu',
    weight: 'look',
    sentence: sentence(FINDING['short-of-cpu']),
    evidence: [...describe(late, spanSeconds), describeLongest(longest)],
    confirm: [{ kind: 'capture', capture: 'threads', sentence: sentence(CONFIRM.threads) }],
  });
}

function isMuchTime(seconds: number, spanSeconds: number | undefined): boolean {
  return seconds >= muchSeconds(spanSeconds);
}

function muchSeconds(spanSeconds: number | undefined): number {
  return spanSeconds === undefined || spanSeconds <= 0 ? MUCH_SECONDS : spanSeconds * MUCH_TIME;
}

function describe(slow: readonly CallRecord[], spanSeconds?: number): readonly Observation[] {
  const total = sumOf(slow);
  const counts = sentence(TEXT.slowCalls, slow.length, total.toFixed(3));
  const names = [...new Set(slow.map(({ syscall }) => syscall))];
  const sums = names
    .map(name => {
      const named = slow.filter(({ syscall }) => syscall === name);
      return { text: `${name} ${named.length} (${milliseconds(sumOf(named))} ms)`, seconds: sumOf(named) };
    })
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, MOST_NAMED);
  const measured = { value: total, unit: 'seconds' } as const;
  return [
    spanSeconds === undefined || spanSeconds <= 0
      ? observe(counts, measured)
      : observe(
          sentence(
            TEXT.slowCallsOf,
            slow.length,
            total.toFixed(3),
            spanSeconds.toFixed(1),
            `${((total / spanSeconds) * 100).toFixed(1)} %`,
          ),
          { ...measured, threshold: muchSeconds(spanSeconds) },
        ),
    ...(names.length < 2 ? [] : [observe(sentence(TEXT.mostOfIt, sums.map(({ text }) => text).join(', ')))]),
  ];
}

/** @param threshold seconds from which one call alone says something */
function describeLongest(call: CallRecord, threshold?: number): Observation {
  const { syscall, file, tid, line } = call;
  const ms = milliseconds(secondsOf(call));
  const template = file?.isInferred === true ? TEXT.longestOnInferred : TEXT.longestOn;
  return observe(
    file === undefined
      ? sentence(TEXT.longestBy, syscall, ms, tid)
      : sentence(template, syscall, ms, file.path),
    { value: secondsOf(call), unit: 'seconds', ...(threshold !== undefined && { threshold }) },
    atLine(line),
  );
}

function longestOf(calls: readonly CallRecord[]): CallRecord | undefined {
  return calls.reduce<CallRecord | undefined>(
    (best, call) => (best === undefined || secondsOf(call) > secondsOf(best) ? call : best),
    undefined,
  );
}

function sumOf(calls: readonly CallRecord[]): number {
  return calls.reduce((sum, call) => sum + secondsOf(call), 0);
}

function secondsOf({ durationSeconds }: CallRecord): number {
  return durationSeconds ?? 0;
}

function milliseconds(seconds: number): string {
  return (seconds * 1000).toFixed(1);
}
