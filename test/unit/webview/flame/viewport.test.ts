import { describe, expect, it } from 'vitest';
import {
  panBy,
  ROW_HEIGHT,
  rowAt,
  rowTop,
  scrollToRow,
  shareAt,
  SMALLEST_RANGE,
  visibleRows,
  zoomAround,
  type Viewport,
} from '../../../../webview/flame/viewport.js';

const icicle: Viewport = {
  width: 200,
  height: 100,
  pixelRatio: 1,
  left: 0,
  right: 1,
  scrollTop: 0,
  orientation: 'icicle',
};
const flame: Viewport = { ...icicle, orientation: 'flame' };

describe('rows', () => {
  it('begin at the top of an icicle and at the bottom of a flame', () => {
    expect(rowTop(icicle, 3, 0)).toBe(0);
    expect(rowTop(flame, 3, 0)).toBe(100 - ROW_HEIGHT);
    expect(rowTop({ ...flame, scrollTop: 100 }, 10, 0)).toBe(200 - ROW_HEIGHT - 100);
  });

  it('are found again from the middle of where they stand, in both orientations', () => {
    for (const view of [icicle, flame, { ...icicle, scrollTop: 33 }, { ...flame, scrollTop: 33 }])
      for (let row = 0; row < 30; row++)
        expect(rowAt(view, 30, rowTop(view, 30, row) + ROW_HEIGHT / 2)).toBe(row);
  });

  it('do not exist beside the graph', () => {
    expect(rowAt(icicle, 2, 2 * ROW_HEIGHT)).toBeUndefined();
    expect(rowAt(flame, 2, 100 - 2 * ROW_HEIGHT - 1)).toBeUndefined();
  });

  it('are drawn only where they show', () => {
    expect(visibleRows({ ...icicle, scrollTop: 45 }, 5000)).toEqual({ first: 2, last: 7 });
    expect(visibleRows({ ...flame, scrollTop: 5000 * ROW_HEIGHT - 100 }, 5000)).toEqual({
      first: 0,
      last: 4,
    });
    expect(visibleRows(icicle, 2)).toEqual({ first: 0, last: 1 });
  });
});

describe('zooming', () => {
  it('holds what is under the pointer', () => {
    const range = zoomAround(icicle, 50, 0.5);
    expect(range).toEqual({ left: 0.125, right: 0.625 });
    expect(shareAt({ ...icicle, ...range }, 50)).toBe(0.25);
  });

  it('ends at the whole, and before doubles end', () => {
    expect(zoomAround({ ...icicle, left: 0.4, right: 0.6 }, 0, 100)).toEqual({ left: 0, right: 1 });
    const { left, right } = zoomAround({ ...icicle, left: 0.5, right: 0.5 + SMALLEST_RANGE }, 0, 0.001);
    expect(right - left).toBe(SMALLEST_RANGE);
  });

  it('pans to the edges and no further', () => {
    const view = { ...icicle, left: 0.25, right: 0.75 };
    expect(panBy(view, 40)).toEqual({ left: 0.15, right: 0.65 });
    expect(panBy(view, 4000)).toEqual({ left: 0, right: 0.5 });
    expect(panBy(view, -4000)).toEqual({ left: 0.5, right: 1 });
  });
});

describe('scrollToRow', () => {
  it('moves no further than needed, with a row to spare', () => {
    expect(scrollToRow(icicle, 50, 2)).toBe(0);
    expect(scrollToRow(icicle, 50, 10)).toBe(10 * ROW_HEIGHT + 2 * ROW_HEIGHT - 100);
    expect(scrollToRow({ ...icicle, scrollTop: 500 }, 50, 3)).toBe(2 * ROW_HEIGHT);
  });

  it('never leaves the content', () => {
    expect(scrollToRow(icicle, 6, 5)).toBe(6 * ROW_HEIGHT - 100);
    expect(scrollToRow(icicle, 2, 1)).toBe(0);
  });
});
