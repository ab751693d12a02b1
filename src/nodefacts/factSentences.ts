/**
 * Every sentence about facts of a node (assess.ts, parseFacts.ts, report/nodeFactsReport.ts), in English, by what it says. A test
 * finds one without a translation. Counts stand behind a colon: no number needs another form of a word.
 */
import type { FindingId } from '../base/finding.js';
import type { FactSectionName, MissingReason } from './model.js';

export const FACT_FINDING_TEXTS = {
  'io-pressure': 'All tasks of the node at once wait for a disk for a good part of the time.',
  'memory-pressure': 'All tasks of the node at once wait for memory for a good part of the time.',
  'cpu-pressure': 'Tasks of the node wait for a CPU most of the time.',
  'tasks-blocked':
    'Tasks sleep in the kernel where no signal wakes them, and were not woken while this was read.',
  'disk-slow': 'A disk takes long for each request.',
  'disk-still': 'A disk has requests and completes none of them.',
  'cpus-full': 'The CPUs of the node have no idle time left.',
  'memory-short': 'Little memory is left on the node.',
  'inotify-full':
    'A user is near the limit of inotify instances or watches: programs of this user, the kubelet and the runtime among them, soon get no more.',
  'conntrack-full': 'The table of connections is nearly full: then new connections are dropped.',
  'many-mounts':
    'The table of mounts is very long: runc, systemd, the kubelet and all others that read it go through all of it.',
  'mounts-change': 'The table of mounts changes all the time: systemd reads all of it after each change.',
  'task-numbers': 'The node runs out of numbers for processes and threads.',
  'files-full': 'The node is near its limit of open files.',
  'bpf-full':
    'Compiled BPF is near its limit: then no container with a seccomp profile can start (errno 524).',
  'nothing-unusual': 'Nothing in these facts is unusual.',
} as const satisfies Readonly<Partial<Record<FindingId, string>>>;

export const FACT_EVIDENCE_TEXTS = {
  full: 'all tasks at once waited {0} % of the time ({1}, mean of 10 s; of 60 s: {2} %)',
  some: 'at least one task waited {0} % of the time ({1}, mean of 10 s; of 60 s: {2} %)',
  blocked: '{0} ({1}) for at least {2} s in {3}',
  blockedMore: 'tasks that slept like that: {0}',
  wait: '{0}: {1} ms a request; busy {2} % of the time',
  still: '{0}: requests under way: {1}; completed: 0',
  mountedAt: '{0} is mounted at {1}',
  idle: 'idle {0} % of the time, waiting for disks {1} %',
  top: 'most CPU has {0} ({1}): {2} cores',
  steal: 'the hypervisor takes {0} % of the CPU time',
  available: 'available: {0} of {1} MiB',
  instances: 'user {0} has {1} of {2} inotify instances',
  watches: 'user {0} has {1} of {2} inotify watches',
  most: 'most has {0} ({1}): {2} instances, {3} watches',
  connections: 'connections: {0} of {1}',
  mounts: 'mounts: {0}',
  mountType: 'of type {0}: {1}',
  mountChanges: 'changes a second: {0} (came: {1}; went: {2})',
  newMount: 'new: {0}',
  tasks: 'processes and threads: {0} of {1}',
  files: 'open files: {0} of {1}',
  bpf: 'bytes of compiled BPF: {0} of {1}',
} as const;

export const FACT_DOUBT_TEXTS = {
  shortLook: 'The node was looked at for {0} s: a moment may be unlike the hour.',
  byVmalloc:
    'What is used is counted from the memory of vmalloc, in whole pages: the kernel’s own count may be less.',
} as const;

export const FACT_WARNING_TEXTS = {
  cut: 'The file is cut off: what follows in it is missing.',
  long: 'Cut at their limit, as there was more: {0}.',
} as const;

/** Headings of what was looked at. */
export const FACT_SECTION_TEXTS = {
  pressure: 'Pressure',
  load: 'Load',
  cpu: 'CPUs',
  memory: 'Memory',
  vmstat: 'Paging',
  disks: 'Disks',
  filesystems: 'File systems',
  mounts: 'Mounts',
  processes: 'Processes',
  commands: 'Command lines of node tools',
  blocked: 'Blocked tasks',
  inotify: 'inotify',
  network: 'Connections and services',
  iptables: 'iptables rules',
  softirqs: 'Soft interrupts',
  cgroups: 'Cgroups',
  slabs: 'Kernel objects',
  bpf: 'Compiled BPF',
  versions: 'Versions',
  'kernel-log': 'Kernel log',
  journal: 'Log of kubelet and runtime',
} as const satisfies Readonly<Record<FactSectionName, string>>;

export const FACT_MISSING_TEXTS = {
  none: 'The node has no such thing.',
  right: 'The pod has no right to look at it.',
  tool: 'The tool for it is missing.',
  time: 'It took longer than it may: what there is of it is the beginning.',
  empty: 'There was nothing to be said.',
} as const satisfies Readonly<Record<MissingReason, string>>;
