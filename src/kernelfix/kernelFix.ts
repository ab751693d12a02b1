/**
 * Whether a kernel has the fix of the slow memory.stat: the series 205b20cc5a99..42a300353577 ("memory.stat cost &
 * correctness"), in Linux 5.2 and, backported, in RHEL 8's kernel-4.18.0-176 (BZ 1795049). A release string alone decides
 * as far as it can; a measured read time always wins over it.
 */
import type { KernelFixState } from './fixTable.js';
import { identifyKernel } from './kernelFamily.js';
import { kernelFixOf } from './kernelFixes.js';

export type KernelFix = 'fixed' | 'not-fixed' | 'unknown';

/** Of a release that no family matches. */
export const UNKNOWN_FAMILY = 'unknown';

export interface KernelFixFinding {
  readonly fix: KernelFix;
  /** Whose kernel it is taken for. */
  readonly family: string;
}

/** What is fixed in part still walks all cgroups. */
const WHOLE: Readonly<Record<KernelFixState, KernelFix>> = {
  fixed: 'fixed',
  'not-fixed': 'not-fixed',
  partly: 'not-fixed',
  unknown: 'unknown',
};

/** @param release as `uname -r` and node.status.nodeInfo.kernelVersion give it. */
export function memoryStatFix(release: string): KernelFixFinding {
  const { state } = kernelFixOf(release, 'memcg-stat-5.2');
  return { fix: WHOLE[state], family: identifyKernel(release)?.name ?? UNKNOWN_FAMILY };
}
