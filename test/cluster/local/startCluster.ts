/** Brings the local cluster up: control plane, nodes, objects. The folder exists already; taking down is leftovers.ts. */
import path from 'node:path';
import { startBox, startInBox } from './box.js';
import { buildImages } from './buildImages.js';
import {
  API_SERVER_ADDRESS,
  kubeconfigOf,
  LINK,
  type ClusterLayout,
  type NodeLayout,
} from './clusterLayout.js';
import { CLUSTER_OBJECTS } from './clusterObjects.js';
import { apiServerCommand, controllerManagerCommand, etcdCommand, schedulerCommand } from './controlPlane.js';
import { createCertificates } from './createCertificates.js';
import { startContainerd, startKubelet, succeeds, withLog } from './nodeDaemons.js';
import { runCommand, waitUntil, type RunOptions } from './runCommand.js';

/** Resolves when every node is Ready; `say` hears each step. Rejects with the end of the log that tells why. */
export async function startCluster(
  layout: ClusterLayout,
  boxScript: string,
  say: (step: string) => void,
  signal: AbortSignal,
): Promise<void> {
  // First of all: a folder whose box lives is not taken for a leftover.
  await startBox(layout, boxScript);
  say('images and certificates');
  const [archives] = await Promise.all([buildImages(layout.images), createCertificates(layout)]);
  await createLink(layout, signal);
  say('etcd, API server and containerd');
  await Promise.all([
    startControlPlane(layout, signal),
    ...layout.nodes.map(node => startContainerd(layout, node, archives, signal)),
  ]);
  await kubectl(layout, ['apply', '--filename=-'], { input: JSON.stringify(CLUSTER_OBJECTS), signal });
  say('kubelets');
  for (const node of layout.nodes) startKubelet(layout, node);
  await Promise.all(layout.nodes.map(node => waitForReady(layout, node, signal)));
  await waitUntil(
    'the default service account',
    60,
    () => succeeds(kubectl(layout, ['get', 'serviceaccount', 'default'])),
    signal,
  );
}

/** Resolves when the API server calls the node Ready. */
export async function waitForReady(
  layout: ClusterLayout,
  node: NodeLayout,
  signal?: AbortSignal,
): Promise<void> {
  const isReady = async () => {
    const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
    return (await kubectl(layout, ['get', 'node', node.name, `--output=${path}`])) === 'True';
  };
  await withLog(layout, `${node.name}-kubelet`, () =>
    waitUntil(`${node.name} to be Ready`, 120, () => isReady().catch(() => false), signal),
  );
}

async function startControlPlane(layout: ClusterLayout, signal: AbortSignal): Promise<void> {
  startInBox(layout, 'etcd', etcdCommand(layout));
  // The API server tries etcd again until it answers.
  startInBox(layout, 'api-server', apiServerCommand(layout));
  await withLog(layout, 'api-server', () =>
    waitUntil('the API server', 120, () => succeeds(kubectl(layout, ['get', '--raw=/readyz'])), signal),
  );
  startInBox(layout, 'controller-manager', controllerManagerCommand(layout));
  startInBox(layout, 'scheduler', schedulerCommand(layout));
}

/** One bridge carries the nodes' addresses (both kubelets listen on 10250, as on real machines) and the pods' ends. */
async function createLink({ nodes }: ClusterLayout, signal: AbortSignal): Promise<void> {
  const ip = (...argv: readonly string[]) => runCommand('ip', argv, { signal });
  await ip('link', 'add', LINK, 'type', 'bridge');
  for (const address of [API_SERVER_ADDRESS, ...nodes.map(node => node.address)])
    await ip('address', 'add', `${address}/32`, 'dev', LINK);
  await ip('link', 'set', LINK, 'up');
}

async function kubectl(
  layout: ClusterLayout,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  return runCommand(
    path.join(layout.binaries, 'kubectl'),
    [`--kubeconfig=${kubeconfigOf(layout, 'admin')}`, '--request-timeout=10s', ...argv],
    // No cache folder in the user's home.
    { environment: { PATH: '/usr/bin:/bin', HOME: layout.folder }, ...options },
  );
}
