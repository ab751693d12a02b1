/**
 * A window of its own, to be killed: lends itself a debug pod, writes intents into a folder and runs an endless job.
 * Started by debugPodLost.test.ts as a bundle; prints `running NAME` once the job may run.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import os from 'node:os';
import { systemClock } from '../../src/capture/clock.js';
import { PodIntentFolder } from '../../src/capture/podIntentFolder.js';
import { clusterAccess } from '../../src/cluster/connect.js';
import { DebugPods } from '../../src/debugpod/debugPods.js';
import type { DebugPodRequest } from '../../src/debugpod/debugPodPorts.js';
import type { PodJob } from '../../src/base/podCommand.js';

export interface ChildOrders {
  readonly kubeconfig: string;
  readonly intents: string;
  readonly request: DebugPodRequest;
  /** Undefined: it only holds the pod. */
  readonly job?: PodJob;
}

async function main(orders: ChildOrders): Promise<void> {
  const environment = { KUBECONFIG: orders.kubeconfig };
  const location = { setting: undefined, environment, homeDirectory: '/nonexistent' };
  const { contexts } = await clusterAccess.readKubeconfig(location);
  const context = contexts.find(({ isCurrent }) => isCurrent)?.name ?? '';
  const silent = { debug: () => undefined, warn: () => undefined };
  const connection = await clusterAccess.connect(location, context, silent);
  const maker = new DebugPods({
    context,
    server: connection.context.server,
    pods: connection.pods,
    intents: new PodIntentFolder(orders.intents),
    audit: () => undefined,
    clock: systemClock,
    owner: { session: randomUUID(), host: os.hostname(), pid: process.pid },
    randomSuffix: () => randomBytes(6).toString('hex'),
  });
  const signal = new AbortController().signal;
  await maker.withPod(
    orders.request,
    async pod => {
      const say = () => process.stdout.write(`running ${pod.info.name}\n`);
      if (orders.job !== undefined) await pod.runJob(orders.job, signal, say);
      say();
      await systemClock.sleep(600_000, signal);
    },
    signal,
  );
}

void main(JSON.parse(process.argv[2] ?? '') as ChildOrders).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
