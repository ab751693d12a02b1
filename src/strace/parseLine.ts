/**
 * One line of strace output as a value. Knows the grammar of strace 4.x to 7.x (src/strace.c, src/syscall.c and
 * src/futex.c of strace): calls and results, durations by -T, what -k and -e read= print below a call. The prefix is
 * linePrefix.ts. Does not pair the halves of an interrupted call: that is parseLog.ts.
 */
import { takePrefix, type LineTime } from './linePrefix.js';
import { isOwnMessage } from './ownMessages.js';

export interface CallResult {
  /** Value as printed, or the errno's name. */
  readonly text: string;
  readonly isError: boolean;
  readonly durationSeconds: number | undefined;
}

export type StraceLine = {
  readonly tid: number;
  readonly time: LineTime | undefined;
} & (
  | {
      readonly kind: 'call';
      readonly syscall: string;
      readonly argumentText: string;
      readonly result: CallResult;
    }
  /** `<unfinished ...>` or `<detached ...>`: no result on this line. */
  | {
      readonly kind: 'start';
      readonly syscall: string;
      readonly argumentText: string;
      readonly isDetached: boolean;
    }
  /** `<... futex resumed>…`; result undefined where it ends unfinished again (exit, detach). */
  | {
      readonly kind: 'end';
      readonly syscall: string;
      readonly argumentText: string;
      readonly result: CallResult | undefined;
    }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'exit'; readonly text: string }
  /** strace's own words: `strace: Process 4203 attached`. */
  | { readonly kind: 'message'; readonly text: string }
  /** A frame of -k: ` > /usr/lib/libc.so.6(setlocale+0xa4e) [0x32cbe]`. */
  | { readonly kind: 'frame'; readonly text: string }
  /** Bytes by -e read= or write=: ` | 00000  7f 45 4c 46 … |`. */
  | { readonly kind: 'dump'; readonly text: string }
  | { readonly kind: 'blank' }
  | { readonly kind: 'unparsed'; readonly text: string }
);

// `????`: the kernel did not tell which call it is.
const CALL = /^([a-z_][a-z0-9_]*|syscall_0x[0-9a-f]+|0x[0-9a-f]+|\?{4})\(/i;
const RESUMED = /^<\.\.\. ([A-Za-z0-9_]+|\?{4}) resumed>\s?/;
// Whole seconds by --syscall-times=s.
const DURATION = / <(\d+(?:\.\d+)?)>$/;
// `-1 (errno 600)`: a number that strace has no name for.
const RESULT = /^(0x[0-9a-f]+|-?\d+|\?)(?:<.*>)?(?: (?:([A-Z][A-Z0-9_]*)\b|\(errno (\d+)\)))?/;
const FRAME = /^\s*> \S/;
const DUMP = /^\s*\| [0-9a-f]{5,16} {2}/;

/** An escape sequence of colours: strace 7.0 on a terminal, and what `script` records of it. */
const COLOUR = /\u001b\[[0-9;]{0,32}m/g;

/** A line as strace would write it to a file: no carriage return at its end, no colours. */
export function withoutTrimmings(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.includes('\u001b') ? text.replace(COLOUR, '') : text;
}

/** @param text a line {@link withoutTrimmings} */
export function parseLine(text: string): StraceLine {
  const none = { tid: 0, time: undefined };
  if (text.trim() === '') return { ...none, kind: 'blank' };
  if (isOwnMessage(text)) return { ...none, kind: 'message', text };
  if (FRAME.test(text)) return { ...none, kind: 'frame', text };
  if (DUMP.test(text)) return { ...none, kind: 'dump', text };
  const { tid, time, rest } = takePrefix(text);
  return { tid, time, ...parseBody(rest) };
}

type Body = StraceLine extends infer L ? (L extends StraceLine ? Omit<L, 'tid' | 'time'> : never) : never;

function parseBody(text: string): Body {
  if (text.startsWith('--- ')) return { kind: 'signal', signal: /^--- (\S+)/.exec(text)?.[1] ?? '' };
  if (text.startsWith('+++ ')) return { kind: 'exit', text };
  if (isOwnMessage(text)) return { kind: 'message', text };
  const resumed = RESUMED.exec(text);
  if (resumed !== null) return parseEnd(resumed[1] ?? '', text.slice(resumed[0].length), text);
  const call = CALL.exec(text);
  if (call === null) return { kind: 'unparsed', text };
  return parseCall(call[1] ?? '', text.slice(call[0].length), text);
}

function parseEnd(syscall: string, rest: string, text: string): Body {
  if (isUnfinished(rest)) return { kind: 'end', syscall, argumentText: '', result: undefined };
  const split = splitResult(rest);
  if (split === undefined) return { kind: 'unparsed', text };
  return { kind: 'end', syscall, argumentText: split.before, result: split.result };
}

function parseCall(syscall: string, rest: string, text: string): Body {
  const unfinished = / ?<(unfinished|detached) \.\.\.>\)?$/.exec(rest);
  if (unfinished !== null)
    return {
      kind: 'start',
      syscall,
      argumentText: rest.slice(0, unfinished.index),
      isDetached: unfinished[1] === 'detached',
    };
  const split = splitResult(rest);
  if (split === undefined) return { kind: 'unparsed', text };
  return { kind: 'call', syscall, argumentText: split.before, result: split.result };
}

function isUnfinished(text: string): boolean {
  return /<(?:unfinished|detached) \.\.\.>(?:\)\s+= \?)?$/.test(text.trimEnd());
}

/**
 * Cuts `ARGS) = RESULT <seconds>` at the last `) = `: arguments may hold the same characters inside a string, what
 * strace writes behind the result does not.
 */
function splitResult(text: string): { readonly before: string; readonly result: CallResult } | undefined {
  const duration = DURATION.exec(text);
  const body = duration === null ? text : text.slice(0, duration.index);
  let equals = body.lastIndexOf(' = ');
  while (equals > 0 && body.slice(0, equals).trimEnd().at(-1) !== ')') {
    equals = body.lastIndexOf(' = ', equals - 1);
  }
  if (equals < 0) return undefined;
  const before = body.slice(0, equals).trimEnd();
  const match = RESULT.exec(body.slice(equals + 3));
  if (match === null || !before.endsWith(')')) return undefined;
  const value = match[1] ?? '';
  const name = errnoOf(match);
  // `= ? ERESTARTSYS (To be restarted…)`: the kernel's own errno, never seen by the program; strace -c counts it so.
  const isError = name !== undefined && (value === '-1' || value === '?');
  return {
    before: before.slice(0, -1),
    result: {
      text: isError ? name : value,
      isError,
      durationSeconds: duration === null ? undefined : Number(duration[1]),
    },
  };
}

function errnoOf([, , name, number]: RegExpExecArray): string | undefined {
  return name ?? (number === undefined ? undefined : `errno ${number}`);
}
