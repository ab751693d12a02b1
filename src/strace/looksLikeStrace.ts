/** Whether text is strace output: recognised by its lines, as a log's name says nothing. */
import { parseLine, withoutTrimmings, type StraceLine } from './parseLine.js';
import { isTableHeader } from './parseSummary.js';

const LINES_LOOKED_AT = 200;
/** What says that it is strace; signals, exits, stacks and bytes say neither. */
const OF_STRACE: ReadonlySet<StraceLine['kind']> = new Set(['call', 'start', 'end', 'message']);

/** True where most of the first lines that say anything are calls of strace's grammar, or a `-c` table begins. */
export function looksLikeStrace(text: string): boolean {
  let known = 0;
  let other = 0;
  for (const raw of text.slice(0, 64 * 1024).split('\n', LINES_LOOKED_AT)) {
    const line = withoutTrimmings(raw);
    if (isTableHeader(line)) return true;
    const { kind } = parseLine(line);
    if (OF_STRACE.has(kind)) known++;
    else if (kind === 'unparsed') other++;
  }
  return known > 0 && known > other;
}
