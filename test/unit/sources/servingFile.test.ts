import { describe, expect, it } from 'vitest';
import { parseKernelRelease } from '../../../src/sources/kernel/kernelRelease.js';
import { findServingFunctionOfFile } from '../../../src/sources/kernel/servingFile.js';

const served = (path: string, release?: string): string | undefined =>
  findServingFunctionOfFile(path, {
    kernel: release === undefined ? undefined : parseKernelRelease(release)?.version,
  });

describe('the function that makes the text of a file', () => {
  it('of memory.stat depends on the release and the cgroup version', () => {
    const legacy = '/sys/fs/cgroup/memory/kubepods/memory.stat';
    expect(served(legacy, '4.4.227-1.el7.elrepo.x86_64')).toBe('memcg_stat_show');
    expect(served(legacy, '6.1.0-18-amd64')).toBe('memcg_stat_show');
    expect(served(legacy, '6.12.5')).toBe('memory_stat_show');
    expect(served(legacy)).toBe('memory_stat_show');
    expect(served('/sys/fs/cgroup/kubepods.slice/memory.stat', '6.1.0')).toBe('memory_stat_show');
    expect(served('/sys/fs/cgroup/memory.stat', '5.10.0')).toBe('memory_stat_show');
  });

  it.each([
    ['/sys/fs/cgroup/memory/memory.numa_stat', 'memcg_numa_stat_show'],
    ['/sys/fs/cgroup/memory/kubepods/memory.kmem.usage_in_bytes', 'mem_cgroup_read_u64'],
    ['/sys/fs/cgroup/cpu,cpuacct/kubepods/cpuacct.stat', 'cpuacct_stats_show'],
    ['/sys/fs/cgroup/kubepods.slice/cpu.stat', 'cpu_stat_show'],
    ['/sys/fs/cgroup/kubepods.slice/memory.pressure', 'psi_show'],
    ['/sys/fs/cgroup/pids/kubepods/cgroup.procs', 'cgroup_pidlist_start'],
    ['/sys/fs/cgroup/kubepods.slice/cgroup.procs', 'cgroup_procs_show'],
    ['/sys/fs/cgroup/kubepods.slice/pids.current', 'cgroup_seqfile_show'],
    ['/proc/self/mountinfo', 'show_mountinfo'],
    ['/proc/4242/cgroup', 'proc_cgroup_show'],
    ['/proc/meminfo', 'meminfo_proc_show'],
    ['/proc/1/net/dev', 'dev_seq_show'],
  ])('%s: %s', (path, symbol) => {
    expect(served(path, '5.10.0')).toBe(symbol);
  });

  it('is not claimed for cpu.stat of v1, files on disks, and what only looks alike', () => {
    expect(served('/sys/fs/cgroup/cpu,cpuacct/cpu.stat', '5.10.0')).toBe('cgroup_seqfile_show');
    expect(served('/var/lib/kubelet/memory.stat')).toBeUndefined();
    expect(served('/proc/self/mountinfo.bak')).toBeUndefined();
    expect(served('socket:[123]')).toBeUndefined();
  });
});
