/**
 * strace of a kubelet, in two passes, as data: what the pod runs (straceScripts.ts), and what its end says. A table of
 * all system calls first, then the log of the futex calls. Nothing is executed here.
 */
import { readBoundedLines } from '../base/boundedLines.js';
import { TriageError } from '../base/errors.js';
import type { KubeletProcess } from '../kubelet/findKubelet.js';
import { SCRIPT_FACTS } from '../base/limits.js';
import type { JobEnd, PodCommand, PodJob } from '../base/podCommand.js';
import { CHECK_SCRIPT, PROBE_SCRIPT, TRACE_SCRIPT, UNDO_SCRIPT } from './straceScripts.js';
import {
  futexOptions,
  isAtLeast,
  OLDEST_STRACE,
  parseStraceVersion,
  summaryOptions,
  type StraceVersion,
} from './toolOptions.js';

export interface StraceTool {
  readonly path: string;
  /** Undefined: in the pod. Else the node's own, reached by chroot to this folder. */
  readonly root: string | undefined;
  readonly version: StraceVersion;
}

/** Which strace there is; `others` are paths to try before the usual ones. Its parser throws `tool-missing`. */
export function probeStrace(image: string, others: readonly string[] = []): PodCommand<StraceTool> {
  return {
    argv: ['sh', '-c', PROBE_SCRIPT, 'node-triage-probe-strace', ...others],
    parse: stdout => parseTool(stdout, image),
  };
}

function parseTool(stdout: string, image: string): StraceTool {
  const found = /^tool (\S+) (.+)$/m.exec(stdout);
  const version = parseStraceVersion(stdout);
  if (found === null || version === undefined) throw toolMissing('strace', image);
  if (!isAtLeast(version, OLDEST_STRACE))
    throw toolMissing(`strace from ${OLDEST_STRACE.major}.${OLDEST_STRACE.minor} on`, image);
  const [, root, path = ''] = found;
  return { path, root: root === '-' ? undefined : root, version };
}

function toolMissing(tool: string, image: string): TriageError {
  return new TriageError('tool-missing', `There is no ${tool} in the image ${image}, nor on the node.`, {
    facts: { tool, image },
  });
}

export type StracePass = 'summary' | 'futex';

/** A log of futex calls at strace's own pace (9,000 calls a second) for half a minute. */
const LIMIT_KIB = 32 * 1024;
/** Attaching, ending and looking after it; the guard KILLs strace 5 s after its time. */
const OVERHEAD_SECONDS = 1;
const PATIENCE_SECONDS = 20;

export const STRACE_FILES: Readonly<Record<StracePass, string>> = {
  summary: 'summary.strace.txt',
  futex: 'futex.strace.txt',
};

/** Whole seconds. */
export interface StraceTimes {
  /** That strace is attached. */
  readonly seconds: number;
  /** Before and after it, in which the kubelet's CPU is read and nothing else happens. */
  readonly quietSeconds: number;
}

export function straceJob(
  pass: StracePass,
  tool: StraceTool,
  { pid, startTicks }: Pick<KubeletProcess, 'pid' | 'startTicks'>,
  { seconds, quietSeconds }: StraceTimes,
): PodJob {
  const options = pass === 'summary' ? summaryOptions(tool.version) : futexOptions(tool.version);
  const values = [pid, startTicks, seconds, quietSeconds, LIMIT_KIB].map(String);
  return {
    name: `strace-${pass}`,
    argv: [
      'sh',
      '-c',
      TRACE_SCRIPT,
      `node-triage-strace-${pass}`,
      ...values,
      STRACE_FILES[pass],
      tool.root ?? '-',
      tool.path,
      ...options,
    ],
    seconds: seconds + 2 * quietSeconds + OVERHEAD_SECONDS,
    limitSeconds: seconds + 2 * quietSeconds + PATIENCE_SECONDS,
    undo: ['sh', '-c', UNDO_SCRIPT, 'node-triage-undo-strace'],
  };
}

/** CPU seconds that the process used, and over which time, by the script's four readings of /proc/PID/stat. */
export interface TraceCpu {
  readonly before: CpuWindow;
  readonly during: CpuWindow;
  readonly after: CpuWindow;
}
export interface CpuWindow {
  readonly cpuSeconds: number;
  readonly seconds: number;
}

export interface StraceEnd {
  /** In the job's folder; gzipped where its name ends in `.gz`. Undefined: strace wrote none. */
  readonly file: string | undefined;
  /** Seconds that strace was attached. */
  readonly seconds: number;
  /** Threads of the process in the middle of it, and how many of them were traced; undefined where it ended before. */
  readonly threads: { readonly existing: number; readonly traced: number } | undefined;
  /** Undefined where the process ended meanwhile. */
  readonly cpu: TraceCpu | undefined;
  /** Threads still traced by us, or stopped, 3 s after its end. Both are 0, or something is wrong on the node. */
  readonly left: { readonly traced: number; readonly stopped: number };
  /** Stopped threads were found and woken by SIGCONT. */
  readonly wasContinued: boolean;
  /** strace did not end when it was told to. */
  readonly wasKilled: boolean;
  /** Ended early: the file had reached its limit. */
  readonly isFull: boolean;
}

/**
 * What the end of a strace job says. Throws `trace-refused` (facts.reason) where nothing was attached,
 * `kubelet-not-found` where the process is another one by now, `command-failed` where the script itself failed.
 */
