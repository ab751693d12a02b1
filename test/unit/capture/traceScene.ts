/** Captures of traces in a pod that answers by name, with a clock that needs no time. */
import { expect } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import type { JobEnd, PodCommand, PodJob } from '../../../src/base/podCommand.js';
import {
  captureSystemCalls,
  type TraceCaptureOutcome,
  type TraceCaptureProgress,
  type TraceCaptureRequest,
} from '../../../src/capture/captureSystemCalls.js';
import type { KubeletDelays } from '../../../src/cluster/clusterPorts.js';
import type { DebugPod, PodLevel, PodTool } from '../../../src/debugpod/debugPodPorts.js';
import {
  cpuRequest,
  drive,
  FakeClock,
  FakeKubeletMetrics,
  filesBelow,
  temporaryFolder,
} from './captureFakes.js';

export const PROCESS = `kernel 6.1.0
machine x86_64
selfpidns pid:[4026531836]
filesystem tracefs
candidate 812
comm kubelet
exe /usr/bin/kubelet
start 57185
tracer 0
uid 0
threads 12
end 812
done yes
`;
const CPU = 'cpu 500 10 700 20 1702 520 1902 524';
export const KERNEL_END = `swept 0\nremoved yes\n${CPU}\nthreads 12 12\nran 1002\nlost 0\nfull no\nfile syscalls.ktrace.txt.gz\nend yes\n`;
export const straceEnd = (file: string, more = '') =>
  `threads 12 12\nran 400\nended by-us\nstatus 143\nleft 0 0\ncontinued no\nkilled no\nfull no\n${CPU}\nfile ${file}\n${more}end yes\n`;

interface Answers {
  /** Of commands and jobs, by their $0; a list: one after the other, the last again and again. */
  readonly [name: string]: string | TriageError | readonly (string | TriageError)[];
}

const USUAL: Answers = {
  'node-triage-find-kubelet': PROCESS,
  'node-triage-kernel-trace': KERNEL_END,
  'node-triage-probe-strace': 'tool - /usr/bin/strace\nstrace -- version 6.1\n',
  'node-triage-strace-summary': straceEnd('summary.strace.txt'),
  'node-triage-strace-futex': straceEnd('futex.strace.txt'),
  'node-triage-check-traced': 'start 57185\nthreads 12 0 0 0\n',
};

/** A pod that answers by name, and takes the clock's time for it. */
class FakeDebugPod implements DebugPod {
  readonly info;
  readonly ran: string[] = [];
  /** Instances of the kernel's tracing that were made and not taken back. */
  readonly jobsEnded: string[] = [];
  /** Paths that the look for strace was given. */
  probed: readonly string[] = [];
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly clock: FakeClock,
    private readonly answers: Answers,
    level: PodLevel,
  ) {
    const names = { namespace: 'triage', name: 'node-triage-x', uid: 'u', node: 'node1' };
    this.info = { ...names, image: 'localhost/debug:1', level };
  }

  async run<T>(command: PodCommand<T>, signal: AbortSignal): Promise<T> {
    await this.clock.sleep(100, signal);
    if (command.argv[3] === 'node-triage-probe-strace') this.probed = command.argv.slice(4);
    return command.parse(this.answer(command.argv));
  }

  async runJob(job: PodJob, signal: AbortSignal, onSecondsLeft?: (seconds: number) => void): Promise<JobEnd> {
    try {
      for (let left = Math.ceil(job.seconds); left > 0; left--) {
        onSecondsLeft?.(left);
        await this.clock.sleep(1000, signal);
      }
    } finally {
      this.jobsEnded.push(job.name);
    }
    return { exitCode: 0, stdout: this.answer(job.argv), stderr: '', files: [] };
  }

  async fetch(job: PodJob, file: string, signal: AbortSignal, onBytes?: (received: number) => void) {
    onBytes?.(4);
    await this.clock.sleep(100, signal);
    return new TextEncoder().encode(`${job.name} ${file}`);
  }

  async upload({ name, bytes }: PodTool, signal: AbortSignal, onBytes?: (sent: number) => void) {
    await this.clock.sleep(100, signal);
    onBytes?.(bytes.length);
    this.ran.push(`upload ${name}`);
    return `/node-triage/tools/${name}`;
  }

  private answer(argv: readonly string[]): string {
    const name = argv[3] ?? '';
    this.ran.push(name);
    const count = this.counts.get(name) ?? 0;
    this.counts.set(name, count + 1);
    const given = this.answers[name] ?? new TriageError('internal', `not expected: ${name}`);
    const answer =
      typeof given === 'string' || given instanceof TriageError
        ? given
        : given[Math.min(count, given.length - 1)];
    if (answer === undefined || answer instanceof TriageError) throw answer ?? new Error(name);
    return answer;
  }
}

export interface Scene {
  readonly request?: Partial<TraceCaptureRequest>;
  readonly answers?: Answers;
  readonly level?: PodLevel;
  readonly readings?: ConstructorParameters<typeof FakeKubeletMetrics>[1];
  readonly cancelWhen?: (progress: TraceCaptureProgress) => boolean;
}

const delays = (relistCount: number, relistSeconds: number): KubeletDelays => ({
  podRelist: { count: relistCount, seconds: relistSeconds },
  cgroupManager: undefined,
});

export async function play(scene: Scene) {
  const root = await temporaryFolder();
  const clock = new FakeClock();
  const pod = new FakeDebugPod(clock, { ...USUAL, ...scene.answers }, scene.level ?? 'privileged');
  const readings = scene.readings ?? [{ delays: delays(100, 1) }, { delays: delays(110, 2) }];
  const metrics = new FakeKubeletMetrics(clock, readings);
  const cancel = new AbortController();
  const progress: TraceCaptureProgress[] = [];
  const { context, target, node, writtenBy } = cpuRequest(root);
  const work = captureSystemCalls(
    { pod, metrics, clock, randomId: () => 'a1' },
    { context, target, node, writtenBy, root, engine: 'kernel', seconds: 10, ...scene.request },
    cancel.signal,
    step => {
      progress.push(step);
      if (scene.cancelWhen?.(step) === true) cancel.abort();
    },
  );
  const outcome = await drive(clock, work).catch((error: unknown) => error);
  return { root, pod, progress, outcome, files: await filesBelow(root) };
}

export function kept(outcome: unknown): TraceCaptureOutcome {
  expect(outcome).toHaveProperty('record');
  return outcome as TraceCaptureOutcome;
}

export const FOLDER = '2026-11-23T08-39-10Z-node1-system-calls';
