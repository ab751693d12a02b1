/**
 * Which kernel function serves a Go frame: the show function of the file it reads, or the worker of the system call it
 * makes. A Go profile ends at the system call and charges the kernel's time to it; this is the step below.
 *
 * Only functions that make the call themselves, or do nothing but read one file, are in the table: for their callers
 * the answer would be a guess.
 */
import { parseGoSymbol, type GoSymbol } from '../go/goSymbol.js';
import { isAtLeast, type KernelVersion } from './kernelRelease.js';
import { findSystemCallWorker } from './systemCalls.js';

/** What the answer depends on. An unknown kernel counts as the newest. */
export interface ServingNode {
  readonly kernel: KernelVersion | undefined;
  readonly cgroupVersion?: 1 | 2 | undefined;
  readonly architecture?: string | undefined;
}

/** How near the answer is: a file of its own, any cgroup file, a system call, or only the way into the kernel. */
type Nearness = 3 | 2 | 1 | 0;

export interface ServingFunction {
  readonly symbol: string;
  readonly nearness: Nearness;
  /** The file that it serves, where the function reads others besides: a line of it may be about one of those. */
  readonly oneOf?: string | undefined;
}

type Symbol = string | ((node: ServingNode) => string | undefined);

interface Rule {
  /** Matched against `import/path Receiver.Function` (`import/path Function`). */
  readonly pattern: RegExp;
  readonly symbol: Symbol;
  readonly nearness: Nearness;
  readonly oneOf?: string | undefined;
}

const file = (pattern: RegExp, symbol: Symbol, oneOf?: string): Rule => ({
  pattern,
  symbol,
  nearness: 3,
  oneOf,
});
const anyCgroupFile = (pattern: RegExp): Rule => ({ pattern, symbol: 'cgroup_seqfile_show', nearness: 2 });
const call = (pattern: RegExp, name: string): Rule => ({
  pattern,
  symbol: node => findSystemCallWorker(name, node.kernel),
  nearness: 1,
});

/** memory.stat of cgroup v1 has had the formatter of v2 since 6.5, and with it its show function. */
export const servingLegacyMemoryStat = (node: ServingNode): string =>
  node.kernel === undefined || isAtLeast(node.kernel, 6, 5) ? 'memory_stat_show' : 'memcg_stat_show';

const processes = (node: ServingNode): string | undefined =>
  node.cgroupVersion === undefined
    ? undefined
    : node.cgroupVersion === 1
      ? 'cgroup_pidlist_start'
      : 'cgroup_procs_show';

/** The first that matches; runc before the split (libcontainer/cgroups) and opencontainers/cgroups after it. */
const RULES: readonly Rule[] = [
  file(/\/cgroups\/fs MemoryGroup\.GetStats$/, servingLegacyMemoryStat, 'memory.stat'),
  file(/\/cgroups\/fs getMemoryData$/, 'mem_cgroup_read_u64'),
  file(/\/cgroups\/fs getPageUsageByNUMA$/, 'memcg_numa_stat_show'),
  file(/\/cgroups\/fs CpuacctGroup\.GetStats$/, 'cpuacct_stats_show', 'cpuacct.stat'),
  file(/\/cgroups\/fs getCpuUsageBreakdown$/, 'cpuacct_stats_show'),
  file(/\/cgroups\/fs getPercpuUsage$/, 'cpuacct_percpu_seq_show'),
  anyCgroupFile(/\/cgroups\/fs \w+Group\.GetStats$/),
  file(/\/cgroups\/fs2 statMemory$/, 'memory_stat_show', 'memory.stat'),
  file(/\/cgroups\/fs2 statCpu$/, 'cpu_stat_show'),
  file(/\/cgroups\/fs2 (?:statPSI|parsePSIData)$/, 'psi_show'),
  file(/\/cgroups\/fs2 rootStatsFromMeminfo$/, 'meminfo_proc_show'),
  anyCgroupFile(/\/cgroups\/fs2 (?:getMemoryDataV2|stat\w+)$/),
  anyCgroupFile(/\/cgroups\/fscommon (?:Get\w+|ReadFile)$/),
  file(/\/cgroups (?:readProcsFile|GetPids|GetAllPids)$/, processes),
  anyCgroupFile(/\/cgroups ReadFile$/),
  file(/\/cgroups ParseCgroupFile$/, 'proc_cgroup_show'),
  call(/\/(?:cgroups|fscommon) (?:OpenFile|openFile|openFallback)$/, 'openat'),
  call(/\/cadvisor(?:\/lib)?\/fs (?:RealFsInfo\.)?[Gg]etDirUsage$/, 'newfstatat'),
  call(/\/cadvisor(?:\/lib)?\/container\/common InotifyWatcher\.\w+$/, 'inotify_add_watch'),
  call(/\/cadvisor(?:\/lib)?\/container\/common [Ll]ist(?:Directories|Containers)$/, 'getdents64'),
  file(/\/cadvisor(?:\/lib)?\/container\/libcontainer clearReferencedBytes$/, 'clear_refs_write'),
  file(/\/cadvisor(?:\/lib)?\/container\/libcontainer getReferencedKBytes$/, 'show_smap'),
  file(
    /\/cadvisor(?:\/lib)?\/container\/libcontainer (?:networkStatsFromProc|scanInterfaceStats)$/,
    'dev_seq_show',
  ),
  file(/^k8s\.io\/mount-utils (?:[Pp]arseMountInfo|readMountInfo)$/, 'show_mountinfo'),
  file(/\/moby\/sys\/mountinfo (?:GetMounts\w*|parseMountTable|parseInfoFile)$/, 'show_mountinfo'),
  call(/\/karrick\/godirwalk \w*\.?(?:ReadDirents|readDirents|Scanner\.Scan)$/, 'getdents64'),
  file(/^runtime futexsleep1?$/, 'futex_wait'),
  file(/^runtime futexwakeup$/, 'futex_wake'),
  call(/^runtime (?:futex)$/, 'futex'),
  call(/^runtime (?:netpoll|epollwait|epollpwait)$/, 'epoll_wait'),
  call(/^runtime (?:usleep|usleep_no_g|nanosleep)$/, 'nanosleep'),
  call(/^runtime osyield(?:_no_g)?$/, 'sched_yield'),
  call(/^runtime (?:madvise|sysUnused(?:OS)?|sysHugePage(?:OS)?|sysNoHugePage(?:OS)?)$/, 'madvise'),
  call(/^runtime (?:clone|newosproc)$/, 'clone'),
  call(/^runtime (?:mmap|sysMmap)$/, 'mmap'),
  call(/^runtime (?:munmap|sysMunmap)$/, 'munmap'),
  call(/^runtime (?:tgkill|signalM)$/, 'tgkill'),
  call(/^runtime (?:write1)$/, 'write'),
  call(/^runtime timer_settime$/, 'timer_settime'),
  call(/^runtime setitimer$/, 'setitimer'),
];