export function readStraceEnd(pass: StracePass, end: JobEnd): StraceEnd {
  const facts = factsOf(end.stdout);
  throwIfRefused(pass, end, facts);
  const [existing, traced] = numbersOf(facts.get('threads'));
  const [leftTraced = 0, leftStopped = 0] = numbersOf(facts.get('left'));
  return {
    file: facts.get('file'),
    seconds: countOf(facts.get('ran')) / 100,
    threads: existing === undefined || traced === undefined ? undefined : { existing, traced },
    cpu: parseTraceCpu(facts.get('cpu')),
    left: { traced: leftTraced, stopped: leftStopped },
    wasContinued: facts.get('continued') === 'yes',
    wasKilled: facts.get('killed') === 'yes',
    isFull: facts.get('full') === 'yes',
  };
}

function throwIfRefused(pass: StracePass, end: JobEnd, facts: ReadonlyMap<string, string>): void {
  if (facts.has('gone')) throw restarted();
  const refusal = facts.get('refused');
  if (refusal !== undefined) throw refused(describeRefusal(refusal));
  if (!facts.has('end')) throw failed(pass, end);
  // It ended by itself, before its time and with a fault: it could not attach.
  if (facts.has('ended') || facts.get('full') === 'yes' || facts.get('status') === '0') return;
  const messages = end.stdout
    .split('\n')
    .filter(line => line.startsWith('message '))
    .map(line => line.slice('message '.length));
  throw refused(messages.join(' ') || `strace ended at once with status ${facts.get('status') ?? '?'}`);
}

/** How a process stands with tracers, looked at without touching it. */
export interface TracedState {
  /** Undefined: there is no such process any more. */
  readonly process:
    | {
        readonly startTicks: number;
        readonly threads: number;
        readonly traced: number;
        readonly stopped: number;
        /** 0: none. */
        readonly tracerPid: number;
      }
    | undefined;
}

export function checkTraced(pid: number): PodCommand<TracedState> {
  return {
    argv: ['sh', '-c', CHECK_SCRIPT, 'node-triage-check-traced', String(pid)],
    parse: stdout => {
      const facts = factsOf(stdout);
      const [threads, traced, stopped, tracerPid] = numbersOf(facts.get('threads'));
      if (threads === undefined || traced === undefined || stopped === undefined)
        return { process: undefined };
      const startTicks = countOf(facts.get('start'));
      return { process: { startTicks, threads, traced, stopped, tracerPid: tracerPid ?? 0 } };
    },
  };
}

/** USER_HZ, and the hundredths of /proc/uptime: both are 100 on every architecture that nodes have. */
const PER_SECOND = 100;

/** `TIME TICKS` four times. A process that ended has 0 ticks: what it used is not known then. */
export function parseTraceCpu(text: string | undefined): TraceCpu | undefined {
  const [t0, c0, t1, c1, t2, c2, t3, c3] = numbersOf(text);
  if (t0 === undefined || c0 === undefined || t1 === undefined || c1 === undefined) return undefined;
  if (t2 === undefined || c2 === undefined || t3 === undefined || c3 === undefined) return undefined;
  if (c1 < c0 || c2 < c1 || c3 < c2) return undefined;
  const between = (from: number, to: number, began: number, ended: number): CpuWindow => ({
    cpuSeconds: (to - from) / PER_SECOND,
    seconds: (ended - began) / PER_SECOND,
  });
  return { before: between(c0, c1, t0, t1), during: between(c1, c2, t1, t2), after: between(c2, c3, t2, t3) };
}

/** Four readings of CPU are eight numbers. */
const MAX_NUMBERS = 16;

/** `KEY VALUE` lines; of a key that comes twice, the last. */
export function factsOf(stdout: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  readBoundedLines(stdout, SCRIPT_FACTS, line => {
    const blank = line.indexOf(' ');
    const key = blank < 0 ? line : line.slice(0, blank);
    if (key !== '') facts.set(key, blank < 0 ? '' : line.slice(blank + 1));
  });
  return facts;
}

/** 0 where it is not written in digits alone. */
export function countOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** None where one of them is no number. */
export function numbersOf(text: string | undefined): readonly number[] {
  if (text === undefined || text === '') return [];
  const numbers = text.split(' ', MAX_NUMBERS).map(Number);
  return numbers.every(Number.isFinite) ? numbers : [];
}

function describeRefusal(refusal: string): string {
  const [kind = '', pid, ...name] = refusal.split(' ');
  switch (kind) {
    case 'yama':
      return 'kernel.yama.ptrace_scope is 3: no process may trace until the node is rebooted';
    case 'traced':
      return `process ${pid ?? '?'} (${name.join(' ') || 'unknown'}) traces the kubelet already`;
    case 'stopped':
      return 'the kubelet is stopped (SIGSTOP, or a debugger)';
    default:
      return refusal;
  }
}

function refused(reason: string): TriageError {
  return new TriageError('trace-refused', `The trace was refused: ${reason}.`, { facts: { reason } });
}

export function restarted(): TriageError {
  const reason = 'it restarted just before the trace';
  return new TriageError('kubelet-not-found', `The kubelet was not traced: ${reason}.`, {
    facts: { reason },
  });
}

function failed(pass: StracePass, { exitCode, stderr }: JobEnd): TriageError {
  const command = `strace-${pass}`;
  return new TriageError(
    'command-failed',
    `${command} failed with status ${exitCode}: ${stderr.slice(0, 200)}`,
    {
      facts: { command, exitCode, stderr: stderr.slice(0, 1000) },
    },
  );
}
