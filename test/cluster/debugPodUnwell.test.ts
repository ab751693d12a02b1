/**
 * Debug pods whose node goes bad under them: its kubelet hangs or is gone, its object is deleted. What a person is told
 * and how soon, and that nothing is left once the node is well again.
 */
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import type { PodJob } from '../../src/base/podCommand.js';
import type { ClusterNode } from '../../src/cluster/clusterPorts.js';
import { CONTAINER_NAME } from '../../src/debugpod/podSpec.js';
import { sweepPods } from '../../src/debugpod/sweeper.js';
import { callApi } from './callApi.js';
import {
  endlessJob,
  expectNothingLeft,
  newMarker,
  openLab,
  podsIn,
  requestIn,
  requireProcesses,
  type DebugPodLab,
} from './debugPodLab.js';
import { killKubelet, stopKubelet } from './kubeletControl.js';
import { layout, onLocalCluster, refusalOf, testSignal } from './testCluster.js';
import { createNamespace, retry, type TestNamespace } from './testNamespace.js';
import { watchNodes, type WatchedNodes } from './watchNodes.js';

const NODE = 'node2';

let namespace: TestNamespace;
beforeAll(async () => {
  if (layout !== undefined) namespace = await createNamespace();
});
afterAll(async () => {
  if (layout !== undefined) await namespace.remove();
});

const onNode = () => requestIn(namespace.name, { node: NODE });

/** The node's row, which is Ready: what an earlier test did to it is over. */
async function watchReady({ connection }: DebugPodLab): Promise<WatchedNodes> {
  const watched = watchNodes(connection);
  await untilReadiness(watched, 'ready');
  return watched;
}

/** The controller manager waits 12 s for a sign of life; the rest is for a loaded machine. */
async function untilReadiness({ rows }: WatchedNodes, readiness: ClusterNode['readiness']): Promise<void> {
  await vi.waitFor(() => expect(rows.get(NODE)?.readiness).toBe(readiness), 60_000);
}

const hello = {
  argv: ['sh', '-c', 'echo hello', 'node-triage-hello'],
  parse: (text: string) => text.trim(),
};

describe('a kubelet that hangs (SIGSTOP) while its debug pod is needed', () => {
  onLocalCluster(
    'a command ends by its time limit; once the kubelet runs on, the next is answered',
    async () => {
      const lab = await openLab();
      const said = await lab.maker.withPod(
        onNode(),
        async (pod, signal) => {
          const resume = stopKubelet(NODE);
          const began = performance.now();
          // v1.32's API server opens the websocket by itself and then waits without an end for its kubelet: the silence
          // ends that. v1.37's asks its kubelet first: the limit on the handshake does.
          const command = { container: CONTAINER_NAME, argv: hello.argv, maxBytes: 100, idleSeconds: 5 };
          const refusal = await refusalOf(lab.connection.pods.exec(pod.info, command, signal));
          expect(refusal.code).toBe('timed-out');
          expect([5, 15]).toContain(refusal.facts['seconds']);
          expect(performance.now() - began).toBeLessThan(20_000);
          resume();
          return pod.run(hello, signal);
        },
        testSignal(),
      );
      expect(said).toBe('hello');
      await expectNothingLeft(lab, namespace.name);
    },
  );

  onLocalCluster(
    'in the middle of a job until its node is NotReady: the result arrives all the same',
    async () => {
      const lab = await openLab();
      const watched = await watchReady(lab);
      const marker = newMarker();
      const job: PodJob = {
        name: 'short',
        argv: ['sh', '-c', 'sleep 3; echo done; echo data >file', marker],
        seconds: 3,
        limitSeconds: 20,
      };
      const { end, file } = await lab.maker.withPod(
        onNode(),
        async (pod, signal) => {
          const running = pod.runJob(job, signal);
          running.catch(() => undefined); // Awaited below.
          await retry(10, () => requireProcesses(marker, true));
          const resume = stopKubelet(NODE);
          await untilReadiness(watched, 'not-ready');
          resume();
          const end = await running;
          return { end, file: await pod.fetch(job, 'file', signal) };
        },
        testSignal(),
      );
      expect(end).toMatchObject({ exitCode: 0, stdout: 'done\n', files: [{ name: 'file', bytes: 5 }] });
      expect(new TextDecoder().decode(file)).toBe('data\n');
      await expectNothingLeft(lab, namespace.name, marker);
    },
  );

  onLocalCluster(
    'cancelled: within a second; its pod stays written down until the kubelet lets it go',
    async () => {
      const lab = await openLab();
      const marker = newMarker();
      const cancel = new AbortController();
      const running = refusalOf(
        lab.maker.withPod(onNode(), (pod, signal) => pod.runJob(endlessJob(marker), signal), cancel.signal),
      );
      await retry(30, () => requireProcesses(marker, true));
      const resume = stopKubelet(NODE);
      const cancelledAt = performance.now();
      cancel.abort();
      expect((await running).code).toBe('cancelled');
      expect(performance.now() - cancelledAt).toBeLessThan(1000);
      await vi.waitFor(
        () => expect(lab.audit.at(-1)).toMatchObject({ verb: 'delete', outcome: 'done' }),
        20_000,
      );
      expect(await lab.intents.list()).toMatchObject([{ node: NODE }]);
      expect(await podsIn(namespace.name)).toHaveLength(1);
      resume();
      await expectNothingLeft(lab, namespace.name, marker);
    },
  );
});

describe('a node that is NotReady, its kubelet gone', () => {
  onLocalCluster('starts no debug pod and says so; when it is back, the next sweep forgets it', async () => {
    const lab = await openLab();
    const watched = await watchReady(lab);
    const restart = killKubelet(NODE);
    await untilReadiness(watched, 'not-ready');

    const refusal = await refusalOf(
      lab.maker.withPod(onNode(), () => Promise.reject(new Error('it was lent')), testSignal()),
    );
    expect(refusal).toMatchObject({ code: 'pod-not-started', node: NODE, facts: { advice: 'untaken' } });
    // Its deletion is asked for; only its kubelet can confirm it, and is not waited for.
    await lab.maker.settled();
    const [intent] = await lab.intents.list();
    expect(await podsIn(namespace.name)).toMatchObject([{ name: intent?.name, phase: 'Pending' }]);

    await restart();
    const { owner, ...rest } = lab.deps;
    const next = { ...rest, session: 'the next window', host: owner.host, isProcessAlive: () => false };
    const report = await sweepPods(next, { namespaces: [] }, testSignal());
    expect(report.failed).toEqual([]);
    await expectNothingLeft(lab, namespace.name);
  });
});

describe('a node whose object is deleted while its debug pod is needed', () => {
  onLocalCluster('ends in an error that names it, and leaves nothing; then it registers again', async () => {
    const lab = await openLab();
    const marker = newMarker();
    const running = refusalOf(
      lab.maker.withPod(onNode(), (pod, signal) => pod.runJob(endlessJob(marker), signal), testSignal()),
    );
    await retry(30, () => requireProcesses(marker, true));
    await callApi('DELETE', `/api/v1/nodes/${NODE}`);
    try {
      // Where the end of the job is asked for; or the controller manager has deleted the pod before that.
      const refusal = await running;
      expect(refusal.node).toBe(NODE);
      expect(refusal.code).toMatch(/^(node-not-found|pod-ended)$/);
      await expectNothingLeft(lab, namespace.name, marker);
    } finally {
      // A kubelet registers its node when it begins.
      await killKubelet(NODE)();
    }
  });
});
