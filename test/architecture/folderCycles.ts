/**
 * Folders that import each other, found in what dependency-cruiser saw. A folder is where a file lies, without the
 * folders below it; a parent and what is below it may import each other. (dependency-cruiser's own rules of scope
 * `folder` count all folders below to the parent, so that each import of a sibling by way of the parent is a cycle.)
 */
import path from 'node:path';
import type { CruisedModule } from './cruise.js';

export interface FolderCycles {
  /** `a <-> b`, in the order of the alphabet. */
  readonly pairs: readonly string[];
  /** Three folders or more that reach each other although no two of the pairs do: `a, b, c`, sorted. */
  readonly longer: readonly string[];
}

type Graph = Map<string, Set<string>>;

/** Of the files below `tops`, the folders at the root of the tree. */
export function findFolderCycles(modules: readonly CruisedModule[], tops: readonly string[]): FolderCycles {
  const graph = folderGraph(modules, tops);
  const pairs: string[] = [];
  for (const [from, targets] of graph)
    for (const to of targets)
      if (from < to && graph.get(to)?.has(from) === true) pairs.push(`${from} <-> ${to}`);
  const oneWay: Graph = new Map(
    [...graph].map(([from, targets]) => [
      from,
      new Set([...targets].filter(to => graph.get(to)?.has(from) !== true)),
    ]),
  );
  return { pairs: pairs.sort(), longer: findKnots(oneWay) };
}

function folderGraph(modules: readonly CruisedModule[], tops: readonly string[]): Graph {
  const isOurs = (file: string): boolean => tops.some(top => file.startsWith(`${top}/`));
  const graph: Graph = new Map();
  for (const { source, dependencies } of modules)
    for (const { resolved } of dependencies) {
      if (!isOurs(source) || !isOurs(resolved)) continue;
      const from = path.posix.dirname(source);
      const to = path.posix.dirname(resolved);
      if (isSameOrAbove(from, to) || isSameOrAbove(to, from)) continue;
      graph.set(from, (graph.get(from) ?? new Set()).add(to));
    }
  return graph;
}

const isSameOrAbove = (folder: string, other: string): boolean => `${other}/`.startsWith(`${folder}/`);

/** Groups of folders that all reach each other. */
function findKnots(graph: Graph): string[] {
  const reached = new Map([...graph.keys()].map(folder => [folder, reachableFrom(graph, folder)]));
  const knots = new Set<string>();
  for (const [folder, targets] of reached) {
    const knot = [...targets].filter(other => reached.get(other)?.has(folder) === true);
    if (knot.length > 0) knots.add(knot.sort().join(', '));
  }
  return [...knots].sort();
}

/** The folder itself only where a way leads back to it. */
function reachableFrom(graph: Graph, start: string): Set<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop())
    for (const next of graph.get(folder) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  return seen;
}
