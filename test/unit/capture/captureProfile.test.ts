import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCaptures } from '../../../src/capture/captureFolder.js';
import { renameCapture, renameCase } from '../../../src/capture/renameCaptures.js';
import { captureProfile } from '../../../src/capture/captureProfile.js';
import {
  cpuRequest,
  drive,
  FakeClock,
  FakeDecoder,
  FakeKubeletMetrics,
  FakeKubeletProfiler,
  filesBelow,
  NODE,
  slice,
  START_MS,
  temporaryFolder,
} from './captureFakes.js';
import { BUSY, FOLDER, kept, play, readText, type Scene, type When } from './captureScene.js';

describe('captureProfile', () => {
  it('says of k3s that the profile is of the whole program', async () => {
    const node = { ...NODE, kubeletVersion: 'v1.31.4+k3s1' };
    const { outcome } = await play({ answers: [slice('a'), slice('b'), slice('c')], request: { node } });
    expect(kept(outcome).record.issues).toEqual([
      'The kubelet is a part of k3s here: CPU, threads and calls are those of the whole program.',
    ]);
  });

  it('merges slices into one file and records what it knows', async () => {
    const { root, files, profiler, outcome } = await play({ answers: [slice('a'), slice('b'), slice('c')] });
    expect(files).toEqual([FOLDER, `${FOLDER}/capture.json`, `${FOLDER}/cpu.pb.gz`]);
    expect(await readText(root, FOLDER, 'cpu.pb.gz')).toBe('a+b+c');
    expect(profiler.requests).toEqual([
      { profile: 'cpu', seconds: 10 },
      { profile: 'cpu', seconds: 10 },
      { profile: 'cpu', seconds: 10 },
    ]);
    const record: unknown = JSON.parse(await readFile(path.join(root, FOLDER, 'capture.json'), 'utf8'));
    expect(record).toEqual({
      schema: 1,
      state: 'complete',
      profile: 'cpu',
      context: 'prod',
      node: {
        name: 'node1',
        kubeletVersion: 'v1.33.0',
        kernelVersion: '6.1.0-18-amd64',
        osImage: 'Debian GNU/Linux 12',
        containerRuntimeVersion: 'containerd://1.7.2',
        architecture: 'amd64',
        operatingSystem: 'linux',
        goVersion: 'go1.24.1',
      },
      target: { kind: 'kubelet', node: 'node1' },
      startedAt: '2026-11-23T08:39:10.000Z',
      // 0.1 s reading + 3 × 10.5 s + 0.1 s reading
      endedAt: '2026-11-23T08:39:41.700Z',
      secondsPlanned: 30,
      secondsCaptured: 30,
      slicesPlanned: 3,
      slicesDone: 3,
      processCpu: { cpuSeconds: 40.5, windowSeconds: 31.6 },
      // The profile says 2.1 s after the start, and its slice began at 0.1 s.
      clockSkewSeconds: 2,
      files: [{ name: 'cpu.pb.gz', kind: 'cpu' }],
      issues: [],
      writtenBy: 'node-triage 0.1.0',
    });
    expect(kept(outcome).fault).toBeUndefined();
  });

  it('lets a reader see the file grow, slice by slice', async () => {
    const seen: string[] = [];
    const { progress } = await play({
      answers: [slice('a'), slice('b'), slice('c')],
      onProgress: async ({ phase, slicesDone, folder }) => {
        if (phase === 'profiling' && slicesDone > seen.length) seen.push(await readText(folder, 'cpu.pb.gz'));
      },
    });
    expect(seen).toEqual(['a', 'a+b']);
    expect(progress.at(-1)).toMatchObject({ phase: 'finishing', slicesDone: 3 });
  });

  it('ticks each second with the phase and the seconds left', async () => {
    const { progress } = await play({ answers: [slice('a')], request: { seconds: 4, sliceSeconds: 2 } });
    const lines = progress.map(
      step => `${step.phase} ${step.slice}/${step.slicesPlanned} ${step.secondsLeft} s`,
    );
    expect(lines.filter((line, index) => line !== lines[index - 1])).toEqual([
      'preparing 1/2 4 s',
      'profiling 1/2 4 s',
      // 1.9 s into the slice, after 0.1 s of reading
      'profiling 1/2 3 s',
      'saving 1/2 2 s',
      'profiling 2/2 2 s',
      'profiling 2/2 1 s',
      'profiling 2/2 0 s',
      'saving 2/2 0 s',
      'finishing 2/2 0 s',
    ]);
  });

  it('takes one long shot with slices of 0, kept as the kubelet sent it', async () => {
    const { root, profiler } = await play({ answers: [slice('long')], request: { sliceSeconds: 0 } });
    expect(profiler.requests).toEqual([{ profile: 'cpu', seconds: 30 }]);
    expect(await readText(root, FOLDER, 'cpu.pb.gz')).toBe('long');
  });

  it.each(['heap', 'allocs', 'goroutine', 'block', 'mutex', 'threadcreate'] as const)(
    'fetches %s once, without a measurement around it',
    async profile => {
      const { outcome, profiler, files } = await play({ answers: [slice('x')], request: { profile } });
      expect(profiler.requests).toEqual([{ profile, seconds: 0 }]);
      const { record } = kept(outcome);
      expect(record.processCpu).toBeUndefined();
      expect(record.secondsPlanned).toBeUndefined();
      expect(record.issues).toEqual([]);
      expect(files).toContain(`2026-11-23T08-39-10Z-node1-${profile}/${profile}.pb.gz`);
    },
  );

  it('saves an execution trace as it came, and refuses what is none', async () => {
    const trace = new TextEncoder().encode('go 1.26 trace\0\0\0…');
    const request = { profile: 'trace', seconds: 5 } as const;
    const good = await play({ answers: [trace], request });
    expect(good.profiler.requests).toEqual([{ profile: 'trace', seconds: 5 }]);
    expect(good.files.at(-1)).toBe('2026-11-23T08-39-10Z-node1-trace/trace.out');
    const bad = await play({ answers: [slice('no trace')], request });
    expect(bad.outcome).toMatchObject({ code: 'file-corrupt', node: 'node1' });
    expect(bad.files).toEqual([]);
  });

  it('gives two captures of the same second a folder each', async () => {
    const root = await temporaryFolder();
    const captureOnce = async () => {
      const clock = new FakeClock();
      const profiler = new FakeKubeletProfiler(clock, [slice('a')]);
      const metrics = new FakeKubeletMetrics(clock, [{}]);
      const ports = { profiler, metrics, clock, decoder: new FakeDecoder() };
      const signals = { cancel: new AbortController().signal, stop: new AbortController().signal };
      return drive(
        clock,
        captureProfile(ports, cpuRequest(root), signals, () => undefined),
      );
    };
    await Promise.all([captureOnce(), captureOnce()]);
    await captureOnce();
    expect((await filesBelow(root)).filter(file => !file.includes('/'))).toEqual([
      FOLDER,
      `${FOLDER}-2`,
      `${FOLDER}-3`,
    ]);
  });

  it('keeps the names a person gives it and its case while it runs', async () => {
    let isRenamed = false;
    const { root } = await play({
      answers: [slice('a')],
      onProgress: async ({ phase, slicesDone, folder }) => {
        if (isRenamed || phase !== 'profiling' || slicesDone !== 1) return;
        isRenamed = true;
        const [running] = (await listCaptures(path.dirname(folder), START_MS)).captures;
        if (running?.kind !== 'capture') throw new Error('it is not there');
        await renameCapture(running, 'before the fix');
        await renameCase([running], 'slow start', 'abc');
      },
    });
    const [capture] = (await listCaptures(root, START_MS)).captures;
    expect(capture).toMatchObject({
      record: {
        title: 'before the fix',
        case: { id: 'abc', title: 'slow start' },
        state: 'complete',
      },
    });
  });
});

