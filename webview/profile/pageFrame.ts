/** Where the parts of the page stand, and what stands in their place while there is nothing to show. */
import { element } from '../ui/dom.js';
import { Splitter } from '../ui/splitter.js';

export interface PageParts {
  readonly header: HTMLElement;
  readonly toolbar: HTMLElement;
  readonly graph: HTMLElement;
  readonly table: HTMLElement;
  readonly details: HTMLElement;
  readonly legend: HTMLElement;
  readonly dialog: HTMLElement;
}

export class PageFrame {
  readonly element: HTMLElement;
  readonly #parts: PageParts;
  readonly #panes: HTMLElement;
  readonly #splitter: Splitter;
  readonly #below: HTMLElement;
  readonly #instead = element('main', { class: 'instead' });

  constructor(parts: PageParts, onTableShare: (share: number) => void) {
    this.#parts = parts;
    this.#panes = element('main', { class: 'panes' });
    this.#splitter = new Splitter(this.#panes, onTableShare);
    this.#panes.append(parts.graph, this.#splitter.element, parts.table);
    this.#below = element('div', { class: 'below' }, parts.legend, parts.details);
    this.element = element('div', { class: 'page' });
  }

  /** Nothing but a status page: while loading, and when loading failed. */
  showOnly(status: HTMLElement): void {
    this.element.replaceChildren(element('main', { class: 'instead' }, status));
  }

  showPanes(): void {
    this.#place([this.#parts.header, this.#parts.toolbar, this.#panes, this.#below, this.#parts.dialog]);
  }

  /** A status page in place of graph and table; head and tools stay. */
  showInstead(status: HTMLElement): void {
    this.#instead.replaceChildren(status);
    this.#place([this.#parts.header, this.#parts.toolbar, this.#instead, this.#parts.dialog]);
  }

  layOutTable(shown: boolean, share: number): void {
    this.#parts.table.hidden = !shown;
    this.#splitter.element.hidden = !shown;
    this.#splitter.setShare(share);
  }

  /** Elements that stand already are not taken out: they would lose their scroll position and the focus. */
  #place(wanted: readonly HTMLElement[]): void {
    const now = [...this.element.children];
    if (now.length === wanted.length && wanted.every((part, at) => part === now[at])) return;
    this.element.replaceChildren(...wanted);
  }
}
