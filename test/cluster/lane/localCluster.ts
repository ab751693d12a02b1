/** The local cluster from the lane's point of view: what must be there first, one at a time, nothing left. */
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, createLayout, type ClusterLayout } from '../local/clusterLayout.js';
import { buildBinaries } from '../local/kubernetesBinaries.js';
import { describeLeftovers, findFolders, findLeftovers, removeLeftovers } from '../local/leftovers.js';
import { findMissing } from '../local/requirements.js';
import { waitUntil } from '../local/runCommand.js';
import { startCluster } from '../local/startCluster.js';

export interface LocalClusterOptions {
  /** The project's. */
  readonly root: string;
  readonly version: string;
  readonly isKept: boolean;
}

type Say = (line: string) => void;

/** Resolves when all nodes are Ready. Rejects with everything that is missing, before anything is started. */
export async function startLocalCluster(
  { root, version, isKept }: LocalClusterOptions,
  say: Say,
  signal: AbortSignal,
): Promise<ClusterLayout> {
  const missing = await findMissing(say, signal);
  if (missing.length > 0)
    throw new Error(['The local cluster cannot be started:', ...missing].join('\n  - '));
  await refuseWhereOneLives();
  const stale = describeLeftovers(findLeftovers());
  if (stale.length > 0) {
    say(`clearing up after an earlier run: ${stale.join('; ')}`);
    await removeLeftovers();
  }
  const cache = cacheFolder(process.env);
  say(`Kubernetes ${version} (building it takes minutes the first time)`);
  const source = path.join(root, 'test/cluster');
  await buildBinaries(path.join(source, 'kubernetes', version), path.join(cache, 'bin', version), signal);
  const layout = await createLayout({ version, nodeCount: 2, isKept, cache });
  say(`starting two nodes in ${layout.folder}`);
  try {
    await startCluster(layout, path.join(source, 'local/box.sh'), say, signal);
  } catch (error) {
    await takeDownLocalCluster(say);
    throw error;
  }
  say('all nodes are Ready');
  return layout;
}

/** Ends and removes every local cluster; false where something is left all the same, which is said. */
export async function takeDownLocalCluster(say: Say): Promise<boolean> {
  await removeLeftovers();
  const left = describeLeftovers(findLeftovers());
  say(left.length === 0 ? 'taken down, nothing left' : `LEFT BEHIND: ${left.join('; ')}`);
  return left.length === 0;
}

/** The logs of a run with failures outlive the cluster. */
export function keepLogs(layout: ClusterLayout, target: string, say: Say): void {
  rmSync(target, { recursive: true, force: true });
  cpSync(path.join(layout.folder, 'logs'), target, { recursive: true });
  say(`logs of the cluster: ${target}`);
}

/** A cluster that lives is in use: kept, or under test. One whose run was killed died with it (box.ts). */
async function refuseWhereOneLives(): Promise<void> {
  const isDead = () => findLeftovers().processes.length === 0;
  await waitUntil('a killed cluster to be gone', 3, isDead).catch(() => {
    const folders = findFolders();
    throw new Error(
      `A local cluster runs in ${folders.join(' ')}, by another run or kept: end it with ` +
        '`node test/cluster/run.mjs down`, or run the tests on it with KUBECONFIG=FOLDER/admin.kubeconfig.',
    );
  });
}
