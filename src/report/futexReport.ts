/** The futex part of a report: tallies of strace/futex.ts, cut to size, with times counted by magnitude. */
import type { CallRecord } from '../strace/callRecord.js';
import { isWait, type FutexAnalysis } from '../strace/futex.js';
import { capRows } from './capped.js';
import { countByMagnitude } from './histogram.js';
import type { FutexReport } from './model.js';
import { binTimeline } from './timeline.js';

const MOST_OPERATIONS = 100;
const MOST_ADDRESSES = 300;
const MOST_THREADS = 500;

/** Waits whose time-out argument is a span. Those of FUTEX_WAIT_BITSET, LOCK_PI and the like are points in time. */
const RELATIVE = /^FUTEX_WAIT(?:_PRIVATE)?(?:\||$)/;

export function buildFutexReport(
  futex: FutexAnalysis,
  calls: readonly CallRecord[],
  spanSeconds: number | undefined,
): FutexReport {
  const timeouts = new TimeoutTally();
  const waited: number[] = [];
  for (const { futex: given, durationSeconds } of calls) {
    if (given === undefined || !isWait(given)) continue;
    timeouts.add(given);
    if (durationSeconds !== undefined) waited.push(durationSeconds);
  }
  return {
    calls: futex.calls,
    timeouts: futex.timeouts,
    unfinished: futex.unfinished,
    operations: capRows(futex.operations, MOST_OPERATIONS),
    addresses: capRows(futex.addresses, MOST_ADDRESSES),
    threads: capRows(futex.threads, MOST_THREADS),
    timeline: binTimeline(futex.timeline, spanSeconds),
    timeoutHistogram: countByMagnitude(timeouts.seconds),
    otherTimeouts: { none: timeouts.none, absolute: timeouts.absolute, unknown: timeouts.unknown },
    waitHistogram: countByMagnitude(waited),
  };
}

class TimeoutTally {
  readonly seconds: number[] = [];
  none = 0;
  absolute = 0;
  unknown = 0;

  add({ operation, timeout }: NonNullable<CallRecord['futex']>): void {
    if (timeout.kind === 'none') this.none++;
    else if (timeout.kind === 'unknown') this.unknown++;
    else if (RELATIVE.test(operation)) this.seconds.push(timeout.seconds);
    else this.absolute++;
  }
}
