/**
 * A line as a tool printed it, out of the frames that a post puts around it: Markdown's `>`, the borders of k9s and of
 * tables, backticks and asterisks. Knows no tool.
 */

const FRAMES = new Set(['>', '│', '┃', '║', '|']);
const MARKS = new Set(['`', '*']);
/** A quotation of a quotation of a frame; more is a drawing. */
const DEEPEST = 4;

/** Without white space around it, too. */
export function unquoted(line: string): string {
  let text = line.trim();
  for (let depth = 0; depth < DEEPEST && FRAMES.has(text.charAt(0)); depth++) {
    const border = text.charAt(0);
    text = text.slice(1).trimStart();
    if (border !== '>' && text.endsWith(border)) text = text.slice(0, -1).trimEnd();
  }
  return text.startsWith('`') || text.startsWith('**') ? withoutMarks(text) : text;
}

/** Code and bold; a single asterisk is a list's. */
function withoutMarks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && MARKS.has(text.charAt(start))) start++;
  while (end > start && MARKS.has(text.charAt(end - 1))) end--;
  return text.slice(start, end).trim();
}
