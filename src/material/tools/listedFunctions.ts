/**
 * Rows of tables of functions, each function once: a thread has the same table before and after, or by flat and by cum,
 * and shares that are added up would count it twice. The larger row stays.
 */
import type { ListedFunction } from '../model.js';
import { MOST_ROWS } from './figures.js';

export class ListedFunctions {
  readonly #rows = new Map<string, ListedFunction>();

  add(row: ListedFunction | undefined): void {
    if (row === undefined) return;
    const key = `${row.command ?? ''}\0${String(row.isKernel)}\0${row.name}`;
    const before = this.#rows.get(key);
    if (before === undefined ? this.#rows.size < MOST_ROWS : most(row) > most(before))
      this.#rows.set(key, row);
  }

  /** In the order of the text. */
  get all(): readonly ListedFunction[] {
    return [...this.#rows.values()];
  }
}

function most({ flat, cum }: ListedFunction): number {
  return Math.max(flat ?? 0, cum ?? 0);
}
