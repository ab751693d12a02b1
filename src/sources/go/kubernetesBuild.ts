/**
 * Reads a kubelet's gitVersion: which Kubernetes it is, who built it, and where that source lies. The forms are those
 * vendors print; a vendor whose tree is not public is mapped to the upstream tag and said so.
 */

export interface KubernetesVersion {
  readonly minor: number;
  readonly patch: number;
}

/** How near the tree at `revision` is to what was built. */
export type Fidelity =
  /** The very tree. */
  | 'same'
  /** Upstream's tag; the vendor adds patches of its own. */
  | 'patched'
  /** Built from a changed checkout. */
  | 'changed';

export interface KubernetesBuild extends KubernetesVersion {
  readonly gitVersion: string;
  /** Upstream's tag: `v1.18.8`, `v1.19.0-rc.4`. */
  readonly tag: string;
  /** `owner/name` of the tree the kubelet was built from. */
  readonly repository: string;
  /** Tag or commit there. */
  readonly revision: string;
  readonly vendor: string;
  readonly fidelity: Fidelity;
}

const UPSTREAM = 'kubernetes/kubernetes';

interface Form {
  /** What follows `vX.Y.Z` and a pre-release. */
  readonly suffix: RegExp;
  readonly vendor: string;
  readonly fidelity: Fidelity;
}

/** Vendors that build from the upstream tag, patched or not; the first that matches. */
const FORMS: readonly Form[] = [
  { suffix: /^-eks-/, vendor: 'Amazon EKS', fidelity: 'patched' },
  { suffix: /^-gke\./, vendor: 'Google GKE', fidelity: 'patched' },
  { suffix: /^\+rke2r\d+/, vendor: 'RKE2', fidelity: 'patched' },
  { suffix: /^-rancher/, vendor: 'Rancher', fidelity: 'patched' },
  { suffix: /^-(?:aliyun|tke|vke)\b/, vendor: 'a cloud provider', fidelity: 'patched' },
  { suffix: /^(?:-(?:cce|r\d)|\+IKS)/, vendor: 'a cloud provider', fidelity: 'patched' },
  { suffix: /^\+vmware\.\d+/, vendor: 'VMware', fidelity: 'patched' },
  { suffix: /^\+k0s/, vendor: 'k0s', fidelity: 'patched' },
];

/** The build, or undefined where the text begins with no Kubernetes 1 version. */
export function parseKubernetesBuild(gitVersion: string): KubernetesBuild | undefined {
  const match = /^v?1\.(\d+)\.(\d+)(-(?:alpha|beta|rc)\.\d+)?(.*)/s.exec(gitVersion.trim());
  if (!match) return undefined;
  const [, minor = '', patch = '', preRelease = '', rest = ''] = match;
  const isChanged = rest.endsWith('-dirty');
  const suffix = isChanged ? rest.slice(0, -'-dirty'.length) : rest;
  const version = { minor: Number(minor), patch: Number(patch) };
  const tag = `v1.${minor}.${patch}${preRelease}`;
  const upstream = { ...version, gitVersion, tag, repository: UPSTREAM, revision: tag };
  const origin = originOf(suffix, tag, version);
  return { ...upstream, ...origin, ...(isChanged ? { fidelity: 'changed' as const } : {}) };
}

type Origin = Pick<KubernetesBuild, 'vendor' | 'fidelity'> &
  Partial<Pick<KubernetesBuild, 'repository' | 'revision'>>;

function originOf(suffix: string, tag: string, version: KubernetesVersion): Origin {
  if (suffix === '') return { vendor: 'Kubernetes', fidelity: 'same' };
  const form = FORMS.find(({ suffix: pattern }) => pattern.test(suffix));
  if (form) return { vendor: form.vendor, fidelity: form.fidelity };
  // k3s builds from its own fork, tagged with a hyphen in place of the plus.
  const k3s = /^\+(k3s\d+)$/.exec(suffix)?.[1];
  if (k3s !== undefined)
    return { vendor: 'k3s', fidelity: 'same', repository: 'k3s-io/kubernetes', revision: `${tag}-${k3s}` };
  // `git describe` of a source build: `.44+b7394102d6ef77` after a pre-release.
  const source = /^\.\d+\+([0-9a-f]{7,40})$/.exec(suffix)?.[1];
  if (source !== undefined) return { vendor: 'a source build', fidelity: 'same', revision: source };
  const commit = /^\+([0-9a-f]{7,40})$/.exec(suffix)?.[1];
  if (commit !== undefined) return openShift(commit, version);
  return { vendor: suffix.slice(1), fidelity: 'patched' };
}

/** OpenShift has a Kubernetes fork of its own since 4.6 (1.19); before, the kubelet was part of openshift/origin. */
function openShift(commit: string, { minor }: KubernetesVersion): Origin {
  const vendor = 'OpenShift';
  return minor >= 19
    ? { vendor, fidelity: 'same', repository: 'openshift/kubernetes', revision: commit }
    : { vendor, fidelity: 'patched' };
}

/**
 * The Kubernetes release a staging module's version stands for: `v0.32.5` → `v1.32.5`; `v1.36.2` (modules versioned
 * with the main one) stays. Undefined for `v0.0.0` and for what is no release.
 */
export function kubernetesTagOfModule(version: string): string | undefined {
  const match = /^v([01])\.(\d+)\.(\d+(?:-(?:alpha|beta|rc)\.\d+)?)$/.exec(version);
  if (!match || version === 'v0.0.0') return undefined;
  return `v1.${match[2] ?? ''}.${match[3] ?? ''}`;
}
