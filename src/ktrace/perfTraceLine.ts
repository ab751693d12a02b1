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
  /^\s*(\?|\d+\.\d+) \(\s*(?:(\d+\.\d+) ms)?\): (?:(?:\S.*?)\/(\d+) )?\s*(\.\.\. \[continued\]: )?([a-z_]\w*)\((.*)$/;
const RESULT = /^(-?\d+|0x[0-9a-f]+|\?)(?: ([A-Z][A-Z0-9]*)\b)?/;
const UNDER_WAY = /\)\s+\.\.\.\s*$/;
/** Longer lines are no lines of perf. */
const MAX_LINE = 1 << 14;
const MILLIS = 1000;

export function parsePerfTraceLine(line: string): PerfTraceCall | undefined {
  if (line.length > MAX_LINE) return undefined;
  const found = LINE.exec(line);
  if (found === null) return undefined;
  const [, start = '?', duration, tid, continued, syscall = '', rest = ''] = found;
  const end = endOf(rest);
  return (
    end && {
      tid: Number(tid ?? 0),
      syscall,
      startSeconds: secondsOf(start),
      durationSeconds: start === '?' ? undefined : secondsOf(duration ?? '?'),
      ...end,
      isContinued: continued !== undefined,
      futex: syscall === 'futex' ? futexOf(rest) : undefined,
      descriptor: descriptorOf(rest),
    }
  );
}

function secondsOf(millis: string): number | undefined {
  return millis === '?' ? undefined : Number(millis) / MILLIS;
}

/** Undefined where the line ends in neither a result nor `...`. */
function endOf(text: string): Pick<PerfTraceCall, 'result' | 'isError'> | undefined {
  if (UNDER_WAY.test(text)) return { result: undefined, isError: false };
  const at = text.lastIndexOf(' = ');
  if (at === -1 || !text.slice(0, at).trimEnd().endsWith(')')) return undefined;
  const found = RESULT.exec(text.slice(at + 3));
  if (found === null) return undefined;
  const [, value, errno] = found;
  const isError = value === '-1' && errno !== undefined;
  return { result: isError ? errno : value, isError };
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
