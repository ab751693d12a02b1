/**
 * Search in a profile: text → query → names → share of the whole. Names are matched once each, the tree is passed once;
 * what is below a match is not counted again, so that the share is that of the union.
 */
import type { FunctionNames } from './functionNames.js';
import type { CallTree } from './model.js';

export type Query =
  | { readonly kind: 'none' }
  | { readonly kind: 'query'; readonly matches: (name: string) => boolean }
  | { readonly kind: 'invalid'; readonly reason: string };

/** `text` is a substring, in any case; `/text/` a regular expression, in any case too, `/text/c` in this very case. */
export function parseQuery(text: string): Query {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'none' };
  const regex = /^\/(.+)\/([ci]?)$/u.exec(trimmed);
  if (regex === null) {
    const needle = trimmed.toLowerCase();
    return { kind: 'query', matches: name => name.toLowerCase().includes(needle) };
  }
  try {
    // eslint-disable-next-line no-restricted-syntax -- the user's own, typed in the page; it holds up the page alone
    const pattern = new RegExp(regex[1] ?? '', regex[2] === 'c' ? '' : 'i');
    return { kind: 'query', matches: name => pattern.test(name) };
  } catch (error) {
    // The engine's message repeats the whole pattern; what is wrong stands behind the last colon.
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'invalid', reason: message.slice(message.lastIndexOf(':') + 1).trim() };
  }
}

export interface MatchedNames {
  /** By name: 1 where it matches. */
  readonly flags: Uint8Array;
  readonly count: number;
}

export function matchNames(matches: (name: string) => boolean, names: FunctionNames): MatchedNames {
  const flags = new Uint8Array(names.limit);
  let count = 0;
  for (const name of names.distinct) {
    if (!matches(names.text(name))) continue;
    flags[name] = 1;
    count++;
  }
  return { flags, count };
}

/** Sum of `total` over the matching nodes that have no match above them: the union of their boxes. */
export function sumMatched(
  tree: CallTree,
  names: FunctionNames,
  flags: Uint8Array,
  total: Float64Array,
): number {
  const covered = new Uint8Array(tree.nodeCount);
  let sum = 0;
  for (let node = 1; node < tree.nodeCount; node++) {
    if (covered[tree.parent[node]!] === 1) covered[node] = 1;
    else if (flags[names.ofFunction[tree.func[node]!]!] === 1) {
      covered[node] = 1;
      sum += total[node]!;
    }
  }
  return sum;
}
