/**
 * Leaves out what a profile itself calls uninteresting: below a frame that drop_frames names and keep_frames does not,
 * that frame included (the inside of malloc in a heap profile). The rules are those of Profile.Prune in google/pprof,
 * profile/prune.go; so are their odd parts: nothing goes before a frame that stays, and what was inlined goes always.
 */
import { PATTERN_LIMITS } from '../../base/limits.js';
import { sentence, type Sentence } from '../../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';
import type { SampleTable } from '../model.js';
import { compileGoRegexp, type GoRegexp, type StepBudget } from './goRegexp.js';
import { NO_FUNCTION, type WireTables } from './pprofTables.js';

export interface DropPatterns {
  /** Empty for none. */
  readonly drop: string;
  readonly keep: string;
}

export interface PrunedSamples {
  readonly samples: SampleTable;
  readonly warnings: readonly Sentence[];
}

const STAYS = 0;
/** Of a location whose outermost line is dropped. */
const DROPPED = 1;
/** A line that stays above a dropped one of its location. */
const ABOVE = 2;
/** A line that was inlined into such a one, or into a line below it. */
const INLINED_AWAY = 3;

/** `samples`: root first; their frames are rows of the lines in `tables`. The arrays may be written to. */
export function pruneFrames(
  samples: SampleTable,
  tables: WireTables,
  { drop, keep }: DropPatterns,
): PrunedSamples {
  if (drop === '') return { samples, warnings: [] };
  const dropped = compileGoRegexp(`^(${drop})$`);
  const kept = keep === '' ? undefined : compileGoRegexp(`^(${keep})$`);
  if (dropped === undefined || (keep !== '' && kept === undefined)) return refuse(samples, drop, keep);
  const marks = new LineMarks(tables, dropped, kept).mark();
  if (marks === undefined) return refuse(samples, drop, keep);
  return marks.some(mark => mark !== STAYS) ? cutStacks(samples, marks) : { samples, warnings: [] };
}

function refuse(samples: SampleTable, drop: string, keep: string): PrunedSamples {
  const patterns = keep === '' ? drop : `${drop}; ${keep}`;
  return { samples, warnings: [sentence(PROFILE_WARNING_TEXTS.framesNotDropped, patterns)] };
}

class LineMarks {
  readonly #tables: WireTables;
  readonly #drop: GoRegexp;
  readonly #keep: GoRegexp | undefined;
  readonly #budget: StepBudget = { left: PATTERN_LIMITS.steps };
  /** By string index of a function's name. */
  readonly #known = new Map<number, boolean | undefined>();

  constructor(tables: WireTables, drop: GoRegexp, keep: GoRegexp | undefined) {
    this.#tables = tables;
    this.#drop = drop;
    this.#keep = keep;
  }

  /** One for each line; undefined where the patterns take too long. */
  mark(): Uint8Array | undefined {
    const { lineStart, lineFunction, locationMapping } = this.#tables;
    const marks = new Uint8Array(lineFunction.length);
    for (let location = 0; location < locationMapping.length; location++) {
      const first = lineStart.get(location);
      const last = lineStart.get(location + 1) - 1;
      let line = last;
      for (; line >= first; line--) {
        const isDropped = this.#isDropped(lineFunction.get(line));
        if (isDropped === undefined) return undefined;
        if (isDropped) break;
      }
      if (line < first) continue;
      if (line === last) marks.fill(DROPPED, first, last + 1);
      else {
        marks.fill(INLINED_AWAY, first, line + 1);
        marks.fill(ABOVE, line + 1, last + 1);
      }
    }
    return marks;
  }

  #isDropped(functionId: number): boolean | undefined {
    const { functionIds, functionName, strings } = this.#tables;
    const row = functionId === NO_FUNCTION ? -1 : functionIds.find(functionId);
    const name = row === -1 ? 0 : functionName.get(row);
    if (name <= 0 || name >= strings.count) return false;
    if (!this.#known.has(name)) this.#known.set(name, this.#matches(simplifyName(strings.text(name))));
    return this.#known.get(name);
  }

  #matches(name: string): boolean | undefined {
    const isDropped = this.#drop.matches(name, this.#budget);
    if (isDropped !== true || this.#keep === undefined) return isDropped;
    const isKept = this.#keep.matches(name, this.#budget);
    return isKept === undefined ? undefined : !isKept;
  }
}

const BRACKET = /\(anonymous namespace\)|operator\(\)|\(/g;

/** Without the dot of the PPC ELF v1 ABI and without parameters. */
export function simplifyName(name: string): string {
  const plain = name.startsWith('.') ? name.slice(1) : name;
  for (const match of plain.matchAll(BRACKET)) if (match[0] === '(') return plain.slice(0, match.index);
  return plain;
}

function cutStacks({ count, frameStart, frames, values }: SampleTable, marks: Uint8Array): PrunedSamples {
  const starts = new Uint32Array(count + 1);
  let end = 0;
  let touched = 0;
  for (let sample = 0; sample < count; sample++) {
    const from = frameStart[sample]!;
    const to = frameStart[sample + 1]!;
    let hasCaller = false;
    // Never ahead of what is read: frames move towards the beginning.
    for (let at = from; at < to; at++) {
      const frame = frames[at]!;
      const mark = marks[frame]!;
      if (mark === INLINED_AWAY && !hasCaller) continue;
      if (hasCaller && (mark === DROPPED || mark === INLINED_AWAY)) break;
      if (mark === STAYS) hasCaller = true;
      frames[end++] = frame;
    }
    starts[sample + 1] = end;
    if (end - starts[sample]! < to - from) touched++;
  }
  const left = frames.length - end;
  const samples = { count, frameStart: starts, frames: frames.subarray(0, end), values };
  const { framesDropped } = PROFILE_WARNING_TEXTS;
  return { samples, warnings: left === 0 ? [] : [sentence(framesDropped, left, touched)] };
}
