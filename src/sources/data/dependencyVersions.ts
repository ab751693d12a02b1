/**
 * Which Go, runc, cgroups and cAdvisor a Kubernetes release was built with, as far as it was looked up. Data only.
 *
 * A run `[first, last, version]` says: the patch releases 1.x.first to 1.x.last were seen with this version at both
 * ends. Origin: go.mod, Godeps.json and vendor/modules.txt of projects that vendor a Kubernetes release (autoscaler,
 * kubeedge, microshift) and the dependency sections of Kubernetes changelogs. Consumers that were seen to raise a
 * version above upstream's are left out. How to extend it: docs/sources.md.
 */

/** First patch release, last patch release, version (a module version, or a commit of 40 hex digits). */
export type PatchRun = readonly [first: number, last: number, version: string];

export interface DependencyRow {
  /** Go release of 1.x.0. `exact` only where a source names the patch release. */
  readonly go: readonly [tag: string, known: 'exact' | 'minor'];
  readonly runc?: readonly PatchRun[];
  readonly cgroups?: readonly PatchRun[];
  readonly cadvisor?: readonly PatchRun[];
}

export type TabledDependency = 'runc' | 'cgroups' | 'cadvisor';

/** By the minor release of Kubernetes 1. */
export const DEPENDENCY_VERSIONS: Readonly<Record<number, DependencyRow>> = {
  13: {
    go: ['go1.11', 'minor'],
    runc: [[0, 0, '871ba2e58e24314d1fab4517a80410191ba5ad01']],
    cadvisor: [[0, 0, 'v0.32.0']],
  },
  14: {
    go: ['go1.12.1', 'exact'],
  },
  15: {
    go: ['go1.12.5', 'minor'],
    runc: [[0, 3, 'v0.0.0-20181113202123-f000fe11ece1']],
    cadvisor: [[0, 3, 'v0.33.2-0.20190411163913-9db8c7dee20a']],
  },
  16: {
    go: ['go1.12.9', 'minor'],
    runc: [[0, 0, 'v1.0.0-rc2.0.20190611121236-6cc515888830']],
    cadvisor: [[0, 0, 'v0.34.0']],
  },
  17: {
    go: ['go1.13.4', 'minor'],
    runc: [[0, 1, 'v1.0.0-rc9']],
    cadvisor: [[0, 1, 'v0.35.0']],
  },
  18: {
    go: ['go1.13.8', 'minor'],
    runc: [[0, 0, 'v1.0.0-rc10']],
    cadvisor: [[0, 6, 'v0.35.0']],
  },
  19: {
    go: ['go1.15', 'minor'],
    runc: [[0, 10, 'v1.0.0-rc91.0.20200707015106-819fcc687efb']],
    cadvisor: [
      [0, 3, 'v0.37.0'],
      [10, 10, 'v0.37.5'],
    ],
  },
  20: {
    go: ['go1.15.5', 'minor'],
    runc: [[0, 0, 'v1.0.0-rc92']],
    cadvisor: [[0, 0, 'v0.38.5']],
  },
  21: {
    go: ['go1.16', 'minor'],
    runc: [
      [0, 0, 'v1.0.0-rc93'],
      [4, 4, 'v1.0.0-rc95'],
    ],
    cadvisor: [[0, 4, 'v0.39.0']],
  },
  22: {
    go: ['go1.16', 'minor'],
    runc: [
      [0, 0, 'v1.0.1'],
      [6, 17, 'v1.0.3'],
    ],
    cadvisor: [
      [0, 0, 'v0.39.2'],
      [6, 6, 'v0.39.3'],
      [17, 17, 'v0.39.4'],
    ],
  },
  23: {
    go: ['go1.17', 'minor'],
    runc: [
      [0, 0, 'v1.0.2'],
      [15, 17, 'v1.0.3'],
    ],
    cadvisor: [
      [0, 0, 'v0.43.0'],
      [15, 17, 'v0.43.1'],
    ],
  },
  24: {
    go: ['go1.18', 'minor'],
    runc: [
      [0, 12, 'v1.1.1'],
      [14, 17, 'v1.1.6'],
    ],
    cadvisor: [
      [0, 14, 'v0.44.1'],
      [16, 17, 'v0.44.2'],
    ],
  },
  25: {
    go: ['go1.19', 'minor'],
    runc: [
      [0, 8, 'v1.1.3'],
      [10, 12, 'v1.1.6'],
    ],
    cadvisor: [
      [0, 10, 'v0.45.0'],
      [12, 12, 'v0.45.1'],
    ],
  },
  26: {
    go: ['go1.19', 'minor'],
    runc: [
      [0, 3, 'v1.1.4'],
      [5, 15, 'v1.1.6'],
    ],
    cadvisor: [
      [0, 5, 'v0.46.0'],
      [7, 15, 'v0.46.1'],
    ],
  },
  27: {
    go: ['go1.20', 'minor'],
    runc: [
      [0, 1, 'v1.1.4'],
      [2, 15, 'v1.1.6'],
    ],
    cadvisor: [
      [0, 2, 'v0.47.1'],
      [4, 15, 'v0.47.2'],
    ],
  },
  28: {
    go: ['go1.20', 'minor'],
    runc: [[0, 14, 'v1.1.7']],
    cadvisor: [[0, 14, 'v0.47.3']],
  },
  29: {
    go: ['go1.21.0', 'minor'],
    runc: [[0, 9, 'v1.1.10']],
    cadvisor: [[0, 9, 'v0.48.1']],
  },
  30: {
    go: ['go1.22.0', 'minor'],
    runc: [[0, 14, 'v1.1.12']],
    cadvisor: [
      [0, 7, 'v0.49.0'],
      [11, 14, 'v0.49.2'],
    ],
  },
  31: {
    go: ['go1.22.5', 'exact'],
    runc: [[0, 14, 'v1.1.13']],
    cadvisor: [[0, 14, 'v0.49.0']],
  },
  32: {
    go: ['go1.23.3', 'exact'],
    runc: [[0, 13, 'v1.2.1']],
    cadvisor: [[0, 13, 'v0.51.0']],
  },
  33: {
    go: ['go1.24.2', 'exact'],
    runc: [[0, 0, 'v1.2.5']],
    cgroups: [
      [0, 7, 'v0.0.1'],
      [13, 13, 'v0.0.3'],
    ],
    cadvisor: [[0, 13, 'v0.52.1']],
  },
  34: {
    go: ['go1.24.6', 'minor'],
    runc: [[0, 0, 'v1.2.5']],
    cgroups: [[0, 9, 'v0.0.1']],
    cadvisor: [[0, 9, 'v0.52.1']],
  },
  35: {
    go: ['go1.25.5', 'exact'],
    runc: [[0, 0, 'v1.3.0']],
    cgroups: [[0, 6, 'v0.0.3']],
    cadvisor: [[0, 6, 'v0.53.0']],
  },
  36: {
    go: ['go1.26.2', 'exact'],
    runc: [[0, 0, 'v1.4.0']],
    cgroups: [[0, 3, 'v0.0.6']],
    cadvisor: [[0, 3, 'v0.56.2']],
  },
  37: {
    go: ['go1.26.0', 'minor'],
    cgroups: [[0, 2, 'v0.0.7']],
    cadvisor: [[0, 2, 'v0.60.5']],
  },
};

