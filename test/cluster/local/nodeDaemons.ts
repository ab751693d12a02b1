/** Starts a node's containerd and kubelet in the box, and finds the kubelet's process from outside of it. */
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readLog, runInBox, startInBox } from './box.js';
import { DEBUG_IMAGE, DIGESTED_IMAGE } from './buildImages.js';
import { createCgroups } from './cgroups.js';
import type { ClusterLayout, NodeLayout } from './clusterLayout.js';
import {
  containerdConfiguration,
  kubeletCommand,
  kubeletConfiguration,
  kubeletConfigurationFile,
  networkConfiguration,
} from './nodeConfiguration.js';
import { findProcess } from './findProcess.js';
import { waitUntil } from './runCommand.js';

/** linux/magic.h, OVERLAYFS_SUPER_MAGIC: an overlay on an overlay (we run in a container) is not possible. */
const OVERLAYFS = 0x794c7630;

/** containerd with the images in it; returns when it answers. */
export async function startContainerd(
  layout: ClusterLayout,
  node: NodeLayout,
  archives: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const name of ['cni', 'pods', 'logs', 'plugins']) mkdirSync(path.join(node.folder, name));
  createCgroups(node.cgroup);
  const snapshotter = statfsSync(node.folder).type === OVERLAYFS ? 'native' : 'overlayfs';
  const configuration = path.join(node.folder, 'containerd.toml');
  writeFileSync(configuration, containerdConfiguration(node, snapshotter));
  writeFileSync(path.join(node.folder, 'cni', '10-bridge.conflist'), networkConfiguration(node));
  writeFileSync(path.join(node.folder, 'resolv.conf'), '');
  writeFileSync(kubeletConfigurationFile(node), kubeletConfiguration(layout, node));
  const name = `${node.name}-containerd`;
  startInBox(layout, name, ['/usr/bin/containerd', '--config', configuration]);
  const ctr = ['ctr', '--address', node.containerdSocket, '--namespace', 'k8s.io'];
  await withLog(layout, name, () =>
    waitUntil(
      `containerd of ${node.name}`,
      30,
      () => succeeds(runInBox(layout, [...ctr, 'version'])),
      signal,
    ),
  );
  for (const archive of archives)
    await runInBox(layout, [...ctr, 'images', 'import', '--snapshotter', snapshotter, archive], signal);
  await nameByDigest(words => runInBox(layout, [...ctr, ...words], signal));
}

/** What is pulled is known by its digest besides, which an archive does not say. */
async function nameByDigest(ctr: (words: readonly string[]) => Promise<string>): Promise<void> {
  const listed = await ctr(['images', 'ls', `name==${DEBUG_IMAGE}`]);
  const digest = /sha256:[0-9a-f]{64}/.exec(listed)?.[0];
  if (digest === undefined) throw new Error(`containerd tells no digest of ${DEBUG_IMAGE}: ${listed}`);
  const [repository = ''] = DIGESTED_IMAGE.split(':');
  await ctr(['images', 'tag', DEBUG_IMAGE, DIGESTED_IMAGE, `${repository}@${digest}`]);
}

/** Starts the kubelet, also again after it was killed; returns at once. */
export function startKubelet(layout: ClusterLayout, node: NodeLayout, flags: readonly string[] = []): void {
  startInBox(layout, `${node.name}-kubelet`, [...kubeletCommand(layout, node), ...flags]);
}

/** PID of a node's kubelet as this machine counts, or undefined where none runs. */
export function findKubelet(node: NodeLayout): number | undefined {
  return findProcess('kubelet', `--config=${kubeletConfigurationFile(node)}`);
}

/** Adds the end of a daemon's log to what went wrong while waiting for it. */
export async function withLog<T>(layout: ClusterLayout, name: string, wait: () => Promise<T>): Promise<T> {
  try {
    return await wait();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\n--- logs/${name}.log:\n${readLog(layout, name)}`, { cause: error });
  }
}

/** Whether a program ended well. */
export async function succeeds(running: Promise<unknown>): Promise<boolean> {
  return running.then(
    () => true,
    () => false,
  );
}
