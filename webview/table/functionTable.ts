/**
 * The table of functions: an ARIA grid with flat and cumulative values, sortable, of any length. The row the keyboard is
 * on is named by `aria-activedescendant`; the grid itself keeps the focus.
 */
import { formatCount } from '../../src/profile/format.js';
import { shortenFrameName } from '../../src/profile/frameName.js';
import type { NameIndex } from '../../src/profile/functionNames.js';
import type { Figures } from '../model/figures.js';
import type { SortColumn, TableSort } from '../model/viewState.js';
import { element, setAttributes } from '../ui/dom.js';
import { makeCheckbox, type Checkbox } from '../ui/toolkit.js';
import { t } from '../words.js';
import type { FunctionRow } from './functionRows.js';
import { VirtualRows } from './virtualRows.js';

export interface FunctionTableCallbacks {
  readonly onSelect: (name: NameIndex) => void;
  /** Enter or a double click: callers and callees. */
  readonly onOpen: (name: NameIndex) => void;
  readonly onSort: (sort: TableSort) => void;
  readonly onFilter: (filter: boolean) => void;
  readonly onLeave: () => void;
}

export interface FunctionTableContent {
  readonly rows: readonly FunctionRow[];
  readonly selected: NameIndex | undefined;
  readonly sort: TableSort;
  readonly figures: Figures;
  readonly textOf: (name: NameIndex) => string;
  readonly filter: boolean;
  /** Whether there is a search that could filter. */
  readonly canFilter: boolean;
}

interface Column {
  readonly sort: SortColumn;
  /** A second view of the column before it: no order of its own. */
  readonly isShare: boolean;
  readonly label: string;
  readonly cell: (row: FunctionRow, content: FunctionTableContent) => string;
}

/** CSS pixels; the style sheet's `.table-head`. */
const HEAD_HEIGHT = 24;

export class FunctionTable {
  readonly element: HTMLElement;
  readonly #grid: HTMLElement;
  readonly #head = element('div', { class: 'table-head', role: 'row', 'aria-rowindex': 1 });
  readonly #rows: VirtualRows;
  readonly #filter: Checkbox;
  readonly #count = element('span', { class: 'table-count' });
  readonly #callbacks: FunctionTableCallbacks;
  readonly #columns: readonly Column[];
  #content: FunctionTableContent | undefined;
  #active = 0;

  constructor(callbacks: FunctionTableCallbacks) {
    this.#callbacks = callbacks;
    this.#columns = tableColumns();
    this.#grid = element(
      'div',
      {
        class: 'grid',
        role: 'grid',
        tabindex: 0,
        'aria-label': t('Functions'),
        'aria-colcount': this.#columns.length,
      },
      this.#head,
    );
    this.#rows = new VirtualRows(this.#grid, HEAD_HEIGHT, row => this.#makeRow(row));
    this.#grid.append(this.#rows.element);
    this.#filter = makeCheckbox(t('Only matches of the search'), callbacks.onFilter);
    this.element = element(
      'section',
      { class: 'table', 'aria-label': t('Table of functions') },
      element('div', { class: 'table-bar' }, this.#count, this.#filter),
      this.#grid,
    );
    this.#grid.addEventListener('keydown', event => this.#onKey(event));
    this.#rows.element.addEventListener('click', event => this.#onClick(event));
  }

  /** Shows rows; the active row follows its function to its new place. */
  show(content: FunctionTableContent): void {
    const was = this.#content?.rows[this.#active]?.name;
    this.#content = content;
    const wanted = content.selected ?? was;
    const at = wanted === undefined ? -1 : content.rows.findIndex(({ name }) => name === wanted);
    this.#active = at === -1 ? 0 : at;
    this.#showHead(content);
    const count = formatCount(content.rows.length);
    this.#count.textContent = content.figures.hasCores
      ? t('{0} functions, in cores', count)
      : t('{0} functions', count);
    this.#filter.checked = content.filter;
    this.#filter.hidden = !content.canFilter;
    this.#grid.setAttribute('aria-rowcount', String(content.rows.length + 1));
    this.#render();
  }

