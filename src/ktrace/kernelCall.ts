/** A call as the kernel's tracing has it. Types only. */
import type { CallRecord } from '../strace/callRecord.js';

export interface KernelCall extends CallRecord {
  /** Of the architecture; -2 where the file has a name that no table knows. */
  readonly number: number;
}
