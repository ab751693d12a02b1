/** Whether text is what tracefs prints for the raw_syscalls events. */

import { OUR_FIRST_LINE } from './traceHeader.js';

/** Looks at the head of the text only: the header, or the first events. */
export function looksLikeKernelTrace(text: string): boolean {
  const head = text.slice(0, 64 * 1024);
  return (
    head.startsWith(OUR_FIRST_LINE) ||
    /^# tracer: nop$/m.test(head) ||
    /\]\s+(?:\S+\s+)?\d+\.\d{6,9}: sys_(?:enter|exit): NR -?\d+ /.test(head)
  );
}
