/** What a flame view shows: a laid out tree and what is known of its boxes. Types and the few look-ups they need. */
import type { BoxIndex } from '../../src/profile/flameRows.js';
import type { FlameTotals } from '../../src/profile/flameTotals.js';
import type { FunctionNames, NameIndex } from '../../src/profile/functionNames.js';
import { CALLED, INLINED, type CallTree } from '../../src/profile/model.js';
import type { FlameLayout } from './rowBoxes.js';

export interface FlameSubject {
  readonly tree: CallTree;
  readonly names: FunctionNames;
  readonly totals: FlameTotals;
  readonly self: Float64Array;
  readonly layout: FlameLayout;
  /** The function the root stands for (sandwich); undefined where it stands for all stacks. */
  readonly rootName: NameIndex | undefined;
  /** Children are callers: paths from the root go up the stacks. */
  readonly isBottomUp: boolean;
  /** By node: 1 where callers were left out; undefined where none were. */
  readonly folded: Uint8Array | undefined;
  readonly fills: BoxFills;
  /** By name: which group of code. */
  readonly groupOfName: Uint8Array;
}

/** Which of the theme's fills a box has: its function's, or one of its own (how it differs from another profile's, say). */
export type BoxFills =
  { readonly by: 'name'; readonly fill: Uint8Array } | { readonly by: 'node'; readonly fill: Uint8Array };

/** Undefined for the box above all stacks where fills go by name: it is no function. */
export function fillOfBox(subject: FlameSubject, box: BoxIndex): number | undefined {
  const { by, fill } = subject.fills;
  const at = by === 'node' ? subject.layout.rows.node[box] : nameOfBox(subject, box);
  return at === undefined ? undefined : fill[at];
}

/** What is set off from the rest. */
export interface FlameMarks {
  /** By name: 1 where the search matches; undefined without a search. */
  readonly matches: Uint8Array | undefined;
  /** The one group of code that the legend picks out. */
  readonly group: number | undefined;
  /** All boxes of this function are outlined. */
  readonly highlighted: NameIndex | undefined;
}

export const NO_MARKS: FlameMarks = { matches: undefined, group: undefined, highlighted: undefined };

/** Undefined for the box above all stacks. */
export function nameOfBox(subject: FlameSubject, box: BoxIndex): NameIndex | undefined {
  if (box === 0) return subject.rootName;
  return subject.names.ofFunction[subject.tree.func[subject.layout.rows.node[box]!]!]!;
}

/** Whether a box has callers that the graph left out. */
export function isFolded(subject: FlameSubject, box: BoxIndex): boolean {
  return subject.folded?.[subject.layout.rows.node[box]!] === 1;
}

/** `always` where no sample called it, `sometimes` where some did. */
export function howInlined(subject: FlameSubject, box: BoxIndex): 'no' | 'sometimes' | 'always' {
  const how = subject.tree.how[subject.layout.rows.node[box]!]!;
  if ((how & INLINED) === 0) return 'no';
  return (how & CALLED) === 0 ? 'always' : 'sometimes';
}

/** The box of a function with the greatest total, the uppermost of equals; undefined where it has none. */
export function findHeaviestBox(subject: FlameSubject, name: NameIndex): BoxIndex | undefined {
  const { node } = subject.layout.rows;
  let best: BoxIndex | undefined;
  for (let box = 1; box < node.length; box++) {
    if (nameOfBox(subject, box) !== name) continue;
    if (best === undefined || subject.totals.total[node[box]!]! > subject.totals.total[node[best]!]!)
      best = box;
  }
  return best;
}

/** Whether a search or the legend leaves a function in full colour. */
export function isLit(subject: FlameSubject, marks: FlameMarks, name: NameIndex): boolean {
  if (marks.matches !== undefined && marks.matches[name] !== 1) return false;
  return marks.group === undefined || subject.groupOfName[name] === marks.group;
}
