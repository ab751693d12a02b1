/** A call tree as lines of text, for tests: two blanks a level, children in the order of their indexes. */
import type { CallTree, FunctionTable, NodeIndex, PackedStrings } from '../../src/profile/model.js';
import { CALLED, INLINED } from '../../src/profile/model.js';
import { StringReader } from '../../src/profile/packedStrings.js';

export interface DrawnTree {
  readonly tree: CallTree;
  readonly functions: FunctionTable;
  readonly strings: PackedStrings;
}

/** `name total T self S`, with `inlined` or `called and inlined` behind where it applies. */
export function formatTree({ tree, functions, strings }: DrawnTree, sampleType = 0): string[] {
  const names = new StringReader(strings);
  const self = tree.self[sampleType]!;
  const total = [...self];
  for (let node = tree.nodeCount - 1; node > 0; node--) total[tree.parent[node]!]! += total[node]!;
  const lines: string[] = [];
  const visit = (parent: NodeIndex, indent: string): void => {
    for (let node = 1; node < tree.nodeCount; node++) {
      if (tree.parent[node] !== parent) continue;
      const name = names.get(functions.name[tree.func[node]!]!);
      const how = howText(tree.how[node]!);
      lines.push(`${indent}${name} total ${total[node]!} self ${self[node]!}${how}`);
      visit(node, `${indent}  `);
    }
  };
  visit(0, '');
  return lines;
}

function howText(how: number): string {
  if (how === (CALLED | INLINED)) return ' called and inlined';
  return how === INLINED ? ' inlined' : '';
}
