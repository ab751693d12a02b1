/** Which nodes a command of the Nodes view is about: the row it was called on and, where that is one of several marked ones, all of them. */
import { fieldOf, textOf } from '../base/jsonFields.js';
import type { ClusterNode } from '../cluster/clusterPorts.js';
import type { NodeRef } from './nodeRef.js';

/** As many nodes as are asked at the same time: each is requests of its own, a progress and a tab. */
export const MOST_AT_ONCE = 8;

/** A tree row, or anything else that names a context and a node. */
export function readNodeArgument(argument: unknown): NodeRef | undefined {
  const context = textOf(fieldOf(argument, 'context'));
  const node = fieldOf(argument, 'node');
  if (context === undefined || textOf(fieldOf(node, 'name')) === undefined) return undefined;
  return { context, node: node as ClusterNode };
}

/**
 * More than one node, or undefined: then the command is about its argument alone. `selected` is what VS Code hands over
 * beside the row that was clicked; other rows than nodes in it do not count.
 */
export function readSelectedNodes(argument: unknown, selected: unknown): readonly NodeRef[] | undefined {
  const clicked = readNodeArgument(argument);
  if (clicked === undefined || !Array.isArray(selected)) return undefined;
  const nodes = selected.flatMap(row => readNodeArgument(row) ?? []);
  const isAmong = nodes.some(
    ({ context, node }) => context === clicked.context && node.name === clicked.node.name,
  );
  return isAmong && nodes.length > 1 ? nodes : undefined;
}

/**
 * Runs a command of a row: on each of several marked nodes, side by side, or on what it was called with. One that fails does
 * not keep the others.
 * @param act called with a node, or with `argument` as it came, which may be nothing
 * @param refuse called in place of all where more are marked than {@link MOST_AT_ONCE}
 */
export async function onMarkedNodes(
  argument: unknown,
  selected: unknown,
  act: (argument: unknown) => Promise<void>,
  refuse: (marked: number) => void,
): Promise<void> {
  const refs = readSelectedNodes(argument, selected);
  if (refs === undefined) return act(argument);
  if (refs.length > MOST_AT_ONCE) refuse(refs.length);
  else await Promise.allSettled(refs.map(ref => act(ref)));
}
