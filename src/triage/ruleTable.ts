/** Every rule that triage runs. A new one is a file in a folder of rules/, and a line in that folder's list. */
import type { Rule } from './rule.js';
import { CGROUP_RULES } from './rules/cgroups/cgroupRules.js';
import { KUBELET_RULES } from './rules/kubelet/kubeletRules.js';
import { NODE_RULES } from './rules/node/nodeRules.js';

export const RULES: readonly Rule[] = [...CGROUP_RULES, ...KUBELET_RULES, ...NODE_RULES];
