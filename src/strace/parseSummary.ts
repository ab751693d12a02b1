/** The table of `strace -c` (src/count.c of strace), with whichever columns -U or a newer strace gave it. */

export interface SummaryRow {
  readonly syscall: string;
  readonly calls: number;
  readonly errors: number;
  /** The `seconds` column: system time, wall time with -w; undefined where the table has none. */
  readonly seconds: number | undefined;
}

/** @param lines from the header line (`% time …`) on; what follows the `total` row is ignored. */
export function parseSummary(lines: readonly string[]): readonly SummaryRow[] {
  const header = lines[0];
  if (header === undefined) return [];
  const columns = header.replace('% time', '%time').trim().split(/\s+/);
  const rows: SummaryRow[] = [];
  for (const line of lines.slice(1)) {
    if (/^[-\s]*$/.test(line)) continue;
    const row = parseRow(columns, line.trim().split(/\s+/));
    if (row === undefined || row.syscall === 'total') break;
    rows.push(row);
  }
  return rows;
}

function parseRow(columns: readonly string[], cells: readonly string[]): SummaryRow | undefined {
  // The errors cell is blank where there were none: then the row is one cell short.
  const isWithoutErrors = cells.length === columns.length - 1;
  if (!isWithoutErrors && cells.length !== columns.length) return undefined;
  const present = isWithoutErrors ? columns.filter(column => column !== 'errors') : columns;
  const cell = (name: string): string | undefined => cells[present.indexOf(name)];
  const syscall = cell('syscall') ?? cell('name');
  const calls = Number(cell('calls'));
  if (syscall === undefined || !Number.isInteger(calls)) return undefined;
  const seconds = cell('seconds') ?? cell('total');
  return {
    syscall,
    calls,
    errors: Number(cell('errors') ?? 0),
    seconds: seconds === undefined ? undefined : Number(seconds),
  };
}
