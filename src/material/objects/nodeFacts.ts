/** Facts of a node while they are gathered: the first that is told counts, and of several nodes the one that is not ready. */
import type { NodeFacts } from '../model.js';

/** Writable while it is read. */
export type PartialFacts = { -readonly [K in keyof NodeFacts]?: NodeFacts[K] };

/** Sets what is not set: the first of a text wins. */
export function addFacts(facts: PartialFacts, more: Partial<NodeFacts>): void {
  for (const [name, value] of Object.entries(more))
    if (value !== undefined && Reflect.get(facts, name) === undefined) Reflect.set(facts, name, value);
}

export interface NodeRow {
  readonly isReady: boolean;
  readonly facts: Partial<NodeFacts>;
}

/** Of the only one that is not ready; where there is none such, what all share. */
export function factsOfSeveral(rows: readonly NodeRow[]): Partial<NodeFacts> {
  const [first] = rows;
  if (first === undefined) return {};
  const bad = rows.filter(({ isReady }) => !isReady);
  const [only] = bad.length === 1 ? bad : rows;
  if (bad.length === 1 || rows.length === 1) return only?.facts ?? {};
  const shared = Object.entries(first.facts).filter(([name, value]) =>
    rows.every(({ facts }) => Reflect.get(facts, name) === value),
  );
  return Object.fromEntries(shared);
}
