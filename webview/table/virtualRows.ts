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
  readonly element: HTMLElement;
  readonly #body = element('div', { class: 'rows-body', role: 'presentation' });
  readonly #makeRow: (row: number) => HTMLElement;
  #rowCount = 0;
  #always: number | undefined;
  #frame = 0;

  /** `makeRow` is called for rows that come into sight. */
  constructor(makeRow: (row: number) => HTMLElement) {
    this.#makeRow = makeRow;
    this.element = element('div', { class: 'rows', role: 'presentation' }, this.#body);
    this.element.addEventListener('scroll', () => this.#schedule());
    new ResizeObserver(() => this.#schedule()).observe(this.element);
  }

  get pageRows(): number {
    return Math.max(1, Math.floor(this.element.clientHeight / TABLE_ROW_HEIGHT) - 1);
  }

  /** Replaces all rows. `always` is made even out of sight: a screen reader must find the active row. */
  show(rowCount: number, always: number | undefined): void {
    this.#rowCount = rowCount;
    this.#always = always;
    this.#body.style.height = `${rowCount * TABLE_ROW_HEIGHT}px`;
    this.render();
  }

  /** Scrolls no further than needed to a row near by, and brings one far away to the middle. */
  reveal(row: number): void {
    const top = row * TABLE_ROW_HEIGHT;
    const bottom = top + TABLE_ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.element;
    if (top >= scrollTop && bottom <= scrollTop + clientHeight) return;
    if (bottom < scrollTop - TABLE_ROW_HEIGHT || top > scrollTop + clientHeight + TABLE_ROW_HEIGHT)
      this.element.scrollTop = top - (clientHeight - TABLE_ROW_HEIGHT) / 2;
    else this.element.scrollTop = top < scrollTop ? top : bottom - clientHeight;
  }

  render(): void {
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / TABLE_ROW_HEIGHT) - OVERSCAN);
    const last = Math.min(
      this.#rowCount - 1,
      Math.ceil((scrollTop + clientHeight) / TABLE_ROW_HEIGHT) + OVERSCAN,
    );
    const wanted: number[] = [];
    for (let row = first; row <= last; row++) wanted.push(row);
    const always = this.#always;
    if (always !== undefined && always < this.#rowCount && (always < first || always > last))
      wanted.push(always);
    this.#body.replaceChildren(
      ...wanted.map(row => {
        const made = this.#makeRow(row);
        made.style.transform = `translateY(${row * TABLE_ROW_HEIGHT}px)`;
        return made;
      }),
    );
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.render();
    });
  }
}
