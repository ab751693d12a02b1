/**
 * Rows of fixed height of which only those in sight exist: a hundred thousand rows cost what forty do. Knows nothing of
 * what a row shows.
 */
import { element } from '../ui/dom.js';

/** CSS pixels. */
export const TABLE_ROW_HEIGHT = 22;
/** Rows kept beyond each edge, so that a quick scroll finds something. */
const OVERSCAN = 6;

export class VirtualRows {
  /** As tall as all rows; lies in the scrolling element below its sticky head. */
  readonly element = element('div', { class: 'rows', role: 'rowgroup' });
  readonly #scroller: HTMLElement;
  readonly #headHeight: number;
  readonly #makeRow: (row: number) => HTMLElement;
  #rowCount = 0;
  #always: number | undefined;
  #frame = 0;

  /** `makeRow` is called for rows that come into sight; the head covers `headHeight` CSS pixels of the scroller. */
  constructor(scroller: HTMLElement, headHeight: number, makeRow: (row: number) => HTMLElement) {
    this.#scroller = scroller;
    this.#headHeight = headHeight;
    this.#makeRow = makeRow;
    scroller.addEventListener('scroll', () => this.#schedule());
    new ResizeObserver(() => this.#schedule()).observe(scroller);
  }

  get pageRows(): number {
    return Math.max(1, Math.floor(this.#height / TABLE_ROW_HEIGHT) - 1);
  }

  /** Replaces all rows. `always` is made even out of sight: a screen reader must find the active row. */
  show(rowCount: number, always: number | undefined): void {
    this.#rowCount = rowCount;
    this.#always = always;
    this.element.style.height = `${rowCount * TABLE_ROW_HEIGHT}px`;
    this.render();
  }

  /** Scrolls no further than needed to a row near by, and brings one far away to the middle. */
  reveal(row: number): void {
    const top = row * TABLE_ROW_HEIGHT;
    const bottom = top + TABLE_ROW_HEIGHT;
    const height = this.#height;
    const { scrollTop } = this.#scroller;
    if (top >= scrollTop && bottom <= scrollTop + height) return;
    if (bottom < scrollTop - TABLE_ROW_HEIGHT || top > scrollTop + height + TABLE_ROW_HEIGHT)
      this.#scroller.scrollTop = top - (height - TABLE_ROW_HEIGHT) / 2;
    else this.#scroller.scrollTop = top < scrollTop ? top : bottom - height;
  }

  render(): void {
    const { scrollTop } = this.#scroller;
    const first = Math.max(0, Math.floor(scrollTop / TABLE_ROW_HEIGHT) - OVERSCAN);
    const last = Math.min(
      this.#rowCount - 1,
      Math.ceil((scrollTop + this.#height) / TABLE_ROW_HEIGHT) + OVERSCAN,
    );
    const wanted: number[] = [];
    for (let row = first; row <= last; row++) wanted.push(row);
    const always = this.#always;
    if (always !== undefined && always < this.#rowCount && (always < first || always > last))
      wanted.push(always);
    this.element.replaceChildren(
      ...wanted.map(row => {
        const made = this.#makeRow(row);
        made.style.transform = `translateY(${row * TABLE_ROW_HEIGHT}px)`;
        return made;
      }),
    );
  }

  /** CSS pixels that rows show in. */
  get #height(): number {
    return Math.max(0, this.#scroller.clientHeight - this.#headHeight);
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.render();
    });
  }
}
