/** Where the keyboard goes from a box. Pure: boxes and what shows of them in, a box out. */
import { rowOfBox, type BoxIndex } from '../../src/profile/flameRows.js';
import { fillRowBoxes, RowBoxes, type FlameLayout } from './rowBoxes.js';
import type { Viewport } from './viewport.js';

export type Direction = 'parent' | 'child' | 'previous' | 'next' | 'root' | 'hottest';

const scratch = new RowBoxes();

/**
 * `child` is the widest; `previous` and `next` are neighbours in the row, those too thin to see left out; `hottest` is
 * the end of the widest path below. Answers the box itself where there is nothing in that direction.
 */
export function moveFrom(layout: FlameLayout, view: Viewport, box: BoxIndex, direction: Direction): BoxIndex {
  const { rows } = layout;
  switch (direction) {
    case 'parent':
      return Math.max(0, rows.parent[box]!);
    case 'child':
      return widestChild(layout, box);
    case 'root':
      return 0;
    case 'hottest': {
      let at = box;
      for (let below = widestChild(layout, at); below !== at; below = widestChild(layout, at)) at = below;
      return at;
    }
    case 'previous':
    case 'next':
      return neighbour(layout, view, box, direction);
  }
}

/** Children stand widest first. */
function widestChild({ rows }: FlameLayout, box: BoxIndex): BoxIndex {
  const first = rows.childStart[box]!;
  return first < rows.childStart[box + 1]! ? first : box;
}

function neighbour(
  layout: FlameLayout,
  view: Viewport,
  box: BoxIndex,
  direction: 'previous' | 'next',
): BoxIndex {
  fillRowBoxes(layout, view, rowOfBox(layout.rows, box), scratch);
  let before = box;
  for (let at = 0; at < scratch.count; at++) {
    if (scratch.merged[at] === 1) continue;
    const drawn = scratch.first[at]!;
    if (drawn < box) before = drawn;
    else if (drawn > box) return direction === 'next' ? drawn : before;
  }
  return direction === 'next' ? box : before;
}

export type FlameKey =
  | { readonly kind: 'move'; readonly direction: Direction }
  | { readonly kind: 'zoomBy'; readonly factor: number }
  | { readonly kind: 'page'; readonly pages: 1 | -1 }
  | { readonly kind: 'zoomTo' | 'back' | 'reset' | 'sandwich' | 'copy' };

/** What one press of + leaves of the range. */
const KEY_ZOOM = 0.6;

const SAME_WAY_UP: Readonly<Record<string, FlameKey>> = {
  ArrowLeft: { kind: 'move', direction: 'previous' },
  ArrowRight: { kind: 'move', direction: 'next' },
  Home: { kind: 'move', direction: 'root' },
  End: { kind: 'move', direction: 'hottest' },
  Enter: { kind: 'zoomTo' },
  ' ': { kind: 'zoomTo' },
  Escape: { kind: 'back' },
  Backspace: { kind: 'back' },
  '0': { kind: 'reset' },
  '+': { kind: 'zoomBy', factor: KEY_ZOOM },
  '=': { kind: 'zoomBy', factor: KEY_ZOOM },
  '-': { kind: 'zoomBy', factor: 1 / KEY_ZOOM },
  PageUp: { kind: 'page', pages: -1 },
  PageDown: { kind: 'page', pages: 1 },
  s: { kind: 'sandwich' },
};

/** What a key pressed on the graph means. Arrows follow the picture: towards the root is up in an icicle. */
export function readFlameKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  orientation: Viewport['orientation'],
): FlameKey | undefined {
  if (event.altKey) return undefined;
  if (event.ctrlKey || event.metaKey) return event.key === 'c' ? { kind: 'copy' } : undefined;
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    const towardsRoot = (event.key === 'ArrowUp') === (orientation === 'icicle');
    return { kind: 'move', direction: towardsRoot ? 'parent' : 'child' };
  }
  return Object.hasOwn(SAME_WAY_UP, event.key) ? SAME_WAY_UP[event.key] : undefined;
}
