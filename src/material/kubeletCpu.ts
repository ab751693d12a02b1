/** How much CPU the kubelet uses by what lies beside a check: records of captures, metrics, samples of its threads. */
import type { KubeletCpu } from '../cgroup/model.js';
import { collectMaterial, type MaterialFile } from './collect.js';

/** Those that may tell it, and are quick to read: no profile, no trace, no log. `name`: relative, with `/`. */
export function tellsKubeletCpu(name: string): boolean {
  return /(?:^|\/)(?:capture\.json|metrics-[12]\.txt|stats-summary\.json|threads\.samples\.txt(?:\.gz)?)$/u.test(
    name,
  );
}

/** The largest that was measured, as triage has it: an idle moment says nothing of a busy one. Undefined for none. */
export function findKubeletCpu(files: readonly MaterialFile[]): KubeletCpu | undefined {
  const [most] = [...collectMaterial(files).kubeletCores].sort((a, b) => b.cores - a.cores);
  return most === undefined
    ? undefined
    : { cores: most.cores, seconds: most.seconds, file: most.at.file.replace(/^\.\.\/[^/]*\//u, '') };
}
