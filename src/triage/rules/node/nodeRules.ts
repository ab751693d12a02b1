/** Causes in the node below the kubelet: runtime, disk, memory, CPU, network, kernel. */
import type { Rule } from '../../rule.js';
import { bpfJitLimit } from './bpfJitLimit.js';
import { cfsQuotaThrottle } from './cfsQuotaThrottle.js';
import { criCallBlocked } from './criCallBlocked.js';
import { criGrpcMessageLimit } from './criGrpcMessageLimit.js';
import { criUnresponsive } from './criUnresponsive.js';
import { diskHang } from './diskHang.js';
import { diskIoThrottle } from './diskIoThrottle.js';
import { iptablesDuplicateRules } from './iptablesDuplicateRules.js';
import { iptablesUtil } from './iptablesUtil.js';
import { ipvsEstimationTimer } from './ipvsEstimationTimer.js';
import { knownBadKernel } from './knownBadKernel.js';
import { kubeletFreezesCgroups } from './kubeletFreezesCgroups.js';
import { memoryThrashReadback } from './memoryThrashReadback.js';
import { nodeCpuStarved } from './nodeCpuStarved.js';
import { runcBindfdMountStorm } from './runcBindfdMountStorm.js';
import { runcInitMemfdLoop } from './runcInitMemfdLoop.js';
import { schedLeafCfsRq } from './schedLeafCfsRq.js';
import { straceContaminated } from './straceContaminated.js';

export const NODE_RULES: readonly Rule[] = [
  cfsQuotaThrottle,
  schedLeafCfsRq,
  kubeletFreezesCgroups,
  runcInitMemfdLoop,
  iptablesUtil,
  iptablesDuplicateRules,
  ipvsEstimationTimer,
  bpfJitLimit,
  knownBadKernel,
  straceContaminated,
  criCallBlocked,
  criUnresponsive,
  criGrpcMessageLimit,
  diskIoThrottle,
  diskHang,
  memoryThrashReadback,
  nodeCpuStarved,
  runcBindfdMountStorm,
];
