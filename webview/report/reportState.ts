/**
 * What of a report page survives hiding and reload, kept with the editor's setState. Whatever comes back is checked: it
 * may have been written by another version.
 */

export interface SortState {
  readonly column: string;
  readonly descending: boolean;
}

export interface ReportState {
  readonly version: 1;
  /** CSS pixels. */
  readonly scroll: number;
  /** By table. */
  readonly sorts: Readonly<Record<string, SortState>>;
  /** Tables shown in full, and parts folded out. */
  readonly open: readonly string[];
}

const DEFAULT_STATE: ReportState = { version: 1, scroll: 0, sorts: {}, open: [] };

/** The kept state; each field that is not what it should be is the default's. */
export function readReportState(kept: unknown): ReportState {
  if (!isRecord(kept) || kept['version'] !== 1) return DEFAULT_STATE;
  const { scroll, sorts, open } = kept;
  return {
    version: 1,
    scroll: typeof scroll === 'number' && Number.isFinite(scroll) && scroll > 0 ? scroll : 0,
    sorts: isRecord(sorts) ? readSorts(sorts) : {},
    open: Array.isArray(open) ? open.filter(each => typeof each === 'string') : [],
  };
}

function readSorts(kept: Readonly<Record<string, unknown>>): Record<string, SortState> {
  const sorts: Record<string, SortState> = {};
  for (const [table, sort] of Object.entries(kept))
    if (isRecord(sort) && typeof sort['column'] === 'string')
      sorts[table] = { column: sort['column'], descending: sort['descending'] === true };
  return sorts;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The state of the page that is shown; every change is handed to `keep`. */
export class ReportStore {
  #state: ReportState;
  readonly #keep: (state: ReportState) => void;

  constructor(kept: unknown, keep: (state: ReportState) => void) {
    this.#state = readReportState(kept);
    this.#keep = keep;
  }

  get scroll(): number {
    return this.#state.scroll;
  }

  setScroll(scroll: number): void {
    this.#update({ scroll });
  }

  sortOf(table: string): SortState | undefined {
    return Object.hasOwn(this.#state.sorts, table) ? this.#state.sorts[table] : undefined;
  }

  setSort(table: string, sort: SortState): void {
    this.#update({ sorts: { ...this.#state.sorts, [table]: sort } });
  }

  isOpen(part: string): boolean {
    return this.#state.open.includes(part);
  }

  setOpen(part: string, isOpen: boolean): void {
    const others = this.#state.open.filter(each => each !== part);
    this.#update({ open: isOpen ? [...others, part] : others });
  }

  #update(change: Partial<ReportState>): void {
    this.#state = { ...this.#state, ...change };
    this.#keep(this.#state);
  }
}
