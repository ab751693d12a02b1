import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFlatTable } from '../../../src/profile/flatTable.js';
import { buildSandwich } from '../../../src/profile/flameSandwich.js';
import { sumFlameTotals } from '../../../src/profile/flameTotals.js';
import type { CallTree } from '../../../src/profile/model.js';
import { modelOf } from '../../support/flameSubject.js';
import { profileFromStacks } from '../../support/profileFromStacks.js';

/** `name total self` of every node, indented by depth. */
function format(model: ReturnType<typeof modelOf>, tree: CallTree): string[] {
  const { total } = sumFlameTotals(tree, 0);
  const lines: string[] = [];
  const walk = (node: number, depth: number): void => {
    const text = model.names.text(model.names.ofFunction[tree.func[node]!]!);
    lines.push(`${'  '.repeat(depth)}${text} ${total[node]!} ${tree.self[0]![node]!}`);
    for (let child = node + 1; child < tree.nodeCount; child++)
      if (tree.parent[child] === node) walk(child, depth + 1);
  };
  walk(0, 0);
  return lines;
}

function sandwichOf(drawing: string, text: string, weights: readonly number[]) {
  const model = modelOf(profileFromStacks(drawing, { weights }));
  const name = [...model.names.distinct].find(each => model.names.text(each) === text)!;
  const { callers, callees } = buildSandwich(model.payload.tables.tree, model.names, name);
  return { callers: format(model, callers), callees: format(model, callees) };
}

describe('buildSandwich', () => {
  it('merges all occurrences: callers upwards, callees downwards', () => {
    const { callers, callees } = sandwichOf(
      `
       main  main  gc
       work  idle  read
       read  read  wait
       wait            `,
      'read',
      [4, 2, 1],
    );
    expect(callers).toEqual([
      'read 7 0',
      '  work 4 0',
      '    main 4 4',
      '  idle 2 0',
      '    main 2 2',
      '  gc 1 1',
    ]);
    expect(callees).toEqual(['read 7 2', '  wait 5 5']);
  });

  it('counts recursion once, from its outermost call', () => {
    const { callers, callees } = sandwichOf(
      `
       main  main
       walk  walk
       step  leaf
       walk
       leaf      `,
      'walk',
      [3, 2],
    );
    expect(callers).toEqual(['walk 5 0', '  main 5 5']);
    expect(callees).toEqual(['walk 5 0', '  step 3 0', '    walk 3 0', '      leaf 3 3', '  leaf 2 2']);
  });

  it('has one box each where it has no caller and no callee', () => {
    expect(sandwichOf('alone  other', 'alone', [2, 3])).toEqual({
      callers: ['alone 2 2'],
      callees: ['alone 2 2'],
    });
  });

  it('amounts to the cum of the table, for any stacks', () => {
    const stack = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(stack, { minLength: 1, maxLength: 8 }), stacks => {
        const depth = Math.max(...stacks.map(frames => frames.length));
        const rows = Array.from({ length: depth }, (_, at) =>
          stacks.map(frames => (frames[at] ?? ' ').padEnd(4)).join(''),
        );
        // Columns are told by their first row, which every stack has.
        const profile = profileFromStacks(rows.join('\n'), { weights: stacks.map((_, at) => at + 1) });
        const model = modelOf(profile);
        const { tree, functions } = model.payload.tables;
        const table = buildFlatTable(tree, functions, 0);
        table.name.forEach((name, row) => {
          const { callers, callees } = buildSandwich(tree, model.names, name);
          expect(sumFlameTotals(callers, 0).total[0]).toBe(table.cum[row]);
          expect(sumFlameTotals(callees, 0).total[0]).toBe(table.cum[row]);
        });
      }),
    );
  });
});
