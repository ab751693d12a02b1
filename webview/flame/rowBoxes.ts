/**
 * The boxes of one row as they stand on the screen: snapped to device pixels, with what is too narrow to see merged into
 * grey runs that remember which boxes they stand for. Drawing and hit testing both use it, so that what is seen is what
 * is hit.
 *
 * Edges are rounded to multiples of two device pixels: rounding is monotonous, so boxes never overlap, and a box of two
 * pixels or more never vanishes (the scheme of the Firefox Profiler). The walk costs a few steps a drawn box, not a step
 * a box of the row: a run of slivers is jumped over by search.
 */
import type { BoxIndex, FlameRows } from '../../src/profile/flameRows.js';
import type { FlameTiming } from '../../src/profile/flameTiming.js';
import type { Viewport } from './viewport.js';

/** What is laid out and drawn. */
export interface FlameLayout {
  readonly rows: FlameRows;
  readonly timing: FlameTiming;
}

/** Boxes of one row, from left to right; x in device pixels. Reused from row to row: read before the next fill. */
export class RowBoxes {
  count = 0;
  /** First and last box a drawn box stands for. */
  first = new Int32Array(256);
  last = new Int32Array(256);
  left = new Int32Array(256);
  right = new Int32Array(256);
  /** 1 where it is a run of slivers. */
  merged = new Uint8Array(256);

  add(first: BoxIndex, last: BoxIndex, left: number, right: number, merged: 0 | 1): void {
    if (this.count === this.first.length) this.#grow();
    const at = this.count++;
    this.first[at] = first;
    this.last[at] = last;
    this.left[at] = left;
    this.right[at] = right;
    this.merged[at] = merged;
  }

  #grow(): void {
    const grown = <T extends Int32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const length = this.first.length * 2;
    this.first = grown(this.first, new Int32Array(length));
    this.last = grown(this.last, new Int32Array(length));
    this.left = grown(this.left, new Int32Array(length));
    this.right = grown(this.right, new Int32Array(length));
    this.merged = grown(this.merged, new Uint8Array(length));
  }
}

/** Device pixels edges are rounded to. */
const SNAP = 2;
/** CSS pixels below which a box is a sliver. */
const SLIVER = 2;

const snap = (x: number): number => Math.round(x / SNAP) * SNAP;

/** Fills `out` with what shows of a row in the viewport. */
export function fillRowBoxes(layout: FlameLayout, view: Viewport, row: number, out: RowBoxes): void {
  out.count = 0;
  const { start, end } = layout.timing;
  const rowEnd = layout.rows.rowStart[row + 1]!;
  const width = Math.round(view.width * view.pixelRatio);
  const scale = width / (view.right - view.left);
  const sliver = (SLIVER * view.pixelRatio) / scale;
  const toPixel = (share: number): number => snap(Math.min(Math.max((share - view.left) * scale, 0), width));

  let runFirst = -1;
  let runLast = -1;
  const flush = (nextLeft: number): void => {
    if (runFirst === -1) return;
    const left = toPixel(start[runFirst]!);
    // A lonely sliver is shown where there is room for it, else it would be lost in rounding.
    const right = Math.max(toPixel(end[runLast]!), Math.min(left + SNAP, nextLeft));
    if (right > left) out.add(runFirst, runLast, left, right, 1);
    runFirst = -1;
  };

  let box = firstEndingAfter(end, layout.rows.rowStart[row]!, rowEnd, view.left);
  while (box < rowEnd && start[box]! < view.right) {
    if (end[box]! - start[box]! >= sliver) {
      const left = toPixel(start[box]!);
      flush(left);
      const right = toPixel(end[box]!);
      if (right > left) out.add(box, box, left, right, 0);
      box++;
      continue;
    }
    const next = afterSlivers(layout.timing, box, rowEnd, sliver);
    if (runFirst !== -1 && (start[box]! - end[runLast]!) * scale > SNAP) flush(toPixel(start[box]!));
    if (runFirst === -1) runFirst = box;
    runLast = next - 1;
    box = next;
  }
  flush(width);
}

/** First box of [from, to) whose end is beyond `share`: ends rise within a row. */
function firstEndingAfter(end: Float64Array, from: number, to: number, share: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (end[middle]! > share) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The box behind the slivers that begin within one sliver's width of `box`, itself one. Only the last that begins there
 * can be wide: boxes do not overlap. Doubling steps, then halving: runs are short as a rule.
 */
function afterSlivers(timing: FlameTiming, box: BoxIndex, rowEnd: number, sliver: number): BoxIndex {
  const { start, end } = timing;
  const limit = start[box]! + sliver;
  let step = 1;
  let low = box;
  while (low + step < rowEnd && start[low + step]! < limit) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, rowEnd);
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if (start[middle]! < limit) low = middle;
    else high = middle;
  }
  const lastIsWide = low > box && end[low]! - start[low]! >= sliver;
  return lastIsWide ? low : low + 1;
}
