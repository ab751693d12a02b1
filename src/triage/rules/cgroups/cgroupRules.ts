/** Causes in memory cgroups and the files of cgroups. */
import type { Rule } from '../../rule.js';
import { cgroupCleanupLoopV2 } from './cgroupCleanupLoopV2.js';
import { cgroupCountCeiling } from './cgroupCountCeiling.js';
import { cgroupWritebackSwitchStorm } from './cgroupWritebackSwitchStorm.js';
import { dcacheNegativeBloat } from './dcacheNegativeBloat.js';
import { kernfsLockContention } from './kernfsLockContention.js';
import { kmemAccountingEl7 } from './kmemAccountingEl7.js';
import { kubeletCgroupReaddir } from './kubeletCgroupReaddir.js';
import { memcgNumaStat } from './memcgNumaStat.js';
import { memcgRstatFlushV2 } from './memcgRstatFlushV2.js';
import { memcgStatV1Zombies } from './memcgStatV1Zombies.js';
import { slabCacheReap } from './slabCacheReap.js';
import { systemdSliceLeak } from './systemdSliceLeak.js';

export const CGROUP_RULES: readonly Rule[] = [
  memcgStatV1Zombies,
  memcgNumaStat,
  memcgRstatFlushV2,
  cgroupCleanupLoopV2,
  systemdSliceLeak,
  kmemAccountingEl7,
  slabCacheReap,
  dcacheNegativeBloat,
  cgroupCountCeiling,
  cgroupWritebackSwitchStorm,
  kernfsLockContention,
  kubeletCgroupReaddir,
];
