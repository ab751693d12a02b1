/**
 * One function in the middle: who calls it (above) and what it calls (below), over all its occurrences. Both halves are
 * call trees whose root is the function, so that the same rows, timing and drawing serve them.
 *
 * Of nested occurrences only the outermost counts, else recursion would count its time more than once; both roots
 * therefore amount to the function's cum of the table.
 */
import { sumFlameTotals } from './flameTotals.js';
import type { FunctionNames, NameIndex } from './functionNames.js';
import type { CallTree, NodeIndex } from './model.js';

export interface Sandwich {
  /** Root: the function; below it its callers, then theirs. Self is where a stack begins. */
  readonly callers: CallTree;
  /** Root: the function; below it what it calls. */
  readonly callees: CallTree;
}

/** Two passes over the tree, and one walk to the root for each occurrence. */
export function buildSandwich(tree: CallTree, names: FunctionNames, name: NameIndex): Sandwich {
  const place = findOutermost(tree, names, name);
  return { callers: mergeCallers(tree, place), callees: mergeCallees(tree, place) };
}

const OUTERMOST = 1;
const INSIDE = 2;

/** OUTERMOST for the nodes of `name` that have no node of that name above them, INSIDE for what is below one. */
function findOutermost(tree: CallTree, names: FunctionNames, name: NameIndex): Uint8Array {
  const place = new Uint8Array(tree.nodeCount);
  for (let node = 1; node < tree.nodeCount; node++) {
    if (place[tree.parent[node]!] !== 0) place[node] = INSIDE;
    else if (names.ofFunction[tree.func[node]!] === name) place[node] = OUTERMOST;
  }
  return place;
}

function mergeCallees(tree: CallTree, place: Uint8Array): CallTree {
  const merged = new MergedTree(tree);
  const mergedNode = new Int32Array(tree.nodeCount).fill(-1);
  for (let node = 1; node < tree.nodeCount; node++) {
    const above = mergedNode[tree.parent[node]!]!;
    if (above !== -1) mergedNode[node] = merged.child(above, node);
    else if (place[node] === OUTERMOST) mergedNode[node] = merged.root(node);
    else continue;
    tree.self.forEach((self, type) => merged.add(mergedNode[node]!, type, self[node]!));
  }
  return merged.finish();
}

function mergeCallers(tree: CallTree, place: Uint8Array): CallTree {
  const merged = new MergedTree(tree);
  const totals = tree.self.map((_, type) => sumFlameTotals(tree, type).total);
  for (let node = 1; node < tree.nodeCount; node++) {
    if (place[node] !== OUTERMOST) continue;
    let at = merged.root(node);
    for (let above = tree.parent[node]!; above > 0; above = tree.parent[above]!) at = merged.child(at, above);
    totals.forEach((total, type) => merged.add(at, type, total[node]!));
  }
  return merged.finish();
}

/** A call tree that grows: children are found by (parent, function). */
class MergedTree {
  readonly #source: CallTree;
  readonly #index = new Map<number, NodeIndex>();
  readonly #parent: number[] = [-1];
  readonly #func: number[] = [0];
  readonly #how: number[] = [0];
  readonly #self: number[][];
  readonly #funcs: number;

  constructor(source: CallTree) {
    this.#source = source;
    this.#self = source.self.map(() => [0]);
    this.#funcs = source.func.reduce((most, func) => Math.max(most, func), 0) + 1;
  }

  root(like: NodeIndex): NodeIndex {
    this.#func[0] = this.#source.func[like]!;
    this.#how[0]! |= this.#source.how[like]!;
    return 0;
  }

  child(parent: NodeIndex, like: NodeIndex): NodeIndex {
    const func = this.#source.func[like]!;
    const key = parent * this.#funcs + func;
    let node = this.#index.get(key);
    if (node === undefined) {
      node = this.#parent.length;
      this.#index.set(key, node);
      this.#parent.push(parent);
      this.#func.push(func);
      this.#how.push(0);
      for (const self of this.#self) self.push(0);
    }
    this.#how[node]! |= this.#source.how[like]!;
    return node;
  }

  add(node: NodeIndex, type: number, value: number): void {
    this.#self[type]![node]! += value;
  }

  finish(): CallTree {
    return {
      nodeCount: this.#parent.length,
      parent: Int32Array.from(this.#parent),
      func: Uint32Array.from(this.#func),
      how: Uint8Array.from(this.#how),
      self: this.#self.map(self => Float64Array.from(self)),
    };
  }
}
