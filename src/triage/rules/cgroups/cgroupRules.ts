/** Causes in memory cgroups and the files of cgroups. */
import type { Rule } from '../../rule.js';
import { memcgStatV1Zombies } from './memcgStatV1Zombies.js';

export const CGROUP_RULES: readonly Rule[] = [memcgStatV1Zombies];
