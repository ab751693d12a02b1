/** Whether text is what tracefs prints for the raw_syscalls events. */

/** Looks at the head of the text only: the header, or the first events. */
export function looksLikeKernelTrace(text: string): boolean {
  const head = text.slice(0, 64 * 1024);
  return (
    /^# tracer: nop$/m.test(head) || /\]\s+(?:\S+\s+)?\d+\.\d{6,9}: sys_(?:enter|exit): NR -?\d+ /.test(head)
  );
}
