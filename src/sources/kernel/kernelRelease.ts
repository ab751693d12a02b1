/**
 * Reads `uname -r`: the version, who built it, and the upstream tag nearest to it. Which fixes a kernel carries is not
 * decided here.
 */

export interface KernelRelease {
  readonly release: string;
  readonly version: KernelVersion;
  /** The upstream tag to look at: `v4.4.227`, `v5.2` for 5.2.0, `v4.18` for 4.18.0-553.el8_10. */
  readonly tag: string;
  /** Who built it with patches of its own, or undefined for upstream kernels (kernel.org, ELRepo). */
  readonly vendor: string | undefined;
}

export type KernelVersion = readonly [major: number, minor: number, patch: number];

interface Family {
  readonly pattern: RegExp;
  /** Undefined: an upstream kernel, packaged. */
  readonly vendor: string | undefined;
  /** Whether the third number is that of upstream's stable series. Where it is a build or an ABI number it says nothing. */
  readonly countsPatch: boolean;
}

/** First match decides; the order matters (`el7` stands in ELRepo's and Oracle's names, too). */
const FAMILIES: readonly Family[] = [
  { pattern: /\.elrepo\b/, vendor: undefined, countsPatch: true },
  { pattern: /el\d+uek\b/, vendor: 'Oracle (UEK)', countsPatch: true },
  { pattern: /\.el\d+/, vendor: 'Red Hat or a rebuild', countsPatch: false },
  { pattern: /\.amzn\d/, vendor: 'Amazon Linux', countsPatch: true },
  { pattern: /\.(?:fc\d+)\b/, vendor: 'Fedora', countsPatch: true },
  { pattern: /(?:\.cm2|\.azl\d|mariner)/, vendor: 'Azure Linux', countsPatch: true },
  { pattern: /microsoft|WSL/, vendor: 'Microsoft (WSL)', countsPatch: true },
  { pattern: /\bph\d|photon/, vendor: 'Photon OS', countsPatch: true },
  { pattern: /-(?:flatcar|coreos)/, vendor: 'Flatcar or CoreOS', countsPatch: true },
  { pattern: /-talos/, vendor: 'Talos', countsPatch: true },
  { pattern: /bottlerocket|linuxkit/, vendor: 'the image maker', countsPatch: true },
  { pattern: /^4\.12\.14-[\d.]+-azure$/, vendor: 'SUSE', countsPatch: true },
  { pattern: /-(?:default|preempt)$/, vendor: 'SUSE', countsPatch: true },
  {
    pattern: /-(?:aws|azure|gcp|gke|gkeop|oracle|kvm|generic|lowlatency|raspi|ibm|nvidia)(?:-\w+)?$/,
    vendor: 'Ubuntu',
    countsPatch: false,
  },
  {
    pattern: /-(?:(?:cloud|rt)-)?(?:amd64|arm64|686(?:-pae)?)$|\.bpo\./,
    vendor: 'Debian',
    countsPatch: false,
  },
  { pattern: /-pve$/, vendor: 'Proxmox', countsPatch: false },
  { pattern: /\+$|-cos\b|chromium/, vendor: 'Container-Optimized OS', countsPatch: true },
];

/** The release, or undefined where the text begins with no version. */
export function parseKernelRelease(release: string): KernelRelease | undefined {
  const text = release.trim();
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:\.\d+)?(?:-(rc\d+)$)?(.*)/s.exec(text);
  if (!match) return undefined;
  const [, major = '', minor = '', patch = '0', candidate = '', suffix = ''] = match;
  const version: KernelVersion = [Number(major), Number(minor), Number(patch)];
  const family = FAMILIES.find(({ pattern }) => pattern.test(text)) ?? unnamedFamily(suffix);
  const tag = upstreamTag(version, candidate, family.countsPatch);
  return { release: text, version, tag, vendor: family.vendor };
}

/** A bare version is upstream's; an unknown local suffix is a build of that version. */
function unnamedFamily(suffix: string): Pick<Family, 'vendor' | 'countsPatch'> {
  return { vendor: suffix === '' ? undefined : 'an unknown builder', countsPatch: true };
}

/** X.Y.0 is tagged vX.Y; a release candidate of X.Y.0 reports itself as X.Y.0-rcN. */
function upstreamTag([major, minor, patch]: KernelVersion, candidate: string, countsPatch: boolean): string {
  const base = `v${major}.${minor}`;
  if (candidate !== '') return `${base}-${candidate}`;
  return countsPatch && patch > 0 ? `${base}.${patch}` : base;
}

/** Whether the kernel is at least X.Y. */
export function isAtLeast(version: KernelVersion, major: number, minor: number): boolean {
  return version[0] > major || (version[0] === major && version[1] >= minor);
}
