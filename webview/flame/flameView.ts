/**
 * A flame graph on the page: the canvas, what of it is seen, what is selected, and how that changes. Drawing is draw.ts,
 * geometry rowBoxes.ts, pointer input flameInput.ts; here the state between them lives.
 *
 * The element scrolls. The canvas is as large as what shows of it, whatever the depth of the stacks: it sticks to the
 * top, and a spacer below it is as tall as the content.
 */
import { rowOfBox, type BoxIndex } from '../../src/profile/flameRows.js';
import type { FlameTheme } from '../theme.js';
import { element } from '../ui/dom.js';
import { drawFlame } from './draw.js';
import { FlameInput } from './flameInput.js';
import { boxRect, hitTest, type CssPoint, type CssRect, type FlameHit } from './hitTest.js';
import { Labels } from './labels.js';
import { moveFrom, readFlameKey, type FlameKey } from './navigate.js';
import { RangeMotion, WHOLE } from './rangeMotion.js';
import { NO_MARKS, type FlameMarks, type FlameSubject } from './subject.js';
import { TreeItems } from './treeItems.js';
import {
  contentHeight,
  ROW_HEIGHT,
  scrollToRow,
  zoomAround,
  type Orientation,
  type Range,
  type Viewport,
} from './viewport.js';

export interface FlameCallbacks {
  readonly onSelect: (box: BoxIndex) => void;
  readonly onZoom: (box: BoxIndex) => void;
  /** Undefined when the pointer leaves. The point is in page coordinates. */
  readonly onHover: (hit: FlameHit | undefined, point: CssPoint) => void;
  /** Callers and callees of a box's function are asked for. */
  readonly onSandwich: (box: BoxIndex) => void;
  readonly onCopy: (box: BoxIndex) => void;
  /** Escape where there is nothing left to go back to. */
  readonly onLeave: () => void;
  /** The box in words, for screen readers. */
  readonly describe: (box: BoxIndex) => string;
}

export interface FlameViewOptions {
  /** Of the tree, for screen readers. */
  readonly label: string;
  readonly rootLabel: () => string;
  readonly theme: FlameTheme;
  readonly orientation: Orientation;
}

/** Where a view stands; what is kept when its subject is replaced. */
export interface FlamePosition {
  readonly zoom: BoxIndex;
  readonly selected: BoxIndex | undefined;
}

export class FlameView {
  readonly element: HTMLElement;
  readonly #canvas = element('canvas', { 'aria-hidden': 'true' });
  readonly #spacer = element('div', { class: 'flame-spacer', 'aria-hidden': 'true' });
  readonly #items: TreeItems;
  readonly #resize: ResizeObserver;
  readonly #callbacks: FlameCallbacks;
  readonly #options: FlameViewOptions;
  #subject: FlameSubject | undefined;
  #labels: Labels | undefined;
  #theme: FlameTheme;
  #marks: FlameMarks = NO_MARKS;
  #orientation: Orientation;
  readonly #motion = new RangeMotion(() => this.redraw());
  #zoom: BoxIndex = 0;
  #selected: BoxIndex | undefined;
  readonly #history: BoxIndex[] = [];
  #frame = 0;
  #startAtRoot = true;

