/**
 * What logs, Events and the node's conditions say, with the times between: most posts have the PLEG's words in a
 * condition. Finds lines; concludes nothing.
 */
import type { LogOrigin, NodeEvidence } from '../../../material/model.js';
import type { Reading, Said } from '../../reading.js';

/** {@link Reading.said}, and messages of conditions that are bad. */
export function told(
  evidence: NodeEvidence,
  reading: Reading,
  pattern: RegExp,
  ...origins: readonly LogOrigin[]
): readonly Said[] {
  const said = reading.said(pattern, ...origins);
  // A row of conditions that stands alone in a post may have been read as a line of an unknown log as well.
  const places = new Set(said.map(({ at }) => `${at.file}:${(at.line ?? 0).toString()}`));
  const conditions = evidence.conditions.flatMap(({ at, isBad, reason, message }) => {
    const text = `${reason ?? ''}: ${message ?? ''}`;
    const match = isBad && !places.has(`${at.file}:${(at.line ?? 0).toString()}`) ? pattern.exec(text) : null;
    return match === null ? [] : [{ at, text, seconds: undefined, match, times: 1 }];
  });
  return [...said, ...conditions];
}

export function timesOf(said: readonly Said[]): number {
  return said.reduce((sum, { times }) => sum + times, 0);
}

/** Between the first and the last, the longest of any file; undefined where fewer than two have a time. */
export function spanOf(said: readonly Said[]): number | undefined {
  const spans = [...secondsByFile(said).values()].flatMap(seconds =>
    seconds.length < 2 ? [] : [(seconds.at(-1) ?? 0) - (seconds[0] ?? 0)],
  );
  return spans.length === 0 ? undefined : Math.max(...spans);
}

export interface SteadyPeriod {
  readonly seconds: number;
  /** Gaps that it was seen in. */
  readonly gaps: number;
}

/** Lines nearer to each other are one moment: one failure is often told by several layers. */
const ONE_MOMENT_SECONDS = 5;
/** Two gaps are the least that can agree. */
const LEAST_GAPS = 2;
const NEAR = 0.1;
const MOST_GAPS_AGREE = 0.7;

/** Whether they come at a steady pace: at least two gaps, seven of ten within a tenth of their median. */
export function steadyPeriod(said: readonly Said[]): SteadyPeriod | undefined {
  let best: SteadyPeriod | undefined;
  for (const seconds of secondsByFile(said).values()) {
    const gaps = gapsOf(seconds);
    const median = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
    if (median === undefined || gaps.length < LEAST_GAPS) continue;
    const near = gaps.filter(gap => Math.abs(gap - median) <= median * NEAR);
    if (near.length < gaps.length * MOST_GAPS_AGREE || near.length < LEAST_GAPS) continue;
    if (best === undefined || near.length > best.gaps) best = { seconds: median, gaps: near.length };
  }
  return best;
}

function gapsOf(seconds: readonly number[]): readonly number[] {
  const moments: number[] = [];
  for (const second of seconds)
    if (second - (moments.at(-1) ?? -Infinity) > ONE_MOMENT_SECONDS) moments.push(second);
  return moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment));
}

/** Times of different files may have different beginnings. */
function secondsByFile(said: readonly Said[]): ReadonlyMap<string, readonly number[]> {
  const files = new Map<string, number[]>();
  for (const { at, seconds } of said) {
    if (seconds === undefined) continue;
    const known = files.get(at.file);
    if (known === undefined) files.set(at.file, [seconds]);
    else known.push(seconds);
  }
  for (const seconds of files.values()) seconds.sort((a, b) => a - b);
  return files;
}
