/** Long lists cut to what a page can show. */
import type { CappedRows } from './model.js';

export function capRows<Row>(rows: readonly Row[], most: number): CappedRows<Row> {
  return { rows: rows.slice(0, most), total: rows.length };
}
