/** Stops, ends and restarts kubelets of the local cluster. */
import type { ClusterLayout, NodeLayout } from './local/clusterLayout.js';
import { findKubelet, startKubelet } from './local/nodeDaemons.js';
import { waitUntil } from './local/runCommand.js';
import { waitForReady } from './local/startCluster.js';
import { adminKubeconfig, openConnection } from './testCluster.js';

/** SIGSTOP: connections are accepted (by the kernel) and nothing is answered. The result lets it run on. */
export function suspendKubelet(node: NodeLayout): () => void {
  const pid = requireKubelet(node);
  process.kill(pid, 'SIGSTOP');
  return () => {
    process.kill(pid, 'SIGCONT');
  };
}

/** SIGKILL. The result starts it again and resolves when it answers and its node is Ready. */
export function endKubelet(layout: ClusterLayout, node: NodeLayout): () => Promise<void> {
  process.kill(requireKubelet(node), 'SIGKILL');
  return async () => {
    await waitUntil('the kubelet to be gone', 5, () => findKubelet(node) === undefined);
    startKubelet(layout, node);
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
