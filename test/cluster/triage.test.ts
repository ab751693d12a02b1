/** *Triage Node* on real kubelets: an idle one has no cause, a node with slow memory.stat has it named by the measured read. */
import { cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureNodeEvidence } from '../../src/capture/captureNodeEvidence.js';
import { captureTriage, type TriageOutcome } from '../../src/capture/captureTriage.js';
import { systemClock } from '../../src/capture/clock.js';
import { kubeletOn } from '../../src/capture/profileTarget.js';
import { runInspect } from '../../src/cli/runInspect.js';
import type { ClusterNode } from '../../src/cluster/clusterPorts.js';
import { samplesInProcess } from '../support/samplesInProcess.js';
import { captureInPod, heatNode } from './podCaptureKit.js';
import { connect, listNodes, onLocalCgroupV1, temporaryFolder, testSignal } from './testCluster.js';

const SECONDS = 15;

async function triage(node: ClusterNode): Promise<TriageOutcome & { readonly seconds: number }> {
  const { answers, profiler, metrics } = await connect();
  const started = performance.now();
  const outcome = await captureTriage(
    { answers, profiler, metrics, clock: systemClock },
    {
      context: 'test',
      ...kubeletOn(node),
      seconds: SECONDS,
      root: temporaryFolder(),
      writtenBy: 'node-triage cluster tests',
    },
    { cancel: testSignal(), stop: new AbortController().signal },
    () => undefined,
  );
  return { ...outcome, seconds: (performance.now() - started) / 1000 };
}

interface Judged {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly accounting: Readonly<Record<string, unknown>>;
  readonly findings: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly confidence: string;
    readonly evidence: readonly { readonly text: string }[];
  }[];
  readonly unread: readonly unknown[];
}

function judge(folder: string): Judged {
  const { output, exitCode } = runInspect(['--triage', folder, '--json']);
  expect(exitCode).toBe(0);
  return output as Judged;
}

/** As *Examine Node* does it: through one pod, the cgroups by the root of process 1. */
const examine: Parameters<typeof captureInPod<Awaited<ReturnType<typeof captureNodeEvidence>>>>[1] = (
  ports,
  request,
  signal,
  onProgress,
) =>
  captureNodeEvidence(
    { ...ports, samples: samplesInProcess },
    { ...request, threadSeconds: 5 },
    signal,
    onProgress,
  );

const sureOf = ({ findings }: Judged): readonly string[] =>
  findings.filter(({ confidence }) => confidence !== 'low').map(({ id }) => id);

describe('Triage Node', () => {
  it('takes an idle node in the time of its profile, and finds no cause', async () => {
    const [node] = await listNodes(await connect());
    const { folder, record, seconds } = await triage(node);
    console.log(
      `triage of an idle node: ${seconds.toFixed(1)} s, ${String(readdirSync(folder).length)} files`,
    );
    expect(record.state).toBe('complete');
    const judged = judge(folder);
    expect(judged.facts).toMatchObject({
      kubeletVersion: node.kubeletVersion,
      kernelVersion: node.kernelVersion,
      osImage: node.osImage,
      containerRuntimeVersion: node.containerRuntimeVersion,
      cpus: node.cpuCores,
    });
    expect(judged.accounting['cores']).toBeGreaterThan(0);
    expect(judged.unread).toEqual([]);
    expect(sureOf(judged)).toEqual([]);
  });

  onLocalCgroupV1(
    'names slow reads of memory.stat by their measured time, on a kernel that has the fix',
    async () => {
      await heatNode();
      const [node] = await listNodes(await connect());
      const { folder } = await triage(node);
      const { outcome } = await captureInPod('facts', examine);
      expect(outcome.failed).toEqual([]);
      // As the captures of one case are.
      for (const capture of outcome.captures)
        cpSync(capture.folder, path.join(folder, capture.record.profile), { recursive: true });
      const judged = judge(folder);
      console.log(
        judged.findings
          .slice(0, 3)
          .map(({ id, confidence, evidence }) => `${id} ${confidence}: ${evidence[0]?.text ?? ''}`),
      );
      expect(judged.findings[0]).toMatchObject({
        id: 'memcg-stat-v1-zombies',
        outcome: 'found',
        confidence: 'high',
      });
    },
  );
});
