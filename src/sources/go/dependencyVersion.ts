/**
 * Looks up what a Kubernetes release was built with, in data/dependencyVersions.ts: the version, and how sure it is.
 */
import {
  DEPENDENCY_VERSIONS,
  OPENSHIFT_VERSIONS,
  type PatchRun,
  type TabledDependency,
} from '../data/dependencyVersions.js';
import type { Confidence } from '../frame/frame.js';
import type { KubernetesBuild } from './kubernetesBuild.js';
import { because, type Reason } from '../frame/reason.js';

export interface DependencyVersion {
  readonly version: string;
  /** The module the version is of. */
  readonly module: string;
  readonly confidence: Confidence;
  readonly reason: Reason;
}

const MODULES: Readonly<Record<TabledDependency, string>> = {
  runc: 'github.com/opencontainers/runc',
  cgroups: 'github.com/opencontainers/cgroups',
  cadvisor: 'github.com/google/cadvisor',
};
/** cAdvisor's collector is a module of its own from Kubernetes 1.37 on. */
const CADVISOR_LIBRARY = 'github.com/google/cadvisor/lib';

/** The tabled version of the module that has `importPath`, or undefined where the table has none. */
export function findDependencyVersion(
  importPath: string,
  build: KubernetesBuild,
): DependencyVersion | undefined {
  const entry = Object.entries(MODULES).find(([, root]) => `${importPath}/`.startsWith(`${root}/`));
  if (!entry) return undefined;
  const dependency = entry[0] as TabledDependency;
  const module = `${importPath}/`.startsWith(`${CADVISOR_LIBRARY}/`) ? CADVISOR_LIBRARY : entry[1];
  const carried = build.vendor === 'OpenShift' ? OPENSHIFT_VERSIONS[build.minor]?.[dependency] : undefined;
  const facts = { dependency, kubernetes: build.tag };
  if (carried !== undefined)
    return {
      version: carried,
      module,
      confidence: 'table',
      reason: because('version-table', { ...facts, version: carried, seen: `OpenShift on 1.${build.minor}` }),
    };
  const runs = DEPENDENCY_VERSIONS[build.minor]?.[dependency];
  if (runs) {
    const { run, isBetween } = runOf(runs, build.patch);
    const seen = `1.${build.minor}.${Math.min(Math.max(build.patch, run[0]), run[1])}`;
    const code = isBetween ? 'version-between' : 'version-table';
    return {
      version: run[2],
      module,
      confidence: isBetween ? 'approximate' : 'table',
      reason: because(code, { ...facts, version: run[2], seen }),
    };
  }
  return beyondTable(dependency, module, build);
}

/** The run that has the patch release, else the last one before it; `isBetween` where the next run is another version. */
function runOf(runs: readonly PatchRun[], patch: number): { run: PatchRun; isBetween: boolean } {
  const at = Math.max(
    0,
    runs.findLastIndex(([first]) => first <= patch),
  );
  const run = runs[at] ?? [0, 0, ''];
  return { run, isBetween: patch > run[1] && at + 1 < runs.length };
}

/** A release newer than the table carries at least what the newest tabled one does; an older or untabled one is not guessed. */
function beyondTable(
  dependency: TabledDependency,
  module: string,
  build: KubernetesBuild,
): DependencyVersion | undefined {
  const minors = Object.keys(DEPENDENCY_VERSIONS).map(Number);
  const newest = Math.max(...minors.filter(minor => DEPENDENCY_VERSIONS[minor]?.[dependency] !== undefined));
  const run = DEPENDENCY_VERSIONS[newest]?.[dependency]?.at(-1);
  if (build.minor <= Math.max(...minors) || !run) return undefined;
  const facts = { dependency, version: run[2], kubernetes: build.tag, nearest: `1.${newest}` };
  return { version: run[2], module, confidence: 'approximate', reason: because('version-minor', facts) };
}

/** The oldest Kubernetes release seen with this module version: the reverse of the table, for profiles that name no release. */
export function findKubernetesCarrying(
  module: string,
  version: string,
): { readonly tag: string; readonly dependency: TabledDependency } | undefined {
  const entry = Object.entries(MODULES).find(([, root]) => root === module || module === `${root}/lib`);
  if (!entry) return undefined;
  const dependency = entry[0] as TabledDependency;
  for (const [minor, row] of Object.entries(DEPENDENCY_VERSIONS)) {
    const run = row[dependency]?.find(([, , tabled]) => tabled === version);
    if (run) return { tag: `v1.${minor}.${run[0]}`, dependency };
  }
  return undefined;
}
