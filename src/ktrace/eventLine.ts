/**
 * A line of the kernel's system call events by any of their writers: tracefs itself, trace-cmd report and perf script, each
 * with the events raw_syscalls (numbers) or syscalls (names). One line to one event; pairing them is parseEvents.ts.
 */
import { syscallNumber, type Architecture } from '../base/syscallNumbers.js';

export interface CallEvent {
  readonly tid: number;
  readonly seconds: number;
  readonly kind: 'enter' | 'exit';
  /** Of the architecture; -2 for a call that the table does not name. */
  readonly number: number;
  /** Where the line has the name itself. */
  readonly name: string | undefined;
  /** Of an entry: hexadecimal, without `0x`. */
  readonly arguments: readonly string[];
  /** Of an exit. */
  readonly result: number;
}

/** What no table names. */
export const UNNAMED_CALL = -2;

// TASK-TID (TGID) [CPU] FLAGS SECONDS: … — the task's name may hold blanks and dashes; trace-cmd leaves out the flags.
const TRACEFS = /-(\d+)\s+(?:\([\s\d-]+\)\s+)?\[\d+\]\s+(?:\S+\s+)?(\d+)\.(\d{6,9}):\s+(?=\S)/g;
// TASK TID [CPU] SECONDS: GROUP:EVENT: …, with PID/TID, a period, or without a processor where -F says so.
const PERF = /\s(?:\d+\/)?(\d+)\s+(?:\[\d+\]\s+)?(\d+)\.(\d{6,9}):\s+(?:\d+\s+)?(?:raw_)?syscalls:(?=\S)/g;
const RAW = /^(sys_enter|sys_exit):\s+NR (-?\d+) (?:\((.*)\)|= (-?\d+))/;
/** trace-cmd and perf name the event, `sys_enter_futex: uaddr: 0x…`; tracefs prints a call, `sys_futex(uaddr: …)`. */
const NAMED = /^sys_(enter|exit)_(\w+):(.*)$/;
const CALL = /^sys_(\w+)(?:\((.*)\)| -> (0x[0-9a-f]+|-?\d+))\s*$/;

/** Names of functions of the kernel that are not those of the calls. */
const KERNEL_NAMES: ReadonlyMap<string, string> = new Map([
  ['newstat', 'stat'],
  ['newlstat', 'lstat'],
  ['newfstat', 'fstat'],
  ['newuname', 'uname'],
  ['umount', 'umount2'],
  ['sendfile64', 'sendfile'],
]);

/**
 * The first event of the line that can be read: the kernel now and then breaks one off (`sys_enter` and no more), and the
 * next follows without a line end.
 */
export function parseEventLine(line: string, architecture: Architecture): CallEvent | undefined {
  return readBehind(TRACEFS, line, architecture) ?? readBehind(PERF, line, architecture);
}

/** A line of nothing but beginnings of events would cost the square of its length. */
const MOST_HEADS = 8;

function readBehind(head: RegExp, line: string, architecture: Architecture): CallEvent | undefined {
  head.lastIndex = 0;
  for (let tries = 0; tries < MOST_HEADS; tries++) {
    const found = head.exec(line);
    if (found === null) return undefined;
    const [, tid, whole = '', fraction = ''] = found;
    const text = line.slice(head.lastIndex);
    const event = readRaw(text) ?? readNamed(text, architecture);
    if (event !== undefined) return { tid: Number(tid), seconds: Number(`${whole}.${fraction}`), ...event };
  }
  return undefined;
}

type Call = Omit<CallEvent, 'tid' | 'seconds'>;

function readRaw(text: string): Call | undefined {
  const found = RAW.exec(text);
  if (found === null) return undefined;
  const [, event, number, enterArguments = '', result] = found;
  return {
    kind: event === 'sys_enter' ? 'enter' : 'exit',
    number: Number(number),
    name: undefined,
    arguments: enterArguments.split(', '),
    result: Number(result ?? 0),
  };
}

function readNamed(text: string, architecture: Architecture): Call | undefined {
  const named = NAMED.exec(text);
  if (named !== null) {
    const [, event, name = '', rest = ''] = named;
    const kind = event === 'enter' ? 'enter' : 'exit';
    return callOf(kind, name, kind === 'enter' ? rest : '', kind === 'exit' ? rest : '0', architecture);
  }
  const call = CALL.exec(text);
  if (call === null) return undefined;
  const [, name = '', enterArguments, result = '0'] = call;
  return callOf(
    enterArguments === undefined ? 'exit' : 'enter',
    name,
    enterArguments ?? '',
    result,
    architecture,
  );
}

function callOf(
  kind: CallEvent['kind'],
  kernelName: string,
  enterArguments: string,
  result: string,
  architecture: Architecture,
): Call {
  const name = KERNEL_NAMES.get(kernelName) ?? kernelName;
  const number = syscallNumber(name, architecture) ?? UNNAMED_CALL;
  return { kind, number, name, arguments: enterArguments.split(', ').map(hexOf), result: resultOf(result) };
}

/** `uaddr: 0x0000c000680148` and `uaddr: c000680148` as `c000680148`. */
function hexOf(text: string): string {
  const value = text.slice(text.indexOf(': ') + 1).trim();
  return value.replace(/^0x/, '').replace(/^0+(?=[0-9a-f])/, '');
}

/** The kernel prints a long as hexadecimal: 0xffffffffffffff92 is -110. */
function resultOf(text: string): number {
  const word = text.trim().split(/\s/, 1)[0] ?? '';
  if (/^-?\d{1,20}$/.test(word)) return Number(word);
  return /^0x[0-9a-f]{1,16}$/.test(word) ? Number(BigInt.asIntN(64, BigInt(word))) : 0;
}
