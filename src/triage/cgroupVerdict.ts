/** The check of memory cgroups with what is known of the node's kernel: whether it has the fix for slow memory.stat. */
import { assessCgroups, findSlowRead } from '../cgroup/assess.js';
import type { CgroupAssessment, CgroupHealth, CgroupVerdictLine } from '../cgroup/model.js';
import { CGROUP_VERDICT_TEXTS } from '../cgroup/verdictTexts.js';
import { parseKernelRelease } from '../sources/kernel/kernelRelease.js';
import { findMemoryStatFunctions } from '../sources/kernel/memoryStatFunctions.js';
import { memoryStatFix, type KernelFix } from './kernelFix.js';

const LINE_OF_FIX: Readonly<Record<KernelFix, 'kernel-fixed' | 'kernel-not-fixed' | 'kernel-unclear'>> = {
  fixed: 'kernel-fixed',
  'not-fixed': 'kernel-not-fixed',
  unknown: 'kernel-unclear',
};

/** The measured time wins over what the release says: a slow read on a fixed kernel stays a slow read. */
export function judgeCgroups(health: CgroupHealth): CgroupAssessment {
  const assessment = assessCgroups(health);
  if (health.kernelRelease === undefined) return assessment;
  const line = judgeKernel(health, health.kernelRelease);
  return { ...assessment, verdict: byWeight([...assessment.verdict, line]) };
}

function judgeKernel(health: CgroupHealth, release: string): CgroupVerdictLine {
  const { fix, family } = memoryStatFix(release);
  const slow = findSlowRead(health);
  const id = LINE_OF_FIX[fix];
  return {
    id,
    // Without the fix a quick read today is a slow one when cgroups have died.
    weight: fix === 'not-fixed' || (fix === 'unknown' && slow !== undefined) ? 'look' : 'usual',
    text: CGROUP_VERDICT_TEXTS[id],
    evidence: [
      `Linux ${release}${health.osName === undefined ? '' : `, ${health.osName}`}, judged as ${family}`,
      ...(slow === undefined ? [] : describeFunction(health, release)),
      ...(health.bootOptions.length === 0 ? [] : [`boot options: ${health.bootOptions.join(' ')}`]),
    ],
    doubt:
      fix === 'fixed' && slow !== undefined
        ? 'Reads are slow all the same: newer kernels collect on reading what dead and living cgroups changed since the last (rstat, from 5.13 on).'
        : fix === 'not-fixed' && slow === undefined
          ? 'Reads are quick now.'
          : undefined,
    confirm: 'uname -r',
  };
}

function describeFunction({ layout }: CgroupHealth, release: string): readonly string[] {
  if (layout === 'none') return [];
  const version = parseKernelRelease(release)?.version;
  const functions = findMemoryStatFunctions(version, layout === 'v1' ? 1 : 2);
  return [`the reads are made by ${functions.join(' and ')}`];
}

function byWeight(lines: readonly CgroupVerdictLine[]): readonly CgroupVerdictLine[] {
  return [...lines].sort((a, b) => Number(b.weight === 'look') - Number(a.weight === 'look'));
}