describe('captureProfile: stop and keep', () => {
  it('keeps the finished slices and measures the CPU up to there', async () => {
    const { root, outcome, profiler } = await play({
      answers: [slice('a'), slice('b'), slice('c')],
      stopWhen: ({ slicesDone, secondsLeft }) => slicesDone === 2 && secondsLeft === 5,
    });
    expect(kept(outcome).record).toMatchObject({
      state: 'stopped',
      secondsPlanned: 30,
      secondsCaptured: 20,
      slicesDone: 2,
      processCpu: { cpuSeconds: 40.5 },
      issues: [],
    });
    expect(await readText(root, FOLDER, 'cpu.pb.gz')).toBe('a+b');
    expect(profiler.openRequests).toBe(0);
  });

  it('keeps the slice that is being saved', async () => {
    const { outcome } = await play({
      answers: [slice('a')],
      stopWhen: ({ phase, slicesDone }) => phase === 'saving' && slicesDone === 0,
    });
    expect(kept(outcome).record).toMatchObject({ state: 'stopped', slicesDone: 1 });
  });

  it('is complete when the last slice has come', async () => {
    const { outcome } = await play({
      answers: [slice('a')],
      stopWhen: ({ phase }) => phase === 'finishing',
    });
    expect(kept(outcome).record).toMatchObject({ state: 'complete', slicesDone: 3 });
  });

  it.each([
    ['before the first request', { phase: 'preparing' }],
    ['in the first slice', { phase: 'profiling', slice: 1 }],
  ])('keeps nothing %s, and says so', async (_, moment) => {
    const { outcome, files, profiler } = await play({
      answers: [slice('a')],
      stopWhen: progress =>
        Object.entries(moment).every(([key, value]) => progress[key as 'phase'] === value),
    });
    expect(outcome).toEqual({ kind: 'nothing' });
    expect(files).toEqual([]);
    expect(profiler.openRequests).toBe(0);
  });
});

