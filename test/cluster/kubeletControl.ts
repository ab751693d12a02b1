/** Stops, ends and restarts kubelets of the local cluster. */
import { onTestFinished } from 'vitest';
import type { ClusterLayout, NodeLayout } from './local/clusterLayout.js';
import { findKubelet, startKubelet } from './local/nodeDaemons.js';
import { waitUntil } from './local/runCommand.js';
import { waitForReady } from './local/startCluster.js';
import { adminKubeconfig, openConnection, requireLayout, requireNodeLayout } from './testCluster.js';

/**
 * SIGSTOP: connections are accepted (by the kernel) and nothing is answered. The result lets it run on; that happens at
 * the latest at the end of the test.
 */
export function stopKubelet(name: string): () => void {
  const pid = requireKubelet(requireNodeLayout(name));
  process.kill(pid, 'SIGSTOP');
  const resume = () => {
    process.kill(pid, 'SIGCONT');
  };
  onTestFinished(resume);
  return resume;
}

/** As {@link endKubelet}; it is started again at the latest at the end of the test. */
export function killKubelet(name: string): () => Promise<void> {
  const node = requireNodeLayout(name);
  const restart = endKubelet(requireLayout(), node);
  onTestFinished(async () => {
    if (findKubelet(node) === undefined) await restart();
  }, 120_000);
  return restart;
}

/** Starts it anew with more flags; without them again at the end of the test. */
export async function restartKubelet(name: string, flags: readonly string[]): Promise<void> {
  const [layout, node] = [requireLayout(), requireNodeLayout(name)];
  const restart = endKubelet(layout, node, flags);
  onTestFinished(() => endKubelet(layout, node)(), 120_000);
  await restart();
}

/** SIGKILL. The result starts it again and resolves when it answers and its node is Ready. */
export function endKubelet(
  layout: ClusterLayout,
  node: NodeLayout,
  flags: readonly string[] = [],
): () => Promise<void> {
  process.kill(requireKubelet(node), 'SIGKILL');
  return async () => {
    await waitUntil('the kubelet to be gone', 5, () => findKubelet(node) === undefined);
    startKubelet(layout, node, flags);
    await waitUntil('the kubelet to answer', 60, () => answers(node));
    await waitForReady(layout, node);
  };
}

async function answers({ name }: NodeLayout): Promise<boolean> {
  const connection = await openConnection(adminKubeconfig);
  try {
    await connection.metrics.readProcess(name, AbortSignal.timeout(5000));
    return true;
  } catch {
    return false;
  } finally {
    connection.dispose();
  }
}

function requireKubelet(node: NodeLayout): number {
  const pid = findKubelet(node);
  if (pid === undefined) throw new Error(`no kubelet of ${node.name} runs`);
  return pid;
}
