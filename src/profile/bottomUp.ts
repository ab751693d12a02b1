/**
 * The whole profile from its leaves: below the root the functions in which stacks end, below each its callers, then
 * theirs. A call tree again, so that the same rows, timing and drawing serve it.
 *
 *     main;read 3, main;work;read 2, gc 1   ──▶   read 5          gc 1
 *                                                   main 3
 *                                                   work 2
 *                                                     main 2
 *
 * The inverted tree of a large profile is many times as large as the tree (each leaf brings its own copy of the way to
 * the root), so the widest branches are followed first, and those that are left when `maxNodes` are made stay folded:
 * their value is right, their callers are not listed.
 */
import type { CallTree, NodeIndex } from './model.js';

export interface BottomUp {
  /** Self is where a stack begins, and all of a folded node. */
  readonly tree: CallTree;
  /** 1 by node where its callers were left out. */
  readonly folded: Uint8Array;
}

/** More boxes than any screen has pixels to a row, and still laid out in a fraction of a second. */
const MAX_NODES = 200_000;

/** `sampleType` decides which branches are the wide ones. */
export function buildBottomUp(tree: CallTree, sampleType: number, maxNodes = MAX_NODES): BottomUp {
  return new Inverter(tree, sampleType).run(maxNodes);
}

/** Stacks that end alike so far: a run of the inverter's items. */
interface Branch {
  readonly node: NodeIndex;
  readonly from: number;
  readonly to: number;
}

class Inverter {
  readonly #source: CallTree;
  readonly #weight: Float64Array;
  /** Nodes where stacks end, and how far up from there each has been followed (-1: not at all). */
  readonly #leaf: Int32Array;
  readonly #at: Int32Array;
  readonly #branches: WideFirst;
  /** By function: how many items of the branch in hand go on to it; zeroes between branches. */
  readonly #countOf: Int32Array;
  readonly #parent: number[] = [-1];
  readonly #func: number[] = [0];
  readonly #how: number[] = [0];
  readonly #self: number[][];

  constructor(tree: CallTree, sampleType: number) {
    this.#source = tree;
    this.#weight = tree.self[sampleType] ?? new Float64Array(tree.nodeCount);
    this.#self = tree.self.map(() => [0]);
    const leaves: number[] = [];
    for (let node = 0; node < tree.nodeCount; node++)
      if (tree.self.some(self => self[node] !== 0)) leaves.push(node);
    this.#leaf = Int32Array.from(leaves);
    this.#at = new Int32Array(leaves.length).fill(-1);
    this.#countOf = new Int32Array(tree.func.reduce((most, func) => Math.max(most, func), 0) + 1);
    this.#branches = new WideFirst(this.#leaf.reduce((sum, leaf) => sum + Math.abs(this.#weight[leaf]!), 0));
  }

  run(maxNodes: number): BottomUp {
    this.#expand({ node: 0, from: 0, to: this.#leaf.length });
    for (let branch = this.#branches.take(); branch !== undefined; branch = this.#branches.take()) {
      if (this.#parent.length < maxNodes) this.#expand(branch);
      else this.#fold(branch);
    }
    return this.#finish();
  }

  /** Takes every stack of the branch one caller up; those that begin here stay as the node's own. */
  #expand({ node, from, to }: Branch): void {
    const at = this.#at;
    const { parent, func } = this.#source;
    let going = from;
    const found: number[] = [];
    for (let item = from; item < to; item++) {
      const next = at[item] === -1 ? this.#leaf[item]! : parent[at[item]!]!;
      if (next === 0) {
        this.#own(node, item);
        continue;
      }
      // What has ended stands before what goes on; it is not looked at again.
      const leaf = this.#leaf[item]!;
      this.#leaf[item] = this.#leaf[going]!;
      at[item] = at[going]!;
      this.#leaf[going] = leaf;
      at[going++] = next;
      if (this.#countOf[func[next]!]!++ === 0) found.push(func[next]!);
    }
    this.#branchOut(node, from, going, found);
  }

  /** Sorts the items by function, in the order in which these were found, and makes a child for each. */
  #branchOut(node: NodeIndex, from: number, to: number, found: readonly number[]): void {
    const leaves = this.#leaf.slice(from, to);
    const places = this.#at.slice(from, to);
    const starts = new Map<number, number>();
    let start = from;
    for (const func of found) {
      starts.set(func, start);
      start += this.#countOf[func]!;
    }
    const place = this.#countOf;
    for (const func of found) place[func] = starts.get(func)!;
    for (let item = 0; item < leaves.length; item++) {
      const to = place[this.#source.func[places[item]!]!]!++;
      this.#leaf[to] = leaves[item]!;
      this.#at[to] = places[item]!;
    }
    for (const func of found) {
      this.#branches.add(...this.#child(node, func, { from: starts.get(func)!, to: place[func]! }));
      place[func] = 0;
    }
  }

  #child(parent: NodeIndex, func: number, run: Omit<Branch, 'node'>): [branch: Branch, extent: number] {
    const node = this.#parent.length;
    let how = 0;
    let extent = 0;
    for (let item = run.from; item < run.to; item++) {
      how |= this.#source.how[this.#at[item]!]!;
      extent += Math.abs(this.#weight[this.#leaf[item]!]!);
    }
    this.#parent.push(parent);
    this.#func.push(func);
    this.#how.push(how);
    for (const self of this.#self) self.push(0);
    return [{ node, ...run }, extent];
  }

  readonly #folded: NodeIndex[] = [];

  #fold({ node, from, to }: Branch): void {
    const before = this.#folded.length;
    for (let item = from; item < to; item++) {
      this.#own(node, item);
      if (this.#source.parent[this.#at[item]!] !== 0 && this.#folded.length === before)
        this.#folded.push(node);
    }
  }

  #own(node: NodeIndex, item: number): void {
    this.#source.self.forEach((self, type) => (this.#self[type]![node]! += self[this.#leaf[item]!]!));
  }

  #finish(): BottomUp {
    const nodeCount = this.#parent.length;
    const folded = new Uint8Array(nodeCount);
    for (const node of this.#folded) folded[node] = 1;
    const tree = {
      nodeCount,
      parent: Int32Array.from(this.#parent),
      func: Uint32Array.from(this.#func),
      how: Uint8Array.from(this.#how),
      self: this.#self.map(self => Float64Array.from(self)),
    };
    return { tree, folded };
  }
}

/** Branches, the widest first to a factor of two: a list for each halving of the whole. */
class WideFirst {
  readonly #whole: number;
  readonly #lists: Branch[][] = Array.from({ length: 64 }, () => []);
  #widest = 0;

  constructor(whole: number) {
    this.#whole = whole;
  }

  add(branch: Branch, extent: number): void {
    const halvings = extent > 0 ? Math.min(62, Math.max(0, Math.floor(Math.log2(this.#whole / extent)))) : 63;
    this.#lists[halvings]!.push(branch);
    this.#widest = Math.min(this.#widest, halvings);
  }

  take(): Branch | undefined {
    while (this.#widest < this.#lists.length) {
      const branch = this.#lists[this.#widest]!.pop();
      if (branch !== undefined) return branch;
      this.#widest++;
    }
    return undefined;
  }
}
