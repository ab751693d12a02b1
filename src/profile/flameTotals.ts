/** What a node and everything below it amount to, for one sample type. No positions, no order. */
import type { CallTree } from './model.js';

export interface FlameTotals {
  /** Value of the node and all below: what is said in numbers. Negative where a delta profile is. */
  readonly total: Float64Array;
  /**
   * The same with every self value taken absolutely: what is drawn. Equal to `total` but in delta profiles, where a
   * gain must not be hidden by a loss beside it, and a child is never wider than its parent.
   */
  readonly extent: Float64Array;
}

/** One pass from the end: parents stand before their children. */
export function sumFlameTotals(tree: CallTree, sampleType: number): FlameTotals {
  const { nodeCount, parent } = tree;
  const self = tree.self[sampleType];
  const total = self === undefined ? new Float64Array(nodeCount) : self.slice();
  const isDelta = total.some(value => value < 0);
  const extent = isDelta ? total.map(Math.abs) : total;
  for (let node = nodeCount - 1; node > 0; node--) {
    const above = parent[node]!;
    total[above]! += total[node]!;
    if (isDelta) extent[above]! += extent[node]!;
  }
  return { total, extent };
}
