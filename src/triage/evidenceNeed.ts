/** What a rule needs to look at, and how it is called where it is missing. */

/** Kinds of evidence, in the words of the list of what is missing. */
export type EvidenceNeed =
  | 'cpu-profile'
  | 'system-calls'
  | 'threads'
  | 'cgroups'
  | 'kubelet-log'
  | 'runtime-log'
  | 'kernel-log'
  | 'systemd-log'
  | 'network-log'
  | 'events'
  | 'conditions'
  | 'metrics'
  | 'settings'
  | 'pods'
  | 'processes'
  | 'node-cpu'
  | 'disks'
  | 'pressure'
  | 'memory'
  | 'slabs'
  | 'mounts'
  | 'inotify'
  | 'goroutines'
  | 'iptables'
  | 'ipvs'
  | 'softirqs'
  | 'cpu-throttling'
  | 'freezers'
  | 'timed-reads'
  | 'kernel-functions'
  | 'kernel-version'
  | 'counts';

/** How to take what is missing, as the second half of "Needs …". */
export const NEED_TEXTS: Readonly<Record<EvidenceNeed, string>> = {
  'cpu-profile': 'a CPU profile of the kubelet',
  'system-calls': 'a trace of system calls',
  threads: 'samples of threads',
  cgroups: 'a check of memory cgroups',
  'kubelet-log': "the kubelet's log",
  'runtime-log': "the container runtime's log",
  'kernel-log': 'the kernel log (dmesg)',
  'systemd-log': "systemd's messages in the journal",
  'network-log': 'the log of kube-proxy or of the network plugin',
  events: 'the Events of the node and its pods',
  conditions: "the node's conditions",
  metrics: "the kubelet's /metrics",
  settings: "the kubelet's /configz",
  pods: 'the pods of the node',
  processes: 'a table of processes (ps, top, pidstat)',
  'node-cpu': "the node's CPUs (top, vmstat, mpstat)",
  disks: 'disk statistics (iostat -x)',
  pressure: 'pressure (/proc/pressure)',
  memory: 'memory statistics (/proc/meminfo)',
  slabs: '/proc/slabinfo',
  mounts: 'mounts and their changes',
  inotify: 'a count of inotify instances',
  goroutines: 'goroutines of the kubelet',
  iptables: 'a count of iptables rules',
  ipvs: 'a count of IPVS entries',
  softirqs: '/proc/softirqs',
  'cpu-throttling': "cpu.stat of the kubelet's cgroup",
  freezers: 'freezer.state below kubepods',
  'timed-reads': 'a timed read of a cgroup file',
  'kernel-functions': 'durations of kernel functions',
  'kernel-version': "the kernel's version",
  counts: 'counts of objects of the node',
};
