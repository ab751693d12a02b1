/** The check of memory cgroups with what is known of the node's kernel: whether it has the fix for slow memory.stat. */
import { atKey, byWeight, finding, observe, type Finding, type Observation } from '../base/finding.js';
import { sentence } from '../base/sentence.js';
import {
  CGROUP_DOUBT_TEXTS as DOUBT,
  CGROUP_EVIDENCE_TEXTS as TEXT,
  CGROUP_FINDING_TEXTS,
} from '../cgroup/cgroupSentences.js';
import type { CgroupAssessment, CgroupHealth } from '../cgroup/model.js';
import { findSlowRead } from '../cgroup/slowRead.js';
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

function judgeKernel(health: CgroupHealth, release: string): Finding {
  const { fix, family } = memoryStatFix(release);
  const slow = findSlowRead(health);
  const id = LINE_OF_FIX[fix];
  return finding({
    id,
    // Without the fix a quick read today is a slow one when cgroups have died.
    weight: fix === 'not-fixed' || (fix === 'unknown' && slow !== undefined) ? 'look' : 'usual',
    sentence: sentence(CGROUP_FINDING_TEXTS[id]),
    evidence: [
      observe(
        family === UNKNOWN_FAMILY
          ? sentence(TEXT.unknownKernel, release)
          : sentence(TEXT.kernel, release, family),
        undefined,
        atKey('# kernel'),
      ),
      ...(health.osName === undefined
        ? []
        : [observe(sentence(TEXT.osName, health.osName), undefined, atKey('os'))]),
      ...(slow === undefined ? [] : describeFunction(health, release)),
      ...(health.bootOptions.length === 0
        ? []
        : [observe(sentence(TEXT.bootOptions, health.bootOptions.join(' ')), undefined, atKey('boot'))]),
    ],
    doubt:
      fix === 'fixed' && slow !== undefined
        ? [sentence(DOUBT.slowThoughFixed)]
        : fix === 'not-fixed' && slow === undefined
          ? [sentence(DOUBT.quickNow)]
          : [],
    confirm: [{ kind: 'command', command: 'uname -r' }],
  });
}

function describeFunction({ layout }: CgroupHealth, release: string): readonly Observation[] {
  if (layout === 'none') return [];
  const version = parseKernelRelease(release)?.version;
  const [outer, inner] = findMemoryStatFunctions(version, layout === 'v1' ? 1 : 2);
  if (outer === undefined) return [];
  const made = inner === undefined ? sentence(TEXT.madeBy, outer) : sentence(TEXT.madeByBoth, outer, inner);
  return [observe(made, undefined, atKey('# kernel'))];
}
