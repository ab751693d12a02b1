/** Whether text is what tracefs prints for the raw_syscalls events. */

import { parsePerfTraceLine } from './perfTraceLine.js';
import { OUR_FIRST_LINE } from './traceHeader.js';

const LINES_LOOKED_AT = 100;

/** Looks at the head of the text only: the header, or the first events. */
export function looksLikeKernelTrace(text: string): boolean {
  const head = text.slice(0, 64 * 1024);
  return (
    head.startsWith(OUR_FIRST_LINE) ||
    /^# tracer: \S+\s*$/m.test(head) ||
    // Any event of tracefs or trace-cmd: without system calls it is refused by name (requireCalls.ts).
    /^.{1,40}-\d+\s+(?:\([\s\d-]+\)\s+)?\[\d+\]\s+(?:[.\w#]{4,6}\s+)?\d+\.\d{6,9}:\s+\w+[:(]/m.test(head) ||
    isPerfScriptOfCalls(head) ||
    isPerfTrace(head)
  );
}

/** perf script of the events raw_syscalls or syscalls; with call chains it is a profile. */
function isPerfScriptOfCalls(head: string): boolean {
  const event =
    /\d{6,9}:\s+(?:\d+\s+)?(?:raw_)?syscalls:sys_(?:enter|exit)\w*: [^\n]*(\n\t *[0-9a-f]+ )?/.exec(head);
  return event !== null && event[1] === undefined;
}

/** Most lines of the beginning are calls. */
function isPerfTrace(head: string): boolean {
  const lines = head.split(/\r?\n/, LINES_LOOKED_AT).filter(line => line.trim() !== '');
  const calls = lines.filter(line => parsePerfTraceLine(line) !== undefined).length;
  return calls > 0 && calls * 2 > lines.length;
}
