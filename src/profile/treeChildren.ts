/** The children of a CallTree's nodes as linked lists, for walks from the root down. */
import type { CallTree } from './model.js';

export interface TreeChildren {
  /** First child of a node, or 0 where it has none (the root is no node's child). */
  readonly first: Int32Array;
  /** The next child of the same parent, or 0. Children stand in the order of their indexes. */
  readonly next: Int32Array;
}

export function listChildren(tree: CallTree): TreeChildren {
  const first = new Int32Array(tree.nodeCount);
  const next = new Int32Array(tree.nodeCount);
  for (let node = tree.nodeCount - 1; node > 0; node--) {
    const parent = tree.parent[node]!;
    next[node] = first[parent]!;
    first[parent] = node;
  }
  return { first, next };
}
