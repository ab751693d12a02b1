/** Refuses what the kernel's tracing wrote without a system call in it: it would open empty. */
import { TriageError } from '../base/errors.js';
import { OUR_FIRST_LINE } from './traceHeader.js';

const TRACER = /^# tracer: (\S+)/m;
const EVENT = /\]\s+(?:\S+\s+)?\d+\.\d{6,9}:\s+(\w+(?::\w+)?)/;
/** Where its tracer and its first event are looked for. */
const HEAD = 64 * 1024;

/**
 * Our own traces may be empty: a kubelet that does nothing.
 * @throws TriageError `format-other-tool`
 */
export function requireCalls(text: string, trace: { readonly events: number }): void {
  if (trace.events > 0 || text.startsWith(OUR_FIRST_LINE)) return;
  const head = text.slice(0, HEAD);
  const tracer = TRACER.exec(head)?.[1] ?? 'nop';
  const event = EVENT.exec(head)?.[1];
  const seen = event === undefined || tracer !== 'nop' ? `tracer ${tracer}` : `the first event: ${event}`;
  const what = `a text of the kernel's tracing without system calls (${seen})`;
  const tool = 'trace-cmd or KernelShark';
  throw new TriageError(
    'format-other-tool',
    `This is ${what}: ${tool} reads it. Record the events raw_syscalls to have system calls.`,
    { facts: { what, tool, advice: 'Record the events raw_syscalls to have system calls.' } },
  );
}
