import { describe, expect, it } from 'vitest';
import type { CpuThrottling, FreezerReading, MetricSample } from '../../../../../src/material/model.js';
import { cfsQuotaThrottle } from '../../../../../src/triage/rules/node/cfsQuotaThrottle.js';
import { kubeletFreezesCgroups } from '../../../../../src/triage/rules/node/kubeletFreezesCgroups.js';
import { schedLeafCfsRq } from '../../../../../src/triage/rules/node/schedLeafCfsRq.js';
import { count, functionTime, listed, processRow } from '../../../../support/kernelEvidence.js';
import { cpuProfile, HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const cpuStat = (periods: number, throttledPeriods: number): CpuThrottling => ({
  at: HERE,
  cgroup: '/system.slice/kubelet.service',
  periods,
  throttledPeriods,
  throttledSeconds: undefined,
});

describe('cfs-quota-throttle', () => {
  it('is sure on a kernel with the fault, and names it', () => {
    const given = {
      facts: { kernelVersion: '4.14.152-127.182.amzn2.x86_64' },
      throttling: [cpuStat(20_000, 3_000)],
    };
    expect(judgeBy(cfsQuotaThrottle, given)).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [
        { value: 0.15, unit: 'share' },
        { text: { template: expect.stringContaining('below the limit') as string } },
      ],
      rivals: [{}, { id: 'kubelet-freezes-cgroups', state: 'refuted' }],
    });
  });

  it('is less sure where a fixed kernel throttles a little', () => {
    const given = { facts: { kernelVersion: '5.15.0-91-generic' }, throttling: [cpuStat(20_000, 3_000)] };
    expect(judgeBy(cfsQuotaThrottle, given)).toMatchObject({ outcome: 'found', confidence: 'medium' });
  });

  it('reads the metrics of cAdvisor, container by container', () => {
    const sample = (name: string, container: string, value: number): MetricSample => ({
      at: HERE,
      name: `container_cpu_cfs_${name}_total`,
      labels: { pod: 'api-1', container },
      value,
      scrape: 0,
    });
    const metrics = [
      sample('periods', 'a', 1000),
      sample('periods', 'b', 4000),
      sample('throttled_periods', 'a', 900),
      sample('throttled_periods', 'b', 4),
    ];
    expect(judgeBy(cfsQuotaThrottle, { metrics })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 0.9, text: { values: ['api-1/a', 900, 1000, 90] } }],
    });
  });

  it.each([
    ['a limit that hardly throttles', { throttling: [cpuStat(20_000, 30)] }, 'clear'],
    ['a cgroup without a limit', { throttling: [cpuStat(0, 0)] }, 'skipped'],
    [
      'an alert alone',
      { log: logLines('CPUThrottlingHigh 35% throttling of CPU in namespace x') },
      'skipped',
    ],
    ['a busy kubelet', { profiles: [cpuProfile({ 'main;housekeeping': 4 })] }, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(cfsQuotaThrottle, given)).toMatchObject({ outcome });
  });
});

describe('sched-leaf-cfs-rq', () => {
  const old = { kernelVersion: '4.4.0-116-generic' };
  it('is sure of a pass of milliseconds on an old kernel', () => {
    const functionTimes = [functionTime('update_blocked_averages', 0.006)];
    expect(judgeBy(schedLeafCfsRq, { facts: old, functionTimes })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
  });

  it('wants a count of cgroups beside a share of the profile', () => {
    const rows = [listed('update_blocked_averages', 0.09)];
    expect(
      judgeBy(schedLeafCfsRq, { facts: old, listed: rows, counted: [count('cgroup-directories', 40_000)] }),
    ).toMatchObject({
      confidence: 'high',
    });
    expect(judgeBy(schedLeafCfsRq, { facts: old, listed: rows })).toMatchObject({ confidence: 'medium' });
    expect(judgeBy(schedLeafCfsRq, { facts: { kernelVersion: '6.1.66' }, listed: rows })).toMatchObject({
      outcome: 'uncertain',
    });
  });

  it.each([
    ['another profile', { listed: [listed('memcg_stat_show', 0.5)] }, 'clear'],
    ['nothing', { facts: old }, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(schedLeafCfsRq, given)).toMatchObject({ outcome });
  });
});

describe('kubelet-freezes-cgroups', () => {
  const frozen = (cgroup: string): FreezerReading => ({ at: HERE, cgroup, state: 'FROZEN' });
  const POD = '/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice';

  it('is sure of pods that are frozen again and again', () => {
    const given = { facts: { kubeletVersion: 'v1.22.0' }, freezers: [frozen(POD), frozen(POD), frozen(POD)] };
    expect(judgeBy(kubeletFreezesCgroups, given)).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 3 }, {}],
    });
  });

  it('reads what grep printed', () => {
    const line = '/sys/fs/cgroup/freezer/kubepods.slice/kubepods-besteffort.slice/freezer.state:FROZEN';
    expect(judgeBy(kubeletFreezesCgroups, { log: logLines(`${line}\n${line}`) })).toMatchObject({
      outcome: 'found',
    });
  });

  it('only suspects a single one, which may have been paused on purpose', () => {
    expect(judgeBy(kubeletFreezesCgroups, { freezers: [frozen(POD)] })).toMatchObject({
      outcome: 'uncertain',
    });
  });

  it('refutes a limit where cpu.stat is clean', () => {
    const given = { freezers: [frozen(POD), frozen(POD)], throttling: [cpuStat(9000, 0)] };
    expect(judgeBy(kubeletFreezesCgroups, given)).toMatchObject({
      rivals: [{ id: 'cfs-quota-throttle', state: 'refuted' }, {}],
    });
  });

  it.each([
    ['thawed pods', { freezers: [{ ...frozen(POD), state: 'THAWED' }] } as const, 'clear'],
    [
      'cgroup v2',
      { facts: { cgroupVersion: 2 }, freezers: [frozen(POD), frozen(POD)] } as const,
      'notApplicable',
    ],
    ['frozen cgroups of others', { freezers: [frozen('/lxc/a'), frozen('/lxc/a')] }, 'clear'],
    [
      'threads that wait for a disk',
      { processes: [processRow('java', 0, { state: 'D', waitsIn: 'io_schedule' })] },
      'skipped',
    ],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(kubeletFreezesCgroups, given)).toMatchObject({ outcome });
  });
});
