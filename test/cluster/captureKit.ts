/**
 * Captures on the cluster under test, by the extension's own rooms: cluster, capture, worker, profile. What the editor
 * adds (progress, settings, views) is not here.
 */
import path from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import {
  captureProfile,
  type CaptureProgress,
  type CaptureRequest,
} from '../../src/capture/captureProfile.js';
import { systemClock } from '../../src/capture/clock.js';
import type { ClusterConnection } from '../../src/cluster/clusterPorts.js';
import { buildFlatTable } from '../../src/profile/flatTable.js';
import type { ProfileSummary } from '../../src/profile/model.js';
import { StringReader } from '../../src/profile/packedStrings.js';
import type { DecodedProfile } from '../../src/worker/workerPorts.js';
import { createProfileDecoder } from '../../src/worker/node/profileDecoder.js';
import { kubeletOn } from '../../src/capture/profileTarget.js';
import { temporaryFolder } from './testCluster.js';

export const LIMITS = { maxBytes: 512 * 1024 * 1024 };

const root = path.resolve(import.meta.dirname, '../..');
const workerFile = path.join(root, 'out/cluster-lane/worker.cjs');

/** The worker thread runs bundled, as in the extension. */
export async function buildWorker(): Promise<void> {
  await build({
    entryPoints: [path.join(root, 'src/worker/node/decodeWorker.ts')],
    outfile: workerFile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
}

/** Ended with the test. */
export function openDecoder(): ReturnType<typeof createProfileDecoder> {
  const decoder = createProfileDecoder(workerFile);
  onTestFinished(() => decoder.dispose());
  return decoder;
}

export async function decodeFile(file: string): Promise<DecodedProfile> {
  return openDecoder().decode({ kind: 'file', path: file }, LIMITS, AbortSignal.timeout(30_000));
}

export interface RunningCapture {
  readonly outcome: ReturnType<typeof captureProfile>;
  /** Every report so far. */
  readonly reports: readonly CaptureProgress[];
  /** The folder of all captures: empty, or what was kept. */
  readonly root: string;
  cancel(): void;
  stopAndKeep(): void;
}

export type CaptureChoice = Pick<CaptureRequest, 'node' | 'profile' | 'seconds' | 'sliceSeconds'> &
  Partial<Pick<CaptureRequest, 'whenBusy'>>;

export function startCapture(connection: ClusterConnection, choice: CaptureChoice): RunningCapture {
  const cancel = new AbortController();
  const stop = new AbortController();
  // What a failed test left running must not reach into the next.
  onTestFinished(() => cancel.abort());
  const reports: CaptureProgress[] = [];
  const folder = temporaryFolder();
  const outcome = captureProfile(
    {
      profiler: connection.profiler,
      metrics: connection.metrics,
      decoder: openDecoder(),
      clock: systemClock,
    },
    {
      context: connection.context.name,
      whenBusy: 'fail',
      maxBytes: LIMITS.maxBytes,
      root: folder,
      writtenBy: 'node-triage cluster tests',
      ...choice,
      ...kubeletOn(choice.node),
    },
    { cancel: cancel.signal, stop: stop.signal },
    progress => reports.push(progress),
  );
  // Awaited later, or not at all where the test fails before.
  outcome.catch(() => undefined);
  return { outcome, reports, root: folder, cancel: () => cancel.abort(), stopAndKeep: () => stop.abort() };
}

/** Awaits a capture that must be kept. */
export async function keptCapture({ outcome }: RunningCapture) {
  const result = await outcome;
  if (result.kind !== 'kept') throw new Error(`the capture was not kept: ${result.kind}`);
  const { folder, record, fault } = result;
  const [file] = record.files;
  if (file === undefined) throw new Error('the capture has no file');
  return { folder, record, fault, file: path.join(folder, file.name) };
}

/** How long the profile says it is: by the kubelet's clock, which starts and ends a little beside the seconds asked for. */
export function secondsOf({ durationNanos }: ProfileSummary): number {
  return durationNanos / 1e9;
}

export interface TopRow {
  readonly flat: number;
  readonly cum: number;
}

/** Flat and cumulative value of every function, of the default sample type. */
export function topOf({ summary, tables }: DecodedProfile): ReadonlyMap<string, TopRow> {
  const table = buildFlatTable(tables.tree, tables.functions, summary.defaultSampleType);
  const names = new StringReader(tables.strings);
  return new Map(
    table.name.map((name, row) => [
      names.get(name),
      { flat: table.flat[row] ?? 0, cum: table.cum[row] ?? 0 },
    ]),
  );
}
