/**
 * Every sentence about memory cgroups (assess.ts, parseHealth.ts, kernelfix/cgroupVerdict.ts), in English, by what it says. A
 * test finds one without a translation. Counts stand behind a colon: no number needs another form of a word.
 */
import type { FindingId } from '../base/finding.js';

export const CGROUP_FINDING_TEXTS = {
  'explains-cpu':
    'This explains the kubelet’s CPU: reading memory.stat of all cgroups costs about {0} of its {1} cores.',
  'explains-part':
    'This may explain a part of the kubelet’s CPU: reading memory.stat of all cgroups costs about {0} of its {1} cores.',
  'explains-little':
    'This does not explain the kubelet’s CPU: reading memory.stat of all cgroups costs about {0} of its {1} cores.',
  'explains-unknown':
    'Whether this explains the kubelet’s CPU is not known: reading memory.stat of all cgroups costs about {0} cores, and nothing beside this check says how much the kubelet uses.',
  'explains-unmeasured':
    'Whether this explains the kubelet’s CPU is not known: no read of memory.stat was measured.',
  'not-measured': 'No memory.stat could be read: nothing is known of how long it takes.',
  'slow-memory-stat':
    'Reading memory.stat is slow. The kubelet reads it of every cgroup every 10 s or more often.',
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
} as const satisfies Readonly<Partial<Record<FindingId, string>>>;

export const CGROUP_EVIDENCE_TEXTS = {
  costOfAll: 'the cost is that of one read of each cgroup ({0}) every 10 s, as cAdvisor does',
  costOfPart:
    'the cost is that of one read of each cgroup every 10 s, as cAdvisor does; read: {0} of {1}, the others taken to be like the quicker of these',
  costOfSome:
    'the cost lies between that of the slowest cgroups alone and that of all ({0}) were they as slow; the others were not read',
  cpuShare:
    'of the time of the reads {0} was CPU in the kernel, the rest was waiting for a lock or for a CPU',
  kubeletCpu: 'CPU of the kubelet: {0} cores in {1} s, by {2}',
  kubeletCpuOf: 'CPU of the kubelet: {0} cores, by {1}',
  noController: 'no memory controller was found',
  layout: 'cgroup {0}',
  rootRead:
    'memory.stat of the root cgroup: {0} (median; reads: {1}, {2} to {3}; {4} s of system CPU together)',
  read: 'memory.stat of {5}: {0} (median; reads: {1}, {2} to {3}; {4} s of system CPU together)',
  rootReadOnce: 'memory.stat of the root cgroup: {0} for one read, {1} s of system CPU',
  readOnce: 'memory.stat of {2}: {0} for one read, {1} s of system CPU',
  scan: 'each cgroup read once ({0}): {1} together',
  partialScan: 'cgroups read once, not all of them ({0}): {1} together',
  dead: 'memory cgroups in the kernel: {0}; dead: {1}; with a directory: {2}',
  deadAlone: 'dead memory cgroups: {0}',
  dentries: 'directory entries in memory: {0}; unused: {1}',
  numbers: 'in use: {0} of {1}',
  live: 'cgroups with a directory: {0}',
  liveOrMore: 'cgroups with a directory: {0} or more',
  pods: 'of pods: {0}',
  percpu: 'per-CPU counters: {0} of {1}',
  kernelCgroups: 'memory cgroups in the kernel: {0}',
  cpus: 'CPUs: {0}',
  slab: 'kernel objects: {0} of {1}; reclaimable: {2}',
  kernel: 'Linux {0}, judged as {1}',
  unknownKernel: 'Linux {0}, of an unknown builder',
  osName: 'operating system: {0}',
  madeBy: 'the reads are made by {0}',
  madeByBoth: 'the reads are made by {0} and {1}',
  bootOptions: 'boot options: {0}',
} as const;

export const CGROUP_DOUBT_TEXTS = {
  costsLittle: 'It costs the kubelet little CPU: what waits for such a read is late by that much.',
  deadAreHarmless:
    'They do no harm here now: one read takes {0}. While their statistics do not change, 40,000 of them cost Linux 6.18 nothing.',
  otherPercpu: 'Other parts of the kernel use per-CPU memory, too (BPF maps, network counters).',
  dentriesAreCache: 'Unused directory entries are a cache: the kernel gives them back when memory is short.',
  slowThoughFixed:
    'Reads are slow all the same: newer kernels collect on reading what dead and living cgroups changed since the last (rstat, from 5.13 on).',
  quickNow: 'Reads are quick now.',
} as const;

/** What to measure next. */
export const CGROUP_CONFIRM_TEXTS = {
  triage: 'Triage the node: it says what keeps the reads slow, and what helps.',
  profile: 'Take a CPU profile: it shows how much the kubelet uses, and for what.',
  threads: 'Sample the threads: they show what it waits for, and which other processes have the CPUs.',
} as const;

export const CGROUP_WARNING_TEXTS = {
  cut: 'The file is cut off: what follows in it is missing.',
  noCgroups: 'No memory cgroups were found on the node.',
  coarseClock: 'The cgroups were not read one by one: the pod has no clock that is fine enough.',
  listCut:
    'The list of cgroups was cut at its limit, after {0}: there are more, and what is counted of them is the least there is.',
  unparsed: 'Lines that are none of a cgroup check: {0}.',
} as const;
