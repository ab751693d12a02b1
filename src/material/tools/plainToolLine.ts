/** A line of a terminal as it was, where a post put marks around it: `> ` of a quotation, `|` of a table, a fence. */

/** Three cells and more: a command with a pipe has fewer. */
const CELLS = /^[^|]{0,500} \| [^|]{0,500} \| /u;

/** Of a Markdown fence, with or without a language. */
export function isFence(line: string): boolean {
  return /^\s*(?:```|~~~)/u.test(line);
}

/**
 * Without quotation marks at its beginning and the `|` that closes a quoted row; a row of a Markdown table without those
 * between its cells. Other spaces stay as they are.
 */
export function plainToolLine(line: string): string {
  const mark = /^ {0,3}(?:[>|] ?){1,4}/u.exec(line)?.[0];
  // mountsnoop, iostat and ps begin no row with these; a tree of perf does, and is no row.
  if (mark === undefined) return line;
  const inner = line.slice(mark.length);
  const end = inner.trimEnd();
  if (!mark.includes('|') || !end.endsWith('|')) return inner;
  const row = end.slice(0, -1);
  return CELLS.test(row) ? row.replaceAll(' | ', ' ') : row;
}
