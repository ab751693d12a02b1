/**
 * The functions of a profile as `--frames` lists them: the largest cum first, each with the line it was mostly on.
 * Counting is profile/hotFunctions.ts.
 */
import { listHotFunctions } from '../profile/hotFunctions.js';
import type { Profile } from '../profile/model.js';

export interface FunctionRow {
  readonly name: string;
  readonly file: string;
  /** The binary or kernel module, as the profile has it. */
  readonly module: string;
  readonly startLine: number;
  /** The line with the greatest value on or below it, or 0. */
  readonly line: number;
  /** A sample counts once, however often the function stands on it. */
  readonly cum: number;
}

/** Largest first, then by name and file. Functions no sample touches have no row. */
export function listFunctionRows(profile: Profile, sampleType: number): readonly FunctionRow[] {
  const { rows } = listHotFunctions(profile, sampleType, Infinity);
  return rows
    .map(({ name, file, module, startLine, lines, cum }) => ({
      name,
      file,
      module,
      startLine,
      line: lines[0]?.line ?? 0,
      cum,
    }))
    .sort((a, b) => b.cum - a.cum || compareText(a.name, b.name) || compareText(a.file, b.file));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
