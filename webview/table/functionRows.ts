/** The rows of the table of functions: which, in which order. Pure. */
import type { FlatTable } from '../../src/profile/flatTable.js';
import type { FunctionNames, NameIndex } from '../../src/profile/functionNames.js';
import type { TableSort } from '../model/viewState.js';

export interface FunctionRow {
  readonly name: NameIndex;
  readonly flat: number;
  readonly cum: number;
}

/** `matches` by name leaves out what does not match; equal values stand in the order of their names. */
export function buildFunctionRows(
  table: FlatTable,
  names: FunctionNames,
  sort: TableSort,
  matches: Uint8Array | undefined,
): FunctionRow[] {
  const rows: FunctionRow[] = [];
  table.name.forEach((name, row) => {
    if (matches === undefined || matches[name] === 1)
      rows.push({ name, flat: table.flat[row]!, cum: table.cum[row]! });
  });
  const { rank } = names;
  const byName = (a: FunctionRow, b: FunctionRow): number => rank[a.name]! - rank[b.name]!;
  const sign = sort.descending ? -1 : 1;
  const { column } = sort;
  return rows.sort(
    column === 'name'
      ? (a, b) => sign * byName(a, b)
      : (a, b) => sign * (a[column] - b[column]) || byName(a, b),
  );
}
