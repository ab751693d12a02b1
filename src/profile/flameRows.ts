/**
 * The boxes of a flame graph row by row, each row from left to right: which box stands beside, above and below which.
 * Positions are flameTiming's; pixels are the page's.
 *
 *     row 0   [ all                          ]      box 0
 *     row 1   [ a               ][ b     ]          boxes 1 2      widest first, ties by name
 *     row 2   [ c      ][ d ]    [ e ]              boxes 3 4 5    children of 1, then of 2
 *
 * Breadth first, so that the children of one box, and the boxes of one row, are one run of indexes each.
 */
import type { CallTree } from './model.js';
import { listChildren } from './treeChildren.js';

/** Index into {@link FlameRows}; 0 is the root's box. */
export type BoxIndex = number;

export interface FlameRows {
  readonly boxCount: number;
  readonly rowCount: number;
  /** Boxes of row r are rowStart[r] … rowStart[r + 1] - 1; length rowCount + 1. */
  readonly rowStart: Uint32Array;
  /** Node of each box. */
  readonly node: Uint32Array;
  /** Box of each node, or -1 where the node has nothing of this sample type and is not drawn. */
  readonly boxOfNode: Int32Array;
  readonly parent: Int32Array;
  /** Children of box i are childStart[i] … childStart[i + 1] - 1; length boxCount + 1. */
  readonly childStart: Uint32Array;
}

/**
 * `extent` by node decides the order, `rank` by function breaks its ties. Nodes without extent are left out. No
 * recursion: stacks may be thousands deep.
 */
export function buildFlameRows(
  tree: CallTree,
  extent: Float64Array,
  rank: (func: number) => number,
): FlameRows {
  const { first, next } = listChildren(tree);
  const node = new Uint32Array(tree.nodeCount);
  const parent = new Int32Array(tree.nodeCount);
  const childStart = new Uint32Array(tree.nodeCount + 1);
  const rowStart: number[] = [0];
  const before = (a: number, b: number): number =>
    extent[b]! - extent[a]! || rank(tree.func[a]!) - rank(tree.func[b]!) || a - b;
  parent[0] = -1;
  let boxCount = 1;
  for (let box = 0; box < boxCount; box++) {
    // At the first box of a row all of the row is known: it ends where its first child will stand.
    if (box === rowStart[rowStart.length - 1]) rowStart.push(boxCount);
    childStart[box] = boxCount;
    const family = boxCount;
    for (let child = first[node[box]!]!; child !== 0; child = next[child]!) {
      if (extent[child]! <= 0) continue;
      parent[boxCount] = box;
      node[boxCount++] = child;
    }
    sortRun(node, family, boxCount, before);
  }
  childStart[boxCount] = boxCount;
  const boxOfNode = new Int32Array(tree.nodeCount).fill(-1);
  for (let box = 0; box < boxCount; box++) boxOfNode[node[box]!] = box;
  return {
    boxCount,
    rowCount: rowStart.length - 1,
    rowStart: Uint32Array.from(rowStart),
    node: node.subarray(0, boxCount),
    boxOfNode,
    parent: parent.subarray(0, boxCount),
    childStart: childStart.subarray(0, boxCount + 1),
  };
}

/** Families are nearly always small: insertion beats the call overhead of the library's sort there. */
const SMALL_FAMILY = 12;

function sortRun(
  nodes: Uint32Array,
  from: number,
  to: number,
  before: (a: number, b: number) => number,
): void {
  if (to - from > SMALL_FAMILY) {
    nodes.subarray(from, to).sort(before);
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const moved = nodes[i]!;
    let j = i - 1;
    for (; j >= from && before(nodes[j]!, moved) > 0; j--) nodes[j + 1] = nodes[j]!;
    nodes[j + 1] = moved;
  }
}

/** Row (0 is the root's) of a box. */
export function rowOfBox(rows: FlameRows, box: BoxIndex): number {
  let low = 0;
  let high = rows.rowCount - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (rows.rowStart[middle]! <= box) low = middle;
    else high = middle - 1;
  }
  return low;
}
