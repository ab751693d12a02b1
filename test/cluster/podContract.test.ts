/** src/cluster keeps the pod contract on a real API server, kubelet and containerd. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'vitest';
import { podContract } from '../contract/podContract.js';
import type { PodSubject } from '../contract/podSubject.js';
import { done } from '../support/done.js';
import { callApi } from './callApi.js';
import { BUSYBOX_IMAGE } from './local/buildImages.js';
import { kubeconfigOf } from './local/clusterLayout.js';
import { createRevocableAdmin } from './revocableAdmin.js';
import { startTcpRelay } from './tcpRelay.js';
import { layout, openConnection, requireLayout } from './testCluster.js';
import { createNamespace } from './testNamespace.js';

const NODE = 'node1';

if (layout !== undefined) podContract('the client on the local cluster', makeSubject);
else
  describe('pod contract', () => {
    it.skip('on the local cluster [not run: a given cluster has not got the image and the user it takes]');
  });

async function makeSubject(): Promise<PodSubject> {
  const cluster = requireLayout();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-test-'));
  const relay = await startTcpRelay(cluster.ports.apiServer);
  const admin = await createRevocableAdmin(`https://127.0.0.1:${relay.port}`, folder);
  const connection = await openConnection(admin.kubeconfig);
  const limited = await openConnection(kubeconfigOf(cluster, 'limited'));
  const security = 'pod-security.kubernetes.io';
  const namespaces = await Promise.all([
    createNamespace(),
    createNamespace({ [`${security}/enforce`]: 'restricted' }),
    createNamespace({ [`${security}/warn`]: 'restricted' }),
  ]);
  const [open, restricted, warned] = namespaces;
  return {
    pods: connection.pods,
    limited: limited.pods,
    namespace: open.name,
    restricted: restricted.name,
    warned: warned.name,
    node: NODE,
    image: BUSYBOX_IMAGE,
    faults: {
      loseCreateAnswer: () => done(() => relay.loseNextAnswer()),
      cutConnections: () => done(() => relay.cut()),
      goAway: () => relay.suspend(),
      deleteBehindBack: async ({ namespace, name }) => {
        await callApi('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, { gracePeriodSeconds: 0 });
      },
    },
    close: async () => {
      connection.dispose();
      limited.dispose();
      await Promise.all(namespaces.map(namespace => namespace.remove()));
      await admin.remove();
      await relay.close();
      rmSync(folder, { recursive: true });
    },
  };
}