  constructor(options: FlameViewOptions, callbacks: FlameCallbacks) {
    this.#options = options;
    this.#callbacks = callbacks;
    this.#theme = options.theme;
    this.#orientation = options.orientation;
    this.#items = new TreeItems();
    this.element = element(
      'div',
      { class: 'flame', role: 'tree', tabindex: 0, 'aria-label': options.label },
      this.#canvas,
      this.#spacer,
      this.#items.element,
    );
    this.element.addEventListener('keydown', event => this.#onKey(event));
    this.element.addEventListener('focus', () => this.redraw());
    this.element.addEventListener('blur', () => this.redraw());
    this.element.addEventListener('scroll', () => this.redraw());
    new FlameInput(this.element, {
      view: () => this.#view(),
      setRange: range => this.#motion.set(range),
      scrollBy: dy => (this.element.scrollTop += dy),
      press: point => this.#press(point),
      hover: (point, page) =>
        this.#callbacks.onHover(point === undefined ? undefined : this.#hit(point), page),
    });
    this.#resize = new ResizeObserver(() => this.#onResize());
    this.#resize.observe(this.element);
  }

  get position(): FlamePosition {
    return { zoom: this.#zoom, selected: this.#selected };
  }

  get view(): Viewport {
    return this.#view();
  }

  /** Shows another subject, at a position in it; scroll stays where it is. */
  show(subject: FlameSubject, position: FlamePosition = { zoom: 0, selected: undefined }): void {
    this.#subject = subject;
    this.#labels = undefined;
    this.#history.length = 0;
    this.#zoom = position.zoom;
    this.#selected = position.selected;
    this.#motion.set(this.#rangeOf(position.zoom));
    this.#layoutContent();
    this.#showItem(this.#selected ?? this.#zoom);
    this.redraw();
  }

  setMarks(marks: FlameMarks): void {
    this.#marks = marks;
    this.redraw();
  }

  setTheme(theme: FlameTheme): void {
    this.#theme = theme;
    this.#labels = undefined;
    this.redraw();
  }

  /** Keeps the row at the edge of the viewport where the root is. */
  setOrientation(orientation: Orientation): void {
    if (orientation === this.#orientation) return;
    const view = this.#view();
    const fromOtherEdge = contentHeight(view, this.#rowCount()) - view.height - view.scrollTop;
    this.#orientation = orientation;
    this.element.scrollTop = fromOtherEdge;
    this.redraw();
  }

  /** Makes a box and all below it fill the width; 0 is the whole. */
  zoomTo(box: BoxIndex): void {
    if (box !== this.#zoom) {
      this.#history.push(this.#zoom);
      this.#zoom = box;
      this.#callbacks.onZoom(box);
    }
    this.#motion.glideTo(this.#rangeOf(box));
    this.#reveal(box);
  }

  /** The zoom before; false where there was none. */
  back(): boolean {
    const own = this.#rangeOf(this.#zoom);
    const seen = this.#motion.target;
    if (own.left !== seen.left || own.right !== seen.right) {
      this.#motion.glideTo(own);
      return true;
    }
    const before = this.#history.pop() ?? (this.#zoom === 0 ? undefined : 0);
    if (before === undefined) return false;
    this.#zoom = before;
    this.#callbacks.onZoom(before);
    this.#motion.glideTo(this.#rangeOf(before));
    this.#reveal(before);
    return true;
  }

  /** Selects and shows a box: zooms out as far as needed to see it, scrolls to its row. */
  select(box: BoxIndex): void {
    const { timing } = this.#requireSubject().layout;
    this.#selected = box;
    const middle = (timing.start[box]! + timing.end[box]!) / 2;
    if (middle < this.#motion.target.left || middle > this.#motion.target.right) this.zoomTo(0);
    this.#reveal(box);
    this.#showItem(box);
    this.#callbacks.onSelect(box);
    this.redraw();
  }

  clearSelection(): void {
    this.#selected = undefined;
    if (this.#subject !== undefined) this.#showItem(this.#zoom);
    this.redraw();
  }

  focus(): void {
    this.element.focus();
  }

  /** Where a box is drawn, in the view's CSS pixels; undefined where it is out of sight. */
  rectOf(box: BoxIndex): CssRect | undefined {
    return this.#subject === undefined ? undefined : boxRect(this.#subject.layout, this.#view(), box);
  }

  dispose(): void {
    this.#resize.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#motion.stop();
  }

  /** At the next frame, once. */
  redraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const ctx = this.#canvas.getContext('2d', { alpha: false });
    if (ctx === null || this.#subject === undefined) return;
    const view = this.#view();
    if (view.width === 0 || view.height === 0) return;
    const width = Math.round(view.width * view.pixelRatio);
    const height = Math.round(view.height * view.pixelRatio);
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#canvas.style.width = `${view.width}px`;
      this.#canvas.style.height = `${view.height}px`;
    }
    this.#labels ??= this.#measureLabels(ctx, this.#subject);
    drawFlame(ctx, {
      subject: this.#subject,
      view,
      theme: this.#theme,
      labels: this.#labels,
      marks: this.#marks,
      rootLabel: this.#options.rootLabel(),
      selected:
        this.#selected === undefined
          ? undefined
          : { box: this.#selected, focused: document.activeElement === this.element },
    });
  }

  #measureLabels(ctx: CanvasRenderingContext2D, subject: FlameSubject): Labels {
    const font = `${this.#theme.fontSize}px ${this.#theme.fontFamily}`;
    return new Labels(subject.names, text => {
      if (ctx.font !== font) ctx.font = font;
      return ctx.measureText(text).width;
    });
  }

  #view(): Viewport {
    return {
      width: this.element.clientWidth,
      height: this.element.clientHeight,
      pixelRatio: window.devicePixelRatio,
      ...this.#motion.current,
      scrollTop: this.element.scrollTop,
      orientation: this.#orientation,
    };
  }

  #hit(point: CssPoint): FlameHit | undefined {
    return this.#subject === undefined ? undefined : hitTest(this.#subject.layout, this.#view(), point);
  }

  /** A press on what is selected already nears it: so a double click zooms, and so does a second one. */
  #press(point: CssPoint): void {
    const hit = this.#hit(point);
    if (hit === undefined) return;
    if (hit.kind === 'merged') {
      const { timing } = this.#requireSubject().layout;
      this.#motion.glideTo({ left: timing.start[hit.first]!, right: timing.end[hit.last]! });
      return;
    }
    if (hit.box === this.#selected) this.zoomTo(hit.box);
    else this.select(hit.box);
  }

  #onKey(event: KeyboardEvent): void {
    const key = readFlameKey(event, this.#orientation);
    if (key === undefined || this.#subject === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#carryOut(key, this.#selected ?? this.#zoom);
  }

  #carryOut(key: FlameKey, box: BoxIndex): void {
    switch (key.kind) {
      case 'move':
        // The first arrow shows where one is; ends are ends from anywhere.
        this.select(
          this.#selected === undefined && !['root', 'hottest'].includes(key.direction)
            ? box
            : moveFrom(this.#requireSubject().layout, this.#view(), box, key.direction),
        );
        return;
      case 'zoomTo':
        this.zoomTo(box);
        return;
      case 'back':
        if (!this.back()) this.#callbacks.onLeave();
        return;
      case 'reset':
        this.zoomTo(0);
        return;
      case 'zoomBy':
        this.#zoomBy(key.factor, box);
        return;
      case 'page':
        this.element.scrollTop += key.pages * Math.max(ROW_HEIGHT, this.#view().height - 2 * ROW_HEIGHT);
        return;
      case 'sandwich':
        this.#callbacks.onSandwich(box);
        return;
      case 'copy':
        this.#callbacks.onCopy(box);
    }
  }

  /** Around the middle of what shows of a box. */
  #zoomBy(factor: number, box: BoxIndex): void {
    const view = this.#view();
    const rect = this.rectOf(box);
    const x = rect === undefined ? view.width / 2 : rect.x + rect.width / 2;
    this.#motion.glideTo(zoomAround(view, x, factor));
  }

  /** The box a screen reader is told of. */
  #showItem(box: BoxIndex): void {
    this.#items.show(this.#requireSubject(), box, this.#callbacks.describe);
    this.element.setAttribute('aria-activedescendant', this.#items.currentId);
  }

  #rangeOf(box: BoxIndex): Range {
    const { timing } = this.#requireSubject().layout;
    return box === 0 ? WHOLE : { left: timing.start[box]!, right: timing.end[box]! };
  }

  #reveal(box: BoxIndex): void {
    const { rows } = this.#requireSubject().layout;
    this.element.scrollTop = scrollToRow(this.#view(), rows.rowCount, rowOfBox(rows, box));
  }

  #onResize(): void {
    this.#layoutContent();
    this.#draw();
  }

  /** Gives the spacer its height; in flame orientation the root's row is brought into sight the first time. */
  #layoutContent(): void {
    const view = this.#view();
    this.#spacer.style.height = `${Math.max(0, this.#rowCount() * ROW_HEIGHT - view.height)}px`;
    if (!this.#startAtRoot || view.height === 0 || this.#subject === undefined) return;
    this.#startAtRoot = false;
    if (this.#orientation === 'flame') this.element.scrollTop = contentHeight(view, this.#rowCount());
  }

  #rowCount(): number {
    return this.#subject?.layout.rows.rowCount ?? 0;
  }

  #requireSubject(): FlameSubject {
    if (this.#subject === undefined) throw new Error('the flame view has nothing to show yet');
    return this.#subject;
  }
}
