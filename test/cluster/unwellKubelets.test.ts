/**
 * Kubelets that are stopped, killed and gone, on the local cluster: what the row shows, what a profile answers, and
 * that all is well again afterwards. On a given cluster these tests are listed and not run.
 */
import { describe, expect, onTestFinished, vi } from 'vitest';
import type { ClusterConnection } from '../../src/cluster/ports.js';
import { buildWorker, decodeFile, keptCapture, secondsOf, startCapture } from './captureKit.js';
import { findKubelet, startKubelet } from './local/nodeDaemons.js';
import { waitForReady } from './local/startCluster.js';
import {
  connect,
  listNodes,
  onLocalCluster,
  refusalOf,
  requireLayout,
  requireNodeLayout,
  testSignal,
} from './testCluster.js';
import { watchNodes } from './watchNodes.js';

const NODE = 'node2';

/** The controller manager waits 12 s for a sign of life; the rest is for a loaded machine. */
const NOT_READY_MS = 60_000;

describe('a kubelet that hangs (SIGSTOP)', () => {
  onLocalCluster('is kubelet-hangs, and its row turns NotReady and Ready again by itself', async () => {
    const connection = await connect();
    const watched = watchNodes(connection);
    await vi.waitFor(() => expect(watched.rows.get(NODE)?.readiness).toBe('ready'), 10_000);
    const resume = stopKubelet();

    // The API server gives up on the TLS handshake after 10 s.
    const refusal = await refusalOf(profile(connection));
    expect(refusal).toMatchObject({
      code: 'kubelet-hangs',
      node: NODE,
      facts: { status: 503, reason: 'net/http: TLS handshake timeout' },
    });

    await vi.waitFor(() => expect(watched.rows.get(NODE)?.readiness).toBe('not-ready'), NOT_READY_MS);
    expect(watched.rows.get(NODE)?.readinessReason).toContain('Kubelet stopped posting node status');
    expect(watched.rows.get('node1')?.readiness).toBe('ready');

    resume();
    await vi.waitFor(() => expect(watched.rows.get(NODE)?.readiness).toBe('ready'), NOT_READY_MS);
    expect((await profile(connection)).length).toBeGreaterThan(0);
    expect(watched.disconnections).toEqual([]);
  });
});

describe('a kubelet that ends (SIGKILL)', () => {
  onLocalCluster(
    'is kubelet-died for a profile under way, then kubelet-unreachable until it is back',
    async () => {
      const connection = await connect();
      const before = await connection.metrics.readProcess(NODE, testSignal());
      const underWay = refusalOf(profile(connection, 30));
      await new Promise(resolve => setTimeout(resolve, 1500));
      const restart = killKubelet();

      expect(await underWay).toMatchObject({
        code: 'kubelet-died',
        node: NODE,
        facts: { status: 503 },
      });
      // The API server may first find its pooled connection to the dead kubelet ended: that is kubelet-died again.
      const refusal = await vi.waitFor(async () => {
        const next = await refusalOf(profile(connection));
        expect(next.code).toBe('kubelet-unreachable');
        return next;
      }, 10_000);
      expect(refusal).toMatchObject({ node: NODE, facts: { status: 503 } });
      expect(refusal.facts['reason']).toContain('connection refused');
      expect(await refusalOf(connection.metrics.readProcess(NODE, testSignal()))).toMatchObject({
        code: 'kubelet-unreachable',
      });

      await restart();
      const after = await connection.metrics.readProcess(NODE, testSignal());
      expect(after.startTimeSeconds).toBeGreaterThan(before.startTimeSeconds);
      expect((await profile(connection)).length).toBeGreaterThan(0);
    },
  );
});

describe('a capture whose kubelet ends', () => {
  onLocalCluster('keeps the slices that were finished, and says which one failed', async () => {
    await buildWorker();
    const connection = await connect();
    const node = (await listNodes(connection)).find(({ name }) => name === NODE)!;
    const capture = startCapture(connection, { node, profile: 'cpu', seconds: 30, sliceSeconds: 3 });
    await vi.waitFor(
      () => expect(capture.reports.some(({ slicesDone }) => slicesDone === 1)).toBe(true),
      30_000,
    );
    killKubelet();

    const { file, record, fault } = await keptCapture(capture);
    expect(fault?.code).toMatch(/^kubelet-(died|unreachable)$/);
    expect(record).toMatchObject({ state: 'failed', secondsPlanned: 30, secondsCaptured: 3, slicesDone: 1 });
    expect(record.issues.join()).toContain('Slice 2 of 10 failed');
    const { summary } = await decodeFile(file);
    expect(secondsOf(summary)).toBeGreaterThan(2.5);
  });
});

async function profile(connection: ClusterConnection, seconds = 1): Promise<Uint8Array> {
  return connection.profiler.fetchProfile(NODE, { profile: 'cpu', seconds }, testSignal());
}

/** Returns what lets it run on; that happens at the latest at the end of the test. */
function stopKubelet(): () => void {
  const pid = requireKubelet();
  process.kill(pid, 'SIGSTOP');
  const resume = () => {
    process.kill(pid, 'SIGCONT');
  };
  onTestFinished(resume);
  return resume;
}

/** Returns what starts it again and waits for it; that happens at the latest at the end of the test. */
function killKubelet(): () => Promise<void> {
  process.kill(requireKubelet(), 'SIGKILL');
  const restart = async () => {
    await vi.waitFor(() => expect(findKubelet(requireNodeLayout(NODE))).toBeUndefined(), 5000);
    startKubelet(requireLayout(), requireNodeLayout(NODE));
    await vi.waitFor(
      async () => (await connect()).metrics.readProcess(NODE, AbortSignal.timeout(5000)),
      60_000,
    );
    await waitForReady(requireLayout(), requireNodeLayout(NODE));
  };
  onTestFinished(async () => {
    if (findKubelet(requireNodeLayout(NODE)) === undefined) await restart();
  }, 120_000);
  return restart;
}

function requireKubelet(): number {
  const pid = findKubelet(requireNodeLayout(NODE));
  if (pid === undefined) throw new Error(`no kubelet of ${NODE} runs`);
  return pid;
}
