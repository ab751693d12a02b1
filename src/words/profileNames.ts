/** The kubelet's profiles in words, and the commands that take them. */
import type { KubeletProfileName } from '../cluster/clusterPorts.js';
import { COMMANDS, type CommandId } from './ids.js';
import type { Translate } from './translate.js';

export const PROFILE_COMMANDS: Readonly<Record<KubeletProfileName, CommandId>> = {
  cpu: COMMANDS.profileCpu,
  heap: COMMANDS.profileHeap,
  allocs: COMMANDS.profileAllocs,
  goroutine: COMMANDS.profileGoroutine,
  block: COMMANDS.profileBlock,
  mutex: COMMANDS.profileMutex,
  threadcreate: COMMANDS.profileThreadcreate,
  trace: COMMANDS.saveExecutionTrace,
};

/** `CPU profile`, `heap profile`, …; a kind from a hand-made capture as it is. */
export function profileTitle(profile: string, t: Translate): string {
  switch (profile) {
    case 'cpu':
      return t('CPU profile');
    case 'heap':
      return t('Heap profile');
    case 'allocs':
      return t('Allocations profile');
    case 'goroutine':
      return t('Goroutine profile');
    case 'block':
      return t('Block profile');
    case 'mutex':
      return t('Mutex profile');
    case 'threadcreate':
      return t('Thread creation profile');
    case 'trace':
      return t('Execution trace');
    case 'futex':
      return t('System calls (futex)');
    case 'threads':
      return t('Sampled threads');
    case 'cgroups':
      return t('Cgroup health');
    default:
      return profile;
  }
}
