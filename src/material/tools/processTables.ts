/**
 * Tables of processes: ps in any form, top, htop, busybox, with their header or, for `ps aux`, `ps -ef` and top, rows
 * that a grep left without one. pidstat and the lines above top's table have readers of their own.
 */
import type { Found, MaterialText, ProcessRow, TextReader } from '../model.js';
import { processRow } from '../emptyReadings.js';
import { keep, placeOf } from './figures.js';
import { plainToolLine } from './plainToolLine.js';
import {
  findAskedTable,
  findProcessTable,
  guessTable,
  readProcessRow,
  type ProcessTable,
} from './processColumns.js';
import { findCommand } from './promptLine.js';

export const processTablesReader: TextReader = { name: 'processes', read: readProcessTables };

/** Lines that are no row, after which a header counts no longer: wrapped commands, grep's `--`. */
const MOST_MISSES = 5;

function readProcessTables({ file, lines }: MaterialText): Found {
  const rows: ProcessRow[] = [];
  const tables = new OpenTable();
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    const found = tables.read(line);
    if (found === undefined) continue;
    const { command, ...known } = found.fields;
    keep(rows, processRow(placeOf(file, index), found.tool, command, known));
  }
  return { processes: rows };
}

type Fields = NonNullable<ReturnType<typeof readProcessRow>>;

class OpenTable {
  #table: ProcessTable | undefined;
  #misses = 0;

  read(line: string): { readonly tool: ProcessTable['tool']; readonly fields: Fields } | undefined {
    const header = findProcessTable(line);
    if (header !== undefined) {
      this.#open(header);
      return undefined;
    }
    if (this.#table !== undefined) {
      const fields = readProcessRow(line, this.#table);
      if (fields !== undefined) {
        this.#misses = 0;
        return { tool: this.#table.tool, fields };
      }
    }
    return this.#readOther(line);
  }

  #readOther(line: string): { readonly tool: ProcessTable['tool']; readonly fields: Fields } | undefined {
    const guessed = guessTable(line);
    const fields = guessed === undefined ? undefined : readProcessRow(line, guessed);
    if (guessed !== undefined && fields !== undefined) return { tool: guessed.tool, fields };
    const command = findCommand(line);
    if (command !== undefined) this.#open(findAskedTable(command));
    // Blank lines stand between top's screens, and below a header in some posts.
    else if (++this.#misses > MOST_MISSES) this.#open(undefined);
    return undefined;
  }

  #open(table: ProcessTable | undefined): void {
    this.#table = table;
    this.#misses = 0;
  }
}
