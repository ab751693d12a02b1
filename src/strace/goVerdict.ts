/**
 * What the futex calls of a Go program say, and what they do not. Reads tallies, returns sentences with evidence; takes
 * no decision for anybody. Slow calls are slowVerdict.ts, the sentences verdictSentences.ts; the views translate them.
 *
 * Sources: Go's runtime/lock_futex.go, lock_spinbit.go, proc.go (sysmon, stopTheWorld), os_linux.go; futex(2). Go's
 * runtime uses FUTEX_WAIT_PRIVATE and FUTEX_WAKE_PRIVATE only.
 */
import { sentence } from '../base/sentence.js';
import type { CallRecord } from './callRecord.js';
import { isWait, isWake, type FutexAnalysis } from './futex.js';
import { IDLE_KUBELET } from './idleKubelet.js';
import type { StraceLog } from './parseLog.js';
import { addUpRows, type SummaryRow } from './parseSummary.js';
import { judgeSlowCalls } from './slowVerdict.js';
import { EVIDENCE_TEXTS, look, usual, type VerdictLine } from './verdictSentences.js';

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
): readonly VerdictLine[] {
  const slow = judgeSlowCalls(calls, spanSeconds);
  if (futex.calls < ENOUGH_CALLS && !slow.some(({ weight }) => weight === 'look'))
    return [usual('too-little', sentence(EVIDENCE_TEXTS.results, futex.calls)), ...slow];
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
  return [usual('nothing-unusual'), ...lines];
}

/** For a whole file: what its log says, and what the tables do that count something else. */
export function judgeStrace(
  log: Pick<StraceLog, 'calls' | 'tables' | 'spanSeconds'>,
  futex: FutexAnalysis,
): readonly VerdictLine[] {
  const others = addUpRows(log.tables.filter(({ isOfLog }) => !isOfLog));
  return [
    ...(log.calls.length > 0 || others.length === 0 ? judgeGo(futex, log.calls, log.spanSeconds) : []),
    ...(others.length > 0 ? judgeCounts(others) : []),
  ];
}

/** For a log that is nothing but a `-c` table: what its counts allow to say. */
export function judgeCounts(rows: readonly SummaryRow[]): readonly VerdictLine[] {
  const all = rows.reduce((sum, row) => sum + row.calls, 0);
  const futex = rows.find(row => row.syscall === 'futex');
  if (futex === undefined || futex.calls === 0) return [usual('counts-only')];
  return [
    usual(
      'counts-only',
      sentence(
        EVIDENCE_TEXTS.countedFutex,
        futex.calls,
        all,
        percent(futex.calls / all),
        percent(IDLE_KUBELET.futexShareOfCalls),
      ),
      sentence(
        EVIDENCE_TEXTS.countedErrors,
        futex.errors,
        percent(futex.errors / futex.calls),
        percent(IDLE_KUBELET.timeoutShareOfFutex),
      ),
    ),
  ];
}

function timeouts(futex: FutexAnalysis): VerdictLine | undefined {
  if (futex.timeouts === 0) return undefined;
  const top = [...futex.addresses].sort((a, b) => b.timeouts - a.timeouts)[0];
  const share = percent(futex.timeouts / futex.calls);
  const idle = percent(IDLE_KUBELET.timeoutShareOfFutex);
  return usual(
    'timeouts-are-usual',
    sentence(EVIDENCE_TEXTS.timedOut, futex.timeouts, futex.calls, share, idle),
    ...(top === undefined
      ? []
      : [sentence(EVIDENCE_TEXTS.timedOutOn, top.timeouts, top.address, top.threads)]),
  );
}

function parked(waits: readonly CallRecord[]): VerdictLine | undefined {
  const idle = waits.filter(call => call.futex?.value === 0 && call.futex.timeout.kind === 'none');
  if (idle.length === 0) return undefined;
  const threads = new Set(idle.map(call => call.tid)).size;
  return usual('parked-threads', sentence(EVIDENCE_TEXTS.parked, idle.length, threads));
}

function wakeChurn(calls: readonly CallRecord[], spanSeconds: number | undefined): VerdictLine | undefined {
  if (spanSeconds === undefined || spanSeconds < 1) return undefined;
  const wakes = calls.filter(call => call.futex !== undefined && isWake(call.futex));
  const rate = wakes.length / spanSeconds;
  if (rate < CHURN_WAKES_PER_SECOND) return undefined;
  const wasted = wakes.filter(call => call.result === '0').length;
  return look(
    'wake-churn',
    sentence(EVIDENCE_TEXTS.wakeRate, Math.round(rate), spanSeconds.toFixed(1)),
    sentence(EVIDENCE_TEXTS.wastedWakes, wasted, wakes.length),
  );
}

function lostRaces(futex: FutexAnalysis): VerdictLine | undefined {
  const again = countResults(futex, 'EAGAIN');
  const wakes = futex.threads.reduce((sum, thread) => sum + thread.wakes, 0);
  if (again < ENOUGH_CALLS || again <= wakes) return undefined;
  return look('lost-races', sentence(EVIDENCE_TEXTS.lostRaces, again, wakes));
}

function lockContention(waits: readonly CallRecord[]): VerdictLine | undefined {
  const contended = waits.filter(
    call => call.futex?.timeout.kind === 'none' && isContendedValue(call.futex.value),
  );
  if (contended.length < ENOUGH_CALLS) return undefined;
  const threads = new Set(contended.map(call => call.tid)).size;
  if (threads < 2) return undefined;
  const old = contended.filter(call => call.futex?.value === SLEEPING_VALUE);
  const addresses = new Set(old.map(call => call.futex?.address)).size;
  return look(
    'lock-contention',
    old.length * 2 >= contended.length
      ? sentence(EVIDENCE_TEXTS.oldLock, contended.length, threads, addresses)
      : sentence(EVIDENCE_TEXTS.spinbitLock, contended.length, threads),
  );
}

function isContendedValue(value: number | undefined): boolean {
  // strace prints the third argument unsigned; other tools print -1.
  return value === SLEEPING_VALUE || value === SPINBIT_VALUE || value === -1;
}

function stopTheWorld(waits: readonly CallRecord[]): VerdictLine | undefined {
  const stops = waits.filter(
    call =>
      call.futex?.timeout.kind === 'given' &&
      Math.abs(call.futex.timeout.seconds - STOP_THE_WORLD_SECONDS) < 1e-9,
  );
  const late = stops.filter(call => call.result === 'ETIMEDOUT').length;
  if (late < ENOUGH_CALLS) return undefined;
  return look('stop-the-world', sentence(EVIDENCE_TEXTS.stops, late, stops.length));
}

function countResults(futex: FutexAnalysis, result: string): number {
  return futex.operations.filter(row => row.result === result).reduce((sum, row) => sum + row.calls, 0);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
