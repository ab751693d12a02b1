/** One capture from beginning to end, with whatever happens on the way. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import {
  captureProfile,
  type CaptureOutcome,
  type CaptureProgress,
  type CaptureRequest,
} from '../../../src/capture/captureProfile.js';
import {
  cpuRequest,
  drive,
  FakeClock,
  FakeDecoder,
  FakeKubeletMetrics,
  FakeKubeletProfiler,
  filesBelow,
  temporaryFolder,
  textOf,
  type Answer,
} from './captureFakes.js';

export const BUSY = new TriageError('profiler-busy', 'node1: cpu profiling already in use.', {
  node: 'node1',
});
export const FOLDER = '2026-11-23T08-39-10Z-node1-cpu';

export type When = (progress: CaptureProgress) => boolean;

export interface Scene {
  readonly answers: readonly Answer[];
  readonly readings?: ConstructorParameters<typeof FakeKubeletMetrics>[1];
  readonly request?: Partial<CaptureRequest>;
  /** What making a file of merged slices takes. */
  readonly writingMs?: number;
  readonly stopWhen?: When;
  readonly cancelWhen?: When;
  /** Time stands still while what it returns is under way. */
  readonly onProgress?: (progress: CaptureProgress) => Promise<unknown> | undefined;
}

/** Runs a capture in a folder of its own until it ends, one way or the other. */
export async function play(scene: Scene) {
  const root = await temporaryFolder();
  const clock = new FakeClock();
  const profiler = new FakeKubeletProfiler(clock, scene.answers);
  const metrics = new FakeKubeletMetrics(clock, scene.readings ?? [{ cpuSeconds: 5 }, { cpuSeconds: 45.5 }]);
  const { writingMs } = scene;
  const decoder = new FakeDecoder(
    writingMs === undefined ? undefined : () => clock.sleep(writingMs, new AbortController().signal),
  );
  const cancel = new AbortController();
  const stop = new AbortController();
  const progress: CaptureProgress[] = [];
  const work = captureProfile(
    { profiler, metrics, clock, decoder },
    cpuRequest(root, scene.request),
    { cancel: cancel.signal, stop: stop.signal },
    step => {
      progress.push(step);
      const work = scene.onProgress?.(step);
      if (work !== undefined) clock.hold(work);
      if (scene.stopWhen?.(step) === true) stop.abort();
      if (scene.cancelWhen?.(step) === true) cancel.abort();
    },
  );
  const outcome = await drive(clock, work).catch((error: unknown) => error);
  return { root, clock, profiler, decoder, progress, outcome, files: await filesBelow(root) };
}

export function kept(outcome: unknown): Extract<CaptureOutcome, { kind: 'kept' }> {
  expect(outcome).toMatchObject({ kind: 'kept' });
  return outcome as Extract<CaptureOutcome, { kind: 'kept' }>;
}

export async function readText(root: string, ...parts: string[]): Promise<string> {
  return textOf(await readFile(path.join(root, ...parts)));
}
