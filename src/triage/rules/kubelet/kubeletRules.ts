/** Causes in the kubelet's own work. */
import type { Rule } from '../../rule.js';

export const KUBELET_RULES: readonly Rule[] = [];
