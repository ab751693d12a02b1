/** From a point on the canvas to what is drawn there. Pure: the same row layout as drawing. */
import { rowOfBox, type BoxIndex } from '../../src/profile/flameRows.js';
import { fillRowBoxes, RowBoxes, type FlameLayout } from './rowBoxes.js';
import { ROW_HEIGHT, rowAt, rowTop, type Viewport } from './viewport.js';

export type FlameHit =
  | { readonly kind: 'box'; readonly box: BoxIndex }
  /** Slivers drawn as one: boxes first … last of one row. */
  | { readonly kind: 'merged'; readonly first: BoxIndex; readonly last: BoxIndex };

export interface CssPoint {
  readonly x: number;
  readonly y: number;
}

/** CSS pixels in the canvas. */
export interface CssRect extends CssPoint {
  readonly width: number;
  readonly height: number;
}

const scratch = new RowBoxes();

export function hitTest(layout: FlameLayout, view: Viewport, point: CssPoint): FlameHit | undefined {
  const row = rowAt(view, layout.rows.rowCount, point.y);
  if (row === undefined) return undefined;
  fillRowBoxes(layout, view, row, scratch);
  const x = point.x * view.pixelRatio;
  for (let at = 0; at < scratch.count && scratch.left[at]! <= x; at++) {
    if (x >= scratch.right[at]!) continue;
    const first = scratch.first[at]!;
    return scratch.merged[at] === 1
      ? { kind: 'merged', first, last: scratch.last[at]! }
      : { kind: 'box', box: first };
  }
  return undefined;
}

/** Where a box, or the run it is merged into, is drawn; undefined where it is out of sight. */
export function boxRect(layout: FlameLayout, view: Viewport, box: BoxIndex): CssRect | undefined {
  const row = rowOfBox(layout.rows, box);
  const y = rowTop(view, layout.rows.rowCount, row);
  if (y + ROW_HEIGHT <= 0 || y >= view.height) return undefined;
  fillRowBoxes(layout, view, row, scratch);
  for (let at = 0; at < scratch.count; at++) {
    if (box < scratch.first[at]! || box > scratch.last[at]!) continue;
    const x = scratch.left[at]! / view.pixelRatio;
    return { x, y, width: scratch.right[at]! / view.pixelRatio - x, height: ROW_HEIGHT };
  }
  return undefined;
}
