/** Slow memory.stat reads for the local kubelets, while a test lasts: hotCgroups.c in the box. cgroup v1 alone. */
import { mkdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { readLog, startInBox } from './box.js';
import type { ClusterLayout, NodeLayout } from './clusterLayout.js';
import { findProcess } from './findProcess.js';
import { runCommand, waitUntil } from './runCommand.js';

/** 10,000 make a read of the root's memory.stat take 50 to 100 ms on two cores (Linux 6.18); made in 4 s. */
const DEAD_CGROUPS = 10_000;
/** Longer than any test, and an end all the same. */
const SECONDS = 300;

/** Resolves when reads are slow; the function it gives ends that. `source`: path of hotCgroups.c. */
export async function heatCgroups(
  layout: ClusterLayout,
  node: NodeLayout,
  source: string,
): Promise<() => Promise<void>> {
  const program = path.join(layout.folder, 'hotCgroups');
  await runCommand('gcc', ['-O2', '-o', program, source]);
  // No name that begins with pod: the kubelet would take it for an orphan's and remove it.
  const parent = `/sys/fs/cgroup/memory${node.cgroup}/kubepods/hot`;
  mkdirSync(parent);
  const log = `hot-${node.name}-${Date.now()}`;
  startInBox(layout, log, [program, parent, String(SECONDS), String(DEAD_CGROUPS)]);
  const pid = () => findProcess('hotCgroups', parent);
  await waitUntil('the cgroups to be hot', 60, () => {
    const said = readLog(layout, log);
    if (said.includes(':')) throw new Error(`hotCgroups failed: ${said}`);
    return said.includes('hot');
  });
  return async () => {
    const running = pid();
    if (running !== undefined) process.kill(running, 'SIGKILL');
    // The kernel still ends the process a moment after it is gone from /proc.
    await waitUntil('the cgroups to cool', 30, () => pid() === undefined && isRemoved(parent));
  };
}

function isRemoved(cgroup: string): boolean {
  try {
    rmdirSync(cgroup);
    return true;
  } catch {
    return false;
  }
}
