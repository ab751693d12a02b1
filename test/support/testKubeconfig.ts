/** A kubeconfig of one context for tests, in a folder of its own, and the connection it leads to. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clusterAccess } from '../../src/cluster/connect.js';
import type { ClusterConnection, CredentialConsent } from '../../src/cluster/clusterPorts.js';

export interface TestKubeconfig {
  readonly folder: string;
  readonly file: string;
  /** Lines of the log so far. */
  readonly log: readonly string[];
  /** Replaces the file's cluster and user. */
  write(cluster: object, user?: object): Promise<void>;
  connect(environment?: Readonly<Record<string, string | undefined>>): Promise<ClusterConnection>;
  /** As for a kubeconfig that a workspace's settings name. */
  connectAsWorkspace(consent?: CredentialConsent): Promise<ClusterConnection>;
  close(): Promise<void>;
}

export async function makeTestKubeconfig(cluster: object, user: object = {}): Promise<TestKubeconfig> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
  const file = path.join(folder, 'config');
  const log: string[] = [];
  const connections: ClusterConnection[] = [];
  const write = (newCluster: object, newUser: object = {}): Promise<void> =>
    writeFile(
      file,
      JSON.stringify({
        clusters: [{ name: 'k', cluster: newCluster }],
        users: [{ name: 'u', user: newUser }],
        contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      }),
    );
  const connect = async (
    environment: Readonly<Record<string, string | undefined>>,
    isFromWorkspace: boolean,
    consent?: CredentialConsent,
  ): Promise<ClusterConnection> => {
    const location = { setting: file, environment, homeDirectory: folder, isFromWorkspace };
    const record = (message: string): void => void log.push(message);
    const connection = await clusterAccess.connect(location, 'c', { debug: record, warn: record }, consent);
    connections.push(connection);
    return connection;
  };
  await write(cluster, user);
  return {
    folder,
    file,
    log,
    write,
    connect: (environment = {}) => connect(environment, false),
    connectAsWorkspace: consent => connect(process.env, true, consent),
    close: async () => {
      for (const connection of connections) connection.dispose();
      await rm(folder, { recursive: true });
    },
  };
}
