/**
 * JSON of others, parsed only where it cannot become much more memory than it is bytes, and where what walks it by
 * recursion (JSON.stringify, say) will not run out of stack.
 */
import { JSON_EXPANSION } from '../../base/limits.js';
import { answerTooLarge } from './answerErrors.js';

export interface JsonSubject {
  /** "the list of nodes" */
  readonly what: string;
  readonly node?: string | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** As JSON.parse, with its SyntaxError; `answer-too-large` beyond JSON_EXPANSION. Time is linear. */
export function parseModestJson(text: string, subject: JsonSubject): unknown {
  requireModest(text, subject);
  return JSON.parse(text);
}

/** Counts what is outside of strings; what is no JSON at all is counted, too, and refused by the parser. */
function requireModest(text: string, subject: JsonSubject): void {
  let values = 0;
  let levels = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) values++;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      values++;
      if (++levels > JSON_EXPANSION.levels) throw excess(subject, 'levels');
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) levels--;
    if (values > JSON_EXPANSION.values) throw excess(subject, 'values');
  }
}

/** Where the quote is that ends the string which begins at `start`; the text's end where it has none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}

function excess({ what, node }: JsonSubject, counted: 'levels' | 'values'): Error {
  return answerTooLarge({ what, node, counted, limit: JSON_EXPANSION[counted] });
}
