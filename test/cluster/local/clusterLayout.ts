/**
 * Where everything of the local cluster lives, as data: folders, addresses, ports, names. Written to cluster.json in
 * the cluster's folder, so that tests and a later `down` find it. Starts and touches nothing else.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** Clusters are folders of this name under the temporary directory; whatever names one belongs to the lane. */
export const FOLDER_PREFIX = path.join(os.tmpdir(), 'node-triage-kubelets-');
/** The one network link, and the root of all cgroups: one name each, so that a leftover is recognised. */
export const LINK = 'ntriage0';
export const CGROUP = 'node-triage';
/** TEST-NET-2 (RFC 5737), on our own link: reachable from this machine alone, never routed. */
const ADDRESS_PREFIX = '198.51.100.';
export const API_SERVER_ADDRESS = `${ADDRESS_PREFIX}1`;

export interface NodeLayout {
  readonly name: string;
  readonly index: number;
  readonly folder: string;
  readonly address: string;
  /** Below the hierarchy's root, as the kubelet's cgroupRoot wants it. */
  readonly cgroup: string;
  readonly containerdSocket: string;
}

export interface ClusterPorts {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
}

export interface ClusterLayout {
  readonly folder: string;
  /** Of Kubernetes, with the v. */
  readonly version: string;
  readonly binaries: string;
  readonly images: string;
  readonly ports: ClusterPorts;
  readonly nodes: readonly NodeLayout[];
  /** Left running by `up` or `--keep`: only `down` takes it away. */
  readonly isKept: boolean;
}

/** Where binaries (by version) and images are kept between runs; nothing else is. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_CACHE_HOME'];
  return path.join(
    base === undefined || base === '' ? path.join(os.homedir(), '.cache') : base,
    'node-triage',
    'cluster',
  );
}

export interface LayoutOptions {
  readonly version: string;
  readonly nodeCount: number;
  readonly isKept: boolean;
  readonly cache: string;
}

/** Makes the cluster's folder and decides everything in it; ports are free ones of this moment. */
export async function createLayout(options: LayoutOptions): Promise<ClusterLayout> {
  const folder = mkdtempSync(FOLDER_PREFIX);
  for (const name of ['logs', 'pki', 'etcd']) mkdirSync(path.join(folder, name));
  const [etcd, etcdPeer, apiServer, controllerManager, scheduler] = await findFreePorts(5);
  const layout: ClusterLayout = {
    folder,
    version: options.version,
    binaries: path.join(options.cache, 'bin', options.version),
    images: path.join(options.cache, 'images'),
    ports: {
      etcd: etcd!,
      etcdPeer: etcdPeer!,
      apiServer: apiServer!,
      controllerManager: controllerManager!,
      scheduler: scheduler!,
    },
    nodes: Array.from({ length: options.nodeCount }, (_, at) => nodeLayout(folder, at + 1)),
    isKept: options.isKept,
  };
  for (const node of layout.nodes) mkdirSync(node.folder);
  writeFileSync(path.join(folder, 'cluster.json'), JSON.stringify(layout, undefined, 2));
  return layout;
}

/** Throws where the folder holds no cluster. */
export function readLayout(folder: string): ClusterLayout {
  return JSON.parse(readFileSync(path.join(folder, 'cluster.json'), 'utf8')) as ClusterLayout;
}

/** Kubeconfig of one of the users made by `createCertificates`. */
export function kubeconfigOf(layout: Pick<ClusterLayout, 'folder'>, user: string): string {
  return path.join(layout.folder, `${user}.kubeconfig`);
}

function nodeLayout(clusterFolder: string, index: number): NodeLayout {
  const name = `node${index}`;
  const folder = path.join(clusterFolder, name);
  return {
    name,
    index,
    folder,
    address: `${ADDRESS_PREFIX}${10 + index}`,
    cgroup: `/${CGROUP}/${name}`,
    containerdSocket: path.join(folder, 'containerd.sock'),
  };
}

/** All held open until the last is found, so that no two are the same. */
async function findFreePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      server =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}
