import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFlameRows } from '../../../../src/profile/flameRows.js';
import { placeFlameBoxes } from '../../../../src/profile/flameTiming.js';
import { sumFlameTotals } from '../../../../src/profile/flameTotals.js';
import type { CallTree } from '../../../../src/profile/model.js';
import { boxRect, hitTest } from '../../../../webview/flame/hitTest.js';
import { fillRowBoxes, RowBoxes, type FlameLayout } from '../../../../webview/flame/rowBoxes.js';
import { ROW_HEIGHT, rowTop, type Viewport } from '../../../../webview/flame/viewport.js';

/** One row of boxes of these widths below the root. */
function rowOf(widths: readonly number[]): FlameLayout {
  const tree: CallTree = {
    nodeCount: widths.length + 1,
    parent: Int32Array.from([-1, ...widths.map(() => 0)]),
    func: Uint32Array.from([0, ...widths.keys()]),
    how: new Uint8Array(widths.length + 1),
    self: [Float64Array.from([0, ...widths])],
  };
  return layOut(tree);
}

function layOut(tree: CallTree): FlameLayout {
  const { extent } = sumFlameTotals(tree, 0);
  const rows = buildFlameRows(tree, extent, func => func);
  return { rows, timing: placeFlameBoxes(rows, extent) };
}

const view: Viewport = {
  width: 100,
  height: 200,
  pixelRatio: 1,
  left: 0,
  right: 1,
  scrollTop: 0,
  orientation: 'icicle',
};

/** Each as `first-last left..right`, merged ones with a plus. */
function format(layout: FlameLayout, seen: Viewport, row = 1): string[] {
  const boxes = new RowBoxes();
  fillRowBoxes(layout, seen, row, boxes);
  return Array.from(
    { length: boxes.count },
    (_, at) =>
      `${boxes.first[at]!}-${boxes.last[at]!} ${boxes.left[at]!}..${boxes.right[at]!}${boxes.merged[at] === 1 ? '+' : ''}`,
  );
}

describe('fillRowBoxes', () => {
  it('rounds edges to two device pixels', () => {
    expect(format(rowOf([50.4, 29.6, 20]), view)).toEqual(['1-1 0..50', '2-2 50..80', '3-3 80..100']);
  });

  it('merges neighbours too narrow to see into one run', () => {
    const widths = [90, ...Array.from({ length: 20 }, () => 0.5)];
    expect(format(rowOf(widths), view)).toEqual(['1-1 0..90', '2-21 90..100+']);
  });

  it('draws the same boxes apart when nearer', () => {
    const widths = [90, ...Array.from({ length: 20 }, () => 0.5)];
    const near = format(rowOf(widths), { ...view, left: 0.9, right: 1 });
    expect(near).toHaveLength(20);
    expect(near[0]).toBe('2-2 0..6');
  });

  it('shows a lonely sliver where there is room, and gives way where there is none', () => {
    const withSelf: CallTree = {
      nodeCount: 3,
      parent: Int32Array.from([-1, 0, 1]),
      func: Uint32Array.from([0, 1, 2]),
      how: new Uint8Array(3),
      self: [Float64Array.from([0, 999, 1])],
    };
    expect(format(layOut(withSelf), view, 2)).toEqual(['2-2 0..2+']);
    // 0.3 of a pixel at the edge: nothing is left for it.
    expect(format(rowOf([99.7, 0.3]), view)).toEqual(['1-1 0..100']);
  });

  it('clips to what is seen, and knows boxes wider than the view', () => {
    expect(format(rowOf([60, 40]), { ...view, left: 0.5, right: 0.7 })).toEqual(['1-1 0..50', '2-2 50..100']);
    expect(format(rowOf([60, 40]), { ...view, left: 0.1, right: 0.2 })).toEqual(['1-1 0..100']);
  });

  it('counts in device pixels', () => {
    expect(format(rowOf([50, 50]), { ...view, pixelRatio: 2 })).toEqual(['1-1 0..100', '2-2 100..200']);
  });

  it('takes few steps where a row has a hundred thousand boxes', () => {
    const layout = rowOf(Array.from({ length: 100_000 }, () => 1));
    const { start } = layout.timing;
    let reads = 0;
    const counted = new Proxy(start, {
      get: (target, key) => {
        reads++;
        return Reflect.get(target, key) as unknown;
      },
    });
    fillRowBoxes({ ...layout, timing: { ...layout.timing, start: counted } }, view, 1, new RowBoxes());
    expect(reads).toBeLessThan(3000);
  });
});

