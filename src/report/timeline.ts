/** Calls a second as bins of equal width without gaps, no more than a page can draw. */
import type { FutexSecond } from '../strace/futex.js';
import type { Timeline, TimelineBin } from './model.js';

const MOST_BINS = 240;

/** `spanSeconds`: of the whole trace, which may go on after the last futex call. Seconds of `rows` are in order. */
export function binTimeline(rows: readonly FutexSecond[], spanSeconds: number | undefined): Timeline {
  const last = rows.at(-1);
  if (last === undefined) return { binSeconds: 1, bins: [] };
  const seconds = Math.max(last.second, Math.floor(spanSeconds ?? 0)) + 1;
  const binSeconds = Math.ceil(seconds / MOST_BINS);
  const bins: TimelineBin[] = Array.from({ length: Math.ceil(seconds / binSeconds) }, (_, bin) => ({
    startSeconds: bin * binSeconds,
    waits: 0,
    wakes: 0,
    timeouts: 0,
  }));
  for (const row of rows) {
    const at = Math.floor(row.second / binSeconds);
    const bin = bins[at];
    if (bin === undefined) continue;
    bins[at] = {
      startSeconds: bin.startSeconds,
      waits: bin.waits + row.waits,
      wakes: bin.wakes + row.wakes,
      timeouts: bin.timeouts + row.timeouts,
    };
  }
  return { binSeconds, bins };
}
