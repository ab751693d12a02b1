/**
 * Pointer and wheel on the graph: press, drag to pan, wheel with Ctrl (or a pinch, which arrives as that) to zoom, wheel
 * sideways or with Shift to pan, plain wheel to scroll (the browser's own). Says what was meant; changes nothing itself.
 */
import type { CssPoint } from './hitTest.js';
import { panBy, zoomAround, type Range, type Viewport } from './viewport.js';

export interface FlameInputTarget {
  readonly view: () => Viewport;
  readonly setRange: (range: Range) => void;
  readonly scrollBy: (dy: number) => void;
  /** A press without a drag. */
  readonly press: (point: CssPoint) => void;
  /** Point in the graph and in the page; undefined in the graph when the pointer leaves or drags. */
  readonly hover: (point: CssPoint | undefined, page: CssPoint) => void;
}

/** CSS pixels a pointer may tremble in a press. */
const PRESS_SLACK = 4;
/** Wheel units (about 100 a notch) that near by a factor of e. */
const WHEEL_ZOOM = 300;

export class FlameInput {
  readonly #surface: HTMLElement;
  readonly #target: FlameInputTarget;
  #drag: { readonly id: number; x: number; y: number; moved: boolean } | undefined;

  constructor(surface: HTMLElement, target: FlameInputTarget) {
    this.#surface = surface;
    this.#target = target;
    surface.addEventListener('wheel', event => this.#onWheel(event), { passive: false });
    surface.addEventListener('pointerdown', event => this.#onDown(event));
    surface.addEventListener('pointermove', event => this.#onMove(event));
    surface.addEventListener('pointerup', event => this.#onUp(event));
    surface.addEventListener('pointercancel', () => (this.#drag = undefined));
    surface.addEventListener('pointerleave', event =>
      target.hover(undefined, { x: event.clientX, y: event.clientY }),
    );
  }

  #onWheel(event: WheelEvent): void {
    const view = this.#target.view();
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#target.setRange(zoomAround(view, this.#point(event).x, Math.exp(event.deltaY / WHEEL_ZOOM)));
      return;
    }
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (sideways === 0) return;
    event.preventDefault();
    this.#target.setRange(panBy(view, -sideways));
    if (!event.shiftKey) this.#target.scrollBy(event.deltaY);
  }

  #onDown(event: PointerEvent): void {
    // The scroll bar is inside the surface but not inside its client area.
    if (event.button !== 0 || this.#point(event).x >= this.#surface.clientWidth) return;
    this.#drag = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
  }

  #onMove(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag?.id !== event.pointerId) {
      this.#target.hover(this.#point(event), { x: event.clientX, y: event.clientY });
      return;
    }
    const dx = event.clientX - drag.x;
    const dy = event.clientY - drag.y;
    if (!drag.moved) {
      if (Math.hypot(dx, dy) < PRESS_SLACK) return;
      drag.moved = true;
      this.#surface.setPointerCapture(event.pointerId);
      this.#surface.classList.add('dragging');
      this.#target.hover(undefined, { x: event.clientX, y: event.clientY });
    }
    drag.x = event.clientX;
    drag.y = event.clientY;
    this.#target.setRange(panBy(this.#target.view(), dx));
    this.#target.scrollBy(-dy);
  }

  #onUp(event: PointerEvent): void {
    const drag = this.#drag;
    this.#drag = undefined;
    this.#surface.classList.remove('dragging');
    if (drag !== undefined && !drag.moved) this.#target.press(this.#point(event));
  }

  #point(event: MouseEvent): CssPoint {
    const bounds = this.#surface.getBoundingClientRect();
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
  }
}
