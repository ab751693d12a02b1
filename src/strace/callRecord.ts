/**
 * What strace and the kernel's tracing both give: finished and unfinished system calls of threads. Types only.
 * strace/parseLog.ts and ktrace/parseEvents.ts make them; futex.ts, callTable.ts and goVerdict.ts read them.
 */

/** The timeout argument of a futex wait. */
export type FutexTimeout =
  | { readonly kind: 'none' }
  /** FUTEX_WAIT: relative. FUTEX_WAIT_BITSET: a point in time; `seconds` is then since boot or epoch. */
  | { readonly kind: 'given'; readonly seconds: number }
  /** Printed as an address, or not printed at all. */
  | { readonly kind: 'unknown' };

export interface FutexArguments {
  /** The futex word's address, as printed (`0x5309238`). */
  readonly address: string;
  /** As printed, with `_PRIVATE` and clock flags; the call's name for futex_wait and its like (Linux 6.7). */
  readonly operation: string;
  /** Third argument: the expected value of a wait, the number of threads of a wake. */
  readonly value: number | undefined;
  readonly timeout: FutexTimeout;
}

export interface CallRecord {
  /** Thread id; 0 where the log names none (one thread traced, or the first lines of a log on stderr). */
  readonly tid: number;
  readonly syscall: string;
  /** Of the text, from 1: where its result stands, or its beginning where it has none. */
  readonly line: number;
  /** Seconds since the log's first time stamp, when the call was entered. */
  readonly startSeconds: number | undefined;
  /** Wall time in the call (strace -T; the kernel's own stamps). */
  readonly durationSeconds: number | undefined;
  /** Returned value as printed, or the errno's name; undefined: no result was printed (unfinished). */
  readonly result: string | undefined;
  readonly isError: boolean;
  readonly futex: FutexArguments | undefined;
  /** First argument where it is a file descriptor (slowCalls.ts says of which calls), and the log has it. */
  readonly descriptor: number | undefined;
  /**
   * File of the first argument where the log tells (strace -y) or sampling found it; inferred ones say so. What is no
   * path is called as strace does: `pipe:[812]`, `anon_inode:inotify`.
   */
  readonly file: { readonly path: string; readonly isInferred: boolean } | undefined;
}

/** Which call a record is about when only its end was seen. */
export const UNKNOWN_OPERATION = '(start not recorded)';
