/**
 * The lines of an outside text, one at a time and with an end: a node's answer may hold any number of lines of any
 * length. What is beyond is left out and counted.
 */
export interface LineBounds {
  /** Lines that are looked at, empty ones among them. */
  readonly lines: number;
  /** UTF-16 code units of one line; what is longer is no line that we ever asked for. */
  readonly characters: number;
}

export interface LeftOut {
  /** Lines longer than {@link LineBounds.characters}. */
  readonly long: number;
  /** There were more lines than {@link LineBounds.lines}. */
  readonly isCut: boolean;
}

/**
 * Calls `take` with each line, without its line end; what follows the last line end counts unless it is empty, and has
 * `hasEnd` false; `number` is the line's in the text, from 1. No array of all lines is made. Time is linear in `text`.
 */
export function readBoundedLines(
  text: string,
  bounds: LineBounds,
  take: (line: string, hasEnd: boolean, number: number) => void,
): LeftOut {
  let from = 0;
  let long = 0;
  for (let count = 0; from < text.length; count++) {
    if (count >= bounds.lines) return { long, isCut: true };
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    if (end - from > bounds.characters) long++;
    else take(text.slice(from, end), newline >= 0, count + 1);
    from = end + 1;
  }
  return { long, isCut: false };
}
