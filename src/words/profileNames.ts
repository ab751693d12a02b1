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

const TITLES: ReadonlyMap<string, (t: Translate) => string> = new Map([
  ['cpu', t => t('CPU profile')],
  ['heap', t => t('Heap profile')],
  ['allocs', t => t('Allocations profile')],
  ['goroutine', t => t('Goroutine profile')],
  ['block', t => t('Block profile')],
  ['mutex', t => t('Mutex profile')],
  ['threadcreate', t => t('Thread creation profile')],
  ['trace', t => t('Execution trace')],
  ['futex', t => t('System calls (futex)')],
  ['threads', t => t('Sampled threads')],
  ['cgroups', t => t('Cgroup health')],
  ['facts', t => t('Node facts')],
  ['triage', t => t('Triage')],
  ['remedy', t => t('Dropped caches')],
]);

/** `CPU profile`, `heap profile`, …; a kind from a hand-made capture as it is. */
export function profileTitle(profile: string, t: Translate): string {
  return TITLES.get(profile)?.(t) ?? profile;
}
