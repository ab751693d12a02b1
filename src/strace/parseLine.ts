/**
 * One line of strace output as a value. Knows the grammar of strace 4.x to 7.x (src/strace.c, src/syscall.c and
 * src/futex.c of strace): prefixes by -f and -o, times by -t, -tt, -ttt and -r, durations by -T. Does not pair the halves
 * of an interrupted call: that is parseLog.ts.
 */

/** When a line was written, in the log's own way of counting. */
export type LineTime =
  | { readonly kind: 'clock'; readonly secondsOfDay: number }
  | { readonly kind: 'epoch'; readonly seconds: number }
  /** -r: since the line before. */
  | { readonly kind: 'relative'; readonly seconds: number };

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
  | { readonly kind: 'blank' }
  | { readonly kind: 'unparsed'; readonly text: string }
);

// `[pid 12] `, `[pid 12<kubelet>] ` (--decode-pids=comm), `12  ` (with -o and -f), `12<kubelet> `.
const PID = /^(?:\[pid\s+(\d+)(?:<[^>]*>)?\]\s*|(\d+)(?:<[^>]*>)?\s+)/;
// -r, alone with leading blanks or beside another time as `(+     0.000123)`.
const CLOCK = /^(\d\d):(\d\d):(\d\d(?:\.\d+)?)\s+(?:\(\+\s*\d+\.\d+\)\s*)?/;
const SECONDS = /^(\d+\.\d+)\s+(?:\(\+\s*\d+\.\d+\)\s*)?/;
const CALL = /^([a-z_][a-z0-9_]*|syscall_0x[0-9a-f]+|0x[0-9a-f]+)\(/i;
const RESUMED = /^<\.\.\. ([A-Za-z0-9_]+) resumed>\s?/;
const DURATION = / <(\d+\.\d+)>$/;
const RESULT = /^(0x[0-9a-f]+|-?\d+|\?)(?:<.*>)?(?: ([A-Z][A-Z0-9_]*)\b)?/;
const OWN_WORDS = /^(?:\S*strace): /;

/** An -r or -ttt stamp: epoch seconds have ten digits, a pause between two lines of a trace has fewer. */
const EPOCH_FLOOR = 1e8;

export function parseLine(line: string): StraceLine {
  let rest = line.endsWith('\r') ? line.slice(0, -1) : line;
  if (rest.trim() === '') return { tid: 0, time: undefined, kind: 'blank' };
  if (OWN_WORDS.test(rest)) return { tid: 0, time: undefined, kind: 'message', text: rest };
  rest = rest.trimStart();

  let tid = 0;
  const pid = PID.exec(rest);
  if (pid !== null) {
    tid = Number(pid[1] ?? pid[2]);
    rest = rest.slice(pid[0].length);
  }
  const stamped = takeTime(rest);
  return { tid, time: stamped.time, ...parseBody(stamped.rest) };
}

function takeTime(text: string): { readonly time: LineTime | undefined; readonly rest: string } {
  const clock = CLOCK.exec(text);
  if (clock !== null) {
    const secondsOfDay = Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
    return { time: { kind: 'clock', secondsOfDay }, rest: text.slice(clock[0].length) };
  }
  const plain = SECONDS.exec(text);
  if (plain === null) return { time: undefined, rest: text };
  const seconds = Number(plain[1]);
  const kind = seconds >= EPOCH_FLOOR ? 'epoch' : 'relative';
  return { time: { kind, seconds }, rest: text.slice(plain[0].length) };
}

type Body = StraceLine extends infer L ? (L extends StraceLine ? Omit<L, 'tid' | 'time'> : never) : never;

function parseBody(text: string): Body {
  if (text.startsWith('--- ')) return { kind: 'signal', signal: /^--- (\S+)/.exec(text)?.[1] ?? '' };
  if (text.startsWith('+++ ')) return { kind: 'exit', text };
  if (OWN_WORDS.test(text)) return { kind: 'message', text };
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
  const name = match[2];
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