const trees = fc
  .array(fc.tuple(fc.nat(), fc.oneof(fc.constant(0.01), fc.nat({ max: 50 }))), {
    minLength: 1,
    maxLength: 80,
  })
  .map((nodes): CallTree => {
    const nodeCount = nodes.length + 1;
    return {
      nodeCount,
      parent: Int32Array.from([-1, ...nodes.map(([parent], at) => parent % (at + 1))]),
      func: Uint32Array.from([0, ...nodes.keys()]),
      how: new Uint8Array(nodeCount),
      self: [Float64Array.from([0, ...nodes.map(([, self]) => self)])],
    };
  });
const views = fc
  .record({
    width: fc.integer({ min: 20, max: 900 }),
    height: fc.integer({ min: ROW_HEIGHT, max: 400 }),
    pixelRatio: fc.constantFrom(1, 1.25, 1.5, 2, 3),
    left: fc.double({ min: 0, max: 0.9, noNaN: true }),
    span: fc.double({ min: 0.01, max: 1, noNaN: true }),
    scrollTop: fc.nat({ max: 60 }),
    orientation: fc.constantFrom('icicle' as const, 'flame' as const),
  })
  .map(({ left, span, ...rest }): Viewport => ({ ...rest, left, right: Math.min(1, left + span) }));

describe('any graph in any viewport', () => {
  it('is drawn without overlap, and every drawn box is hit by its centre', () => {
    fc.assert(
      fc.property(trees, views, (tree, seen) => {
        const layout = layOut(tree);
        const boxes = new RowBoxes();
        for (let row = 0; row < layout.rows.rowCount; row++) {
          fillRowBoxes(layout, seen, row, boxes);
          const top = rowTop(seen, layout.rows.rowCount, row);
          for (let at = 0; at < boxes.count; at++) {
            expect(boxes.right[at]!).toBeGreaterThan(boxes.left[at]!);
            if (at > 0) expect(boxes.left[at]!).toBeGreaterThanOrEqual(boxes.right[at - 1]!);
            const x = (boxes.left[at]! + boxes.right[at]!) / 2 / seen.pixelRatio;
            const hit = hitTest(layout, seen, { x, y: top + ROW_HEIGHT / 2 });
            const first = boxes.first[at]!;
            expect(hit).toEqual(
              boxes.merged[at] === 1
                ? { kind: 'merged', first, last: boxes.last[at]! }
                : { kind: 'box', box: first },
            );
          }
        }
      }),
    );
  });

  it('accounts for every box in sight: drawn alone, merged, or less than two pixels lost', () => {
    fc.assert(
      fc.property(trees, views, (tree, seen) => {
        const layout = layOut(tree);
        const boxes = new RowBoxes();
        const scale = (seen.width * seen.pixelRatio) / (seen.right - seen.left);
        for (let row = 0; row < layout.rows.rowCount; row++) {
          fillRowBoxes(layout, seen, row, boxes);
          const isDrawn = (box: number): boolean => {
            for (let at = 0; at < boxes.count; at++)
              if (box >= boxes.first[at]! && box <= boxes.last[at]!) return true;
            return false;
          };
          for (let box = layout.rows.rowStart[row]!; box < layout.rows.rowStart[row + 1]!; box++) {
            const from = Math.max(layout.timing.start[box]!, seen.left);
            const to = Math.min(layout.timing.end[box]!, seen.right);
            if ((to - from) * scale > 3) expect(isDrawn(box)).toBe(true);
          }
        }
      }),
    );
  });
});

describe('boxRect', () => {
  it('is the place of the run for a box that is merged', () => {
    const layout = rowOf([90, ...Array.from({ length: 20 }, () => 0.5)]);
    expect(boxRect(layout, view, 7)).toEqual({ x: 90, y: ROW_HEIGHT, width: 10, height: ROW_HEIGHT });
  });

  it('is nothing for a box out of sight', () => {
    const layout = rowOf([60, 40]);
    expect(boxRect(layout, { ...view, left: 0, right: 0.5 }, 2)).toBeUndefined();
    expect(boxRect(layout, { ...view, scrollTop: 100 }, 2)).toBeUndefined();
  });
});
