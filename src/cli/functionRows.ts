/**
 * The functions of a profile, one row a name and file, with the value on or below them and the line it was mostly on.
 * Counts; maps nothing.
 */
import type { Profile, SampleIndex } from '../profile/model.js';
import { StringReader } from '../profile/packedStrings.js';

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

interface Sums {
  readonly func: number;
  cum: number;
  readonly byLine: Map<number, number>;
}

/** Largest first, then by name and file. Functions no sample touches have no row. */
export function listFunctionRows(profile: Profile, sampleType: number): readonly FunctionRow[] {
  const sums = sumByFunction(profile, sampleType);
  const strings = new StringReader(profile.strings);
  const { name, file, module, startLine } = profile.functions;
  const rows = sums.map(({ func, cum, byLine }) => ({
    name: strings.get(name[func] ?? 0),
    file: strings.get(file[func] ?? 0),
    module: strings.get(module[func] ?? 0),
    startLine: startLine[func] ?? 0,
    line: heaviestLine(byLine),
    cum,
  }));
  return rows.sort((a, b) => b.cum - a.cum || compareText(a.name, b.name) || compareText(a.file, b.file));
}

function sumByFunction(profile: Profile, sampleType: number): readonly Sums[] {
  const { samples, sampleTypes } = profile;
  const rowOf = rowsOfFunctions(profile);
  const touched = new Set<Sums>();
  for (let sample: SampleIndex = 0; sample < samples.count; sample++) {
    const value = samples.values[sample * sampleTypes.length + sampleType] ?? 0;
    for (const [row, lines] of linesOfSample(profile, sample, rowOf)) {
      touched.add(row);
      row.cum += value;
      for (const line of lines) row.byLine.set(line, (row.byLine.get(line) ?? 0) + value);
    }
  }
  return [...touched];
}

/** The row of each function: functions of one name and file share it. */
function rowsOfFunctions({ functions }: Profile): readonly Sums[] {
  const rows = new Map<string, Sums>();
  return Array.from({ length: functions.count }, (_, func) => {
    const key = `${functions.name[func] ?? 0} ${functions.file[func] ?? 0}`;
    const row = rows.get(key) ?? { func, cum: 0, byLine: new Map<number, number>() };
    rows.set(key, row);
    return row;
  });
}

/** The rows a sample touches, each once, with the lines it has there. */
function linesOfSample(
  { frames, samples }: Profile,
  sample: SampleIndex,
  rowOf: readonly Sums[],
): ReadonlyMap<Sums, ReadonlySet<number>> {
  const touched = new Map<Sums, Set<number>>();
  const stack = samples.frames.subarray(samples.frameStart[sample], samples.frameStart[sample + 1]);
  for (const frame of stack) {
    const row = rowOf[frames.func[frame] ?? 0];
    if (row) touched.set(row, (touched.get(row) ?? new Set()).add(frames.line[frame] ?? 0));
  }
  return touched;
}

/** The lower line of equals; a line number of 0 is none. */
function heaviestLine(byLine: ReadonlyMap<number, number>): number {
  const known = [...byLine].filter(([line]) => line > 0);
  known.sort(([lineA, a], [lineB, b]) => b - a || lineA - lineB);
  return known[0]?.[0] ?? 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
