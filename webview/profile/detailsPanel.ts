/** What is selected, in full: name, place, values of this box and of all occurrences, and what can be done with it. */
import { t } from '../words.js';
import { element } from '../ui/dom.js';
import { makeButton } from '../ui/toolkit.js';

export interface DetailRow {
  readonly label: string;
  readonly total: string;
  readonly self: string;
}

export interface Details {
  readonly name: string;
  /** Where the function is: file, line, module; as much as the profile knows. */
  readonly place: string;
  /** `inlined` and the like; empty for none. */
  readonly marks: readonly string[];
  readonly rows: readonly DetailRow[];
  /** Only a box has a stack. */
  readonly hasStack: boolean;
  /** Not the root of all stacks. */
  readonly isFunction: boolean;
}

export interface DetailsCallbacks {
  readonly onCopyName: () => void;
  readonly onCopyStack: () => void;
  readonly onSandwich: () => void;
}

export class DetailsPanel {
  readonly element = element('section', { class: 'details', 'aria-label': t('Selection') });
  readonly #copyName: HTMLElement;
  readonly #copyStack: HTMLElement;
  readonly #sandwich: HTMLElement;

  readonly #sources: HTMLElement;

  /** `sources`: links of what is selected, filled by others. */
  constructor(callbacks: DetailsCallbacks, sources: HTMLElement) {
    this.#sources = sources;
    this.#copyName = makeButton(t('Copy name'), 'secondary', callbacks.onCopyName);
    this.#copyStack = makeButton(t('Copy stack'), 'secondary', callbacks.onCopyStack);
    this.#sandwich = makeButton(t('Callers and callees'), 'secondary', callbacks.onSandwich);
  }

  show(details: Details): void {
    const name = element(
      'h2',
      {},
      details.name,
      ...details.marks.map(mark => element('span', { class: 'mark' }, mark)),
    );
    const actions = details.isFunction ? [this.#copyName] : [];
    if (details.hasStack) actions.push(this.#copyStack);
    if (details.isFunction) actions.push(this.#sandwich);
    this.element.replaceChildren(
      element(
        'div',
        { class: 'details-head' },
        element(
          'div',
          { class: 'details-name' },
          name,
          element('p', { class: 'place' }, details.place),
          this.#sources,
        ),
        element('div', { class: 'details-actions' }, ...actions),
      ),
      detailTable(details.rows),
    );
  }
}

function detailTable(rows: readonly DetailRow[]): HTMLElement {
  return element(
    'table',
    { class: 'details-table' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('td'),
        element('th', { scope: 'col' }, t('total')),
        element('th', { scope: 'col' }, t('self')),
      ),
    ),
    element(
      'tbody',
      {},
      ...rows.map(({ label, total, self }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, label),
          element('td', {}, total),
          element('td', {}, self),
        ),
      ),
    ),
  );
}
