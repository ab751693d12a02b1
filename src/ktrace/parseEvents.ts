/**
 * Text of the kernel's own tracing (tracefs, events raw_syscalls/sys_enter and sys_exit) as the same call records that
 * strace gives. Format: Documentation/trace/ftrace.rst and include/trace/events/syscalls.h of Linux. The kernel has
 * numbers where strace has names, and file descriptors where -y has paths.
 */
import { readBoundedLines } from '../base/boundedLines.js';
import { TRACE_TEXT } from '../base/limits.js';
import type { FutexArguments } from '../strace/callRecord.js';
import { UNKNOWN_OPERATION } from '../strace/callRecord.js';
import { takesDescriptor } from '../strace/slowCalls.js';
import { plainLine } from '../base/plainLine.js';
import { syscallName, type Architecture } from '../base/syscallNumbers.js';
import { errnoName } from './errnoNames.js';
import { parseEventLine } from './eventLine.js';
import type { KernelCall } from './kernelCall.js';
import { OpenFiles } from './openFiles.js';
import { PerfTraceCalls } from './perfTraceCalls.js';
import { architectureIn, TraceHeader } from './traceHeader.js';

export type { KernelCall };

export interface KernelTrace {
  readonly lines: number;
  /** sys_enter and sys_exit lines. */
  readonly events: number;
  /** Events that the ring buffer overwrote or dropped before they were read. */
  readonly lost: number;
  readonly calls: readonly KernelCall[];
  /** Exits whose entry was not recorded. */
  readonly endsWithoutStart: number;
  readonly unparsedLines: number;
  /** Lines beyond the longest that is read ({@link TRACE_TEXT}), left out. */
  readonly longLines: number;
  /** The text has more lines than are read; all counts are of the first {@link TRACE_TEXT}. */
  readonly isCut: boolean;
  /** Of the same lines: how many, and the first as it stands; none, or one entry. */
  readonly leftOut: readonly { readonly kind: 'unknown'; readonly count: number; readonly first: string }[];
  readonly spanSeconds: number | undefined;
  readonly architecture: Architecture;
  /** Names by TID, of the threads there were at the start; empty where the file does not say. */
  readonly threadNames: ReadonlyMap<number, string>;
  /** Threads of the process and those of them that were traced at the start; undefined where the file does not say. */
  readonly threads: { readonly existing: number; readonly traced: number } | undefined;
  /** The recording ended before its time: the file had reached its limit. */
  readonly isLimitReached: boolean;
  /** Looks at open files left some out: more than a look names, or longer paths (KERNEL_TRACE_LIMITS). */
  readonly isFilesCut: boolean;
}

const MARKER = /\]\s+(?:\S+\s+)?(\d+\.\d{6,9}): tracing_mark_write: (.*)$/;
const ENTRIES = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)/;
/** tracefs, and trace-cmd report. */
const LOST = /\[(?:LOST )?(\d+) EVENTS(?: DROPPED)?\]/;
/** What the writers print besides events: trace-cmd, a terminal. */
const PASSED = /^(?:cpus=\d+\s*$|version = \d+\s*$|CPU \d+ is empty\s*$|trace-cmd: )/;

/** Largest errno (include/linux/err.h, MAX_ERRNO). */
const MAX_ERRNO = 4095;

/** Cost: one pass, linear in `text`. Never throws. */
export function parseEvents(text: string, architecture?: Architecture): KernelTrace {
  const reader = new EventReader(architecture ?? guessArchitecture(text));
  const { long, isCut } = readBoundedLines(text, TRACE_TEXT.kernel, (line, _, number) => {
    reader.read(line, number);
  });
  return reader.finish(long, isCut);
}

const HEAD = 4096;
/** Of a line that is shown. */
const SHOWN = 160;

