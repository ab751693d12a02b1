/** A check of cgroup health as evidence, judged in the light of the node's kernel. */
import { assessCgroups } from '../cgroup/assess.js';
import { parseHealth } from '../cgroup/parseHealth.js';
import { explainCgroups } from '../kernelfix/cgroupVerdict.js';
import type { CgroupsEvidence, EvidenceStep } from './model.js';

/** @throws TriageError `format-unknown` for another format, or a version newer than ours */
export function readCgroups(text: string, onStep?: (step: EvidenceStep) => void): CgroupsEvidence {
  onStep?.('parsing');
  const health = parseHealth(text);
  onStep?.('counting');
  return { kind: 'cgroups', assessment: explainCgroups(assessCgroups(health)) };
}
