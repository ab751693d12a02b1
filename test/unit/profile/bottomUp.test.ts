import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildBottomUp } from '../../../src/profile/bottomUp.js';
import { sumFlameTotals } from '../../../src/profile/flameTotals.js';
import { buildFlatTable } from '../../../src/profile/flatTable.js';
import { generatePprof } from '../../bench/generatePprof.js';
import { decodePprof } from '../../../src/profile/codec/decodePprof.js';
import { buildCallTree } from '../../../src/profile/callTree.js';
import { modelOf } from '../../support/flameSubject.js';
import { profileFromStacks } from '../../support/profileFromStacks.js';

type Model = ReturnType<typeof modelOf>;

/** `name total self` of every node below the root, indented by depth; `…` where callers were left out. */
function format(model: Model, { tree, folded }: ReturnType<typeof buildBottomUp>): string[] {
  const { total } = sumFlameTotals(tree, 0);
  const lines: string[] = [];
  const walk = (node: number, depth: number): void => {
    if (node !== 0) {
      const text = model.names.text(model.names.ofFunction[tree.func[node]!]!);
      const more = folded[node] === 1 ? ' …' : '';
      lines.push(`${'  '.repeat(depth - 1)}${text} ${total[node]!} ${tree.self[0]![node]!}${more}`);
    }
    for (let child = node + 1; child < tree.nodeCount; child++)
      if (tree.parent[child] === node) walk(child, depth + 1);
  };
  walk(0, 0);
  return lines;
}

function bottomUpOf(drawing: string, weights: readonly number[], maxNodes?: number): string[] {
  const model = modelOf(profileFromStacks(drawing, { weights }));
  return format(model, buildBottomUp(model.payload.tables.tree, 0, maxNodes));
}

const drawing = `
  main  main  gc   read
  read  work
        read
        `;

describe('buildBottomUp', () => {
  it('lists where stacks end, and who called that, up to where they begin', () => {
    expect(bottomUpOf(drawing, [3, 2, 1, 4])).toEqual([
      'read 9 4',
      '  main 3 3',
      '  work 2 0',
      '    main 2 2',
      'gc 1 1',
    ]);
  });

  it('counts recursion as often as it called', () => {
    expect(bottomUpOf('walk\nwalk\nwalk', [5])).toEqual(['walk 5 0', '  walk 5 0', '    walk 5 5']);
  });

  it('follows the widest first and leaves the rest folded, with its value', () => {
    expect(bottomUpOf(drawing, [3, 2, 1, 4], 4)).toEqual([
      'read 9 4',
      '  main 3 3',
      '  work 2 2 …',
      'gc 1 1',
    ]);
    expect(bottomUpOf(drawing, [3, 2, 1, 4], 1)).toEqual(['read 9 9 …', 'gc 1 1']);
  });

  it('takes losses of a delta for as wide as gains', () => {
    const model = modelOf(profileFromStacks('a  b\nx  x', { weights: [-8, 8] }));
    expect(format(model, buildBottomUp(model.payload.tables.tree, 0, 2))).toEqual(['x 0 0 …']);
    expect(format(model, buildBottomUp(model.payload.tables.tree, 0))).toEqual([
      'x 0 0',
      '  a -8 -8',
      '  b 8 8',
    ]);
  });

  it('has the flat values of the table below its root, and as many stacks as there are, for any stacks', () => {
    const stack = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(stack, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        (stacks, maxNodes) => {
          const depth = Math.max(...stacks.map(frames => frames.length));
          const rows = Array.from({ length: depth }, (_, at) =>
            stacks.map(frames => (frames[at] ?? ' ').padEnd(4)).join(''),
          );
          const profile = profileFromStacks(rows.join('\n'), { weights: stacks.map((_, at) => at + 1) });
          const model = modelOf(profile);
          const { tree, functions } = model.payload.tables;
          const bottomUp = buildBottomUp(tree, 0, maxNodes).tree;
          const { total } = sumFlameTotals(bottomUp, 0);
          const table = buildFlatTable(tree, functions, 0);
          const flat = new Map<string, number>();
          for (let node = 1; node < bottomUp.nodeCount; node++)
            if (bottomUp.parent[node] === 0)
              flat.set(model.names.text(model.names.ofFunction[bottomUp.func[node]!]!), total[node]!);
          table.name.forEach((name, row) => {
            expect(flat.get(model.names.text(name)) ?? 0).toBe(table.flat[row]);
          });
          expect(total[0]).toBe(stacks.reduce((sum, _, at) => sum + at + 1, 0));
        },
      ),
    );
  });

  it('does not grow beyond its limit by more than the callers of one box', () => {
    const tree = buildCallTree(decodePprof(generatePprof({ samples: 3000, functions: 400 })));
    const whole = buildBottomUp(tree, 0);
    const limited = buildBottomUp(tree, 0, 5000);
    expect(whole.folded.every(flag => flag === 0)).toBe(true);
    expect(whole.tree.nodeCount).toBeGreaterThan(20_000);
    expect(limited.tree.nodeCount).toBeLessThan(5000 + 600);
    expect(sumFlameTotals(limited.tree, 1).total[0]).toBe(sumFlameTotals(tree, 1).total[0]);
  });
});
