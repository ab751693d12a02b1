/**
 * What the futex calls of a Go program say, and what they do not. Reads tallies, returns sentences with evidence; takes
 * no decision for its caller. Slow calls are slowVerdict.ts, the sentences callSentences.ts; the views translate them.
 *
 * Sources: Go's runtime/lock_futex.go, lock_spinbit.go, proc.go (sysmon, stopTheWorld), os_linux.go; futex(2). Go's
 * runtime uses FUTEX_WAIT_PRIVATE and FUTEX_WAKE_PRIVATE only.
 */
import { atLine, finding, observe, type Finding, type Observation } from '../base/finding.js';
import { sentence, type Sentence } from '../base/sentence.js';
import type { CallRecord } from './callRecord.js';
import {
  CALL_CONFIRM_TEXTS as CONFIRM,
  CALL_DOUBT_TEXTS as DOUBT,
  CALL_EVIDENCE_TEXTS as TEXT,
  CALL_FINDING_TEXTS as FINDING,
} from './callSentences.js';
import { isWait, isWake, type FutexAnalysis } from './futex.js';
import { IDLE_KUBELET } from './idleKubelet.js';
import type { StraceLog } from './parseLog.js';
import { addUpRows, type SummaryRow } from './parseSummary.js';
import { judgeSlowCalls } from './slowVerdict.js';

/** Below this many futex results nothing is said. */
const ENOUGH_CALLS = 20;
/** research on strace logs of ordinary kubelets: up to some hundred wakes a second with 30 pods. */
const CHURN_WAKES_PER_SECOND = 1000;
/** stopTheWorldWithSema and forEachP wait in steps of 100 µs (runtime/proc.go). */
const STOP_THE_WORLD_SECONDS = 100e-6;
/** runtime.mutex_sleeping (lock_futex.go up to Go 1.23), and -1 as uint32: lock_spinbit's semasleep from Go 1.24. */
const SLEEPING_VALUE = 2;
const SPINBIT_VALUE = 0xffff_ffff;

/**
 * What deserves a look first, then what is usual; one line at least. `spanSeconds`: from the first call to the last;
 * undefined where the log has no times.
 */
export function judgeGo(
  futex: FutexAnalysis,
  calls: readonly CallRecord[],
  spanSeconds: number | undefined,
): readonly Finding[] {
  const slow = judgeSlowCalls(calls, spanSeconds);
  if (futex.calls < ENOUGH_CALLS && !slow.some(({ weight }) => weight === 'look'))
    return [
      of('too-little', 'usual', [
        counted(sentence(TEXT.results, futex.calls), futex.calls, { threshold: ENOUGH_CALLS }),
      ]),
      ...slow,
    ];
  const waits = calls.filter(call => call.futex !== undefined && isWait(call.futex));
  const lines = [
    ...slow.filter(({ weight }) => weight === 'look'),
    lockContention(waits),
    stopTheWorld(waits),
    wakeChurn(calls, spanSeconds),
    lostRaces(futex),
    timeouts(futex),
    parked(waits),
    ...slow.filter(({ weight }) => weight === 'usual'),
  ].filter(line => line !== undefined);
  if (lines.some(line => line.weight === 'look')) return lines;
  return [withProfile(of('nothing-unusual', 'usual', []), CONFIRM.elsewhere), ...lines];
}

/** For a whole file: what its log says, and what the tables do that count something else. */
export function judgeStrace(
  log: Pick<StraceLog, 'calls' | 'tables' | 'spanSeconds'>,
  futex: FutexAnalysis,
): readonly Finding[] {
  const tables = log.tables.filter(({ isOfLog }) => !isOfLog);
  const others = addUpRows(tables);
  return [
    ...(log.calls.length > 0 || others.length === 0 ? judgeGo(futex, log.calls, log.spanSeconds) : []),
    ...(others.length > 0 ? judgeCounts(others, tables[0]?.line) : []),
  ];
}

/**
 * For a log that is nothing but a `-c` table: what its counts allow to say.
 * @param line where the first table begins
 */
function judgeCounts(rows: readonly SummaryRow[], line: number | undefined): readonly Finding[] {
  const countsOnly = (evidence: readonly Observation[]): Finding => ({
    ...of('counts-only', 'usual', evidence),
    doubt: [sentence(DOUBT.countsOnly)],
  });
  const place = line === undefined ? undefined : atLine(line);
  const all = rows.reduce((sum, row) => sum + row.calls, 0);
  const futex = rows.find(row => row.syscall === 'futex');
  if (futex === undefined || futex.calls === 0) return [countsOnly([])];
  return [
    countsOnly([
      observe(
        sentence(
          TEXT.countedFutex,
          futex.calls,
          all,
          percent(futex.calls / all),
          percent(IDLE_KUBELET.futexShareOfCalls),
        ),
        { value: futex.calls / all, unit: 'share' },
        place,
      ),
      observe(
        sentence(
          TEXT.countedErrors,
          futex.errors,
          percent(futex.errors / futex.calls),
          percent(IDLE_KUBELET.timeoutShareOfFutex),
        ),
        { value: futex.errors / futex.calls, unit: 'share' },
        place,
      ),
    ]),
  ];
}

