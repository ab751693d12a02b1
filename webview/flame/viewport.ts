/**
 * Which part of a flame graph is seen, and the maths between shares of the whole, rows and CSS pixels. Immutable values;
 * the view holds the current one.
 *
 *        left            right           shares 0…1 of the whole
 *     ┌───┬───────────────┬──────┐
 *     │   │ ░░ viewport ░ │      │  ↕ scrollTop
 *     └───┴───────────────┴──────┘
 *
 * Icicle: row 0 at the top. Flame: row 0 at the bottom of the content, or of the viewport where that is taller.
 */

export type Orientation = 'icicle' | 'flame';

export interface Viewport {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels a CSS pixel. */
  readonly pixelRatio: number;
  readonly left: number;
  readonly right: number;
  /** CSS pixels of the content above the viewport. */
  readonly scrollTop: number;
  readonly orientation: Orientation;
}

export interface Range {
  readonly left: number;
  readonly right: number;
}

/** CSS pixels. */
export const ROW_HEIGHT = 20;

/** Doubles keep 52 bits: beyond this a box of the range could not be told from its neighbours. */
export const SMALLEST_RANGE = 2 ** -40;

export function contentHeight(view: Pick<Viewport, 'height'>, rowCount: number): number {
  return Math.max(rowCount * ROW_HEIGHT, view.height);
}

/** CSS y of a row's upper edge in the viewport; may lie outside of it. */
export function rowTop(view: Viewport, rowCount: number, row: number): number {
  const inContent =
    view.orientation === 'icicle' ? row * ROW_HEIGHT : contentHeight(view, rowCount) - (row + 1) * ROW_HEIGHT;
  return inContent - view.scrollTop;
}

/** Row under a CSS y; undefined above the first and below the last. */
export function rowAt(view: Viewport, rowCount: number, y: number): number | undefined {
  const inContent = y + view.scrollTop;
  const row = Math.floor(
    (view.orientation === 'icicle' ? inContent : contentHeight(view, rowCount) - inContent - 1e-6) /
      ROW_HEIGHT,
  );
  return row >= 0 && row < rowCount ? row : undefined;
}

/** First and last row that show in the viewport, in rising order; last < first where there is none. */
export function visibleRows(
  view: Viewport,
  rowCount: number,
): { readonly first: number; readonly last: number } {
  const above = Math.floor(view.scrollTop / ROW_HEIGHT);
  const below = Math.ceil((view.scrollTop + view.height) / ROW_HEIGHT) - 1;
  if (view.orientation === 'icicle')
    return { first: Math.max(0, above), last: Math.min(rowCount - 1, below) };
  const height = contentHeight(view, rowCount);
  const first = Math.floor((height - view.scrollTop - view.height) / ROW_HEIGHT);
  const last = Math.ceil((height - view.scrollTop) / ROW_HEIGHT) - 1;
  return { first: Math.max(0, first), last: Math.min(rowCount - 1, last) };
}

/** Share of the whole under a CSS x. */
export function shareAt(view: Viewport, x: number): number {
  return view.left + (x / view.width) * (view.right - view.left);
}

/** Range after zooming by `factor` (< 1 nears) with the share under `x` held in place; never outside of 0…1. */
export function zoomAround(view: Viewport, x: number, factor: number): Range {
  const span = Math.min(1, Math.max(SMALLEST_RANGE, (view.right - view.left) * factor));
  const held = shareAt(view, x);
  return clampRange(held - (x / view.width) * span, span);
}

/** Range after moving the picture by CSS pixels to the right. */
export function panBy(view: Viewport, dx: number): Range {
  const span = view.right - view.left;
  return clampRange(view.left - (dx / view.width) * span, span);
}

function clampRange(left: number, span: number): Range {
  const clamped = Math.min(Math.max(0, left), 1 - span);
  return { left: clamped, right: clamped + span };
}

/** Scroll position that shows a row, moved no further than needed. */
export function scrollToRow(view: Viewport, rowCount: number, row: number): number {
  const top = rowTop(view, rowCount, row);
  const margin = Math.min(ROW_HEIGHT, Math.max(0, (view.height - ROW_HEIGHT) / 2));
  let moved = view.scrollTop;
  if (top < margin) moved += top - margin;
  else if (top + ROW_HEIGHT > view.height - margin) moved += top + ROW_HEIGHT - (view.height - margin);
  return Math.min(Math.max(0, moved), contentHeight(view, rowCount) - view.height);
}
