/** A check of cgroup health as evidence, judged in the light of the node's kernel. */
import { assessCgroups } from '../cgroup/assess.js';
import { parseHealth } from '../cgroup/parseHealth.js';
import { explainCgroups } from '../kernelfix/cgroupVerdict.js';
import type { KubeletCpu } from '../cgroup/model.js';
import type { CgroupsEvidence, EvidenceStep } from './model.js';

/**
 * @param kubeletCpu what other evidence of the case says of the kubelet's CPU
 * @throws TriageError `format-unknown` for another format, or a version newer than ours
 */
export function readCgroups(
  text: string,
  onStep?: (step: EvidenceStep) => void,
  kubeletCpu?: KubeletCpu,
): CgroupsEvidence {
  onStep?.('parsing');
  const health = parseHealth(text);
  onStep?.('counting');
  return { kind: 'cgroups', assessment: explainCgroups(assessCgroups(health, kubeletCpu)) };
}
