/**
 * Kubelets that are stopped, killed and gone, on the local cluster: what the row shows, what a profile answers, and
 * that all is well again afterwards. On a given cluster these tests are listed and not run.
 */
import { setMaxListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, expect, vi } from 'vitest';
import type { TriageError } from '../../src/base/errors.js';
import type { ClusterConnection, ClusterNode } from '../../src/cluster/clusterPorts.js';
import { buildWorker, decodeFile, keptCapture, secondsOf, startCapture } from './captureKit.js';
import { killKubelet, stopKubelet } from './kubeletControl.js';
import { connect, listNodes, onLocalCluster, refusalOf, testSignal } from './testCluster.js';
import { watchNodes } from './watchNodes.js';

const NODE = 'node2';

/** The controller manager waits 12 s for a sign of life; the rest is for a loaded machine. */
const NOT_READY_MS = 60_000;

describe('a kubelet that hangs (SIGSTOP)', () => {
  onLocalCluster('is kubelet-hangs, and its row turns NotReady and Ready again by itself', async () => {
    const connection = await connect();
    const watched = watchNodes(connection);
    await vi.waitFor(() => expect(watched.rows.get(NODE)?.readiness).toBe('ready'), 10_000);
    await connection.metrics.readProcess(NODE, testSignal());
    const resume = stopKubelet(NODE);

    const hangs = { code: 'kubelet-hangs', node: NODE, facts: { status: 503 } };
    const refusal = await hangOf(connection);
    expect(refusal).toMatchObject(hangs);
    expect(refusal.facts['reason']).toMatch(/client connection lost|TLS handshake timeout/);
    // Its connections are gone by now, whatever they spoke: the next request needs a new one.
    const next = await refusalOf(profile(connection));
    expect(next).toMatchObject(hangs);
    expect(next.facts['reason']).toBe('net/http: TLS handshake timeout');

    await vi.waitFor(() => expect(watched.rows.get(NODE)?.readiness).toBe('not-ready'), NOT_READY_MS);
    expect(watched.rows.get(NODE)?.readinessReason).toContain('Kubelet stopped posting node status');
    expect(watched.rows.get('node1')?.readiness).toBe('ready');

    resume();
    await vi.waitFor(() => expect(watched.rows.get(NODE)?.readiness).toBe('ready'), NOT_READY_MS);
    // What was asked while it hung may keep its profiler busy for a moment.
    await vi.waitFor(() => profile(connection), 10_000);
    expect(watched.disconnections).toEqual([]);
  });

  onLocalCluster('ends a capture with an error that names the node, and leaves nothing', async () => {
    await buildWorker();
    const connection = await connect();
    const node = await requireNode(connection);
    // The way most will meet it: the view reads metrics, so that the API server has a connection.
    await connection.metrics.readProcess(NODE, testSignal());
    stopKubelet(NODE);
    const capture = startCapture(connection, { node, profile: 'cpu', seconds: 4, sliceSeconds: 2 });
    const refusal = await refusalOf(capture.outcome);
    expect(refusal.code).toMatch(/^(timed-out|kubelet-hangs)$/);
    expect(refusal.node).toBe(NODE);
    expect(readdirSync(capture.root)).toEqual([]);
  });
});

describe('a kubelet that ends (SIGKILL)', () => {
  onLocalCluster('ends a profile under way, and is kubelet-unreachable until it is back', async () => {
    const connection = await connect();
    const before = await connection.metrics.readProcess(NODE, testSignal());
    const underWay = refusalOf(profile(connection, 30));
    await new Promise(resolve => setTimeout(resolve, 1500));
    const restart = killKubelet(NODE);

    // On a connection the API server had kept from before, Go tries the request again and is refused.
    expect((await underWay).code).toMatch(/^kubelet-(died|unreachable)$/);
    expect(await underWay).toMatchObject({ node: NODE, facts: { status: 503 } });
    // The API server may first find its pooled connection to the dead kubelet ended: that is kubelet-died again.
    const refusal = await vi.waitFor(async () => {
      // The next one takes a new connection, whose TLS handshake times out after 10 s.
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
  });
});

describe('a capture whose kubelet ends', () => {
  onLocalCluster('keeps the slices that were finished, and says which one failed', async () => {
    await buildWorker();
    const connection = await connect();
    const node = await requireNode(connection);
    const capture = startCapture(connection, { node, profile: 'cpu', seconds: 30, sliceSeconds: 3 });
    await vi.waitFor(
      () => expect(capture.reports.some(({ slicesDone }) => slicesDone === 1)).toBe(true),
      30_000,
    );
    killKubelet(NODE);

    const { file, record, fault } = await keptCapture(capture);
    expect(fault?.code).toMatch(/^kubelet-(died|unreachable)$/);
    expect(record).toMatchObject({ state: 'failed', secondsPlanned: 30, secondsCaptured: 3, slicesDone: 1 });
    expect(record.issues.join()).toContain('Slice 2 of 10 failed');
    const { summary } = await decodeFile(file);
    expect(secondsOf(summary)).toBeGreaterThan(2.5);
  });
});

/** client-go's transport/cache.go, idleConnsPerHost: 25 to a kubelet at most. */
const MORE_THAN_KEPT = 40;

/**
 * What a hung kubelet is refused with. On a connection that the API server kept it depends on what they speak: over
 * HTTP/2 (v1.32) all requests share one, and fail together 45 s after its last frame; over HTTP/1.1 (v1.37) nothing ever
 * comes, and only requests beyond the kept connections get new ones, whose TLS handshake times out after 10 s.
 */
async function hangOf(connection: ClusterConnection): Promise<TriageError> {
  const enough = new AbortController();
  setMaxListeners(MORE_THAN_KEPT, enough.signal);
  const request = { profile: 'goroutine', seconds: 0 } as const;
  const refusals: TriageError[] = [];
  const all = Array.from({ length: MORE_THAN_KEPT }, async () => {
    refusals.push(await refusalOf(connection.profiler.fetchProfile(NODE, request, enough.signal)));
  });
  try {
    return await vi.waitFor(() => {
      const hang = refusals.find(({ code }) => code === 'kubelet-hangs');
      if (hang === undefined) throw new Error(`none hangs yet: ${refusals.map(({ code }) => code).join()}`);
      return hang;
    }, 75_000);
  } finally {
    enough.abort();
    await Promise.all(all);
  }
}

async function profile(connection: ClusterConnection, seconds = 1): Promise<Uint8Array> {
  return connection.profiler.fetchProfile(NODE, { profile: 'cpu', seconds }, testSignal());
}

async function requireNode(connection: ClusterConnection): Promise<ClusterNode> {
  const node = (await listNodes(connection)).find(({ name }) => name === NODE);
  if (node === undefined) throw new Error(`the cluster has no ${NODE}`);
  return node;
}
