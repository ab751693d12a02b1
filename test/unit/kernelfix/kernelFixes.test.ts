import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../src/base/sentence.js';
import { FIX_TABLE, KERNEL_FIX_IDS, type KernelFixId } from '../../../src/kernelfix/fixTable.js';
import { identifyKernel } from '../../../src/kernelfix/kernelFamily.js';
import { kernelFixes, kernelFixOf } from '../../../src/kernelfix/kernelFixes.js';

describe('which faults a kernel has', () => {
  it.each<readonly [KernelFixId, string, string]>([
    ['memcg-stat-5.2', '3.10.0-1160.119.1.el7.x86_64', 'not-fixed'],
    ['memcg-stat-5.2', '4.18.0-147.el8.x86_64', 'not-fixed'],
    ['memcg-stat-5.2', '4.18.0-147.5.1.el8_1.x86_64', 'unknown'],
    ['memcg-stat-5.2', '4.18.0-175.el8.x86_64', 'not-fixed'],
    ['memcg-stat-5.2', '4.18.0-193.28.1.el8_2.x86_64', 'fixed'],
    ['memcg-stat-5.2', '5.14.0-427.50.1.el9_4.x86_64', 'fixed'],
    ['memcg-stat-5.2', '6.12.0-55.9.1.el10_0.x86_64', 'fixed'],
    ['memcg-stat-5.2', '4.4.227-1.el7.elrepo.x86_64', 'not-fixed'],
    ['memcg-stat-5.2', '5.4.278-1.el7.elrepo.x86_64', 'fixed'],
    ['memcg-stat-5.2', '4.14.203-156.332.amzn2.x86_64', 'not-fixed'],
    ['memcg-stat-5.2', '4.19.0-21-amd64', 'partly'],
    ['memcg-stat-5.2', '4.19.112+', 'partly'],
    ['memcg-stat-5.2', '5.0.0-1032-azure', 'partly'],
    ['memcg-stat-5.2', '5.4.0-1045-aws', 'fixed'],
    ['memcg-stat-5.2', '4.12.14-122.37-default', 'unknown'],
    ['memcg-stat-5.2', '5.14.21-150400.24.100-default', 'fixed'],
    ['memcg-stat-5.2', '5.4.17-2102.201.3.el7uek.x86_64', 'fixed'],
    ['memcg-stat-5.2', '4.14.35-1902.300.11.el7uek.x86_64', 'not-fixed'],
    ['rstat-flush', '5.10.84-flatcar', 'fixed'],
    ['rstat-flush', '5.15.0-1064-azure', 'not-fixed'],
    ['rstat-flush', '6.1.0-18-amd64', 'not-fixed'],
    ['rstat-flush', '6.1.66-91.160.amzn2023.x86_64', 'not-fixed'],
    ['rstat-flush', '6.8.0-45-generic', 'partly'],
    ['rstat-flush', '6.12.57+deb13-amd64', 'partly'],
    ['rstat-flush', '6.16.1', 'fixed'],
    ['rstat-flush', '5.14.0-427.13.1.el9_4.x86_64', 'unknown'],
    ['memcg-stat-5.2', '4.19.91-22.al7.x86_64', 'partly'],
    ['memcg-stat-5.2', '4.19.90-2112.8.0.0131.oe1.x86_64', 'partly'],
    ['cfs-quota', '4.14.35-1902.300.11.el7uek.x86_64', 'unknown'],
    ['cfs-quota', '4.19.91-22.al7.x86_64', 'unknown'],
    ['cfs-quota', '4.14.94', 'fixed'],
    ['cfs-quota', '4.14.97-90.72.amzn2.x86_64', 'not-fixed'],
    ['cfs-quota', '4.14.152-127.182.amzn2.x86_64', 'not-fixed'],
    ['cfs-quota', '4.14.154-128.181.amzn2.x86_64', 'fixed'],
    ['cfs-quota', '4.15.0-66-generic', 'unknown'],
    ['cfs-quota', '4.9.0-9-amd64', 'fixed'],
    ['cfs-quota', '4.18.20', 'not-fixed'],
    ['cfs-quota', '4.19.81-coreos', 'not-fixed'],
    ['cfs-quota', '4.19.84', 'fixed'],
    ['cfs-quota', '4.19.0-6-amd64', 'not-fixed'],
    ['cfs-quota', '4.19.0-8-cloud-amd64', 'fixed'],
    ['cfs-quota', '5.3.18', 'not-fixed'],
    ['cfs-quota', '5.4.0-1029-aws', 'fixed'],
    ['cfs-quota', '3.10.0-1062.el7.x86_64', 'unknown'],
    ['slab-per-memcg', '5.4.0-42-generic', 'not-fixed'],
    ['slab-per-memcg', '5.10.0-23-amd64', 'fixed'],
    ['slab-per-memcg', '3.10.0-957.el7.x86_64', 'not-fixed'],
    ['slab-per-memcg', '4.18.0-305.el8.x86_64', 'unknown'],
    ['kmem-accounting', '3.10.0-957.12.2.el7.x86_64', 'not-fixed'],
    ['kmem-accounting', '3.10.0-1062.1.2.el7.x86_64', 'not-fixed'],
    ['kmem-accounting', '3.10.0-1062.4.1.el7.x86_64', 'partly'],
    ['kmem-accounting', '3.10.0-1160.el7.x86_64', 'partly'],
    ['kmem-accounting', '4.4.0-116-generic', 'fixed'],
    ['cgroup-writeback-switch', '6.6.141.1-1.azl3', 'not-fixed'],
    ['cgroup-writeback-switch', '6.6.150.1-1.azl3', 'fixed'],
    ['cgroup-writeback-switch', '5.10.84-flatcar', 'fixed'],
    ['cgroup-writeback-switch', '6.12.30', 'unknown'],
    ['cgroup-writeback-switch', '6.18.0', 'fixed'],
    ['bpf-jit-leak', '5.10.167-147.601.amzn2.x86_64', 'not-fixed'],
    ['bpf-jit-leak', '5.10.178-162.673.amzn2.x86_64', 'fixed'],
    ['bpf-jit-leak', '5.10.0-23-amd64', 'unknown'],
    ['bpf-jit-leak', '5.15.0-91-generic', 'unknown'],
    ['bpf-jit-leak', '6.8.0-45-generic', 'fixed'],
    ['ipvs-estimation', '3.10.0-1062.9.1.el7.x86_64', 'not-fixed'],
    ['ipvs-estimation', '5.15.0-91-generic', 'not-fixed'],
    ['ipvs-estimation', '6.1.66-91.160.amzn2023.x86_64', 'not-fixed'],
    ['ipvs-estimation', '6.8.0-45-generic', 'fixed'],
    ['leaf-cfs-rq', '4.9.0-9-amd64', 'not-fixed'],
    ['leaf-cfs-rq', '4.19.112+', 'unknown'],
    ['leaf-cfs-rq', '5.4.0-42-generic', 'fixed'],
    ['kernfs-lock', '5.10.134-14.al8.x86_64', 'not-fixed'],
    ['kernfs-lock', '5.15.0-91-generic', 'fixed'],
  ])('%s on %s: %s', (id, release, state) => {
    expect(kernelFixOf(release, id).state).toBe(state);
  });

  it('answers each row, and whether the release itself is known to be bad', () => {
    expect(kernelFixes('5.15.0-91-generic').map(({ id }) => id)).toEqual([...KERNEL_FIX_IDS, 'known-bad']);
    expect(FIX_TABLE.map(({ id }) => id)).toEqual(KERNEL_FIX_IDS);
  });

  it.each(['', 'weird', 'v', '....', '99999999999999999999.1'])('does not fall over %j', release => {
    for (const { state, because } of kernelFixes(release)) {
      expect(['fixed', 'unknown']).toContain(state);
      expect(formatSentence(because)).not.toContain('undefined');
    }
  });

  it('gives reasons without open places, and advice where something is to be done', () => {
    const releases = [
      '4.14.97-90.72.amzn2.x86_64',
      '3.10.0-957.el7.x86_64',
      '5.15.0-91-generic',
      '4.19.112+',
    ];
    for (const one of releases.flatMap(kernelFixes)) {
      expect(formatSentence(one.because)).not.toMatch(/\{\d\}/u);
      expect(one.advice === undefined).toBe(one.state === 'fixed');
    }
  });
});

