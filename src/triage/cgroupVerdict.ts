/** The check of memory cgroups with what is known of the node's kernel: whether it has the fix for slow memory.stat. */
import { sentence, type Sentence } from '../base/sentence.js';
import type { CgroupAssessment, CgroupHealth, CgroupVerdictLine } from '../cgroup/model.js';
import { findSlowRead } from '../cgroup/slowRead.js';
import {
  CGROUP_DOUBT_TEXTS as DOUBT,
  CGROUP_EVIDENCE_TEXTS as TEXT,
  CGROUP_VERDICT_TEXTS,
} from '../cgroup/verdictSentences.js';
import { parseKernelRelease } from '../sources/kernel/kernelRelease.js';
import { findMemoryStatFunctions } from '../sources/kernel/memoryStatFunctions.js';
import { memoryStatFix, UNKNOWN_FAMILY, type KernelFix } from './kernelFix.js';

const LINE_OF_FIX: Readonly<Record<KernelFix, 'kernel-fixed' | 'kernel-not-fixed' | 'kernel-unclear'>> = {
  fixed: 'kernel-fixed',
  'not-fixed': 'kernel-not-fixed',
  unknown: 'kernel-unclear',
};

/** The measured time wins over what the release says: a slow read on a fixed kernel stays a slow read. */
export function explainCgroups(assessment: CgroupAssessment): CgroupAssessment {
  const { health } = assessment;
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
      family === UNKNOWN_FAMILY
        ? sentence(TEXT.unknownKernel, release)
        : sentence(TEXT.kernel, release, family),
      ...(health.osName === undefined ? [] : [sentence(TEXT.osName, health.osName)]),
      ...(slow === undefined ? [] : describeFunction(health, release)),
      ...(health.bootOptions.length === 0 ? [] : [sentence(TEXT.bootOptions, health.bootOptions.join(' '))]),
    ],
    doubt:
      fix === 'fixed' && slow !== undefined
        ? sentence(DOUBT.slowThoughFixed)
        : fix === 'not-fixed' && slow === undefined
          ? sentence(DOUBT.quickNow)
          : undefined,
    confirm: 'uname -r',
  };
}

function describeFunction({ layout }: CgroupHealth, release: string): readonly Sentence[] {
  if (layout === 'none') return [];
  const version = parseKernelRelease(release)?.version;
  const [outer, inner] = findMemoryStatFunctions(version, layout === 'v1' ? 1 : 2);
  if (outer === undefined) return [];
  return [inner === undefined ? sentence(TEXT.madeBy, outer) : sentence(TEXT.madeByBoth, outer, inner)];
}

function byWeight(lines: readonly CgroupVerdictLine[]): readonly CgroupVerdictLine[] {
  return [...lines].sort((a, b) => Number(b.weight === 'look') - Number(a.weight === 'look'));
}
