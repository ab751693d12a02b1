import { describe, expect, it } from 'vitest';
import { cgroupWritebackSwitchStorm } from '../../../../../src/triage/rules/cgroups/cgroupWritebackSwitchStorm.js';
import { dcacheNegativeBloat } from '../../../../../src/triage/rules/cgroups/dcacheNegativeBloat.js';
import { kmemAccountingEl7 } from '../../../../../src/triage/rules/cgroups/kmemAccountingEl7.js';
import { slabCacheReap } from '../../../../../src/triage/rules/cgroups/slabCacheReap.js';
import { count, functionTime, listed, processRow } from '../../../../support/kernelEvidence.js';
import { HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const el7 = { kernelVersion: '3.10.0-957.21.3.el7.x86_64' };
const dmesg = (text: string) => logLines(text, 'kernel');

describe('kmem-accounting-el7', () => {
  it.each([
    [
      'SLUB',
      dmesg(
        'SLUB: Unable to allocate memory on node -1 (gfp=0x8020)\ncache: net_namespace(1234:f00), object size: 4352',
      ),
    ],
    [
      'the runtime',
      logLines(
        'mkdir /sys/fs/cgroup/memory/kubepods/burstable/pod1/8a6f: cannot allocate memory: unknown',
        'runtime',
      ),
    ],
    ['identifiers', logLines('mkdir /sys/fs/cgroup/memory/kubepods/pod1: no space left on device')],
  ])('is sure by what %s says on RHEL 7', (_, log) => {
    expect(judgeBy(kmemAccountingEl7, { facts: el7, log })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
  });

  it('goes by the system where the kernel is not told', () => {
    const log = dmesg('SLUB: Unable to allocate memory on node -1 (gfp=0x20)');
    expect(judgeBy(kmemAccountingEl7, { facts: { osImage: 'CentOS Linux 7 (Core)' }, log })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
    expect(judgeBy(kmemAccountingEl7, { facts: { osImage: 'Ubuntu 20.04.7 LTS' }, log })).toMatchObject({
      outcome: 'uncertain',
    });
  });

  it('is less sure of mkdir that fails on a kernel that is not known', () => {
    const log = logLines('mkdir /sys/fs/cgroup/memory/kubepods/burstable/podf2: cannot allocate memory');
    expect(judgeBy(kmemAccountingEl7, { log })).toMatchObject({ outcome: 'found', confidence: 'medium' });
  });

  it('suspects it where the kernel is not known', () => {
    const log = dmesg('SLUB: Unable to allocate memory on node -1 (gfp=0x20)');
    expect(judgeBy(kmemAccountingEl7, { log })).toMatchObject({ outcome: 'uncertain' });
  });

  it.each([
    [
      'a newer kernel',
      {
        facts: { kernelVersion: '5.4.0-42-generic' },
        log: dmesg('SLUB: Unable to allocate memory on node 0'),
      },
      'notApplicable',
    ],
    [
      'fork that fails',
      { facts: el7, log: logLines('fork/exec /usr/bin/runc: cannot allocate memory') },
      'skipped',
    ],
    ['nothing', { facts: el7 }, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(kmemAccountingEl7, given)).toMatchObject({ outcome });
  });
});

describe('slab-cache-reap', () => {
  it('is sure of perf top', () => {
    const given = {
      facts: { kernelVersion: '4.4.0-116-generic' },
      listed: [listed('cache_reap', 0.41, 'kworker/3:1')],
      processes: [processRow('kworker/3:1', 0.9)],
    };
    expect(judgeBy(slabCacheReap, given)).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 0.41 }, { value: 0.9 }, {}],
    });
  });

  it.each([
    ['busy kworkers alone', { processes: [processRow('kworker/3:1', 2)] }, 'skipped'],
    [
      'a kernel with the fix',
      { facts: { kernelVersion: '5.10.0-23-amd64' }, processes: [processRow('kworker/0:0', 2)] },
      'clear',
    ],
    ['another profile', { listed: [listed('memcg_stat_show', 0.9)] }, 'clear'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(slabCacheReap, given)).toMatchObject({ outcome });
  });
});

describe('dcache-negative-bloat', () => {
  const dentry = (objects: number) => ({ at: HERE, cache: 'dentry', objects, bytes: objects * 192 });

  it('finds many entries that cost CPU', () => {
    const given = { slabs: [dentry(24_000_000)], listed: [listed('__d_lookup_rcu', 0.12)] };
    expect(judgeBy(dcacheNegativeBloat, given)).toMatchObject({ outcome: 'found', confidence: 'high' });
    const slow = {
      counted: [count('dentries', 30_000_000)],
      functionTimes: [functionTime('prune_dcache_sb', 4)],
    };
    expect(judgeBy(dcacheNegativeBloat, slow)).toMatchObject({ outcome: 'found' });
  });

  it('only suspects a large cache, or busy lookups', () => {
    expect(judgeBy(dcacheNegativeBloat, { slabs: [dentry(24_000_000)] })).toMatchObject({
      outcome: 'uncertain',
    });
    expect(judgeBy(dcacheNegativeBloat, { listed: [listed('__d_lookup', 0.12)] })).toMatchObject({
      outcome: 'uncertain',
    });
  });

  it.each([
    ['few entries', { counted: [count('dentries', 80_000)] }, 'clear'],
    ['another profile', { listed: [listed('osq_lock', 0.9)] }, 'clear'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(dcacheNegativeBloat, given)).toMatchObject({ outcome });
  });
});

describe('cgroup-writeback-switch-storm', () => {
  const azl = { kernelVersion: '6.6.141.1-1.azl3' };
  it.each([
    [
      'the kernel log',
      {
        log: dmesg(
          'watchdog: BUG: soft lockup - CPU#7 stuck for 26s! [kworker/7:1]\nWorkqueue: inode_switch_wbs inode_switch_wbs_work_fn',
        ),
      },
    ],
    [
      'workers',
      {
        processes: [
          processRow('kworker/7:2+inode_switch_wbs', 0.4),
          processRow('kworker/9:1-inode_switch_wbs', 0.3),
        ],
      },
    ],
    ['perf top', { listed: [listed('inode_switch_wbs_work_fn', 0.2)] }],
  ])('is sure by %s', (_, given) => {
    expect(judgeBy(cgroupWritebackSwitchStorm, { facts: azl, ...given })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
  });

  it.each([
    [
      'other lockups',
      { facts: azl, log: dmesg('watchdog: BUG: soft lockup - CPU#7 stuck for 26s! [java:9]') },
      'clear',
    ],
    ['busy kworkers', { facts: azl, processes: [processRow('kworker/7:2+events', 3)] }, 'skipped'],
    ['a flush of statistics', { listed: [listed('cgroup_rstat_flush_locked', 0.4)] }, 'clear'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(cgroupWritebackSwitchStorm, given)).toMatchObject({ outcome });
  });
});
