/**
 * Where each box of a flame graph begins and ends, as shares 0…1 of the whole for one sample type. The name is the
 * field's; what is laid out may be bytes as well as time.
 */
import type { FlameRows } from './flameRows.js';

export interface FlameTiming {
  /** Left edge by box; rises within a row. */
  readonly start: Float64Array;
  /** Right edge by box; never beyond the parent's. */
  readonly end: Float64Array;
}

/** Children stand at the left of their parent, its self value is the free space at the right. */
export function placeFlameBoxes(rows: FlameRows, extent: Float64Array): FlameTiming {
  const start = new Float64Array(rows.boxCount);
  const end = new Float64Array(rows.boxCount);
  const whole = extent[0]!;
  if (whole <= 0) return { start, end };
  end[0] = 1;
  let family = -1;
  let cursor = 0;
  for (let box = 1; box < rows.boxCount; box++) {
    const above = rows.parent[box]!;
    if (above !== family) {
      family = above;
      cursor = start[above]!;
    }
    start[box] = cursor;
    // Sums of shares err in the last bits; a box that stood out of its parent would be hit outside of it.
    cursor = Math.min(cursor + extent[rows.node[box]!]! / whole, end[above]!);
    end[box] = cursor;
  }
  return { start, end };
}
