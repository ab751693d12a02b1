/** Causes in the node below the kubelet: runtime, disk, memory, CPU, network, kernel. */
import type { Rule } from '../../rule.js';

export const NODE_RULES: readonly Rule[] = [];
