/**
 * Flat and cumulative value of every function name, as `go tool pprof -top` lists them. By name: functions of the same
 * name in several files or modules are one row. Sorts nothing, formats nothing.
 */
import type { CallTree, FunctionTable, StringIndex } from './model.js';
import { listChildren } from './treeChildren.js';

export interface FlatTable {
  /** Names with a value somewhere on or below them, in order of first appearance. */
  readonly name: readonly StringIndex[];
  /** What ended in the function itself (the innermost frame, inlined or not). */
  readonly flat: Float64Array;
  /** What ended in it or below it; a stack counts once, however often the name stands on it. */
  readonly cum: Float64Array;
}

/**
 * Linear in the number of nodes. A name below which every node's value is zero has no row, as in pprof, which leaves
 * samples of value zero out.
 */
export function buildFlatTable(tree: CallTree, functions: FunctionTable, sampleType: number): FlatTable {
  const self = tree.self[sampleType]!;
  const total = self.slice();
  const hasValue = Uint8Array.from(self, value => (value === 0 ? 0 : 1));
  for (let node = tree.nodeCount - 1; node > 0; node--) {
    total[tree.parent[node]!]! += total[node]!;
    hasValue[tree.parent[node]!]! |= hasValue[node]!;
  }

  const rowOf = new Map<StringIndex, number>();
  const name: StringIndex[] = [];
  const rowOfNode = new Int32Array(tree.nodeCount).fill(-1);
  for (let node = 1; node < tree.nodeCount; node++) {
    if (hasValue[node] === 0) continue;
    const text = functions.name[tree.func[node]!]!;
    let row = rowOf.get(text);
    if (row === undefined) {
      rowOf.set(text, (row = name.length));
      name.push(text);
    }
    rowOfNode[node] = row;
  }

  const flat = new Float64Array(name.length);
  for (let node = 1; node < tree.nodeCount; node++)
    if (rowOfNode[node] !== -1) flat[rowOfNode[node]!]! += self[node]!;
  return { name, flat, cum: sumOutermost(tree, rowOfNode, total, name.length) };
}

/** Adds the totals of the nodes that have no node of the same row above them: a walk down with a count of open rows. */
function sumOutermost(
  tree: CallTree,
  rowOfNode: Int32Array,
  total: Float64Array,
  rowCount: number,
): Float64Array {
  const cum = new Float64Array(rowCount);
  const open = new Int32Array(rowCount);
  const { first, next } = listChildren(tree);
  let node = first[0]!;
  while (node > 0) {
    const row = rowOfNode[node]!;
    if (row !== -1 && open[row]!++ === 0) cum[row]! += total[node]!;
    if (row !== -1 && first[node] !== 0) {
      node = first[node]!;
      continue;
    }
    // Leave this node, and every ancestor whose last child it was.
    for (;;) {
      if (rowOfNode[node] !== -1) open[rowOfNode[node]!]!--;
      if (next[node] !== 0) break;
      node = tree.parent[node]!;
      if (node <= 0) return cum;
    }
    node = next[node]!;
  }
  return cum;
}
