/**
 * A line of `perf trace`: `208.160 ( 0.012 ms): kubelet/1234 futex(uaddr: 0x…, op: WAIT|PRIVATE_FLAG) = 0`, a line a call
 * with its start in milliseconds. A call that others interrupt is a line that ends in `...` and one that goes on with
 * `... [continued]`.
 */
import type { FutexArguments } from '../strace/callRecord.js';

export interface PerfTraceCall {
  readonly tid: number;
  readonly syscall: string;
  /** Undefined where perf writes `?`: it was under way before. */
  readonly startSeconds: number | undefined;
  readonly durationSeconds: number | undefined;
  /** As CallRecord has it; undefined: it is under way. */
  readonly result: string | undefined;
  readonly isError: boolean;
  /** The second line of a call that was interrupted. */
  readonly isContinued: boolean;
  readonly futex: FutexArguments | undefined;
  readonly descriptor: number | undefined;
}

const LINE =
  /^\s*(\?|\d+\.\d+) \(\s*(?:(\d+\.\d+) ms)?\s*\): (?:(\S.*?)\/(\d+) )?\s*(\.\.\. \[continued\]: )?([a-z_]\w*)\((.*)$/;
const END = /\)\s+= (-?\d+|0x[0-9a-f]+|\?)(?: ([A-Z][A-Z0-9]*)\b)?[^=]*$/;
const UNDER_WAY = /\)\s+\.\.\.\s*$/;
/** Longer lines are no lines of perf. */
const MAX_LINE = 1 << 14;
const MILLIS = 1000;

export function parsePerfTraceLine(line: string): PerfTraceCall | undefined {
  if (line.length > MAX_LINE) return undefined;
  const found = LINE.exec(line);
  if (found === null) return undefined;
  const [, start = '?', duration, , tid, continued, syscall = '', rest = ''] = found;
  const end = UNDER_WAY.test(rest) ? undefined : END.exec(rest);
  if (end === null) return undefined;
  const [, value, errno] = end ?? [];
  return {
    tid: Number(tid ?? 0),
    syscall,
    startSeconds: start === '?' ? undefined : Number(start) / MILLIS,
    durationSeconds: duration === undefined || start === '?' ? undefined : Number(duration) / MILLIS,
    result: value === '-1' && errno !== undefined ? errno : value,
    isError: value === '-1' && errno !== undefined,
    isContinued: continued !== undefined,
    futex: syscall === 'futex' ? futexOf(rest) : undefined,
    descriptor: descriptorOf(rest),
  };
}

function futexOf(text: string): FutexArguments {
  const operation = /\bop: ([A-Z_0-9|]+)/.exec(text)?.[1] ?? '';
  const value = /\bval: (\d+)/.exec(text)?.[1];
  const [command = '', ...flags] = operation.split('|');
  const hasTimeout = /\butime: /.test(text);
  return {
    address: /\buaddr: (0x[0-9a-f]+)/.exec(text)?.[1] ?? '',
    operation:
      operation === ''
        ? '(start not recorded)'
        : `FUTEX_${command}${flags.includes('PRIVATE_FLAG') ? '_PRIVATE' : ''}` +
          (flags.some(flag => flag === 'CLOCK_REALTIME' || flag === 'CLKRT') ? '|FUTEX_CLOCK_REALTIME' : ''),
    value: value === undefined ? undefined : Number(value),
    // perf leaves out arguments that are 0, and has the timespec's address, not its seconds.
    timeout: hasTimeout ? { kind: 'unknown' } : { kind: 'none' },
  };
}

function descriptorOf(text: string): number | undefined {
  const found = /^(?:fd|epfd|dfd): (\d{1,9})\b/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