/** Where the file does not say: Go's runtime calls futex with 128 or 129 (private wait, wake): the number that does tells the architecture. */
function guessArchitecture(text: string): Architecture {
  const said = architectureIn(text.slice(0, HEAD));
  if (said !== undefined) return said;
  const futex = /sys_enter: NR (202|98) \([0-9a-f]+, 8[01],/.exec(text);
  return futex?.[1] === '98' ? 'arm64' : 'amd64';
}

interface Entry {
  readonly number: number;
  /** Where the file has it. */
  readonly name: string | undefined;
  readonly seconds: number;
  /** Number of its line. */
  readonly line: number;
  readonly arguments: readonly string[];
}

class EventReader {
  private readonly calls: KernelCall[] = [];
  private readonly pending = new Map<number, Entry>();
  private readonly header = new TraceHeader();
  private readonly files = new OpenFiles();
  private readonly perfTrace: PerfTraceCalls;
  private lines = 0;
  /** Of the line that is read, in the text. */
  private line = 0;
  private events = 0;
  private overwritten = 0;
  private dropped = 0;
  private endsWithoutStart = 0;
  private unparsedLines = 0;
  private firstUnparsed = '';
  private first: number | undefined;
  private last = 0;

  constructor(private readonly architecture: Architecture) {
    this.perfTrace = new PerfTraceCalls(architecture);
  }

  read(text: string, at: number): void {
    this.lines++;
    this.line = at;
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    const event = parseEventLine(line, this.architecture);
    if (event === undefined) {
      const count = this.perfTrace.take(line, at);
      if (count === 0) this.readOther(line);
      this.events += count;
      return;
    }
    this.events++;
    const { tid, number, name, seconds, result } = event;
    this.first ??= seconds;
    this.last = Math.max(this.last, seconds);
    if (event.kind === 'enter')
      this.enter(tid, { number, name, seconds, line: at, arguments: event.arguments });
    else this.exit(tid, { number, name, seconds }, result);
  }

  private readOther(line: string): void {
    const marker = MARKER.exec(line);
    // Markers of others stand in their own instances; a foreign one is no event and no fault.
    if (marker !== null) {
      this.files.take(marker[2] ?? '', Number(marker[1]));
      return;
    }
    if (line.startsWith('# ')) this.header.take(line);
    const entries = ENTRIES.exec(line);
    if (entries !== null) this.overwritten += Math.max(0, Number(entries[2]) - Number(entries[1]));
    const lost = LOST.exec(line);
    if (lost !== null) this.dropped += Number(lost[1]);
    if (entries !== null || lost !== null || line.trim() === '' || line.startsWith('#') || PASSED.test(line))
      return;
    if (this.unparsedLines === 0) this.firstUnparsed = line.slice(0, 4 * SHOWN);
    this.unparsedLines++;
  }

  private enter(tid: number, entry: Entry): void {
    const before = this.pending.get(tid);
    if (before !== undefined) this.add(tid, before, before, undefined);
    this.pending.set(tid, entry);
  }

  private exit(tid: number, call: Pick<Entry, 'number' | 'name' | 'seconds'>, value: number): void {
    const entry = this.pending.get(tid);
    this.pending.delete(tid);
    if (entry?.number === call.number && entry.name === call.name) {
      this.add(tid, call, entry, { value, seconds: call.seconds - entry.seconds });
      return;
    }
    this.endsWithoutStart++;
    this.add(tid, call, undefined, { value, seconds: undefined });
  }

  private add(
    tid: number,
    { number, name }: Pick<Entry, 'number' | 'name'>,
    entry: Entry | undefined,
    end: { readonly value: number; readonly seconds: number | undefined } | undefined,
  ): void {
    const syscall = name ?? syscallName(number, this.architecture);
    const isError = end !== undefined && end.value < 0 && end.value >= -MAX_ERRNO;
    this.calls.push({
      tid,
      number,
      syscall,
      line: end === undefined ? this.startOf(entry) : this.line,
      // trace_pipe merges the buffers of all processors as it reads: two threads may be out of order by microseconds.
      startSeconds: entry === undefined ? undefined : Math.max(0, entry.seconds - (this.first ?? 0)),
      durationSeconds: end?.seconds,
      result: end === undefined ? undefined : isError ? errnoName(-end.value) : String(end.value),
      isError,
      futex: syscall === 'futex' ? futexOf(entry) : undefined,
      file: undefined,
      descriptor: takesDescriptor(syscall) ? descriptorOf(entry) : undefined,
    });
  }

  private startOf(entry: Entry | undefined): number {
    return entry?.line ?? this.line;
  }

  /** @param long lines that were too long to be read; @param isCut not all lines were read */
  finish(long: number, isCut: boolean): KernelTrace {
    for (const [tid, entry] of this.pending) this.add(tid, entry, entry, undefined);
    for (const call of this.perfTrace.finish()) this.calls.push(call);
    const existing = this.header.number('threads-existing');
    const traced = this.header.number('threads-traced');
    return {
      lines: this.lines + long,
      events: this.events,
      // The header of `trace` counts all that was overwritten, LOST lines among them; trace_pipe has the lines alone, and
      // our script the kernel's own counters.
      lost: Math.max(this.overwritten, this.dropped, this.header.number('lost') ?? 0),
      calls: this.calls.map(call => this.withFile(call)),
      endsWithoutStart: this.endsWithoutStart + this.perfTrace.endsWithoutStart,
      unparsedLines: this.unparsedLines,
      longLines: long,
      isCut,
      leftOut:
        this.unparsedLines === 0
          ? []
          : [{ kind: 'unknown', count: this.unparsedLines, first: plainLine(this.firstUnparsed, SHOWN) }],
      spanSeconds: this.first === undefined ? this.perfTrace.spanSeconds : this.last - this.first,
      architecture: this.architecture,
      threadNames: this.header.threadNames,
      threads: existing === undefined || traced === undefined ? undefined : { existing, traced },
      isLimitReached: this.header.isLimitReached,
      isFilesCut: this.header.isFilesCut,
    };
  }

  private withFile(call: KernelCall): KernelCall {
    const { descriptor, startSeconds, durationSeconds } = call;
    if (descriptor === undefined || startSeconds === undefined || durationSeconds === undefined) return call;
    const from = startSeconds + (this.first ?? 0);
    const path = this.files.pathOf(descriptor, from, from + durationSeconds);
    return path === undefined ? call : { ...call, file: { path, isInferred: true } };
  }
}

function descriptorOf(entry: Entry | undefined): number | undefined {
  const text = entry?.arguments[0];
  return text === undefined ? undefined : Number.parseInt(text, 16);
}

/** include/uapi/linux/futex.h: the command in the low seven bits, PRIVATE 128, CLOCK_REALTIME 256. */
const OPERATIONS = [
  'FUTEX_WAIT',
  'FUTEX_WAKE',
  'FUTEX_FD',
  'FUTEX_REQUEUE',
  'FUTEX_CMP_REQUEUE',
  'FUTEX_WAKE_OP',
  'FUTEX_LOCK_PI',
  'FUTEX_UNLOCK_PI',
  'FUTEX_TRYLOCK_PI',
  'FUTEX_WAIT_BITSET',
  'FUTEX_WAKE_BITSET',
  'FUTEX_WAIT_REQUEUE_PI',
  'FUTEX_CMP_REQUEUE_PI',
  'FUTEX_LOCK_PI2',
] as const;
const PRIVATE_FLAG = 128;
const CLOCK_REALTIME = 256;
const COMMAND_MASK = 127;

function futexOf(entry: Entry | undefined): FutexArguments {
  if (entry === undefined)
    return {
      address: '',
      operation: UNKNOWN_OPERATION,
      value: undefined,
      timeout: { kind: 'unknown' },
    };
  const [address = '', operation = '0', value = '0', timeout = '0'] = entry.arguments;
  return {
    address: `0x${address}`,
    operation: operationName(Number.parseInt(operation, 16)),
    // An int in a 64-bit register: the upper half is what the caller left there.
    value: Number.parseInt(value.slice(-8), 16),
    // The event has the timespec's address, not its seconds.
    timeout: timeout === '0' ? { kind: 'none' } : { kind: 'unknown' },
  };
}

function operationName(operation: number): string {
  const name = OPERATIONS[operation & COMMAND_MASK] ?? `0x${operation.toString(16)}`;
  const scope = (operation & PRIVATE_FLAG) === 0 ? '' : '_PRIVATE';
  return `${name}${scope}${(operation & CLOCK_REALTIME) === 0 ? '' : '|FUTEX_CLOCK_REALTIME'}`;
}
