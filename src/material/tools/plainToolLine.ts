/** A line of a terminal as it was, where a post put marks around it: `> ` of a quotation, `|` of a table, a fence. */

/** Of a Markdown fence, with or without a language. */
export function isFence(line: string): boolean {
  return /^\s*(?:```|~~~)/u.test(line);
}

/** Without quotation marks at its beginning and the `|` that closes a quoted row. Spaces inside stay as they are. */
export function plainToolLine(line: string): string {
  const mark = /^ {0,3}(?:[>|] ?){1,4}/u.exec(line)?.[0];
  // mountsnoop, iostat and ps begin no row with these; a tree of perf does, and is no row.
  if (mark === undefined) return line;
  const inner = line.slice(mark.length);
  const end = inner.trimEnd();
  return mark.includes('|') && end.endsWith('|') ? end.slice(0, -1) : inner;
}
