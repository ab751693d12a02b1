import { describe, expect, it } from 'vitest';
import { DEFAULT_TEMPLATES } from '../../../src/sources/frame/frameUrl.js';
import { parseGoSymbol } from '../../../src/sources/go/goSymbol.js';
import { buildKernelLink } from '../../../src/sources/kernel/kernelLink.js';
import { parseKernelRelease, type KernelVersion } from '../../../src/sources/kernel/kernelRelease.js';
import { findDefiningFile, kernelIdentifier } from '../../../src/sources/kernel/kernelSymbols.js';
import {
  findServingFunction,
  findServingFunctionOfStack,
} from '../../../src/sources/kernel/servingFunction.js';
import { buildSystemCallLinks } from '../../../src/sources/kernel/systemCalls.js';
import { describeReason } from '../../../src/sources/frame/reason.js';
import { tableLines } from './fixtureFrames.js';

const version = (text: string): KernelVersion => parseKernelRelease(text)!.version;

describe('parseKernelRelease', () => {
  it.each(tableLines('kernels.txt').map(line => line.split(' | ').map(part => part.trim())))(
    '%s is %s of %s',
    (release = '', tag, builder) => {
      const parsed = parseKernelRelease(release);
      expect([parsed?.tag, parsed?.vendor ?? 'upstream']).toEqual([tag, builder]);
    },
  );

  it.each(['', 'unknown', 'Linux', '5'])('%j is no release', text => {
    expect(parseKernelRelease(text)).toBeUndefined();
  });
});

describe('findDefiningFile', () => {
  it.each([
    // The moves
    ['memcg_stat_show', '4.4.227', 'mm/memcontrol.c'],
    ['memcg_stat_show', '6.1.0', 'mm/memcontrol.c'],
    ['memcg_stat_show', '6.12.0', undefined],
    ['memcg1_stat_format', '6.6.0', 'mm/memcontrol.c'],
    ['memcg1_stat_format', '6.12.0', 'mm/memcontrol-v1.c'],
    ['mem_cgroup_read_u64', '6.10.14', 'mm/memcontrol.c'],
    ['mem_cgroup_read_u64', '6.11.0', 'mm/memcontrol-v1.c'],
    ['mem_cgroup_usage', '6.12.0', 'mm/memcontrol.c'],
    ['mem_cgroup_usage', '6.15.0', undefined],
    ['mem_cgroup_usage', '7.2.0', 'mm/memcontrol-v1.c'],
    ['do_futex', '4.4.227', 'kernel/futex.c'],
    ['do_futex', '5.10.50', undefined],
    ['do_futex', '5.10.223', 'kernel/futex/core.c'],
    ['do_futex', '5.15.160', 'kernel/futex.c'],
    ['do_futex', '5.16.0', 'kernel/futex/syscalls.c'],
    ['futex_wait', '6.1.0', 'kernel/futex/waitwake.c'],
    ['cgroup_rstat_flush', '4.17.0', 'kernel/cgroup/stat.c'],
    ['cgroup_rstat_flush', '4.18.0', 'kernel/cgroup/rstat.c'],
    ['css_rstat_flush', '7.2.13', 'kernel/cgroup/rstat.c'],
    ['cgroup_seqfile_show', '4.4.227', 'kernel/cgroup.c'],
    ['cgroup_seqfile_show', '4.11.0', 'kernel/cgroup/cgroup.c'],
    ['shrink_slab', '6.6.50', 'mm/vmscan.c'],
    ['shrink_slab', '6.7.0', 'mm/shrinker.c'],
    ['psi_show', '4.19.0', undefined],
    ['psi_show', '4.20.0', 'kernel/sched/psi.c'],
    ['tree_stat', '4.4.227', 'mm/memcontrol.c'],
    ['accumulate_memcg_tree', '5.1.21', 'mm/memcontrol.c'],
    ['accumulate_memcg_tree', '5.2.0', undefined],
    ['no_such_function', '6.1.0', undefined],
  ])('%s in %s: %s', (symbol, release, file) => {
    expect(findDefiningFile(symbol, version(release))?.path).toBe(file);
  });

  it('names a line for the versions that were looked at, and no other', () => {
    expect(findDefiningFile('memcg_stat_show', [5, 10, 223])?.line).toBe(4080);
    expect(findDefiningFile('memcg_stat_show', [5, 10, 224])?.line).toBe(0);
    expect(findDefiningFile('do_syscall_64', [7, 2, 13])).toEqual({
      path: 'arch/x86/entry/syscall_64.c',
      line: 90,
    });
  });
});

