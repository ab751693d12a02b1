/**
 * Text that did not come from our own bundle, as one line that is safe to show and to log. Escapes for no markup of its
 * own: code that renders Markdown or makes links of text does that at its door.
 */
import { OUTSIDE_TEXT } from './limits.js';

/** What of a text is looked at for each character that is kept: white space and invisible ones fall away. */
const LOOKED_AT = 4;

/** Line ends, tabs, C0, DEL and C1, line and paragraph separators: a blank each. */
const BREAKING = /[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu;
/**
 * Bidirectional marks and overrides (https://trojansource.codes), zero-width characters, the byte order mark, interlinear
 * annotations, variation tags: they change how the text around them reads, and are not seen.
 */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * At most `maxCharacters` UTF-16 code units of `text` on one line: no control, bidirectional or invisible characters,
 * runs of white space as one blank, halves of surrogate pairs as U+FFFD. What was cut ends in "…". Time is linear in
 * `maxCharacters`, whatever the length of `text`.
 */
export function plainLine(text: string, maxCharacters: number = OUTSIDE_TEXT.line): string {
  const looked = text.length > maxCharacters * LOOKED_AT ? text.slice(0, maxCharacters * LOOKED_AT) : text;
  const line = looked.replace(INVISIBLE, '').replace(BREAKING, ' ').toWellFormed().trim();
  if (line.length <= maxCharacters && looked.length === text.length) return line;
  return `${line.slice(0, Math.max(0, maxCharacters - 1)).replace(/[\ud800-\udbff]$/u, '')}…`;
}
