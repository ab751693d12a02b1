/**
 * The folder's door: brings kubeconfig, credentials and readers together for one context. It is the only file that
 * others load at run time, and a bundle of its own (dist/cluster.cjs), required when a cluster is first asked for.
 */
import { ApiDoor } from './http/apiDoor.js';
import { Credentials } from './access/credentials.js';
import { loadKubeconfig } from './access/kubeconfig.js';
import { ProxyKubeletMetrics } from './nodes/kubeletMetrics.js';
import { ProxyKubeletProfiler } from './nodes/kubeletProfile.js';
import { ApiNodeAnswers } from './nodes/nodeAnswers.js';
import { ApiNodeEvents } from './nodes/nodeEvents.js';
import { listNodes } from './nodes/nodeList.js';
import { NodeWatcher } from './nodes/nodeWatch.js';
import { askIdentity } from './http/ownIdentity.js';
import { ApiPodRunner } from './pods/pods.js';
import type {
  ClusterAccess,
  ClusterConnection,
  ClusterLog,
  CredentialConsent,
  KubeconfigLocation,
  NodeWatch,
} from './clusterPorts.js';
import { resolveContext } from './access/resolveContext.js';

export const clusterAccess: ClusterAccess = {
  readKubeconfig: async location => (await loadKubeconfig(location)).contents,
  connect,
};

/**
 * Sends no request: an unreachable server shows with the first one. Rejects with `kubeconfig-missing`,
 * `kubeconfig-invalid` or `context-missing`.
 */
async function connect(
  location: KubeconfigLocation,
  context: string,
  log: ClusterLog,
  consent?: CredentialConsent,
): Promise<ClusterConnection> {
  const { info } = resolveContext(await loadKubeconfig(location), context);
  const credentials = new Credentials(location, context, log, consent);
  const door = new ApiDoor(credentials, log);
  const watches = new Set<NodeWatch>();
  return {
    context: info,
    nodes: {
      list: async signal => (await listNodes(door, signal)).nodes,
      watch: listener => {
        const watcher = new NodeWatcher(door, log, listener);
        watches.add(watcher);
        return {
          retryNow: () => {
            watcher.retryNow();
          },
          close: () => {
            watcher.close();
            watches.delete(watcher);
          },
        };
      },
    },
    profiler: new ProxyKubeletProfiler(door),
    metrics: new ProxyKubeletMetrics(door),
    answers: new ApiNodeAnswers(door),
    nodeEvents: new ApiNodeEvents(door),
    pods: new ApiPodRunner(door),
    whoAmI: signal => askIdentity(door, signal),
    renewCredentials: when => {
      credentials.renewAtNextRequest(when);
    },
    dispose: () => {
      for (const watch of watches) watch.close();
      watches.clear();
      credentials.dispose();
    },
  };
}
