import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import { filesBelow, slice, temporaryFolder } from './captureFakes.js';
import { BUSY, FOLDER, kept, play, readText } from './captureScene.js';

const LOST = new TriageError('connection-lost', 'node1: the answer was cut off.', { node: 'node1' });
const FORBIDDEN = new TriageError('forbidden', 'node1: forbidden.', { node: 'node1' });

describe('captureProfile: faults', () => {
  it('leaves nothing when the first slice fails, and tells why', async () => {
    const { outcome, files } = await play({ answers: [FORBIDDEN] });
    expect(outcome).toBe(FORBIDDEN);
    expect(files).toEqual([]);
  });

  it.each([
    ['the network fails', LOST, 'node1: the answer was cut off.'],
    ['a slice cannot be decoded', slice('bad'), 'Slice 2 ends in the middle of a field.'],
    ['the kubelet does not answer', 'hangs' as const, 'node1: no answer within 40 s.'],
  ])('keeps finished slices when %s', async (_, answer, cause) => {
    const { root, outcome, profiler } = await play({ answers: [slice('a'), slice('b'), answer] });
    const { record, fault } = kept(outcome);
    expect(record).toMatchObject({ state: 'failed', slicesDone: 2, secondsCaptured: 20 });
    expect(record.issues).toEqual([`Slice 3 of 3 failed, the slices before it were kept: ${cause}`]);
    expect(fault?.message).toBe(cause);
    expect(await readText(root, FOLDER, 'cpu.pb.gz')).toBe('a+b');
    expect(await filesBelow(path.join(root, FOLDER))).toEqual(['capture.json', 'cpu.pb.gz']);
    expect(profiler.openRequests).toBe(0);
  });

  it('gives up on a first slice that never comes', async () => {
    const { outcome, files, clock } = await play({ answers: ['hangs'] });
    expect(outcome).toMatchObject({ code: 'timed-out', node: 'node1', facts: { seconds: 40 } });
    expect(files).toEqual([]);
    expect(clock.monotonicMs()).toBe(40_100);
  });

  it('refuses a folder that cannot be written before it asks the kubelet', async () => {
    const file = path.join(await temporaryFolder(), 'a-file');
    await writeFile(file, '');
    const { outcome, profiler } = await play({
      answers: [slice('a')],
      request: { root: path.join(file, 'x') },
    });
    expect(outcome).toMatchObject({ code: 'capture-write-failed', facts: { folder: path.join(file, 'x') } });
    expect(profiler.requests).toEqual([]);
  });

  it('leaves nothing when the first slice cannot be written', async () => {
    const { outcome, files } = await play({
      answers: [slice('a')],
      // The folder of all captures vanishes, as on an unplugged disk.
      onProgress: async ({ phase, folder }) => {
        if (phase === 'profiling') await rm(path.dirname(folder), { recursive: true, force: true });
      },
    });
    expect(outcome).toMatchObject({ code: 'capture-write-failed' });
    expect(files).toEqual([]);
  });

  it('ends with what is on the disk when a later slice cannot be written', async () => {
    let isBlocked = false;
    const { outcome, root } = await play({
      answers: [slice('a'), slice('b')],
      onProgress: async ({ phase, slicesDone, folder }) => {
        if (isBlocked || phase !== 'profiling' || slicesDone !== 1) return;
        isBlocked = true;
        // A folder in the place of the file: a rename over it fails on every system, for root too.
        await rm(path.join(folder, 'cpu.pb.gz'));
        await mkdir(path.join(folder, 'cpu.pb.gz', 'in the way'), { recursive: true });
      },
    });
    const { record, fault } = kept(outcome);
    expect(fault?.code).toBe('capture-write-failed');
    expect(record).toMatchObject({ state: 'failed', slicesDone: 1 });
    expect((await filesBelow(path.join(root, FOLDER))).filter(file => file.endsWith('.tmp'))).toEqual([]);
  });
});

describe('captureProfile: a profiler in use', () => {
  it('rejects at once unless told to wait', async () => {
    const { outcome, files, clock } = await play({ answers: [BUSY] });
    expect(outcome).toBe(BUSY);
    expect(files).toEqual([]);
    expect(clock.monotonicMs()).toBeLessThan(1000);
  });

  it('asks again every 3 s until it is free, and records the wait', async () => {
    const { outcome, profiler } = await play({
      answers: [BUSY, BUSY, slice('a')],
      request: { whenBusy: 'wait' },
    });
    expect(profiler.requests).toHaveLength(2 + 3);
    expect(kept(outcome).record).toMatchObject({
      state: 'complete',
      slicesDone: 3,
      issues: ['Another CPU profile was running before slice 1; waited 6 s for it.'],
    });
  });

  it('waits between slices without being told, and gives up after two minutes', async () => {
    const patient = await play({ answers: [slice('a'), BUSY, slice('b')] });
    expect(kept(patient.outcome).record).toMatchObject({
      state: 'complete',
      issues: ['Another CPU profile was running before slice 2; waited 3 s for it.'],
    });
    const inVain = await play({ answers: [slice('a'), BUSY] });
    expect(kept(inVain.outcome).record).toMatchObject({ state: 'failed', slicesDone: 1 });
    expect(inVain.clock.monotonicMs()).toBeGreaterThan(120_000);
  });
});

describe('captureProfile: what it notes', () => {
  const metricsForbidden = new TriageError('forbidden', 'node1: /metrics is forbidden.');

  it.each([
    [
      'metrics that may not be read',
      [metricsForbidden],
      ['The kubelet’s process CPU could not be read before the profile: node1: /metrics is forbidden.'],
    ],
    [
      'metrics that fail afterwards',
      [{}, metricsForbidden],
      ['The kubelet’s process CPU could not be read after the profile: node1: /metrics is forbidden.'],
    ],
    [
      'metrics that hang',
      ['hangs' as const],
      ['The kubelet’s process CPU could not be read before the profile: node1: no answer within 5 s.'],
    ],
    [
      'a restart',
      [{ startTimeSeconds: 1000 }, { startTimeSeconds: 2000 }],
      ['The kubelet restarted during the capture; its process CPU is unknown.'],
    ],
  ])('%s', async (_, readings, issues) => {
    const { outcome } = await play({ answers: [slice('a')], readings });
    const { record } = kept(outcome);
    expect(record.state).toBe('complete');
    expect(record.processCpu).toBeUndefined();
    expect(record.issues).toEqual(issues);
  });

  it('an idle kubelet, and contention profiling that is off', async () => {
    const idle = await play({ answers: [slice('empty')], request: { sliceSeconds: 0 } });
    expect(kept(idle.outcome).record.issues).toEqual([
      'The kubelet was idle: the CPU profile has no samples.',
    ]);
    const block = await play({ answers: [slice('empty')], request: { profile: 'block' } });
    expect(kept(block.outcome).record.issues).toEqual([
      'The profile is empty: the kubelet records contention only with enableContentionProfiling in its configuration.',
    ]);
  });
});
