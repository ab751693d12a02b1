/** Captures in a debug pod of node1, as the commands of the extension take them; and a node whose memory.stat is slow. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { PodCapturePorts, PodCaptureProgress, PodCaptureRequest } from '../../src/capture/podCapture.js';
import { systemClock } from '../../src/capture/clock.js';
import { kubeletOn } from '../../src/capture/profileTarget.js';
import type { PodLevel } from '../../src/debugpod/debugPodPorts.js';
import { expectNothingLeft, NODE, openLab, requestIn } from './debugPodLab.js';
import { heatCgroups } from './local/heatCgroups.js';
import { requireLayout, requireNodeLayout, temporaryFolder, testSignal } from './testCluster.js';
import { createNamespace } from './testNamespace.js';

/** Slow memory.stat reads, until the end of the test. */
export async function heatNode(): Promise<void> {
  const source = path.join(import.meta.dirname, 'local/hotCgroups.c');
  onTestFinished(await heatCgroups(requireLayout(), requireNodeLayout(NODE), source));
}

type Capture<T> = (
  ports: PodCapturePorts,
  request: PodCaptureRequest,
  signal: AbortSignal,
  onProgress: (progress: PodCaptureProgress) => void,
) => Promise<T>;

/** Runs it in a pod of its own, of the level that its command asks for; afterwards nothing is left on the cluster. */
export async function captureInPod<T>(
  level: PodLevel,
  capture: Capture<T>,
  signal: AbortSignal = testSignal(),
  onProgress: (progress: PodCaptureProgress) => void = () => undefined,
): Promise<{ readonly outcome: T; readonly phases: readonly string[] }> {
  const lab = await openLab();
  const namespace = await createNamespace();
  onTestFinished(() => namespace.remove());
  const nodes = await lab.connection.nodes.list(AbortSignal.timeout(10_000));
  const node = nodes.find(candidate => candidate.name === NODE);
  if (node === undefined) throw new Error(`the cluster has no ${NODE}`);
  const root = temporaryFolder();
  const phases = new Set<string>();
  const request = { context: 'test', ...kubeletOn(node), root, writtenBy: 'node-triage cluster tests' };
  try {
    const outcome = await lab.maker.withPod(
      requestIn(namespace.name, { level }),
      (pod, inner) =>
        capture({ pod, clock: systemClock }, request, inner, progress => {
          phases.add(progress.phase);
          onProgress(progress);
        }),
      signal,
    );
    return { outcome, phases: [...phases] };
  } catch (error) {
    expect(readdirSync(root)).toEqual([]);
    throw error;
  } finally {
    await expectNothingLeft(lab, namespace.name, 'node-triage-threads');
  }
}