/**
 * OpenShift carries its own versions where it differs from upstream; by the Kubernetes minor release it is based on
 * (4.14 is 1.27). cAdvisor of 1.31 and 1.34 is the fork openshift/google-cadvisor.
 */
export const OPENSHIFT_VERSIONS: Readonly<
  Record<number, { readonly [dependency in TabledDependency]?: string }>
> = {
  23: { runc: 'v1.0.2', cadvisor: 'v0.43.0' },
  25: { runc: 'v1.1.6', cadvisor: 'v0.45.0' },
  26: { runc: 'v1.1.6', cadvisor: 'v0.46.1' },
  27: { runc: 'v1.1.9', cadvisor: 'v0.47.2' },
  28: { runc: 'v1.1.9', cadvisor: 'v0.47.3' },
  29: { runc: 'v1.1.11', cadvisor: 'v0.48.1' },
  30: { runc: 'v1.1.12', cadvisor: 'v0.49.2' },
  31: { runc: 'v1.1.13', cadvisor: 'v0.49.0-openshift-4.17-4' },
  32: { runc: 'v1.2.1', cadvisor: 'v0.51.0' },
  33: { runc: 'v1.2.5', cgroups: 'v0.0.3', cadvisor: 'v0.52.1' },
  34: { runc: 'v1.2.5', cgroups: 'v0.0.3', cadvisor: 'v0.52.1-openshift-4.21-1' },
  35: { cgroups: 'v0.0.3', cadvisor: 'v0.53.0' },
  36: { cgroups: 'v0.0.6', cadvisor: 'v0.56.2' },
};
