/** src/cluster keeps its contract on a real API server and a real kubelet, as it does on the replay server. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'vitest';
import { clusterContract, type ClusterSubject } from '../contract/clusterContract.js';
import { done } from '../support/done.js';
import { callApi } from './callApi.js';
import { endKubelet } from './kubeletControl.js';
import { kubeconfigOf } from './local/clusterLayout.js';
import { createRevocableAdmin } from './revocableAdmin.js';
import { startTcpRelay } from './tcpRelay.js';
import { layout, openConnection, refusalOf, requireLayout, requireNodeLayout } from './testCluster.js';
import { retry } from './testNamespace.js';

const NODE = 'node2';

if (layout !== undefined) clusterContract('the client on the local cluster', makeSubject);
else
  describe('cluster contract', () => {
    it.skip('on the local cluster [not run: the nodes of a given cluster are not ours to change]');
  });

async function makeSubject(): Promise<ClusterSubject> {
  const cluster = requireLayout();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-test-'));
  const relay = await startTcpRelay(cluster.ports.apiServer);
  const admin = await createRevocableAdmin(`https://127.0.0.1:${relay.port}`, folder);
  const connection = await openConnection(admin.kubeconfig);
  const limited = await openConnection(kubeconfigOf(cluster, 'limited'));
  return {
    connection,
    limited,
    disposable: () => openConnection(admin.kubeconfig),
    node: NODE,
    profileSeconds: 1,
    faults: {
      cordon: async (node, unschedulable) => {
        await callApi('PATCH', `/api/v1/nodes/${node}`, { spec: { unschedulable } });
      },
      addNode: async name => {
        await callApi('POST', '/api/v1/nodes', { metadata: { name } });
      },
      removeNode: async name => {
        await callApi('DELETE', `/api/v1/nodes/${name}`);
      },
      cutConnections: () => done(() => relay.cut()),
      slowBody: () => done(() => relay.slowDown(5000)),
      rotateCredentials: () => admin.rotate(),
      // refuseCredentials: a real API server does not call the same credentials bad and then good again.
      stopKubelet: async name => {
        const undo = endKubelet(cluster, requireNodeLayout(name));
        // The API server first finds the connections it kept ended.
        await retry(10, () => requireUnreachable(name));
        return { code: 'kubelet-unreachable', undo };
      },
    },
    close: async () => {
      connection.dispose();
      limited.dispose();
      await admin.remove();
      await relay.close();
      rmSync(folder, { recursive: true });
    },
  };

  async function requireUnreachable(node: string): Promise<void> {
    const { code } = await refusalOf(connection.metrics.readProcess(node, AbortSignal.timeout(5000)));
    if (code !== 'kubelet-unreachable') throw new Error(`still ${code}`);
  }
}
