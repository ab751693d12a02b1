/**
 * What of the page survives hiding and reload, kept with the editor's setState. Small: the profile itself is sent anew.
 * Whatever comes back is checked: it may have been written by another version.
 */
import type { PageBoot } from '../../src/protocol/messages.js';

export type SortColumn = 'flat' | 'cum' | 'name';

export interface TableSort {
  readonly column: SortColumn;
  readonly descending: boolean;
}

/** Where a graph's stacks begin: at their root, or at their ends with callers below. */
export type StackStart = 'root' | 'leaves';

/** What stands in the graph's pane. */
export type GraphView =
  | { readonly kind: 'stacks'; readonly start: StackStart }
  /** Callers and callees of the function; `behind` is the graph to go back to. */
  | { readonly kind: 'sandwich'; readonly of: string; readonly behind: StackStart };

export interface ViewState {
  readonly version: 1;
  /** `type/unit`; undefined for the profile's default. */
  readonly sampleType: string | undefined;
  readonly orientation: PageBoot['orientation'];
  readonly view: GraphView;
  readonly search: string;
  /** Whether the search leaves rows out of the table. */
  readonly filterTable: boolean;
  readonly tableShown: boolean;
  /** Share of the width (or height) that the table has. */
  readonly tableShare: number;
  readonly sort: TableSort;
  /** Names from below the root to the zoomed box. */
  readonly zoom: readonly string[];
  /** The same of the selected box. */
  readonly selected: readonly string[] | undefined;
  /** The function selected in the table. */
  readonly selectedFunction: string | undefined;
}

/** A path deeper than this is not kept: the state must stay small. */
export const LONGEST_PATH = 1000;

/** Where the stacks of the graph begin that is shown, or that lies behind a sandwich. */
export function stackStart(view: GraphView): StackStart {
  return view.kind === 'sandwich' ? view.behind : view.start;
}

export function defaultViewState(boot: PageBoot): ViewState {
  return {
    version: 1,
    sampleType: undefined,
    orientation: boot.orientation,
    view: { kind: 'stacks', start: 'root' },
    search: '',
    filterTable: true,
    tableShown: true,
    tableShare: 0.38,
    sort: { column: 'flat', descending: true },
    zoom: [],
    selected: undefined,
    selectedFunction: undefined,
  };
}

/** The kept state; each field that is not what it should be is the default's. */
export function readViewState(kept: unknown, boot: PageBoot): ViewState {
  const defaults = defaultViewState(boot);
  if (!isRecord(kept) || kept['version'] !== 1) return defaults;
  return {
    version: 1,
    sampleType: readText(kept['sampleType']),
    orientation:
      kept['orientation'] === 'flame' || kept['orientation'] === 'icicle'
        ? kept['orientation']
        : defaults.orientation,
    view: readView(kept['view']) ?? defaults.view,
    search: readText(kept['search']) ?? '',
    filterTable: kept['filterTable'] !== false,
    tableShown: kept['tableShown'] !== false,
    tableShare: readShare(kept['tableShare'], defaults.tableShare),
    sort: readSort(kept['sort'], defaults.sort),
    zoom: readPath(kept['zoom']) ?? [],
    selected: readPath(kept['selected']),
    selectedFunction: readText(kept['selectedFunction']),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function readView(value: unknown): GraphView | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, start, of, behind } = value;
  if (kind === 'stacks' && isStart(start)) return { kind, start };
  return kind === 'sandwich' && typeof of === 'string' && isStart(behind) ? { kind, of, behind } : undefined;
}

function isStart(value: unknown): value is StackStart {
  return value === 'root' || value === 'leaves';
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readShare(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 0.1 && value <= 0.9 ? value : otherwise;
}

function readSort(value: unknown, otherwise: TableSort): TableSort {
  if (!isRecord(value)) return otherwise;
  const column = value['column'];
  if (column !== 'flat' && column !== 'cum' && column !== 'name') return otherwise;
  return { column, descending: value['descending'] === true };
}

function readPath(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length > LONGEST_PATH) return undefined;
  return value.every((part): part is string => typeof part === 'string') ? value : undefined;
}
