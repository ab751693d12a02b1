import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { buildCallTree } from '../../../src/profile/callTree.js';
import { buildFlatTable } from '../../../src/profile/flatTable.js';
import type { Profile } from '../../../src/profile/model.js';
import { ProfileBuilder } from '../../../src/profile/profileBuilder.js';
import { formatTree } from '../../support/formatTree.js';
import { topRows } from '../../support/profileRows.js';
import { profileFromStacks } from '../../support/profileFromStacks.js';

const draw = (profile: Profile, sampleType = 0) =>
  formatTree({ ...profile, tree: buildCallTree(profile) }, sampleType);

describe('buildCallTree', () => {
  it('merges stacks from the root', () => {
    const profile = profileFromStacks(
      `
      main      main      main
      syncLoop  syncLoop  gc
      statFs    futex           `,
      { weights: [30, 10, 5] },
    );
    expect(draw(profile)).toEqual([
      'main total 45 self 0',
      '  syncLoop total 40 self 0',
      '    statFs total 30 self 30',
      '    futex total 10 self 10',
      '  gc total 5 self 5',
    ]);
  });

  it('finds a stack again that stood before another', () => {
    const profile = profileFromStacks(
      `
      main  other  main
      work  work   work`,
      { weights: [1, 2, 4] },
    );
    expect(draw(profile)).toEqual([
      'main total 5 self 0',
      '  work total 5 self 5',
      'other total 2 self 0',
      '  work total 2 self 2',
    ]);
  });

  it('keeps recursion as depth and a stack that ends above another as its own value', () => {
    const profile = profileFromStacks(
      `
      walk  walk
      walk  walk
      walk      `,
      { weights: [4, 2] },
    );
    expect(draw(profile)).toEqual([
      'walk total 6 self 0',
      '  walk total 6 self 2',
      '    walk total 4 self 4',
    ]);
  });

  it('tells functions of one name apart by file and module, and not by line', () => {
    const profile = profileFromStacks(
      `
      main              main              main
      init[file:a.go]   init[file:b.go]   init[file:a.go][line:9]`,
      { weights: [1, 2, 4] },
    );
    expect(draw(profile)).toEqual(['main total 7 self 0', '  init total 5 self 5', '  init total 2 self 2']);
  });

  it('says of a node whether it was called, inlined, or both', () => {
    const profile = profileFromStacks(`
      main          main  main
      add[inline]   add   sub[inline]`);
    expect(draw(profile)).toEqual([
      'main total 3 self 0',
      '  add total 2 self 2 called and inlined',
      '  sub total 1 self 1 inlined',
    ]);
  });

  it('has the values of every sample type, negative ones too', () => {
    const profile = profileFromStacks(
      `
      main  main
      a     b   `,
      {
        weights: [
          [1, 2],
          [-10, 4],
        ],
      },
    );
    expect(draw(profile, 1)).toEqual([
      'main total -6 self 0',
      '  a total -10 self -10',
      '  b total 4 self 4',
    ]);
  });

  it('counts a sample without a stack as the root’s own', () => {
    const builder = new ProfileBuilder();
    builder.addSample([], [7]);
    const tree = buildCallTree(
      builder.build({ format: 'folded', sampleTypes: [{ type: 'n', unit: 'count' }], defaultSampleType: 0 }),
    );
    expect(tree.nodeCount).toBe(1);
    expect([...tree.self[0]!]).toEqual([7]);
  });

  it('takes stacks of 5,000 frames', () => {
    const builder = new ProfileBuilder();
    const frame = builder.frame(builder.function({ name: 'walk' }));
    builder.addSample(new Array<number>(5000).fill(frame), [1]);
    const profile = builder.build({
      format: 'folded',
      sampleTypes: [{ type: 'n', unit: 'count' }],
      defaultSampleType: 0,
    });
    expect(buildCallTree(profile).nodeCount).toBe(5001);
    expect(topRows(profile)).toEqual(['walk 1 1']);
  });
});

describe('buildFlatTable', () => {
  it('gives flat to the innermost function and cum once to every name of a stack', () => {
    const profile = profileFromStacks(
      `
      main  main  main
      walk  walk  idle
      stat  walk      
            walk      `,
      { weights: [8, 4, 1] },
    );
    expect(topRows(profile)).toEqual(['idle 1 1', 'main 0 13', 'stat 8 8', 'walk 4 12']);
  });

  it('takes functions of one name together, also where one calls the other', () => {
    const profile = profileFromStacks(
      `
      init[file:a.go]   init[file:b.go]
      init[file:b.go]                  `,
      { weights: [3, 2] },
    );
    expect(topRows(profile)).toEqual(['init 5 5']);
  });

  it('has no row for a name on samples of value zero only', () => {
    const profile = profileFromStacks(
      `
      main  main
      used  idle`,
      { weights: [3, 0] },
    );
    expect(topRows(profile)).toEqual(['main 0 3', 'used 3 3']);
  });

  it('keeps a name whose values cancel out', () => {
    const profile = profileFromStacks(
      `
      main  main
      more  less`,
      { weights: [3, -3] },
    );
    expect(topRows(profile)).toEqual(['less -3 -3', 'main 0 0', 'more 3 3']);
  });
});

/** Names on each stack, root first. */
const stacks = fc.array(
  fc.record({
    names: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 8 }),
    value: fc.integer({ min: 1, max: 1000 }),
  }),
  { maxLength: 20 },
);

describe('tree and table', () => {
  it('give what counting the samples one by one gives', () => {
    fc.assert(
      fc.property(stacks, samples => {
        const builder = new ProfileBuilder();
        const flat = new Map<string, number>();
        const cum = new Map<string, number>();
        for (const { names, value } of samples) {
          builder.addSample(
            // Every other frame is of another file: a function of its own with the same name.
            names.map((name, depth) =>
              builder.frame(builder.function({ name, file: depth % 2 === 0 ? '' : 'x' })),
            ),
            [value],
          );
          const leaf = names.at(-1);
          if (leaf !== undefined) flat.set(leaf, (flat.get(leaf) ?? 0) + value);
          for (const name of new Set(names)) cum.set(name, (cum.get(name) ?? 0) + value);
        }
        const profile = builder.build({
          format: 'folded',
          sampleTypes: [{ type: 'n', unit: 'count' }],
          defaultSampleType: 0,
        });
        const tree = buildCallTree(profile);
        for (let node = 1; node < tree.nodeCount; node++) expect(tree.parent[node]).toBeLessThan(node);
        expect(buildFlatTable(tree, profile.functions, 0).name).toHaveLength(cum.size);
        const expected = [...cum].map(([name, value]) => `${name} ${flat.get(name) ?? 0} ${value}`).sort();
        expect(topRows(profile)).toEqual(expected);
      }),
    );
  });
});