  /** Marks a function's row and brings it into sight; nothing where it has none. */
  select(name: NameIndex | undefined): void {
    if (this.#content === undefined) return;
    this.#content = { ...this.#content, selected: name };
    const at = name === undefined ? -1 : this.#content.rows.findIndex(row => row.name === name);
    if (at !== -1) {
      this.#active = at;
      this.#rows.reveal(at);
    }
    this.#render();
  }

  focus(): void {
    this.#grid.focus();
  }

  #render(): void {
    const count = this.#content?.rows.length ?? 0;
    this.#rows.show(count, count === 0 ? undefined : this.#active);
    setAttributes(this.#grid, {
      'aria-activedescendant': count === 0 ? undefined : `function-${this.#active}`,
    });
  }

  #showHead({ sort }: FunctionTableContent): void {
    this.#head.replaceChildren(
      ...this.#columns.map((column, at) => {
        const head = element('div', {
          role: 'columnheader',
          class: `cell cell-${at}`,
          'aria-colindex': at + 1,
        });
        if (column.isShare) {
          head.append(column.label);
          return head;
        }
        const isSorted = sort.column === column.sort;
        const button = element('button', { type: 'button' }, column.label);
        if (isSorted)
          button.append(
            element('span', { class: 'sort-mark', 'aria-hidden': 'true' }, sort.descending ? ' ▾' : ' ▴'),
          );
        button.addEventListener('click', () => this.#sortBy(column.sort));
        head.setAttribute('aria-sort', isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none');
        head.append(button);
        return head;
      }),
    );
  }

  #sortBy(column: SortColumn): void {
    const sort = this.#content?.sort;
    const descending = sort?.column === column ? !sort.descending : column !== 'name';
    this.#callbacks.onSort({ column, descending });
  }

  #makeRow(at: number): HTMLElement {
    const content = this.#content;
    const row = content?.rows[at];
    if (content === undefined || row === undefined) return element('div');
    const selected = row.name === content.selected;
    return element(
      'div',
      {
        role: 'row',
        id: `function-${at}`,
        class: at === this.#active ? 'row active' : 'row',
        'aria-rowindex': at + 2,
        'aria-selected': String(selected),
        'data-row': at,
      },
      ...this.#columns.map((column, index) => {
        const text = column.cell(row, content);
        return element(
          'div',
          {
            role: 'gridcell',
            class: `cell cell-${index}`,
            'aria-colindex': index + 1,
            title: column.sort === 'name' ? content.textOf(row.name) : undefined,
          },
          text,
        );
      }),
    );
  }

  #onKey(event: KeyboardEvent): void {
    // Keys of the heads' buttons are theirs.
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.#grid) return;
    const row = this.#content?.rows[this.#active];
    const target = this.#targetOf(event.key);
    if (event.key === 'Escape') this.#callbacks.onLeave();
    else if (row === undefined) return;
    else if (target !== undefined) this.#activate(target);
    else if (event.key === ' ') this.#callbacks.onSelect(row.name);
    else if (event.key === 'Enter') this.#callbacks.onOpen(row.name);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Row that a key moves to. */
  #targetOf(key: string): number | undefined {
    const last = (this.#content?.rows.length ?? 0) - 1;
    const page = this.#rows.pageRows;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: last,
    };
    const wanted = Object.hasOwn(moves, key) ? moves[key] : undefined;
    return wanted === undefined ? undefined : Math.min(Math.max(wanted, 0), last);
  }

  #activate(at: number): void {
    const row = this.#content?.rows[at];
    if (row === undefined) return;
    this.#active = at;
    this.#callbacks.onSelect(row.name);
  }

  #onClick(event: MouseEvent): void {
    const row = this.#rowOf(event);
    if (row === undefined) return;
    // A dblclick event would be lost: the first click makes the rows anew.
    if (event.detail === 2) this.#callbacks.onOpen(row.name);
    else this.#callbacks.onSelect(row.name);
  }

  #rowOf(event: MouseEvent): FunctionRow | undefined {
    const target = event.target instanceof Element ? event.target.closest('[data-row]') : null;
    const at = target?.getAttribute('data-row');
    return at === null || at === undefined ? undefined : this.#content?.rows[Number(at)];
  }
}

/** The package's path says little and takes all the room; the whole name is in the row's tooltip and the details. */
function withoutPath(name: string): string {
  return shortenFrameName(name)[name.includes('/') ? 1 : 0] ?? name;
}

function tableColumns(): readonly Column[] {
  return [
    { sort: 'flat', isShare: false, label: t('flat'), cell: (row, { figures }) => figures.cell(row.flat) },
    { sort: 'flat', isShare: true, label: t('flat %'), cell: (row, { figures }) => figures.share(row.flat) },
    { sort: 'cum', isShare: false, label: t('cum'), cell: (row, { figures }) => figures.cell(row.cum) },
    { sort: 'cum', isShare: true, label: t('cum %'), cell: (row, { figures }) => figures.share(row.cum) },
    {
      sort: 'name',
      isShare: false,
      label: t('function'),
      cell: (row, { textOf }) => withoutPath(textOf(row.name)),
    },
  ];
}
