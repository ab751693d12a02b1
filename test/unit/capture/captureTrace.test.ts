import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import type { JobEnd, PodCommand, PodJob } from '../../../src/base/podCommand.js';
import {
  captureTrace,
  type TraceCaptureOutcome,
  type TraceCaptureProgress,
  type TraceCaptureRequest,
} from '../../../src/capture/captureTrace.js';
import { parseCaptureRecord } from '../../../src/capture/captureJson.js';
import type { KubeletDelays } from '../../../src/cluster/ports.js';
import type { DebugPod, PodLevel, PodTool } from '../../../src/debugpod/ports.js';
import {
  cpuRequest,
  drive,
  FakeClock,
  FakeKubeletMetrics,
  filesBelow,
  temporaryFolder,
} from './captureFakes.js';

const PROCESS = `kernel 6.1.0
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
const KERNEL_END = `swept 0\nremoved yes\n${CPU}\nthreads 12 12\nran 1002\nlost 0\nfull no\nfile syscalls.ktrace.txt.gz\nend yes\n`;
const straceEnd = (file: string, more = '') =>
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

interface Scene {
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

async function play(scene: Scene) {
  const root = await temporaryFolder();
  const clock = new FakeClock();
  const pod = new FakeDebugPod(clock, { ...USUAL, ...scene.answers }, scene.level ?? 'privileged');
  const readings = scene.readings ?? [{ delays: delays(100, 1) }, { delays: delays(110, 2) }];
  const metrics = new FakeKubeletMetrics(clock, readings);
  const cancel = new AbortController();
  const progress: TraceCaptureProgress[] = [];
  const { context, node, writtenBy } = cpuRequest(root);
  const work = captureTrace(
    { pod, metrics, clock, randomId: () => 'a1' },
    { context, node, writtenBy, root, engine: 'kernel', seconds: 10, ...scene.request },
    cancel.signal,
    step => {
      progress.push(step);
      if (scene.cancelWhen?.(step) === true) cancel.abort();
    },
  );
  const outcome = await drive(clock, work).catch((error: unknown) => error);
  return { root, pod, progress, outcome, files: await filesBelow(root) };
}

function kept(outcome: unknown): TraceCaptureOutcome {
  expect(outcome).toHaveProperty('record');
  return outcome as TraceCaptureOutcome;
}

const FOLDER = '2026-11-23T08-39-10Z-node1-futex';

describe('a capture by the kernel’s tracing', () => {
  it('is one folder with the trace, what it cost, and how it was made', async () => {
    const { outcome, files, root } = await play({});
    const { record, folder } = kept(outcome);
    expect(folder).toBe(path.join(root, FOLDER));
    expect(files).toEqual([FOLDER, `${FOLDER}/capture.json`, `${FOLDER}/syscalls.ktrace.txt.gz`]);
    expect(record).toMatchObject({
      schema: 1,
      state: 'complete',
      profile: 'futex',
      secondsPlanned: 10,
      secondsCaptured: 10.02,
      trace: { engine: 'kernel', threadsExisting: 12, threadsTraced: 12, lostEvents: 0 },
      // 10 ticks in 2 s, 500 in 10.02 s, 4 in 2 s.
      traceCost: {
        cpuBefore: 0.05,
        cpuDuring: 0.499,
        cpuAfter: 0.02,
        relistSecondsUsual: 0.01,
        relistSecondsDuring: 0.1,
        cgroupSecondsUsual: undefined,
      },
      files: [{ name: 'syscalls.ktrace.txt.gz', kind: 'ktrace' }],
      issues: [],
    });
    const text = await readFile(path.join(folder, 'capture.json'), 'utf8');
    const read = parseCaptureRecord(text, 'capture.json', { startedAt: '', files: [] });
    expect(read.traceCost).toEqual(record.traceCost);
    expect(read.trace).toEqual({ ...record.trace, straceVersion: undefined });
  });

  it('says what was lost, cut, missed or left', async () => {
    const end = KERNEL_END.replace('lost 0', 'lost 70')
      .replace('full no', 'full yes')
      .replace('threads 12 12', 'threads 12 9')
      .replace('removed yes', 'removed no');
    const { outcome } = await play({ answers: { 'node-triage-kernel-trace': end } });
    expect(kept(outcome).record.issues).toEqual([
      '70 events were lost before they were read: all counts are lower bounds.',
      'The trace ended after 10.0 s: its file had reached its limit.',
      '9 of the kubelet’s 12 threads were traced.',
      'The kernel’s tracing instance could not be removed by the trace; the pod’s end or the next trace removes it.',
    ]);
  });

  it('finds the kubelet again, once, where it restarted just before', async () => {
    const again = await play({ answers: { 'node-triage-kernel-trace': ['swept 0\ngone\n', KERNEL_END] } });
    kept(again.outcome);
    expect(again.pod.ran.filter(name => name === 'node-triage-find-kubelet')).toHaveLength(2);
    const never = await play({ answers: { 'node-triage-kernel-trace': 'swept 0\ngone\n' } });
    expect(never.outcome).toMatchObject({ code: 'kubelet-not-found' });
    expect(never.pod.ran.filter(name => name === 'node-triage-kernel-trace')).toHaveLength(2);
    expect(never.files).toEqual([]);
  });

  it('does without metrics, and knows a restart by them', async () => {
    const forbidden = new TriageError('kubelet-forbidden', 'no', {});
    const without = await play({ readings: [forbidden] });
    expect(kept(without.outcome).record.traceCost).toEqual({
      cpuBefore: 0.05,
      cpuDuring: 0.499,
      cpuAfter: 0.02,
    });
    const restarted = await play({ readings: [{ startTimeSeconds: 1 }, { startTimeSeconds: 2 }] });
    expect(kept(restarted.outcome).record.issues).toEqual([
      'The kubelet restarted during the capture; its process CPU is unknown.',
    ]);
    const silent = await play({ readings: ['hangs'] });
    kept(silent.outcome);
  });

  it.each<[string, Scene, string]>([
    ['a pod that is not privileged', { level: 'ptrace' }, 'trace-refused'],
    [
      'a kernel in lockdown, before the job',
      {
        answers: {
          'node-triage-find-kubelet': PROCESS.replace('machine', 'lockdown none [confidentiality]\nmachine'),
        },
      },
      'trace-refused',
    ],
    [
      'a refusal of the kernel',
      { answers: { 'node-triage-kernel-trace': 'refused no tracefs\n' } },
      'trace-refused',
    ],
    ['no kubelet', { answers: { 'node-triage-find-kubelet': 'done yes\n' } }, 'kubelet-not-found'],
  ])('rejects with %s, and leaves nothing', async (_, scene, code) => {
    const { outcome, files } = await play(scene);
    expect(outcome).toMatchObject({ code });
    expect(files).toEqual([]);
  });
});

describe('a capture by strace', () => {
  const engine = { request: { engine: 'strace' as const }, level: 'ptrace' as const };

  it('divides its seconds between the table and the log, and keeps both', async () => {
    const { outcome, files, progress } = await play(engine);
    const { record } = kept(outcome);
    expect(record).toMatchObject({
      secondsCaptured: 8,
      trace: { engine: 'strace', straceVersion: '6.1', threadsExisting: 12, threadsTraced: 12 },
      // Before the first, during both, after the second.
      traceCost: { cpuBefore: 0.05, cpuDuring: 0.499, cpuAfter: 0.02 },
      files: [
        { name: 'futex.strace.txt', kind: 'strace' },
        { name: 'summary.strace.txt', kind: 'strace' },
      ],
      issues: [],
    });
    expect(files).toEqual([
      FOLDER,
      ...['capture.json', 'futex.strace.txt', 'summary.strace.txt'].map(name => `${FOLDER}/${name}`),
    ]);
    // 4 s and 6 s, with 2 quiet ones before and after each, and one to attach.
    const first = (pass: string) =>
      progress.find(step => step.phase === 'tracing' && step.pass === pass)?.secondsLeft;
    expect([first('summary'), first('futex')]).toEqual([9 + 6, 11]);
  });

  it('says what it left on the node, by a look from outside of the job', async () => {
    const { outcome } = await play({
      ...engine,
      answers: {
        'node-triage-strace-futex': straceEnd('futex.strace.txt').replace('killed no', 'killed yes'),
        'node-triage-check-traced': ['start 57185\nthreads 12 0 0 0\n', 'start 57185\nthreads 12 3 1 99\n'],
      },
    });
    expect(kept(outcome).record.issues).toEqual([
      'strace did not end when it was told to, and was killed.',
      'After the trace, 3 threads of the kubelet were still traced and 1 stopped. Look at the node: kill the tracer, or restart the kubelet.',
    ]);
  });

  it('attaches to nothing where there is no strace', async () => {
    const { outcome, pod } = await play({
      ...engine,
      answers: { 'node-triage-probe-strace': 'missing strace\n' },
    });
    expect(outcome).toMatchObject({ code: 'tool-missing', facts: { image: 'localhost/debug:1' } });
    expect(pod.jobsEnded).toEqual([]);
  });
});

describe('cancelled', () => {
  it.each(['finding', 'tracing', 'fetching', 'saving'] as const)(
    'while %s, it leaves nothing',
    async phase => {
      const { outcome, files } = await play({ cancelWhen: step => step.phase === phase });
      expect(outcome).toMatchObject({ code: 'cancelled' });
      expect(files).toEqual([]);
    },
  );

  it('while checking after strace, it leaves nothing', async () => {
    const { outcome, files } = await play({
      request: { engine: 'strace' },
      cancelWhen: step => step.phase === 'checking',
    });
    expect(outcome).toMatchObject({ code: 'cancelled' });
    expect(files).toEqual([]);
  });
});
