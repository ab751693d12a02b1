/** Order and text of table rows. Pure. */

export type SortValue = number | string | undefined;

/** Rows by a value; what has none stands last in either direction, equal ones in their given order. */
export function sortRows<Row>(
  rows: readonly Row[],
  value: (row: Row) => SortValue,
  descending: boolean,
): readonly Row[] {
  const sign = descending ? -1 : 1;
  return rows
    .map((row, at) => ({ row, at, value: value(row) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return Number(a.value === undefined) - Number(b.value === undefined) || a.at - b.at;
      return sign * compare(a.value, b.value) || a.at - b.at;
    })
    .map(({ row }) => row);
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Tab-separated values: what a spreadsheet takes from the clipboard. */
export function toTsv(lines: readonly (readonly string[])[]): string {
  return lines.map(cells => cells.map(cell => cell.replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n');
}
