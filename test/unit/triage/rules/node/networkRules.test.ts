import { describe, expect, it } from 'vitest';
import { iptablesDuplicateRules } from '../../../../../src/triage/rules/node/iptablesDuplicateRules.js';
import { iptablesUtil } from '../../../../../src/triage/rules/node/iptablesUtil.js';
import { ipvsEstimationTimer } from '../../../../../src/triage/rules/node/ipvsEstimationTimer.js';
import { count, functionTime, listed, processRow, timed } from '../../../../support/kernelEvidence.js';
import { cpuProfile, HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const times = (line: string, many: number) => logLines(Array.from({ length: many }, () => line).join('\n'));

describe('iptables-util', () => {
  it('is sure of a slow iptables-save over many rules', () => {
    const given = { counted: [count('iptables-rules', 140_000)], timed: [timed('iptables-save', 7.2)] };
    expect(judgeBy(iptablesUtil, given)).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 7.2 }, { value: 140_000 }],
    });
  });

  it('finds it by what logs say of the lock, with many rules', () => {
    const log = times(
      'Another app is currently holding the xtables lock; still 5s 0us time ahead to have a chance to grab the lock...',
      8,
    );
    expect(judgeBy(iptablesUtil, { log, counted: [count('iptables-rules', 90_000)] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    expect(judgeBy(iptablesUtil, { log })).toMatchObject({ outcome: 'uncertain' });
  });

  it('reads the log of kube-proxy', () => {
    const log = logLines(
      'Failed to execute iptables-restore: exit status 4 (Another app is currently holding the xtables lock)\n'.repeat(
        6,
      ),
      'kube-proxy',
    );
    expect(judgeBy(iptablesUtil, { log })).toMatchObject({ outcome: 'uncertain' });
  });

  it('finds the kubelet’s own runner in a profile', () => {
    const profile = cpuProfile({
      'main;k8s.io/kubernetes/pkg/util/iptables.(*runner).EnsureRule;os/exec.(*Cmd).Run': 0.2,
      'main;other': 0.8,
    });
    expect(judgeBy(iptablesUtil, { profiles: [profile] })).toMatchObject({ outcome: 'found' });
  });

  it('asks the proxy’s metrics', () => {
    const metric = (suffix: string, value: number) => ({
      at: HERE,
      name: `kubeproxy_sync_proxy_rules_duration_seconds_${suffix}`,
      labels: {},
      value,
      scrape: 0,
    });
    const metrics = [metric('sum', 300), metric('count', 100)];
    expect(judgeBy(iptablesUtil, { metrics })).toMatchObject({
      outcome: 'uncertain',
      evidence: [{ value: 3 }],
    });
  });

  it.each([
    ['few rules', { counted: [count('iptables-rules', 900)] }, 'clear'],
    [
      'one wait for the lock',
      { log: times('Another app is currently holding the xtables lock', 1) },
      'skipped',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(iptablesUtil, given)).toMatchObject({ outcome });
  });
});

describe('iptables-duplicate-rules', () => {
  it('is sure of thousands of copies, with who suffers', () => {
    const given = {
      counted: [count('iptables-duplicates', 4_190)],
      processes: [processRow('ksoftirqd/3', 0.97)],
    };
    expect(judgeBy(iptablesDuplicateRules, given)).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      severity: 'high',
      evidence: [{ value: 4_190 }, { value: 0.97 }],
    });
  });

  it('takes the version for a hint beside a busy ksoftirqd', () => {
    const given = {
      facts: { iptablesVersion: 'v1.8.2 (nf_tables)' },
      processes: [processRow('[ksoftirqd/0]', 0.9)],
    };
    expect(judgeBy(iptablesDuplicateRules, given)).toMatchObject({ outcome: 'uncertain' });
  });

  it.each([
    ['ksoftirqd that is busy for another reason', { processes: [processRow('ksoftirqd/0', 1)] }, 'skipped'],
    [
      'legacy iptables',
      { facts: { iptablesVersion: 'v1.8.4 (legacy)' }, processes: [processRow('ksoftirqd/0', 1)] },
      'skipped',
    ],
    ['a few copies', { counted: [count('iptables-duplicates', 3)] }, 'clear'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(iptablesDuplicateRules, given)).toMatchObject({ outcome });
  });
});

describe('ipvs-estimation-timer', () => {
  const old = { kernelVersion: '3.10.0-1062.9.1.el7.x86_64' };
  it('is sure of a timer that took long', () => {
    const given = { facts: old, functionTimes: [functionTime('estimation_timer', 0.13)] };
    expect(judgeBy(ipvsEstimationTimer, given)).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 0.13, unit: 'seconds' }, {}],
    });
  });

  it('suspects many entries, and asks for the time', () => {
    const given = {
      facts: old,
      counted: [count('ipvs-entries', 48_000)],
      processes: [processRow('ksoftirqd/9', 0.5)],
    };
    expect(judgeBy(ipvsEstimationTimer, given)).toMatchObject({
      outcome: 'uncertain',
      settle: { template: expect.stringContaining('estimation_timer') as string },
    });
  });

  it.each([
    [
      'a kernel with threads for it',
      { facts: { kernelVersion: '6.8.0-45-generic' }, counted: [count('ipvs-entries', 90_000)] },
      'clear',
    ],
    ['few entries', { facts: old, counted: [count('ipvs-entries', 400)] }, 'clear'],
    [
      'slow reads of memory.stat',
      { facts: old, functionTimes: [functionTime('mem_cgroup_read_stat', 0.3)] },
      'skipped',
    ],
    ['another profile', { listed: [listed('memcg_stat_show', 0.4)] }, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(ipvsEstimationTimer, given)).toMatchObject({ outcome });
  });
});