describe('captureProfile: cancel', () => {
  const moments: readonly (readonly [string, When, Partial<Scene>])[] = [
    ['while the metrics are read', ({ phase }) => phase === 'preparing', {}],
    ['in the first slice', ({ phase, slice: n }) => phase === 'profiling' && n === 1, {}],
    ['while the first slice is saved', ({ phase, slicesDone }) => phase === 'saving' && slicesDone === 0, {}],
    ['when the first slice is on the disk', ({ slicesDone }) => slicesDone === 1, {}],
    ['in the third slice', ({ phase, slicesDone }) => phase === 'profiling' && slicesDone === 2, {}],
    ['while the third slice is saved', ({ phase, slicesDone }) => phase === 'saving' && slicesDone === 2, {}],
    ['at the end', ({ phase }) => phase === 'finishing', {}],
    [
      'while waiting for the profiler',
      ({ phase }) => phase === 'waiting',
      { answers: [BUSY], request: { whenBusy: 'wait' } },
    ],
    ['while waiting between slices', ({ phase }) => phase === 'waiting', { answers: [slice('a'), BUSY] }],
  ];

  it.each(moments)('%s leaves nothing behind', async (_, cancelWhen, scene) => {
    let isCancelled = false;
    const { outcome, files, profiler, clock } = await play({
      answers: [slice('a')],
      ...scene,
      cancelWhen: progress => {
        const isMoment = cancelWhen(progress);
        isCancelled ||= isMoment;
        return isMoment;
      },
    });
    expect(isCancelled).toBe(true);
    expect(outcome).toMatchObject({ code: 'cancelled' });
    expect(files).toEqual([]);
    expect(profiler.openRequests).toBe(0);
    // Nothing is waited for any more: no timer, no request.
    expect(clock.isAwaited).toBe(false);
  });

  it('does not begin when cancelled before', async () => {
    const root = path.join(await temporaryFolder(), 'captures');
    const clock = new FakeClock();
    const profiler = new FakeKubeletProfiler(clock, [slice('a')]);
    const ports = {
      profiler,
      metrics: new FakeKubeletMetrics(clock, [{}]),
      clock,
      decoder: new FakeDecoder(),
    };
    const signals = { cancel: AbortSignal.abort(), stop: new AbortController().signal };
    await expect(captureProfile(ports, cpuRequest(root), signals, () => undefined)).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(profiler.requests).toEqual([]);
    expect(await filesBelow(path.dirname(root))).toEqual([]);
  });
});
