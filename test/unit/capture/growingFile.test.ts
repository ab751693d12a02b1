import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import { GrowingFile } from '../../../src/capture/growingFile.js';
import type { SliceMerger } from '../../../src/worker/workerPorts.js';
import { slice } from './captureFakes.js';
import { BUSY, FOLDER, kept, play, readText } from './captureScene.js';

const never = new AbortController().signal;
/** Ten minutes in slices of 10 s, a, b, c, …: what is on the disk can be read off the text. */
const LETTERS = Array.from({ length: 60 }, (_, index) => String.fromCharCode(97 + (index % 26)));
const LONG = { seconds: 600, sliceSeconds: 10 };
const LOST = new TriageError('connection-lost', 'node1: the answer was cut off.', { node: 'node1' });
const joined = (count: number) => LETTERS.slice(0, count).join('+');

describe('the growing file of a capture', () => {
  it('has each slice as soon as it is there where writing is cheap', async () => {
    const { decoder } = await play({ answers: LETTERS.map(slice), request: LONG, writingMs: 100 });
    // The first slice is kept as it came.
    expect(decoder.files).toEqual(LETTERS.map((_, index) => index + 1).slice(1));
  });

  it('is written at a fiftieth of the time where writing is dear', async () => {
    const { decoder, root, outcome } = await play({
      answers: LETTERS.map(slice),
      request: LONG,
      writingMs: 900,
    });
    // 45 s between two: each fifth slice of 10 s.
    expect(decoder.files).toEqual([2, 7, 12, 17, 22, 27, 32, 37, 42, 47, 52, 57, 60]);
    expect(await readText(root, FOLDER, 'cpu.pb.gz')).toBe(joined(60));
    expect(kept(outcome).record).toMatchObject({ state: 'complete', slicesDone: 60 });
    expect(decoder.openMergers).toBe(0);
  });

  it('lacks a minute at most, and the slice under way, however dear writing is', async () => {
    const { decoder } = await play({ answers: LETTERS.map(slice), request: LONG, writingMs: 30_000 });
    expect(decoder.files).toEqual([2, 8, 14, 20, 26, 32, 38, 44, 50, 56, 60]);
  });

  it('says of itself only what is in it while slices wait to be written', async () => {
    const records: unknown[] = [];
    await play({
      answers: LETTERS.map(slice),
      request: LONG,
      writingMs: 900,
      onProgress: async ({ phase, slicesDone, folder }) => {
        if (phase !== 'profiling' || slicesDone !== 5 || records.length > 0) return;
        records.push(JSON.parse(await readFile(`${folder}/capture.json`, 'utf8')));
        records.push(await readText(folder, 'cpu.pb.gz'));
      },
    });
    expect(records).toMatchObject([{ slicesDone: 2, secondsCaptured: 20, state: 'running' }, joined(2)]);
  });

  it.each([
    ['stopped', [...LETTERS.slice(0, 5).map(slice), 'hangs' as const], 'stopped'],
    ['the next slice fails', [...LETTERS.slice(0, 5).map(slice), LOST], 'failed'],
    ['the next slice cannot be read', [...LETTERS.slice(0, 5).map(slice), slice('bad')], 'failed'],
  ])('has what waited to be written when it is over: %s', async (_, answers, state) => {
    const { outcome, root, decoder } = await play({
      answers,
      request: LONG,
      writingMs: 900,
      stopWhen: ({ phase, slicesDone }) => state === 'stopped' && phase === 'profiling' && slicesDone === 5,
    });
    expect(await readText(root, FOLDER, 'cpu.pb.gz')).toBe(joined(5));
    expect(kept(outcome).record).toMatchObject({ state, slicesDone: 5, secondsCaptured: 50 });
    expect(decoder.files).toEqual([2, 5]);
    expect(decoder.openMergers).toBe(0);
  });

  it('is written before a wait for the profiler, which may be long', async () => {
    const seen: string[] = [];
    await play({
      answers: [...LETTERS.slice(0, 5).map(slice), BUSY, ...LETTERS.slice(5, 7).map(slice)],
      request: { seconds: 70, sliceSeconds: 10 },
      writingMs: 900,
      onProgress: async ({ phase, slicesDone, folder }) => {
        if (phase === 'profiling' && slicesDone === 5) seen.push(await readText(folder, 'cpu.pb.gz'));
      },
    });
    // Asked for the first time, and again after the wait.
    expect([seen[0], seen.at(-1)]).toEqual([joined(2), joined(5)]);
  });

  it('is written where many bytes wait', async () => {
    const written: number[] = [];
    const merger: SliceMerger = {
      add: () => Promise.resolve({ sampleCount: 1, timeMs: 0 }),
      encode: () => Promise.resolve(slice('all')),
      dispose: () => undefined,
    };
    // Writing takes a second, so that 50 s of slices would have to wait.
    let nowMs = 0;
    const file = new GrowingFile(merger, { monotonicMs: () => nowMs }, (_, slices) => {
      nowMs += 1000;
      written.push(slices);
      return Promise.resolve();
    });
    const large = new Uint8Array(11 * 1024 * 1024);
    for (let count = 0; count < 7; count++) {
      await file.add(large, 1, never);
      await file.saveIfDue(never);
    }
    expect(written).toEqual([1, 4, 7]);
  });
});
