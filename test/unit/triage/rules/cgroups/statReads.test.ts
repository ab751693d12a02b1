import { describe, expect, it } from 'vitest';
import { memcgNumaStat } from '../../../../../src/triage/rules/cgroups/memcgNumaStat.js';
import { memcgRstatFlushV2 } from '../../../../../src/triage/rules/cgroups/memcgRstatFlushV2.js';
import { kernfsLockContention } from '../../../../../src/triage/rules/cgroups/kernfsLockContention.js';
import { kubeletCgroupReaddir } from '../../../../../src/triage/rules/cgroups/kubeletCgroupReaddir.js';
import {
  count,
  functionTime,
  goListed,
  listed,
  straceOf,
  timed,
} from '../../../../support/kernelEvidence.js';
import { cpuProfile, judgeBy } from '../../../../support/nodeEvidence.js';

const v1 = { cgroupVersion: 1, kernelVersion: '4.15.0-112-generic' } as const;
const v2 = { cgroupVersion: 2, kernelVersion: '5.15.0-91-generic' } as const;

describe('memcg-numa-stat', () => {
  it('is sure of a slow read of its own file', () => {
    const slow = timed('cat /sys/fs/cgroup/memory/memory.numa_stat', 1.4);
    expect(judgeBy(memcgNumaStat, { facts: v1, timed: [slow] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 1.4, unit: 'seconds' }, {}],
    });
  });

  it('finds it in a profile by the name of its parser', () => {
    const name =
      'k8s.io/kubernetes/vendor/github.com/opencontainers/runc/libcontainer/cgroups/fs.getPageUsageByNUMA';
    const profile = cpuProfile({ [`main;${name}`]: 0.3, 'main;other': 0.7 });
    expect(judgeBy(memcgNumaStat, { profiles: [profile] })).toMatchObject({
      outcome: 'found',
      recoverableCores: 0.3,
    });
  });

  it.each([
    ['a slow memory.stat', { timed: [timed('cat memory.stat', 5)] }, 'skipped'],
    ['a quick read', { timed: [timed('cat memory.numa_stat', 0.001)] }, 'clear'],
    ['cgroup v2', { facts: v2, timed: [timed('cat memory.numa_stat', 3)] }, 'notApplicable'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(memcgNumaStat, given)).toMatchObject({ outcome });
  });
});

describe('memcg-rstat-flush-v2', () => {
  it('is sure of a flush in the profile of the kernel', () => {
    const rows = [
      listed('cgroup_rstat_flush_locked', 0.21, 'kswapd0'),
      listed('mem_cgroup_css_rstat_flush', 0.1),
    ];
    expect(judgeBy(memcgRstatFlushV2, { facts: v2, listed: rows })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      isDecisive: true,
    });
  });

  it('is sure of a slow read of version 2, and refutes the walk of version 1', () => {
    const slow = timed('cat /sys/fs/cgroup/memory.stat', 0.18);
    expect(judgeBy(memcgRstatFlushV2, { facts: v2, timed: [slow] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      rivals: [{ id: 'memcg-stat-v1-zombies', state: 'refuted' }, {}, {}, {}],
    });
  });

  it('is sure of one flush that took long', () => {
    const functionTimes = [functionTime('mem_cgroup_flush_stats', 0.06)];
    expect(judgeBy(memcgRstatFlushV2, { facts: v2, functionTimes })).toMatchObject({ outcome: 'found' });
  });

  it('takes no spin lock for a flush', () => {
    const rows = [listed('native_queued_spin_lock_slowpath', 0.6)];
    expect(judgeBy(memcgRstatFlushV2, { facts: v2, listed: rows })).toMatchObject({ outcome: 'clear' });
  });

  it('suspects a read of 40 ms, and asks for more', () => {
    const slow = timed('cat /sys/fs/cgroup/memory.stat', 0.04);
    expect(judgeBy(memcgRstatFlushV2, { facts: v2, timed: [slow] })).toMatchObject({ outcome: 'uncertain' });
  });

  it.each([
    ['an older kernel', { facts: v1, timed: [timed('cat memory.stat', 9)] }, 'notApplicable'],
    [
      'a kernel with the fix',
      { facts: { ...v2, kernelVersion: '6.16.3' }, listed: [listed('x', 1)] },
      'clear',
    ],
    ['a quick read', { facts: v2, timed: [timed('cat /sys/fs/cgroup/memory.stat', 0.001)] }, 'clear'],
    ['nothing', { facts: v2 }, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(memcgRstatFlushV2, given)).toMatchObject({ outcome });
  });
});

describe('kernfs-lock-contention', () => {
  it('finds lookups in kernfs, and is sure where its locks spin', () => {
    const rows = [
      listed('kernfs_iop_permission', 0.08),
      listed('kernfs_dop_revalidate', 0.06),
      listed('osq_lock', 0.3),
    ];
    expect(judgeBy(kernfsLockContention, { listed: rows })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
    expect(judgeBy(kernfsLockContention, { listed: rows.slice(0, 2) })).toMatchObject({
      confidence: 'medium',
    });
  });

  it('takes threads that queue for a disk for none', () => {
    const rows = [listed('rwsem_down_write_slowpath', 0.4), listed('xfs_buf_lock', 0.1)];
    expect(judgeBy(kernfsLockContention, { listed: rows })).toMatchObject({ outcome: 'clear' });
  });

  it('has nothing to say without a profile', () => {
    expect(judgeBy(kernfsLockContention, {})).toMatchObject({ outcome: 'skipped' });
  });
});

describe('kubelet-cgroup-readdir', () => {
  const LIST = 'github.com/google/cadvisor/container/common.ListContainers';
  it('is sure where cgroups are what is listed', () => {
    const profile = cpuProfile({ [`main;${LIST};os.ReadDir;syscall.Syscall6`]: 0.5, 'main;other': 0.5 });
    expect(
      judgeBy(kubeletCgroupReaddir, { profiles: [profile], counted: [count('cgroup-directories', 182_000)] }),
    ).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      recoverableCores: 0.5,
    });
  });

  it('suspects a listing that does not say what is listed', () => {
    const rows = [goListed('io/ioutil.ReadDir', 0.33), goListed('os.Lstat', 0.31)];
    expect(judgeBy(kubeletCgroupReaddir, { listed: rows })).toMatchObject({ outcome: 'uncertain' });
  });

  it('leaves the walk of file systems to its own rule', () => {
    const walk = 'github.com/google/cadvisor/fs.GetDirUsage';
    const profile = cpuProfile({ [`main;${walk};path/filepath.Walk;os.Lstat`]: 0.6, 'main;other': 0.4 });
    expect(judgeBy(kubeletCgroupReaddir, { profiles: [profile] })).toMatchObject({ outcome: 'clear' });
  });

  it('counts what strace -y shows', () => {
    const line =
      '12 10:00:00.000001 getdents64(7</sys/fs/cgroup/cpuset/kubepods>, 0xc0, 8192) = 48 <0.000020>';
    const calls = [straceOf(Array.from({ length: 600 }, () => line).join('\n'))];
    expect(judgeBy(kubeletCgroupReaddir, { calls })).toMatchObject({ outcome: 'uncertain' });
  });

  it('has nothing to say without a profile', () => {
    expect(judgeBy(kubeletCgroupReaddir, {})).toMatchObject({ outcome: 'skipped' });
  });
});
