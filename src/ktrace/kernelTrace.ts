/**
 * The kernel's own tracing of a kubelet's system calls, as data: what the pod runs (traceScripts.ts), and what its end
 * says. It stops no thread: 0.4 µs a call, where strace takes 110. Nothing is executed here; parseEvents.ts reads the
 * file.
 */
import { TriageError } from '../base/errors.js';
import type { KubeletProcess } from '../kubelet/findKubelet.js';
import type { JobEnd, PodCommand, PodJob } from '../base/podCommand.js';
import {
  countOf,
  factsOf,
  numbersOf,
  parseTraceCpu,
  restarted,
  type TraceCpu,
} from '../strace/straceJobs.js';
import { SWEEP_SCRIPT, TRACE_SCRIPT, UNDO_SCRIPT } from './traceScripts.js';

/** Gzipped events are a fifteenth: 180 MB of text, 1.7 million events. */
const LIMIT_KIB = 12 * 1024;
/** Making the instance, reading what is left, removing it (the kernel waits for all processors). */
const OVERHEAD_SECONDS = 2;
const PATIENCE_SECONDS = 25;

export interface KernelTraceRequest {
  /** Whole seconds that events are recorded. */
  readonly seconds: number;
  /** Before and after, in which the kubelet's CPU is read and nothing else happens. */
  readonly quietSeconds: number;
  /** Letters and digits, another for each run: names the instance. */
  readonly id: string;
  /** Of the raw_syscalls events (`id == 202`); undefined: all calls. */
  readonly filter?: string | undefined;
}

/**
 * Why the node's kernel would refuse, as far as can be told before a job runs. Throws `trace-refused` (facts.reason):
 * lockdown in confidentiality mode forbids tracefs, and some kernels have none.
 */
export function requireKernelTracing({ host }: Pick<KubeletProcess, 'host'>): void {
  if (host.lockdown === 'confidentiality')
    throw refused('the kernel is locked down (confidentiality): its tracing cannot be used');
  if (host.kernelTracing === 'missing') throw refused('the kernel has no tracefs');
}

/** Only for a pod of level `privileged`. */
export function kernelTraceJob(
  { pid, startTicks, host }: Pick<KubeletProcess, 'pid' | 'startTicks' | 'host'>,
  request: KernelTraceRequest,
): PodJob {
  const instance = `node-triage-${request.id}`;
  const numbers = host.isInitialPidNamespace ? 'same' : 'other';
  const { seconds, quietSeconds, filter = '' } = request;
  const values = [pid, startTicks, seconds, quietSeconds, instance, LIMIT_KIB, numbers, filter];
  return {
    name: 'kernel-trace',
    argv: ['sh', '-c', TRACE_SCRIPT, 'node-triage-kernel-trace', ...values.map(String)],
    seconds: seconds + 2 * quietSeconds + OVERHEAD_SECONDS,
    limitSeconds: seconds + 2 * quietSeconds + PATIENCE_SECONDS,
    undo: ['sh', '-c', UNDO_SCRIPT, 'node-triage-undo-kernel-trace', instance],
  };
}

export interface KernelTraceEnd {
  /** In the job's folder; gzipped where its name ends in `.gz`. */
  readonly file: string;
  /** Seconds that events were recorded. */
  readonly seconds: number;
  readonly threads: { readonly existing: number; readonly traced: number };
  /** Undefined where the process ended meanwhile. */
  readonly cpu: TraceCpu | undefined;
  /** Events that were overwritten before they were read. */
  readonly lost: number;
  /** Ended early: the file had reached its limit. */
  readonly isFull: boolean;
  /** Not all open files were noted: there were too many, or their paths were too long (KERNEL_TRACE_LIMITS). */
  readonly isFilesCut: boolean;
  /** False: an instance is left behind, which the pod's end or the next run removes. */
  readonly isRemoved: boolean;
  /** Instances of earlier runs without an owner that were removed. */
  readonly swept: number;
}

/**
 * Throws `trace-refused` (facts.reason) where the kernel did not allow it, `kubelet-not-found` where the process is
 * another one by now, `command-failed` where the script itself failed.
 */
export function readKernelTraceEnd(end: JobEnd): KernelTraceEnd {
  const facts = factsOf(end.stdout);
  if (facts.has('gone')) throw restarted();
  const refusal = facts.get('refused');
  if (refusal !== undefined) throw refused(refusal);
  const file = facts.get('file');
  if (!facts.has('end') || file === undefined) throw failed(end);
  const [existing = 0, traced = 0] = numbersOf(facts.get('threads'));
  return {
    file,
    seconds: countOf(facts.get('ran')) / 100,
    threads: { existing, traced },
    cpu: parseTraceCpu(facts.get('cpu')),
    lost: countOf(facts.get('lost')),
    isFull: facts.get('full') === 'yes',
    isFilesCut: facts.get('files-cut') === 'yes',
    isRemoved: facts.get('removed') === 'yes',
    swept: countOf(facts.get('swept')),
  };
}

/** Removes instances of earlier runs that have no owner any more. The names of those that are at work. */
export const sweepInstances: PodCommand<{ readonly removed: number; readonly atWork: readonly string[] }> = {
  argv: ['sh', '-c', SWEEP_SCRIPT, 'node-triage-sweep-tracing'],
  parse: stdout => ({
    removed: countOf(factsOf(stdout).get('swept')),
    atWork: stdout
      .split('\n')
      .filter(line => line.startsWith('instance '))
      .map(line => line.slice('instance '.length)),
  }),
};

function refused(reason: string): TriageError {
  return new TriageError('trace-refused', `The kernel's tracing was refused: ${reason}.`, {
    facts: { reason },
  });
}

function failed({ exitCode, stderr }: JobEnd): TriageError {
  const command = 'kernel-trace';
  return new TriageError(
    'command-failed',
    `${command} failed with status ${exitCode}: ${stderr.slice(0, 200)}`,
    {
      facts: { command, exitCode, stderr: stderr.slice(0, 1000) },
    },
  );
}
