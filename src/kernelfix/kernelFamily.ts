/**
 * Whose kernel a release is: the distribution, and what its numbers say of upstream's stable series. Which fixes it has is
 * fixTable.ts's.
 */
import { parseKernelRelease, type KernelVersion } from '../sources/kernel/kernelRelease.js';

export type KernelFamilyId =
  | 'elrepo'
  | 'uek'
  | 'rhel7'
  | 'rhel8'
  | 'rhel9'
  | 'rhel10'
  | 'amazon'
  | 'azurelinux'
  | 'alinux'
  | 'openeuler'
  | 'suse'
  | 'ubuntu'
  | 'debian'
  | 'proxmox'
  | 'cos'
  | 'flatcar'
  | 'image'
  | 'upstream';

interface KernelFamily {
  readonly id: KernelFamilyId;
  readonly name: string;
  readonly pattern: RegExp;
  /**
   * `stable`: the third number is upstream's. `abi`: it counts something else, or
   * stays that of where it began; the first two are upstream's. `vendor`:
   * fixes of much newer kernels are carried over, the numbers are those of where it began.
   */
  readonly numbers: 'stable' | 'abi' | 'vendor';
}

/** In order: the first that matches decides. ELRepo and UEK carry `.el7` too, hence they stand before Red Hat. */
const FAMILIES: readonly KernelFamily[] = [
  { id: 'elrepo', name: 'ELRepo', pattern: /\.elrepo\b/u, numbers: 'stable' },
  { id: 'uek', name: 'Oracle UEK', pattern: /el\d+uek/u, numbers: 'abi' },
  { id: 'rhel7', name: 'RHEL 7', pattern: /^3\.10\.0-\d.*\.el7/u, numbers: 'vendor' },
  { id: 'rhel8', name: 'RHEL 8', pattern: /^4\.18\.0-\d.*\.el8/u, numbers: 'vendor' },
  { id: 'rhel9', name: 'RHEL 9', pattern: /^5\.14\.0-\d.*\.el9/u, numbers: 'vendor' },
  { id: 'rhel10', name: 'RHEL 10', pattern: /^6\.\d+\.0-\d.*\.el10/u, numbers: 'vendor' },
  { id: 'amazon', name: 'Amazon Linux', pattern: /\.amzn(?:2|2023)\b/u, numbers: 'stable' },
  { id: 'alinux', name: 'Alibaba Cloud Linux', pattern: /\.a[ln]\d\b/u, numbers: 'abi' },
  { id: 'openeuler', name: 'openEuler', pattern: /\.oe\d/u, numbers: 'abi' },
  { id: 'azurelinux', name: 'Azure Linux', pattern: /\.(?:cm\d|azl\d)|mariner/u, numbers: 'stable' },
  { id: 'suse', name: 'SUSE', pattern: /-(?:default|preempt)$|^4\.12\.14-[\d.]+-azure$/u, numbers: 'vendor' },
  {
    id: 'ubuntu',
    name: 'Ubuntu',
    pattern: /-(?:aws|azure|gcp|gke|gkeop|oracle|kvm|generic|lowlatency|raspi|ibm|nvidia)(?:-\w+)?$/u,
    numbers: 'abi',
  },
  {
    id: 'debian',
    name: 'Debian',
    pattern: /-(?:(?:cloud|rt)-)?(?:amd64|arm64|686(?:-pae)?)$|\.bpo\./u,
    numbers: 'abi',
  },
  { id: 'proxmox', name: 'Proxmox', pattern: /-pve$/u, numbers: 'abi' },
  { id: 'flatcar', name: 'Flatcar or CoreOS', pattern: /-(?:flatcar|coreos)/u, numbers: 'stable' },
  { id: 'cos', name: 'Container-Optimized OS', pattern: /\+$|-cos\b|chromium/u, numbers: 'stable' },
  {
    id: 'image',
    name: 'its image',
    pattern: /-talos|bottlerocket|linuxkit|\bph\d|photon|microsoft|WSL/u,
    numbers: 'stable',
  },
];
const UPSTREAM = { id: 'upstream', name: 'upstream', numbers: 'stable' } as const;

export interface IdentifiedKernel extends Pick<KernelFamily, 'id' | 'name' | 'numbers'> {
  readonly release: string;
  readonly version: KernelVersion;
  /** The numbers behind the first hyphen: `[147, 5, 1]` of `4.18.0-147.5.1.el8_1`, `[21]` of `4.19.0-21-amd64`. */
  readonly build: readonly number[];
}

/** Undefined where the text begins with no version. */
export function identifyKernel(release: string): IdentifiedKernel | undefined {
  const parsed = parseKernelRelease(release);
  if (parsed === undefined) return undefined;
  const text = parsed.release;
  const { id, name, numbers } = FAMILIES.find(({ pattern }) => pattern.test(text)) ?? UPSTREAM;
  return { id, name, numbers, release: text, version: parsed.version, build: buildOf(text) };
}

/** Cut at the first part that is no number: `.el8_1`, `.amzn2`, `-generic`. */
function buildOf(release: string): readonly number[] {
  const match = /^[\d.]{1,40}-(\d{1,8}(?:\.\d{1,8}){0,8})/u.exec(release);
  return match === null ? [] : (match[1] ?? '').split('.').map(Number);
}

/** Below 0: `a` is before `b`. A missing number is 0. */
export function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
