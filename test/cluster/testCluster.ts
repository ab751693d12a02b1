/**
 * The cluster under test: connections through the extension's own door (src/cluster/connect.ts), as any of its users.
 * What the tests may do to it depends on whose it is: `onLocalCluster` marks those that change nodes.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { it, onTestFinished } from 'vitest';
import { isTriageError, type TriageError } from '../../src/base/errors.js';
import { clusterAccess } from '../../src/cluster/connect.js';
import type { ClusterConnection, ClusterNode, KubeconfigLocation } from '../../src/cluster/clusterPorts.js';
import { cgroupVersion } from './local/cgroups.js';
import { kubeconfigOf, readLayout, type ClusterLayout, type NodeLayout } from './local/clusterLayout.js';
import { readLaneChoice } from './lane/laneChoice.js';

const lane = readLaneChoice(process.env);

/** Of the local cluster; undefined on a given one. */
export const layout: ClusterLayout | undefined = lane.kind === 'local' ? readLayout(lane.folder) : undefined;

/** With all rights. May be a list of files, as KUBECONFIG may. */
export const adminKubeconfig = lane.kind === 'local' ? kubeconfigOf(lane, 'admin') : lane.kubeconfig;

/** A test that changes nodes, or stops and kills kubelets: elsewhere it is listed, and its name says why it is not run. */
export function onLocalCluster(name: string, test: () => Promise<void>): void {
  if (layout !== undefined) it(name, test);
  else it.skip(`${name} [not run: the nodes of a given cluster are not ours to change]`, test);
}

/** As {@link onLocalCluster}, for what takes the slow memory.stat of cgroup v1 (local/heatCgroups.ts). */
export function onLocalCgroupV1(name: string, test: () => Promise<void>): void {
  if (layout !== undefined && cgroupVersion() === 2)
    it.skip(`${name} [not run: cgroup v2 has no such reader]`, test);
  else onLocalCluster(name, test);
}

export function requireLayout(): ClusterLayout {
  if (layout === undefined) throw new Error('this is not the local cluster');
  return layout;
}

export function requireNodeLayout(name: string): NodeLayout {
  const node = requireLayout().nodes.find(candidate => candidate.name === name);
  if (node === undefined) throw new Error(`the local cluster has no ${name}`);
  return node;
}

/** The Kubernetes client of the admin, for what the extension does not do: namespaces, pods, cordoning. */
export function loadAdminConfig(): KubeConfig {
  const config = new KubeConfig();
  for (const file of adminKubeconfig.split(path.delimiter)) {
    const part = new KubeConfig();
    part.loadFromFile(file);
    if (config.clusters.length === 0) config.loadFromString(part.exportConfig());
    else config.mergeConfig(part, true);
  }
  return config;
}

/** Connects to the current context of a kubeconfig; disposed at the end of the test that asked. */
export async function connect(kubeconfig: string = adminKubeconfig): Promise<ClusterConnection> {
  const connection = await openConnection(kubeconfig);
  onTestFinished(() => connection.dispose());
  return connection;
}

/** As {@link connect}, for hooks: the caller disposes it. */
export async function openConnection(kubeconfig: string): Promise<ClusterConnection> {
  const location: KubeconfigLocation = {
    setting: undefined,
    environment: { KUBECONFIG: kubeconfig },
    homeDirectory: '/nonexistent',
  };
  const { contexts, problems } = await clusterAccess.readKubeconfig(location);
  const current = contexts.find(context => context.isCurrent);
  if (current === undefined)
    throw new Error(`no current context in ${kubeconfig}: ${JSON.stringify(problems)}`);
  const silent = { debug: () => undefined, warn: () => undefined };
  return clusterAccess.connect(location, current.name, silent);
}

/** A kubeconfig for the admin's cluster with another user's credentials; removed at the end of the test. */
export function writeKubeconfigFor(user: Omit<User, 'name'>): string {
  const cluster = loadAdminConfig().getCurrentCluster();
  if (cluster === null) throw new Error(`${adminKubeconfig} names no cluster`);
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, { name: 'test', ...user });
  const file = path.join(temporaryFolder(), 'config');
  writeFileSync(file, config.exportConfig(), { mode: 0o600 });
  return file;
}

/** An empty folder, removed at the end of the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The nodes, at least one, in order of name. */
export async function listNodes(
  connection: ClusterConnection,
): Promise<readonly [ClusterNode, ...ClusterNode[]]> {
  const [first, ...others] = [...(await connection.nodes.list(AbortSignal.timeout(10_000)))].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
  if (first === undefined) throw new Error('the cluster has no nodes');
  return [first, ...others];
}

/** What a promise rejects with, which must be a TriageError. */
export async function refusalOf(promise: Promise<unknown>): Promise<TriageError> {
  const reason = await promise.then(
    value => new Error(`resolved with ${JSON.stringify(value).slice(0, 200)}`),
    (error: unknown) => error,
  );
  if (isTriageError(reason)) return reason;
  throw new Error('not refused with a TriageError', { cause: reason });
}

/** Aborted at the end of the test, so that nothing runs on into the next. */
export function testSignal(): AbortSignal {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  return controller.signal;
}
