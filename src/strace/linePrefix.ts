/**
 * What strace prints before a line's own words: thread, security context, times, number and address of the call
 * (printleader in strace's src/strace.c). Takes it off and says thread and time; what follows is parseLine.ts.
 */

/** When a line was written, in the log's own way of counting. */
export type LineTime =
  | { readonly kind: 'clock'; readonly secondsOfDay: number }
  | { readonly kind: 'epoch'; readonly seconds: number }
  /** -r: since the line before. */
  | { readonly kind: 'relative'; readonly seconds: number };

export interface PrefixedLine {
  /** 0 where the line names no thread. */
  readonly tid: number;
  readonly time: LineTime | undefined;
  /** The line without its prefix. */
  readonly rest: string;
}

// `[pid 12] `, `[pid 12<kubelet>] ` (--decode-pids=comm, -Y), `12  ` (with -o and -f), `12<kubelet> `. The kernel's
// largest pid has seven digits (PID_MAX_LIMIT, 2^22): more are seconds of the epoch.
const PID = /^(?:\[pid\s+(\d{1,7})(?:<[^>]*>)?\]\s*|(\d{1,7})(?:<[^>]*>)?\s+)/;
// `%6ld ` alone: --relative-timestamps=s. A pid is written from the left and filled up behind it.
const WHOLE_RELATIVE = /^ {1,5}\d{1,5} (?! )/;
const WHOLE_RELATIVE_WIDTH = 7;

// Behind each may stand what -r says beside another time: `(+     0.000123) `.
const CLOCK = /^(\d\d):(\d\d):(\d\d(?:\.\d+)?)\s+(?:\(\+\s*\d+(?:\.\d+)?\)\s*)?/;
const SECONDS = /^(\d+(?:\.\d+)?)\s+(?:\(\+\s*\d+(?:\.\d+)?\)\s*)?/;
/** An -r or -ttt stamp: epoch seconds have ten digits, a pause between two lines of a trace has fewer. */
const EPOCH_FLOOR = 1e8;

// -n: `[ 202] `, `[????] `; -i: `[00007f0093e7d11f] `, `[????????????????] `.
const NUMBER_OR_ADDRESS = /^\[(?: *\d{1,6}|\?{4,16}|[0-9a-f]{8,16})\]\s+/;
// --secontext: `[unconfined_t] `, `[system_u:system_r:kubelet_t:s0-s0:c0.c1023] `.
const SECURITY_CONTEXT = /^\[[A-Za-z_][\w.:,!-]{0,4095}\]\s+/;

/** Never throws; a line without any prefix comes back as it is, without leading blanks. */
export function takePrefix(line: string): PrefixedLine {
  let rest = line.trimStart();
  let tid = 0;
  const isWholeRelative = WHOLE_RELATIVE.exec(line)?.[0].length === WHOLE_RELATIVE_WIDTH;
  const pid = isWholeRelative ? null : PID.exec(rest);
  if (pid !== null) {
    tid = Number(pid[1] ?? pid[2]);
    rest = rest.slice(pid[0].length);
  }
  rest = without(rest, SECURITY_CONTEXT);
  const stamped = takeTime(rest);
  rest = without(without(stamped.rest, NUMBER_OR_ADDRESS), NUMBER_OR_ADDRESS);
  return { tid, time: stamped.time, rest };
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

function without(text: string, prefix: RegExp): string {
  if (!text.startsWith('[')) return text;
  const match = prefix.exec(text);
  return match === null ? text : text.slice(match[0].length);
}