function timeouts(futex: FutexAnalysis): Finding | undefined {
  if (futex.timeouts === 0) return undefined;
  const top = [...futex.addresses].sort((a, b) => b.timeouts - a.timeouts)[0];
  const share = percent(futex.timeouts / futex.calls);
  const idle = percent(IDLE_KUBELET.timeoutShareOfFutex);
  return of('timeouts-are-usual', 'usual', [
    observe(sentence(TEXT.timedOut, futex.timeouts, futex.calls, share, idle), {
      value: futex.timeouts / futex.calls,
      unit: 'share',
    }),
    ...(top === undefined
      ? []
      : [counted(sentence(TEXT.timedOutOn, top.timeouts, top.address, top.threads), top.timeouts)]),
  ]);
}

function parked(waits: readonly CallRecord[]): Finding | undefined {
  const idle = waits.filter(call => call.futex?.value === 0 && call.futex.timeout.kind === 'none');
  if (idle.length === 0) return undefined;
  const threads = new Set(idle.map(call => call.tid)).size;
  return of('parked-threads', 'usual', [
    counted(sentence(TEXT.parked, idle.length, threads), idle.length, { first: idle[0] }),
  ]);
}

function wakeChurn(calls: readonly CallRecord[], spanSeconds: number | undefined): Finding | undefined {
  if (spanSeconds === undefined || spanSeconds < 1) return undefined;
  const wakes = calls.filter(call => call.futex !== undefined && isWake(call.futex));
  const rate = wakes.length / spanSeconds;
  if (rate < CHURN_WAKES_PER_SECOND) return undefined;
  const wasted = wakes.filter(call => call.result === '0').length;
  const churn = of('wake-churn', 'look', [
    observe(sentence(TEXT.wakeRate, Math.round(rate), spanSeconds.toFixed(1)), {
      value: rate,
      unit: 'perSecond',
      threshold: CHURN_WAKES_PER_SECOND,
    }),
    counted(sentence(TEXT.wastedWakes, wasted, wakes.length), wasted),
  ]);
  return withProfile(churn, CONFIRM.readyGoroutines);
}

function lostRaces(futex: FutexAnalysis): Finding | undefined {
  const again = countResults(futex, 'EAGAIN');
  const wakes = futex.threads.reduce((sum, thread) => sum + thread.wakes, 0);
  if (again < ENOUGH_CALLS || again <= wakes) return undefined;
  const lost = counted(sentence(TEXT.lostRaces, again, wakes), again, { threshold: ENOUGH_CALLS });
  return withProfile(of('lost-races', 'look', [lost]), CONFIRM.contendedWord);
}

function lockContention(waits: readonly CallRecord[]): Finding | undefined {
  const contended = waits.filter(
    call => call.futex?.timeout.kind === 'none' && isContendedValue(call.futex.value),
  );
  if (contended.length < ENOUGH_CALLS) return undefined;
  const threads = new Set(contended.map(call => call.tid)).size;
  if (threads < 2) return undefined;
  const old = contended.filter(call => call.futex?.value === SLEEPING_VALUE);
  const addresses = new Set(old.map(call => call.futex?.address)).size;
  const waited =
    old.length * 2 >= contended.length
      ? sentence(TEXT.oldLock, contended.length, threads, addresses)
      : sentence(TEXT.spinbitLock, contended.length, threads);
  return of('lock-contention', 'look', [
    counted(waited, contended.length, { threshold: ENOUGH_CALLS, first: contended[0] }),
  ]);
}

function isContendedValue(value: number | undefined): boolean {
  // strace prints the third argument unsigned; other tools print -1.
  return value === SLEEPING_VALUE || value === SPINBIT_VALUE || value === -1;
}

function stopTheWorld(waits: readonly CallRecord[]): Finding | undefined {
  const stops = waits.filter(
    call =>
      call.futex?.timeout.kind === 'given' &&
      Math.abs(call.futex.timeout.seconds - STOP_THE_WORLD_SECONDS) < 1e-9,
  );
  const late = stops.filter(call => call.result === 'ETIMEDOUT');
  if (late.length < ENOUGH_CALLS) return undefined;
  return of('stop-the-world', 'look', [
    counted(sentence(TEXT.stops, late.length, stops.length), late.length, {
      threshold: ENOUGH_CALLS,
      first: late[0],
    }),
  ]);
}

function of(id: keyof typeof FINDING, weight: Finding['weight'], evidence: readonly Observation[]): Finding {
  return finding({ id, weight, sentence: sentence(FINDING[id]), evidence });
}

/** A CPU profile makes it surer. */
function withProfile(line: Finding, text: string): Finding {
  return { ...line, confirm: [{ kind: 'capture', capture: 'profile', sentence: sentence(text) }] };
}

/** @param first of the calls that were counted: where to begin to read */
function counted(
  text: Sentence,
  value: number,
  { threshold, first }: { readonly threshold?: number; readonly first?: CallRecord | undefined } = {},
): Observation {
  const measure = { value, unit: 'count', ...(threshold !== undefined && { threshold }) } as const;
  return observe(text, measure, first && atLine(first.line));
}

function countResults(futex: FutexAnalysis, result: string): number {
  return futex.operations.filter(row => row.result === result).reduce((sum, row) => sum + row.calls, 0);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
