/**
 * A table of a report: sorted by its heads, its first rows or all of them, copied as TSV. A real table element: rows are
 * capped where the report is made, so there is no need for virtual ones.
 */
import type { CappedRows } from '../../src/report/model.js';
import { formatCount } from '../../src/profile/format.js';
import { element } from '../ui/dom.js';
import { t } from '../words.js';
import type { ReportStore, SortState } from './reportState.js';
import { sortRows, toTsv, type SortValue } from './rowOrder.js';

/** Rows shown until the rest is asked for. */
const FIRST_ROWS = 10;

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  /** What it is sorted by, and by default copied as. */
  readonly value: (row: Row) => SortValue;
  /** As shown and copied. */
  readonly text: (row: Row) => string;
  /** Shown in place of the text. */
  readonly cell?: (row: Row) => Node;
  /** Numbers stand at the right, and are sorted largest first. */
  readonly isNumber?: boolean;
  /** The explanation shown on the head's own button. */
  readonly title?: string;
}

export interface TableOptions<Row> {
  /** For state and ids. */
  readonly id: string;
  readonly name: string;
  readonly rows: CappedRows<Row>;
  readonly columns: readonly Column<Row>[];
  /** Undefined: as the rows come. */
  readonly sort?: SortState;
}

export interface TableHost {
  readonly store: ReportStore;
  readonly copy: (text: string) => void;
}

export function dataTable<Row>(options: TableOptions<Row>, host: TableHost): HTMLElement {
  return new DataTable(options, host).element;
}

class DataTable<Row> {
  readonly element: HTMLElement;
  readonly #options: TableOptions<Row>;
  readonly #host: TableHost;
  readonly #head = element('tr');
  readonly #body = element('tbody');
  readonly #foot = element('div', { class: 'table-foot' });

  constructor(options: TableOptions<Row>, host: TableHost) {
    this.#options = options;
    this.#host = host;
    const { name } = options;
    const table = element(
      'table',
      { class: 'data', 'aria-label': name },
      element('thead', {}, this.#head),
      this.#body,
    );
    // A region that scrolls must be reached by keyboard.
    const scroller = element(
      'div',
      { class: 'table-scroll', role: 'region', tabindex: 0, 'aria-label': name },
      table,
    );
    this.element = element('div', { class: 'data-table' }, scroller, this.#foot);
    this.#render();
  }

  get #sort(): SortState | undefined {
    const { store } = this.#host;
    const kept = store.sortOf(this.#options.id);
    const isKnown = kept !== undefined && this.#options.columns.some(({ id }) => id === kept.column);
    return isKnown ? kept : this.#options.sort;
  }

  get #ordered(): readonly Row[] {
    const { rows, columns } = this.#options;
    const sort = this.#sort;
    const column = columns.find(({ id }) => id === sort?.column);
    return sort === undefined || column === undefined
      ? rows.rows
      : sortRows(rows.rows, column.value, sort.descending);
  }

  #render(): void {
    const { id, columns } = this.#options;
    const rows = this.#ordered;
    const isOpen = this.#host.store.isOpen(id);
    this.#head.replaceChildren(...columns.map(column => this.#headCell(column)));
    this.#body.replaceChildren(
      ...(isOpen ? rows : rows.slice(0, FIRST_ROWS)).map(row =>
        element('tr', {}, ...columns.map(column => bodyCell(column, row))),
      ),
    );
    this.#renderFoot(rows.length, isOpen);
  }

  #headCell(column: Column<Row>): HTMLElement {
    const sort = this.#sort;
    const isSorted = sort?.column === column.id;
    const button = element(
      'button',
      { type: 'button', id: `${this.#options.id}-by-${column.id}`, title: column.title },
      column.label,
    );
    if (isSorted)
      button.append(
        element('span', { class: 'sort-mark', 'aria-hidden': 'true' }, sort.descending ? ' ▾' : ' ▴'),
      );
    button.addEventListener('click', () => this.#sortBy(column));
    return element(
      'th',
      {
        scope: 'col',
        class: column.isNumber === true ? 'number' : undefined,
        'aria-sort': isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none',
      },
      button,
    );
  }

  #sortBy(column: Column<Row>): void {
    const sort = this.#sort;
    const descending = sort?.column === column.id ? !sort.descending : column.isNumber === true;
    this.#host.store.setSort(this.#options.id, { column: column.id, descending });
    this.#render();
    // The button that was pressed has been made anew.
    document.getElementById(`${this.#options.id}-by-${column.id}`)?.focus();
  }

  #renderFoot(kept: number, isOpen: boolean): void {
    const { id, rows, name } = this.#options;
    const parts: HTMLElement[] = [];
    if (kept > FIRST_ROWS) {
      const more = formatCount(kept - FIRST_ROWS);
      const button = element(
        'button',
        { type: 'button', id: `${id}-more`, class: 'link', 'aria-expanded': String(isOpen) },
        isOpen ? t('Show fewer') : t('Show {0} more', more),
      );
      button.addEventListener('click', () => {
        this.#host.store.setOpen(id, !isOpen);
        this.#render();
        document.getElementById(`${id}-more`)?.focus();
      });
      parts.push(button);
    }
    if (rows.total > kept)
      parts.push(element('span', {}, t('counted and not listed: {0} more', formatCount(rows.total - kept))));
    const copy = element(
      'button',
      { type: 'button', class: 'link', 'aria-label': t('Copy {0} as TSV', name) },
      t('Copy'),
    );
    copy.addEventListener('click', () => this.#copy());
    this.#foot.replaceChildren(...parts, copy);
  }

  #copy(): void {
    const { columns } = this.#options;
    const head = columns.map(({ label }) => label);
    this.#host.copy(toTsv([head, ...this.#ordered.map(row => columns.map(column => column.text(row)))]));
  }
}

function bodyCell<Row>(column: Column<Row>, row: Row): HTMLElement {
  return element(
    'td',
    { class: column.isNumber === true ? 'number' : undefined },
    column.cell === undefined ? column.text(row) : column.cell(row),
  );
}
