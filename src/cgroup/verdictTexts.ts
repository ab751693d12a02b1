/** The sentences of a cgroup check, one for each finding. English; views translate by `id`. */
import type { CgroupVerdictId } from './model.js';

export const CGROUP_VERDICT_TEXTS = {
  'not-measured': 'No memory.stat could be read: nothing is known of how long it takes.',
  'slow-memory-stat':
    'Reading memory.stat is slow. The kubelet reads it of every cgroup every 10 s or more often, and the time is CPU spent in the kernel.',
  'many-dead-cgroups':
    'Most memory cgroups of the kernel are dead: removed, and kept by page cache or by directory entries charged to them. Before Linux 5.2 each one makes every read of memory.stat slower; later ones do when their statistics change.',
  'cgroup-ids-run-out':
    'The kernel runs out of numbers for memory cgroups: it has 65,535, dead ones keep theirs, and then no container can start (“no space left on device”).',
  'many-live-cgroups':
    'The node has very many living cgroups: the kubelet reads each of them every 10 s, whatever one read costs.',
  'percpu-memory':
    'Much memory is taken by per-CPU counters. Each memory cgroup has them, dead ones too, for each CPU.',
  'slab-memory':
    'Much memory is taken by the kernel’s own objects (slab). Directory entries and inodes among them keep dead cgroups alive.',
  healthy: 'The memory cgroups are healthy: memory.stat is read quickly, and few cgroups are dead.',
  'kernel-not-fixed':
    'The node’s kernel does not have the fix for slow memory.stat (Linux 5.2, commits 205b20cc5a99 to 42a300353577; RHEL 8 from kernel-4.18.0-176 on): a newer kernel is the cure.',
  'kernel-fixed': 'The node’s kernel has the fix for slow memory.stat of Linux 5.2.',
  'kernel-unclear':
    'Whether the node’s kernel has the fix for slow memory.stat of Linux 5.2, its release does not tell. Go by the measured time.',
} as const satisfies Readonly<Record<CgroupVerdictId, string>>;
