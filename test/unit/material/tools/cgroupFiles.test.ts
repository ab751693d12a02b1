import { describe, expect, it } from 'vitest';
import { cgroupFilesReader } from '../../../../src/material/tools/cgroupFiles.js';
import { materialText } from '../../../support/materialText.js';

const found = (text: string) => cgroupFilesReader.read(materialText(text));

describe('files of cgroups', () => {
  it('reads cpu.stat of cgroup v1, in nanoseconds', () => {
    const text =
      '[root@n1 ~]# cat /sys/fs/cgroup/cpu,cpuacct/system.slice/kubelet.service/cpu.stat\nnr_periods 1000\nnr_throttled 420\nthrottled_time 31500000000';
    expect(found(text).throttling).toEqual([
      {
        at: { file: 'post.txt', line: 2 },
        cgroup: '/system.slice/kubelet.service',
        periods: 1000,
        throttledPeriods: 420,
        throttledSeconds: 31.5,
      },
    ]);
  });

  it('reads cpu.stat of cgroup v2, below a prompt in its folder', () => {
    const text =
      '/sys/fs/cgroup/kubepods.slice$ cat cpu.stat\nusage_usec 8099\nuser_usec 8089\nnr_periods 7607\nnr_throttled 4174\nthrottled_usec 3322148518\nnr_bursts 0';
    expect(found(text).throttling).toMatchObject([
      { cgroup: '/kubepods.slice', periods: 7607, throttledPeriods: 4174, throttledSeconds: 3322.148518 },
    ]);
  });

  it('tells files of a grep apart, and takes one without a path', () => {
    const text = `
/sys/fs/cgroup/cpu/a/cpu.stat:nr_periods 10
/sys/fs/cgroup/cpu/a/cpu.stat:nr_throttled 1
/sys/fs/cgroup/cpu/b/cpu.stat:nr_periods 20
/sys/fs/cgroup/cpu/b/cpu.stat:nr_throttled 2`;
    expect(found(text).throttling).toMatchObject([
      { cgroup: '/a', periods: 10, throttledPeriods: 1 },
      { cgroup: '/b', periods: 20, throttledPeriods: 2, throttledSeconds: undefined },
    ]);
    expect(found('nr_periods 5\nnr_throttled 0\nthrottled_time 0').throttling).toMatchObject([
      { cgroup: undefined, periods: 5 },
    ]);
  });

  it.each([
    [
      '# cat /sys/fs/cgroup/freezer/kubepods/burstable/freezer.state\nFROZEN',
      '/kubepods/burstable',
      'FROZEN',
    ],
    ['/sys/fs/cgroup/freezer/kubepods/freezer.state:FREEZING', '/kubepods', 'FREEZING'],
    ['/sys/fs/cgroup/freezer/kubepods/freezer.state\nTHAWED', '/kubepods', 'THAWED'],
    ['# cat /sys/fs/cgroup/kubepods.slice/cgroup.freeze\n1', '/kubepods.slice', 'FROZEN'],
    ['# cat /sys/fs/cgroup/kubepods.slice/cgroup.events\npopulated 1\nfrozen 0', '/kubepods.slice', 'THAWED'],
  ])('reads a freezer from %j', (text, cgroup, state) => {
    expect(found(text).freezers).toMatchObject([{ cgroup, state }]);
  });

  it.each([
    [
      '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t3\t120\t1\nmemory\t5\t68680\t1',
      'memory-cgroups',
      68680,
    ],
    ['memory          11      42123   1', 'memory-cgroups', 42123],
    ['# cat /sys/fs/cgroup/cgroup.stat\nnr_dying_descendants 9012', 'dying-cgroups', 9012],
    ['nr_descendants 312', 'cgroup-directories', 312],
  ])('counts in %j', (text, thing, value) => {
    expect(found(text).counted).toMatchObject([{ thing, value }]);
  });

  it.each([
    'nr_periods 5',
    'nr_throttled 3',
    'the pod was FROZEN',
    '1',
    'memory 5 many 1',
    'throttled_time 12',
  ])('finds nothing in %j', text => {
    expect(found(text)).toEqual({ throttling: [], freezers: [], counted: [] });
  });
});