describe('what to go to', () => {
  it.each<readonly [KernelFixId, string, string]>([
    ['memcg-stat-5.2', '3.10.0-957.el7.x86_64', 'RHEL 8.2'],
    ['memcg-stat-5.2', '4.14.203-156.332.amzn2.x86_64', 'kernel-5.4 of amazon-linux-extras'],
    ['memcg-stat-5.2', '4.15.0-112-generic', 'Ubuntu 20.04'],
    ['memcg-stat-5.2', '4.4.227-1.el7.elrepo.x86_64', 'kernel-lt 5.4'],
    ['cfs-quota', '4.14.152-127.182.amzn2.x86_64', '4.14.154-128.181.amzn2'],
    ['ipvs-estimation', '5.15.0-91-generic', 'Ubuntu 24.04'],
    ['rstat-flush', '6.8.0-45-generic', 'Linux 6.16 or newer'],
  ])('%s on %s: %s', (id, release, text) => {
    const { advice } = kernelFixOf(release, id);
    expect(advice === undefined ? '' : formatSentence(advice)).toContain(text);
  });
});

describe('releases that are known to be bad', () => {
  const state = (release: string) => kernelFixes(release).find(({ id }) => id === 'known-bad')?.state;
  it.each([
    ['5.4.217-126.408.amzn2.x86_64', 'not-fixed'],
    ['5.4.209-116.367.amzn2.x86_64', 'fixed'],
    ['5.4.219-126.411.amzn2.x86_64', 'fixed'],
    ['5.4.217', 'fixed'],
    ['5.4.0-132-generic', 'not-fixed'],
    ['5.4.0-135-generic', 'fixed'],
    ['5.4.0-1045-aws', 'fixed'],
    ['6.6.141.1-1.azl3', 'not-fixed'],
    ['6.6.150.1-1.azl3', 'fixed'],
    ['6.1.115-126.197.amzn2023.x86_64', 'not-fixed'],
    ['4.14.177-139.253.amzn2.x86_64', 'not-fixed'],
    ['4.14.203-156.332.amzn2.x86_64', 'fixed'],
    ['5.15.63-flatcar', 'not-fixed'],
    ['4.15.0-1039-azure', 'not-fixed'],
    ['4.15.0-1040-azure', 'fixed'],
  ])('%s: %s', (release, expected) => {
    expect(state(release)).toBe(expected);
  });
});

it('tells the family before what looks like it', () => {
  expect(identifyKernel('5.4.17-2102.201.3.el7uek.x86_64')?.id).toBe('uek');
  expect(identifyKernel('4.12.14-8.47-azure')?.id).toBe('suse');
  expect(identifyKernel('4.18.0-147.5.1.el8_1.x86_64')?.build).toEqual([147, 5, 1]);
});
