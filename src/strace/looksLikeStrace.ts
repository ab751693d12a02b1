/** Whether text is strace output: recognised by its lines, as a log's name says nothing. */
import { parseLine } from './parseLine.js';

const LINES_LOOKED_AT = 200;

/** True where most of the first lines that say anything are calls of strace's grammar, or a `-c` table begins. */
export function looksLikeStrace(text: string): boolean {
  let known = 0;
  let other = 0;
  for (const line of text.slice(0, 64 * 1024).split('\n', LINES_LOOKED_AT)) {
    if (/^% time +seconds\b/.test(line)) return true;
    switch (parseLine(line).kind) {
      case 'call':
      case 'start':
      case 'end':
      case 'message':
        known++;
        break;
      case 'unparsed':
        other++;
        break;
      case 'signal':
      case 'exit':
      case 'blank':
        break;
    }
  }
  return known > 0 && known > other;
}
