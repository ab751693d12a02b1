/**
 * What the functions of a profile cost: one row a name and file, with the cost of each of its lines and the heaviest way
 * that leads to it. Counts; maps nothing to sources, makes no text.
 */
import { buildCallTree } from './callTree.js';
import type { CallTree, NodeIndex, Profile, SampleIndex } from './model.js';
import { StringReader } from './packedStrings.js';

/** Values in the sample type's unit. A sample counts once in `cum`, however often the line or function stands on it. */
export interface Cost {
  readonly flat: number;
  readonly cum: number;
}

/** A line of a function; lines the profile does not number have none. */
export interface HotLine extends Cost {
  readonly line: number;
}

export interface HotFunction extends Cost {
  readonly name: string;
  /** Source file as the profile has it, or ''. */
  readonly file: string;
  /** The binary or kernel module, as the profile has it. */
  readonly module: string;
  /** First line, or 0. */
  readonly startLine: number;
  /** Largest cum first, then by line. */
  readonly lines: readonly HotLine[];
  /** Names from the root down to this function, along the stack prefix with most on or below it. */
  readonly path: readonly string[];
  /** What that prefix carries. */
  readonly pathValue: number;
}

export interface HotFunctions {
  /** Largest flat first, then cum, name, file: the order is the same for the same profile. */
  readonly rows: readonly HotFunction[];
  /** Before the limit. */
  readonly functionCount: number;
  readonly total: number;
}

/** Linear in the number of stack slots. Functions no sample touches have no row; `limit` bounds the rows. */
export function listHotFunctions(profile: Profile, sampleType: number, limit: number): HotFunctions {
  const rowOf = rowsOfFunctions(profile);
  const costs = sumCosts(profile, sampleType, rowOf);
  const strings = new StringReader(profile.strings);
  const { name, file, module, startLine } = profile.functions;
  const found = [...costs.byRow].map(([row, cost]) => ({
    row,
    flat: cost.flat,
    cum: cost.cum,
    name: strings.get(name[row]!),
    file: strings.get(file[row]!),
    module: strings.get(module[row]!),
    startLine: startLine[row]!,
  }));
  found.sort(
    (a, b) => b.flat - a.flat || b.cum - a.cum || compareText(a.name, b.name) || compareText(a.file, b.file),
  );
  const tree = buildCallTree(profile);
  const ways = findHeaviestNodes(tree, sampleType, rowOf);
  const rows = found.slice(0, limit).map(({ row, ...rest }) => {
    const { node, value } = ways.get(row) ?? { node: 0, value: 0 };
    const path = pathTo(tree, node).map(func => strings.get(name[func]!));
    return { ...rest, lines: linesOf(costs.byRow.get(row)?.lines), path, pathValue: value };
  });
  return { rows, functionCount: found.length, total: costs.total };
}

/** A row is named by the first of the functions that share name and file (they differ in the module). */
function rowsOfFunctions({ functions }: Profile): Uint32Array {
  const first = new Map<string, number>();
  return Uint32Array.from({ length: functions.count }, (_, func) => {
    const key = `${functions.name[func]!} ${functions.file[func]!}`;
    const row = first.get(key) ?? func;
    first.set(key, row);
    return row;
  });
}

interface Sum {
  flat: number;
  cum: number;
  /** The sample that was added last: what stands twice on a stack counts once. */
  seen: SampleIndex;
}

interface RowSum extends Sum {
  readonly lines: Map<number, Sum>;
}

function sumCosts(
  { frames, samples, sampleTypes }: Profile,
  sampleType: number,
  rowOf: Uint32Array,
): { readonly byRow: ReadonlyMap<number, RowSum>; readonly total: number } {
  const byRow = new Map<number, RowSum>();
  /** Of each frame, so that no stack looks anything up by name or line. */
  const ofFrame = Array.from({ length: frames.count }, () => undefined as FrameSums | undefined);
  let total = 0;
  for (let sample: SampleIndex = 0; sample < samples.count; sample++) {
    const value = samples.values[sample * sampleTypes.length + sampleType]!;
    total += value;
    let innermost: FrameSums | undefined;
    for (let at = samples.frameStart[sample]!; at < samples.frameStart[sample + 1]!; at++) {
      const frame = samples.frames[at]!;
      innermost = ofFrame[frame] ??= openSums(byRow, rowOf[frames.func[frame]!]!, frames.line[frame]!);
      addOnce(innermost.row, sample, value);
      if (innermost.line !== undefined) addOnce(innermost.line, sample, value);
    }
    if (innermost === undefined) continue;
    innermost.row.flat += value;
    if (innermost.line !== undefined) innermost.line.flat += value;
  }
  return { byRow, total };
}

interface FrameSums {
  readonly row: RowSum;
  readonly line: Sum | undefined;
}

function openSums(byRow: Map<number, RowSum>, row: number, line: number): FrameSums {
  const ofRow = byRow.get(row) ?? { ...emptySum(), lines: new Map<number, Sum>() };
  byRow.set(row, ofRow);
  if (line <= 0) return { row: ofRow, line: undefined };
  const ofLine = ofRow.lines.get(line) ?? emptySum();
  ofRow.lines.set(line, ofLine);
  return { row: ofRow, line: ofLine };
}

function emptySum(): Sum {
  return { flat: 0, cum: 0, seen: -1 };
}

function addOnce(sum: Sum, sample: SampleIndex, value: number): void {
  if (sum.seen === sample) return;
  sum.seen = sample;
  sum.cum += value;
}

function linesOf(sums: ReadonlyMap<number, Sum> | undefined): readonly HotLine[] {
  const lines = [...(sums ?? [])].map(([line, { flat, cum }]) => ({ line, flat, cum }));
  return lines.sort((a, b) => b.cum - a.cum || a.line - b.line);
}

/** Of the nodes of each row the one with the greatest total, the first of equals. */
function findHeaviestNodes(
  tree: CallTree,
  sampleType: number,
  rowOf: Uint32Array,
): ReadonlyMap<number, { readonly node: NodeIndex; readonly value: number }> {
  const total = tree.self[sampleType]!.slice();
  for (let node = tree.nodeCount - 1; node > 0; node--) total[tree.parent[node]!]! += total[node]!;
  const best = new Map<number, { readonly node: NodeIndex; readonly value: number }>();
  for (let node = 1; node < tree.nodeCount; node++) {
    const row = rowOf[tree.func[node]!]!;
    const known = best.get(row);
    if (known === undefined || total[node]! > known.value) best.set(row, { node, value: total[node]! });
  }
  return best;
}

/** Functions from the root's child down to the node. */
function pathTo(tree: CallTree, node: NodeIndex): readonly number[] {
  const path: number[] = [];
  for (let at = node; at > 0; at = tree.parent[at]!) path.push(tree.func[at]!);
  return path.reverse();
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