describe('buildKernelLink', () => {
  const fileUrl = (release: string): string | undefined =>
    buildKernelLink('memory_stat_show', { kernelVersion: release }, DEFAULT_TEMPLATES).file?.url;

  it('has a line for an upstream kernel of the table, said to come from a table', () => {
    const { file } = buildKernelLink('memory_stat_show', { kernelVersion: '6.12.107' }, DEFAULT_TEMPLATES);
    expect(file?.url).toBe('https://elixir.bootlin.com/linux/v6.12.107/source/mm/memcontrol.c#L4201');
    expect(file?.reasons.map(describeReason)).toEqual([
      "The line is from a table made of a distribution's source of 6.12.107; it may be off by a few.",
    ]);
    expect(fileUrl('6.12.107-1.el8.elrepo.x86_64')).toMatch(/#L4201$/);
  });

  it.each(['6.12.107-cos', '6.12.107-flatcar', '6.12.107-1-default', '6.12.107+', '6.12.107-acme'])(
    'never has one for a vendor’s: %s',
    release => {
      expect(fileUrl(release)).toBe('https://elixir.bootlin.com/linux/v6.12.107/source/mm/memcontrol.c');
    },
  );

  it('shows the newest kernel where the node’s is unknown, and says so', () => {
    const link = buildKernelLink('memory_stat_show', {}, DEFAULT_TEMPLATES);
    expect([link.url, link.confidence, link.file]).toEqual([
      'https://elixir.bootlin.com/linux/latest/A/ident/memory_stat_show',
      'approximate',
      undefined,
    ]);
  });
});

describe('kernelIdentifier', () => {
  it.each([
    ['memcg_stat_show+0x1f/0x3a0', 'memcg_stat_show'],
    ['nf_conntrack_in [nf_conntrack]', 'nf_conntrack_in'],
    ['__mod_memcg_state.isra.0', '__mod_memcg_state'],
    ['shrink_dentry_list.constprop.0.cold', 'shrink_dentry_list'],
    ['tcp_v4_rcv.llvm.12345', 'tcp_v4_rcv'],
    ['__x64_sys_epoll_pwait', 'sys_epoll_pwait'],
    ['__arm64_sys_read', 'sys_read'],
    ['__se_sys_futex', 'sys_futex'],
    ['__do_sys_newfstatat', 'sys_newfstatat'],
    ['SyS_futex', 'sys_futex'],
    ['sys_futex', 'sys_futex'],
    ['kmem_cache_alloc_noprof', 'kmem_cache_alloc'],
    ['vfs_read_[k]', 'vfs_read'],
  ])('%s → %s', (name, identifier) => {
    expect(kernelIdentifier(name)).toBe(identifier);
  });
});

describe('findServingFunction', () => {
  const runc = 'github.com/opencontainers/runc/libcontainer/cgroups';
  const split = 'github.com/opencontainers/cgroups';

  it.each([
    [`${runc}/fs.(*MemoryGroup).GetStats`, '4.4.227', 'memcg_stat_show'],
    [
      `k8s.io/kubernetes/vendor/${runc}/fs.(*MemoryGroup).GetStats`,
      '3.10.0-957.el7.x86_64',
      'memcg_stat_show',
    ],
    [`${split}/fs.(*MemoryGroup).GetStats`, '6.4.16', 'memcg_stat_show'],
    [`${split}/fs.(*MemoryGroup).GetStats`, '6.5.0', 'memory_stat_show'],
    [`${split}/fs.(*MemoryGroup).GetStats`, '6.18.44', 'memory_stat_show'],
    [`${runc}/fs2.statMemory`, '5.10.0-23-amd64', 'memory_stat_show'],
    [`${runc}/fs2.statCpu`, '5.10.0', 'cpu_stat_show'],
    [`${split}/fs2.statPSI`, '6.1.0', 'psi_show'],
    [`${split}/fs2.statIo`, '6.1.0', 'cgroup_seqfile_show'],
    [`${runc}/fs.getMemoryData`, '5.4.0', 'mem_cgroup_read_u64'],
    [`${runc}/fs.getPageUsageByNUMA`, '5.4.0', 'memcg_numa_stat_show'],
    [`${runc}/fs.(*CpuacctGroup).GetStats`, '5.4.0', 'cpuacct_stats_show'],
    [`${split}/fs.getPercpuUsage-range1`, '6.12.0', 'cpuacct_percpu_seq_show'],
    [`${runc}/fs.(*PidsGroup).GetStats`, '5.4.0', 'cgroup_seqfile_show'],
    [`${runc}/fscommon.GetCgroupParamUint`, '5.4.0', 'cgroup_seqfile_show'],
    [`${runc}.OpenFile`, '5.4.0', 'do_sys_open'],
    [`${runc}.OpenFile`, '5.6.0', 'do_sys_openat2'],
    [`${runc}/fs.(*Manager).GetStats`, '5.4.0', undefined],
    ['github.com/google/cadvisor/fs.(*RealFsInfo).GetDirUsage', '5.4.0', 'vfs_statx'],
    ['github.com/google/cadvisor/lib/fs.GetDirUsage.func1', '4.4.227', 'vfs_fstatat'],
    ['k8s.io/mount-utils.ParseMountInfo', '5.4.0', 'show_mountinfo'],
    ['github.com/moby/sys/mountinfo.GetMountsFromReader', '5.4.0', 'show_mountinfo'],
    ['runtime.futex', '5.4.0', 'do_futex'],
    ['runtime.futexsleep', '5.4.0', 'futex_wait'],
    ['runtime.futexwakeup', '5.4.0', 'futex_wake'],
    ['runtime.epollwait', '5.4.0', 'ep_poll'],
    ['runtime.netpoll', '5.4.0', 'ep_poll'],
    ['internal/runtime/syscall/linux.EpollWait', '6.1.0', 'ep_poll'],
    ['runtime.usleep', '5.4.0', 'hrtimer_nanosleep'],
    ['runtime.osyield', '5.4.0', 'sys_sched_yield'],
    ['runtime.madvise', '5.4.0', 'do_madvise'],
    ['syscall.read', '5.4.0', 'vfs_read'],
    ['internal/poll.(*FD).Read', '5.4.0', 'vfs_read'],
    ['syscall.fstatat', '4.10.0', 'vfs_fstatat'],
    ['syscall.fstatat', '4.11.0', 'vfs_statx'],
    ['golang.org/x/sys/unix.Openat2', '5.10.0', 'do_sys_openat2'],
    ['syscall.ReadDirent', '5.10.0', 'iterate_dir'],
    ['syscall.Close', '5.10.0', 'sys_close'],
    ['internal/runtime/syscall/linux.Syscall6', '4.5.0', 'entry_SYSCALL_64'],
    ['runtime/internal/syscall.Syscall6', '5.10.0', 'do_syscall_64'],
    ['syscall.Syscall', '5.10.0', 'do_syscall_64'],
    ['syscall.RawSyscall6', '5.10.0', 'do_syscall_64'],
    ['k8s.io/kubernetes/pkg/kubelet.(*Kubelet).syncLoop', '5.10.0', undefined],
    ['runtime.mallocgc', '5.10.0', undefined],
    ['memcg_stat_show', '5.10.0', undefined],
  ])('%s on %s: %s', (name, release, symbol) => {
    const node = { kernel: version(release), architecture: 'amd64' };
    expect(findServingFunction(parseGoSymbol(name), node)?.symbol).toBe(symbol);
  });

  it('which list of processes it is depends on the cgroup version, and is not guessed', () => {
    const symbol = parseGoSymbol(`${runc}.GetAllPids`);
    const kernel = version('5.10.0');
    expect(findServingFunction(symbol, { kernel, cgroupVersion: 1 })?.symbol).toBe('cgroup_pidlist_start');
    expect(findServingFunction(symbol, { kernel, cgroupVersion: 2 })?.symbol).toBe('cgroup_procs_show');
    expect(findServingFunction(symbol, { kernel })).toBeUndefined();
  });

  it('the way into the kernel depends on the architecture, and is not guessed', () => {
    const symbol = parseGoSymbol('syscall.Syscall');
    expect(findServingFunction(symbol, { kernel: version('5.10.0'), architecture: 'arm64' })?.symbol).toBe(
      'el0_svc',
    );
    expect(findServingFunction(symbol, { kernel: version('5.10.0') })).toBeUndefined();
  });
});

describe('findServingFunctionOfStack', () => {
  const node = { kernel: version('4.4.227'), architecture: 'amd64' };
  const read = [
    'syscall.Syscall',
    'syscall.read',
    'internal/poll.(*FD).Read',
    'os.(*File).Read',
    'bufio.(*Scanner).Scan',
  ];
  const stats = 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats';
  const symbol = (...stack: string[]): string | undefined => findServingFunctionOfStack(stack, node)?.symbol;

  it('takes the nearest that a caller allows to say', () => {
    expect(symbol(...read, stats)).toBe('memcg_stat_show');
    expect(
      symbol(
        ...read,
        'github.com/opencontainers/runc/libcontainer/cgroups/fscommon.GetCgroupParamUint',
        stats,
      ),
    ).toBe('memcg_stat_show');
    expect(symbol(...read, 'k8s.io/kubernetes/pkg/kubelet.F')).toBe('vfs_read');
    expect(symbol('syscall.Syscall', 'k8s.io/kubernetes/pkg/kubelet.F')).toBe('entry_SYSCALL_64');
  });

  it('says nothing of a stack that ends in user space', () => {
    expect(symbol('runtime.mallocgc', stats)).toBeUndefined();
    expect(symbol()).toBeUndefined();
  });
});

describe('buildSystemCallLinks', () => {
  const links = (call: string) => {
    const { manual, entry, worker } = buildSystemCallLinks(
      call,
      { kernelVersion: '4.4.227' },
      DEFAULT_TEMPLATES,
    );
    return [manual.replace(/^.*\//, ''), entry.symbol, worker.symbol];
  };

  it.each([
    ['futex', ['futex.2.html', 'sys_futex', 'do_futex']],
    ['newfstatat', ['stat.2.html', 'sys_newfstatat', 'vfs_fstatat']],
    ['epoll_pwait', ['epoll_wait.2.html', 'sys_epoll_pwait', 'ep_poll']],
    ['getdents64', ['getdents.2.html', 'sys_getdents64', 'iterate_dir']],
    ['openat', ['open.2.html', 'sys_openat', 'do_sys_open']],
    ['sched_yield', ['sched_yield.2.html', 'sys_sched_yield', 'sys_sched_yield']],
  ])('%s', (call, expected) => {
    expect(links(call)).toEqual(expected);
  });
});