/** Packages whose functions are named after the system call they make. */
const WRAPPERS =
  /^(?:syscall|golang\.org\/x\/sys\/unix|internal\/syscall\/unix|(?:runtime\/internal|internal\/runtime)\/syscall(?:\/linux)?|internal\/poll) (?:FD\.)?(\w+)$/;

/** Wrapper, in lower case → call; where both have the same name, the name stands alone. */
const WRAPPED = new Map(
  (
    'access:faccessat bind clone close connect dup3 epollcreate1:epoll_create1 epollctl:epoll_ctl ' +
    'epollpwait:epoll_pwait epollwait:epoll_wait eventfd2 execve fadvise:fadvise64 fchmodat fchownat fcntl flock ' +
    'fstat fstatat:newfstatat fstatatinternal:newfstatat fsync ftruncate futex getdents:getdents64 ' +
    'getrandom getsockopt inotifyaddwatch:inotify_add_watch inotifyrmwatch:inotify_rm_watch ioctl kill listen lseek ' +
    'lstat:newfstatat madvise mkdir:mkdirat mkdirat mmap mount munmap open:openat openat openat2 pipe2 poll pread:pread64 ' +
    'pwrite:pwrite64 read readdirent:getdents64 readlink:readlinkat readlinkat recvfrom recvmsg rename:renameat ' +
    'renameat rmdir:unlinkat seek:lseek sendfile sendmsg sendto setsockopt shutdown socket splice stat:newfstatat ' +
    'statfs statx umount2 unlink:unlinkat unlinkat wait4 waitid write writev accept4 seccomp prctl'
  )
    .split(' ')
    .map(pair => {
      const [wrapper = '', name = wrapper] = pair.split(':');
      return [wrapper, name] as const;
    }),
);

const ENTRY =
  /(?:^|\/)syscall(?:\/linux)? (?:Raw)?(?:Syscall6?|SyscallNoError|rawSyscallNoError|rawVforkSyscall)$/i;

/** The kernel function behind one frame, or undefined where the frame makes no call of its own. */
export function findServingFunction(symbol: GoSymbol, node: ServingNode): ServingFunction | undefined {
  if (symbol.kind !== 'go') return undefined;
  const { packagePath, receiver, function: name } = symbol;
  const text = `${packagePath} ${receiver === '' ? '' : `${receiver}.`}${name}`;
  const rule = RULES.find(({ pattern }) => pattern.test(text));
  if (rule) {
    const served = typeof rule.symbol === 'string' ? rule.symbol : rule.symbol(node);
    const { nearness, oneOf } = rule;
    return served === undefined ? undefined : { symbol: served, nearness, oneOf };
  }
  if (ENTRY.test(text)) return entryOf(node);
  const wrapper = WRAPPERS.exec(text)?.[1]?.toLowerCase() ?? '';
  const wrapped = WRAPPED.get(wrapper);
  return wrapped === undefined
    ? undefined
    : { symbol: findSystemCallWorker(wrapped, node.kernel), nearness: 1 };
}

/** Which call it is, the frame alone does not say: the way into the kernel, by architecture. */
function entryOf(node: ServingNode): ServingFunction | undefined {
  const { architecture, kernel } = node;
  if (architecture === 'arm64') return { symbol: 'el0_svc', nearness: 0 };
  if (architecture !== 'amd64') return undefined;
  // Before 4.6 the whole entry was assembly.
  const hasCode = kernel === undefined || isAtLeast(kernel, 4, 6);
  return { symbol: hasCode ? 'do_syscall_64' : 'entry_SYSCALL_64', nearness: 0 };
}

/**
 * The kernel function at the bottom of a whole stack: what the innermost call serves, said as nearly as a caller allows
 * (a bare `read` below `(*MemoryGroup).GetStats` is a read of memory.stat).
 *
 * @param stack symbols, innermost first
 * @returns undefined where the innermost frame makes no system call
 */
export function findServingFunctionOfStack(
  stack: readonly string[],
  node: ServingNode,
): ServingFunction | undefined {
  let best: ServingFunction | undefined;
  for (const [depth, name] of stack.entries()) {
    const found = findServingFunction(parseGoSymbol(name), node);
    if (depth === 0 && !found) return undefined;
    if (found && (best === undefined || found.nearness > best.nearness)) best = found;
    if (best?.nearness === 3) return best;
  }
  return best;
}
