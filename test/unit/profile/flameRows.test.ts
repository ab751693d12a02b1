import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFlameRows, rowOfBox } from '../../../src/profile/flameRows.js';
import { placeFlameBoxes } from '../../../src/profile/flameTiming.js';
import { sumFlameTotals } from '../../../src/profile/flameTotals.js';
import type { CallTree } from '../../../src/profile/model.js';
import { formatRows, modelOf, subjectOf } from '../../support/flameSubject.js';
import { profileFromStacks } from '../../support/profileFromStacks.js';

describe('rows of a flame graph', () => {
  it('stand widest first, with the self value free at the right of the children', () => {
    const profile = profileFromStacks(
      `
       main  main  main  other
       small big                `,
      { weights: [10, 30, 20, 40] },
    );
    expect(formatRows(subjectOf(profile))).toEqual([
      'all 0.00-1.00',
      'main 0.00-0.60  other 0.60-1.00',
      'big 0.00-0.30  small 0.30-0.40',
    ]);
  });

  it('break ties by name, whatever the order of the file', () => {
    const rows = (drawing: string): string[] => formatRows(subjectOf(profileFromStacks(drawing)));
    expect(rows('c  a  b')).toEqual(['all 0.00-1.00', 'a 0.00-0.33  b 0.33-0.67  c 0.67-1.00']);
    expect(rows('b  c  a')).toEqual(rows('c  a  b'));
  });

  it('leave out what has nothing of the sample type', () => {
    const profile = profileFromStacks('a  b', {
      weights: [
        [1, 1],
        [0, 5],
      ],
    });
    const model = modelOf(profile);
    expect(formatRows(model.subject(0))).toEqual(['all 0.00-1.00', 'a 0.00-0.50  b 0.50-1.00']);
    expect(formatRows(model.subject(1))).toEqual(['all 0.00-1.00', 'b 0.00-1.00']);
  });

  it('draw a loss as wide as a gain, and say the difference', () => {
    const profile = profileFromStacks(
      `
       main  main  other
       gain  loss       `,
      { weights: [30, -30, 40] },
    );
    const subject = subjectOf(profile);
    expect(formatRows(subject)).toEqual([
      'all 0.00-1.00',
      'main 0.00-0.60  other 0.60-1.00',
      'gain 0.00-0.30  loss 0.30-0.60',
    ]);
    expect(subject.totals.total[0]).toBe(40);
  });

  it('are one row for a profile without samples', () => {
    expect(formatRows(subjectOf(profileFromStacks('')))).toEqual(['all 0.00-0.00']);
  });

  it('hold 5,000 frames of one stack', () => {
    const deep = profileFromStacks(Array.from({ length: 5000 }, (_, depth) => `f${depth}`).join('\n'));
    const { rows } = subjectOf(deep).layout;
    expect(rows.rowCount).toBe(5001);
    expect(rowOfBox(rows, rows.boxCount - 1)).toBe(5000);
  });
});

/** Random trees: parents before children, small values so that ties are common. */
const trees = fc
  .array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.integer({ min: -2, max: 4 })), { maxLength: 60 })
  .map((nodes): CallTree => {
    const nodeCount = nodes.length + 1;
    return {
      nodeCount,
      parent: Int32Array.from([-1, ...nodes.map(([parent], at) => parent % (at + 1))]),
      func: Uint32Array.from([0, ...nodes.map(([, func]) => func)]),
      how: new Uint8Array(nodeCount),
      self: [Float64Array.from([0, ...nodes.map(([, , self]) => self)])],
    };
  });

describe('any tree', () => {
  it('keeps every child inside its parent and every row in order without overlap', () => {
    fc.assert(
      fc.property(trees, tree => {
        const { extent } = sumFlameTotals(tree, 0);
        const rows = buildFlameRows(tree, extent, func => func);
        const { start, end } = placeFlameBoxes(rows, extent);
        for (let box = 1; box < rows.boxCount; box++) {
          const parent = rows.parent[box]!;
          expect(start[box]!).toBeGreaterThanOrEqual(start[parent]!);
          expect(end[box]!).toBeLessThanOrEqual(end[parent]!);
          expect(rowOfBox(rows, box)).toBe(rowOfBox(rows, parent) + 1);
          expect(box).toBeGreaterThanOrEqual(rows.childStart[parent]!);
          expect(box).toBeLessThan(rows.childStart[parent + 1]!);
          const isFirst = rows.rowStart.includes(box);
          if (!isFirst) expect(start[box]!).toBeGreaterThanOrEqual(end[box - 1]!);
          expect(rows.boxOfNode[rows.node[box]!]).toBe(box);
        }
      }),
    );
  });
});
