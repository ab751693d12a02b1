/** How deep a JSON text is, before it is parsed: a value of a million brackets costs a hundred times its text. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** True where lists and objects are nested more than `most` deep. Of a text that is no JSON it may say either. */
export function isDeeperThan(text: string, most: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (isInString) {
      if (unit === BACKSLASH) at++;
      else if (unit === QUOTE) isInString = false;
    } else if (unit === QUOTE) isInString = true;
    else if (OPENING.has(unit) && ++depth > most) return true;
    else if (CLOSING.has(unit)) depth--;
  }
  return false;
}
