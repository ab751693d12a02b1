/**
 * What slow calls say: reads of memory.stat, time inside the kernel, and a CPU that is in demand. A slow call alone says
 * nothing: any kernel has some of a few milliseconds. They are weighed by the share of the traced time and by repetition.
 */
import { sentence, type Sentence } from '../base/sentence.js';
import type { CallRecord } from './callRecord.js';
import { findSlowCalls, SLOW_CALL_SECONDS } from './slowCalls.js';
import { EVIDENCE_TEXTS, look, SLOW_READ_DOUBT, usual, type VerdictLine } from './verdictSentences.js';

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

export function judgeSlowCalls(
  calls: readonly CallRecord[],
  spanSeconds: number | undefined,
): readonly VerdictLine[] {
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

function slowMemoryStat(reads: readonly CallRecord[]): VerdictLine | undefined {
  const longest = longestOf(reads);
  if (longest === undefined) return undefined;
  const repeated = reads.filter(call => secondsOf(call) >= SLOW_READ_SECONDS).length;
  if (secondsOf(longest) < SLOWEST_READ_SECONDS && repeated < SLOW_READS) return undefined;
  return {
    ...look('slow-memory-stat', ...describe(reads), describeLongest(longest)),
    isInferred: reads.every(({ file }) => file?.isInferred),
  };
}

function insideSystemCalls(
  slow: readonly CallRecord[],
  spanSeconds: number | undefined,
): VerdictLine | undefined {
  const longest = longestOf(slow);
  if (longest === undefined) return undefined;
  const evidence = [...describe(slow, spanSeconds), describeLongest(longest)];
  const isMuch = isMuchTime(sumOf(slow), spanSeconds);
  if (!isMuch || (slow.length < REPEATED && secondsOf(longest) < LONG_CALL_SECONDS))
    return usual('few-slow-calls', ...evidence);
  const unnamed = slow.filter(({ syscall, file }) => syscall === 'read' && file === undefined);
  const line = look('inside-system-calls', ...evidence);
  return sumOf(unnamed) * 2 < sumOf(slow) ? line : { ...line, doubt: sentence(SLOW_READ_DOUBT) };
}

/** sched_yield comes back at once unless somebody else wants the CPU (kernel/sched/syscalls.c). */
function shortOfCpu(calls: readonly CallRecord[], spanSeconds: number | undefined): VerdictLine | undefined {
  const late = calls.filter(call => call.syscall === 'sched_yield' && secondsOf(call) >= SLOW_CALL_SECONDS);
  const longest = longestOf(late);
  if (longest === undefined || late.length < MANY_YIELDS || !isMuchTime(sumOf(late), spanSeconds))
    return undefined;
  return look('short-of-cpu', ...describe(late, spanSeconds), describeLongest(longest));
}

function isMuchTime(seconds: number, spanSeconds: number | undefined): boolean {
  return spanSeconds === undefined || spanSeconds <= 0
    ? seconds >= MUCH_SECONDS
    : seconds >= spanSeconds * MUCH_TIME;
}

function describe(slow: readonly CallRecord[], spanSeconds?: number): readonly Sentence[] {
  const total = sumOf(slow);
  const counts = sentence(EVIDENCE_TEXTS.slowCalls, slow.length, total.toFixed(3));
  const names = [...new Set(slow.map(({ syscall }) => syscall))];
  const sums = names
    .map(name => {
      const named = slow.filter(({ syscall }) => syscall === name);
      return { text: `${name} ${named.length} (${milliseconds(sumOf(named))} ms)`, seconds: sumOf(named) };
    })
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, MOST_NAMED);
  return [
    spanSeconds === undefined || spanSeconds <= 0
      ? counts
      : sentence(
          EVIDENCE_TEXTS.slowCallsOf,
          slow.length,
          total.toFixed(3),
          spanSeconds.toFixed(1),
          `${((total / spanSeconds) * 100).toFixed(1)} %`,
        ),
    ...(names.length < 2 ? [] : [sentence(EVIDENCE_TEXTS.mostOfIt, sums.map(({ text }) => text).join(', '))]),
  ];
}

function describeLongest(call: CallRecord): Sentence {
  const { syscall, file, tid } = call;
  const ms = milliseconds(secondsOf(call));
  if (file === undefined) return sentence(EVIDENCE_TEXTS.longestBy, syscall, ms, tid);
  const template = file.isInferred ? EVIDENCE_TEXTS.longestOnInferred : EVIDENCE_TEXTS.longestOn;
  return sentence(template, syscall, ms, file.path);
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
