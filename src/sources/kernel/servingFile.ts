/**
 * Which kernel function makes the text of a file of procfs or cgroupfs that is read: what the time of such a read was
 * spent in. Files on disks have none; their reads end in the file system.
 */
import { servingLegacyMemoryStat, type ServingNode } from './servingFunction.js';

type Symbol = string | ((node: ServingNode) => string);

/** The first that matches. Cgroup v1 has a folder for each controller below /sys/fs/cgroup. */
const RULES: readonly (readonly [path: RegExp, symbol: Symbol])[] = [
  [/^\/sys\/fs\/cgroup\/memory\/.*memory\.stat$/, servingLegacyMemoryStat],
  [/^\/sys\/fs\/cgroup\/memory\/.*memory\.numa_stat$/, 'memcg_numa_stat_show'],
  [
    /^\/sys\/fs\/cgroup\/memory\/.*memory\.(?:\w+\.)?(?:usage_in_bytes|max_usage_in_bytes|limit_in_bytes|failcnt)$/,
    'mem_cgroup_read_u64',
  ],
  [/^\/sys\/fs\/cgroup\/cpu[\w,]*\/.*cpuacct\.stat$/, 'cpuacct_stats_show'],
  [/^\/sys\/fs\/cgroup\/cpu[\w,]*\/.*cpuacct\.usage_percpu$/, 'cpuacct_percpu_seq_show'],
  [/^\/sys\/fs\/cgroup\/(?:memory|cpu[\w,]*|pids|systemd|blkio)\/.*cgroup\.procs$/, 'cgroup_pidlist_start'],
  [/^\/sys\/fs\/cgroup\/.*memory\.stat$/, 'memory_stat_show'],
  [/^\/sys\/fs\/cgroup\/(?!cpu[,/]).*cpu\.stat$/, 'cpu_stat_show'],
  [/^\/sys\/fs\/cgroup\/.*(?:cpu|memory|io|irq)\.pressure$/, 'psi_show'],
  [/^\/sys\/fs\/cgroup\/.*cgroup\.procs$/, 'cgroup_procs_show'],
  [/^\/sys\/fs\/cgroup\//, 'cgroup_seqfile_show'],
  [/^\/proc\/meminfo$/, 'meminfo_proc_show'],
  [/^\/proc\/(?:self|\d+)\/(?:task\/\d+\/)?mountinfo$/, 'show_mountinfo'],
  [/^\/proc\/(?:self|\d+)\/(?:task\/\d+\/)?cgroup$/, 'proc_cgroup_show'],
  [/^\/proc\/(?:self|\d+)\/(?:task\/\d+\/)?smaps$/, 'show_smap'],
  [/^\/proc\/(?:(?:self|\d+)\/)?net\/dev$/, 'dev_seq_show'],
];

/** @returns undefined where no function of its own is known */
export function findServingFunctionOfFile(path: string, node: ServingNode): string | undefined {
  const symbol = RULES.find(([pattern]) => pattern.test(path))?.[1];
  return typeof symbol === 'function' ? symbol(node) : symbol;
}
