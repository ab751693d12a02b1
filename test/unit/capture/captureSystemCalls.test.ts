import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import { parseCaptureRecord } from '../../../src/capture/captureJson.js';
import { FOLDER, kept, KERNEL_END, play, PROCESS, type Scene, straceEnd } from './traceScene.js';

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
    expect(read.trace).toEqual({
      ...record.trace,
      straceVersion: undefined,
      straceOrigin: undefined,
      straceSha256: undefined,
    });
  });

  it('says what was lost, cut, missed or left', async () => {
    const end = KERNEL_END.replace('lost 0', 'lost 70')
      .replace('full no', 'full no\nfiles-cut yes')
      .replace('full no', 'full yes')
      .replace('threads 12 12', 'threads 12 9')
      .replace('removed yes', 'removed no');
    const { outcome } = await play({ answers: { 'node-triage-kernel-trace': end } });
    expect(kept(outcome).record.issues).toEqual([
      '70 events were lost before they were read: all counts are lower bounds.',
      'The trace ended after 10.0 s: its file had reached its limit.',
      '9 of the kubelet’s 12 threads were traced.',
      'The kubelet had more files open, or longer paths, than the trace notes: some calls are shown without their file.',
      'The kernel’s tracing instance could not be removed by the trace; the pod’s end or the next trace removes it.',
    ]);
  });

  it('says that k3s is more than its kubelet', async () => {
    const asK3s = PROCESS.replace(/^comm .*$/m, 'comm k3s-server').replace(/^exe .*$/m, 'exe /usr/bin/k3s');
    expect(asK3s).not.toBe(PROCESS);
    const { outcome } = await play({ answers: { 'node-triage-find-kubelet': asK3s } });
    expect(kept(outcome).record.issues).toEqual([
      'The kubelet is a part of k3s here: CPU, threads and calls are those of the whole program.',
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

  it('says who was not taken for the kubelet', async () => {
    const impostors = PROCESS.replace(
      'done yes',
      'passed-over 66 pod kubelet\npassed-over 67 pod k3s-server\ndone yes',
    );
    const { outcome } = await play({ ...engine, answers: { 'node-triage-find-kubelet': impostors } });
    expect(kept(outcome).record.issues).toEqual([
      'Not taken for the kubelet, as they run in pods: 66 (kubelet), 67 (k3s-server)',
    ]);
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

  const straceFile = { bytes: new Uint8Array(5000), sha256: 'ab'.repeat(32) };
  const uploading = { ...engine, request: { ...engine.request, straceFile } };

  it('uploads the user’s own strace first, and says so', async () => {
    const { outcome, pod, progress } = await play({
      ...uploading,
      answers: { 'node-triage-probe-strace': 'tool - /node-triage/tools/strace\nstrace -- version 6.1\n' },
    });
    const { record, folder } = kept(outcome);
    expect(record.issues).toEqual([]);
    const text = await readFile(path.join(folder, 'capture.json'), 'utf8');
    expect(parseCaptureRecord(text, 'capture.json', { startedAt: '', files: [] }).trace).toMatchObject({
      engine: 'strace',
      straceVersion: '6.1',
      straceOrigin: 'uploaded',
      straceSha256: straceFile.sha256,
    });
    expect(pod.ran.slice(0, 2)).toEqual(['upload strace', 'node-triage-probe-strace']);
    // Its path goes before the usual ones.
    expect(pod.probed).toEqual(['/node-triage/tools/strace']);
    const [first, second] = progress;
    expect([first?.phase, first?.bytes, second?.phase, second?.bytes]).toEqual([
      'uploading',
      0,
      'uploading',
      5000,
    ]);
  });

  it.each([
    ['- /usr/bin/strace', 'image', '/usr/bin/strace'],
    ['/host /usr/bin/strace', 'node', '/host/usr/bin/strace'],
  ])('says that another one was used: %s', async (tool, straceOrigin, shown) => {
    const answers = { 'node-triage-probe-strace': `tool ${tool}\nstrace -- version 6.1\n` };
    const { record } = kept((await play({ ...uploading, answers })).outcome);
    expect(record.trace).toMatchObject({ straceOrigin, straceSha256: undefined });
    expect(record.issues).toEqual([
      `The uploaded strace does not run in the pod; ${shown} was used in its place.`,
    ]);
    // Where nothing was uploaded, nothing is wrong with that.
    const without = kept((await play({ ...engine, answers })).outcome).record;
    expect([without.trace?.straceOrigin, without.issues]).toEqual([straceOrigin, []]);
  });

  it('attaches to nothing where the uploaded one does not run, and is the only one', async () => {
    const { outcome, pod } = await play({
      ...uploading,
      answers: { 'node-triage-probe-strace': 'missing strace\n' },
    });
    expect(outcome).toMatchObject({
      code: 'exec-refused',
      facts: { reason: 'the uploaded strace does not run in localhost/debug:1, and there is no other' },
    });
    expect(pod.jobsEnded).toEqual([]);
  });

  it('uploads nothing for the kernel’s tracing', async () => {
    const { outcome, pod } = await play({ request: { straceFile } });
    expect(kept(outcome).record.trace?.engine).toBe('kernel');
    expect(pod.ran).not.toContain('upload strace');
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

  it('while uploading, it leaves nothing, and runs nothing', async () => {
    const straceFile = { bytes: new Uint8Array(5000), sha256: 'ab'.repeat(32) };
    const { outcome, files, pod } = await play({
      request: { engine: 'strace', straceFile },
      cancelWhen: step => step.phase === 'uploading',
    });
    expect(outcome).toMatchObject({ code: 'cancelled' });
    expect([files, pod.ran, pod.jobsEnded]).toEqual([[], [], []]);
  });

  it('while checking after strace, it leaves nothing', async () => {
    const { outcome, files } = await play({
      request: { engine: 'strace' },
      cancelWhen: step => step.phase === 'checking',
    });
    expect(outcome).toMatchObject({ code: 'cancelled' });
    expect(files).toEqual([]);
  });
});
