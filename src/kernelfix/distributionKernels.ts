/**
 * Which release of a distribution first has a kernel of a version: for advice. By the releases' own notes; a row that is
 * missing costs a name, not an answer.
 */
import type { KernelVersion } from '../sources/kernel/kernelRelease.js';
import { compareNumbers, type KernelFamilyId } from './kernelFamily.js';

type Step = readonly [major: number, minor: number, product: string];

const RHEL: readonly Step[] = [
  [4, 18, 'RHEL 8'],
  [5, 14, 'RHEL 9'],
  [6, 12, 'RHEL 10'],
];

/** Oldest first. */
const STEPS: Partial<Readonly<Record<KernelFamilyId, readonly Step[]>>> = {
  rhel7: RHEL,
  rhel8: RHEL,
  rhel9: RHEL,
  rhel10: RHEL,
  elrepo: [
    [5, 4, 'kernel-lt 5.4'],
    [6, 1, 'kernel-lt 6.1 (Enterprise Linux 8 and newer)'],
  ],
  uek: [
    [5, 4, 'UEK R6 (5.4)'],
    [5, 15, 'UEK R7 (5.15)'],
    [6, 12, 'UEK R8 (6.12)'],
  ],
  amazon: [
    [5, 4, 'kernel-5.4 of amazon-linux-extras'],
    [5, 10, 'kernel-5.10 of amazon-linux-extras'],
    [6, 1, 'Amazon Linux 2023 (6.1)'],
    [6, 12, 'kernel6.12 of Amazon Linux 2023'],
    [6, 18, 'kernel6.18 of Amazon Linux 2023'],
  ],
  azurelinux: [
    [5, 15, 'CBL-Mariner 2.0 (5.15)'],
    [6, 6, 'Azure Linux 3.0 (6.6)'],
  ],
  ubuntu: [
    [5, 4, 'Ubuntu 20.04, or linux-generic-hwe-18.04 (5.4)'],
    [5, 15, 'Ubuntu 22.04 (5.15)'],
    [6, 8, 'Ubuntu 24.04 (6.8)'],
  ],
  debian: [
    [5, 10, 'Debian 11 (5.10)'],
    [6, 1, 'Debian 12 (6.1)'],
    [6, 12, 'Debian 13 (6.12)'],
  ],
  suse: [
    [5, 3, 'SLES 15 SP2 (5.3)'],
    [5, 14, 'SLES 15 SP4 (5.14)'],
    [6, 4, 'SLES 15 SP6 (6.4)'],
    [6, 12, 'SLES 16 (6.12)'],
  ],
  cos: [
    [5, 4, 'milestone 85 (5.4)'],
    [5, 10, 'milestone 93 (5.10)'],
    [5, 15, 'milestone 101 (5.15)'],
    [6, 1, 'milestone 109 (6.1)'],
    [6, 6, 'milestone 117 (6.6)'],
  ],
  flatcar: [
    [5, 4, 'Flatcar 2605 (5.4)'],
    [5, 10, 'Flatcar 2765 (5.10)'],
    [5, 15, 'Flatcar 3139 (5.15)'],
    [6, 1, 'Flatcar 3815 (6.1)'],
    [6, 6, 'Flatcar 3975 (6.6)'],
  ],
};

/** Undefined where the table knows of none that is new enough. */
export function firstReleaseWith(family: KernelFamilyId, version: KernelVersion): string | undefined {
  return STEPS[family]?.find(
    ([major, minor]) => compareNumbers([major, minor], version.slice(0, 2)) >= 0,
  )?.[2];
}
