import { describe, expect, it } from 'vitest';
import { nodeCpuStarved } from '../../../../../src/triage/rules/node/nodeCpuStarved.js';
import { judgeBy } from '../../../../support/nodeEvidence.js';
import { cpuRow, pressureRow, processRow } from '../../../../support/nodeRows.js';

const facts = { cpus: 8 } as const;
const busy = cpuRow({ user: 0.93, system: 0.06, idle: 0.01, ioWait: 0 });
const java = processRow('java -jar batch.jar', { pid: 7, cores: 7.1, tool: 'top' });
const kubelet = processRow('kubelet', { pid: 1, cores: 0.1, tool: 'pidstat' });

describe('node-cpu-starved', () => {
  it('is sure of a workload that has the CPUs while none is idle', () => {
    expect(judgeBy(nodeCpuStarved, { facts, cpu: [busy], processes: [java, kubelet] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [
        { value: 7.1, unit: 'cores' },
        { value: 0.01, unit: 'share' },
      ],
      rivals: [{ id: 'disk-io-throttle', state: 'refuted' }, {}, {}, { id: 'pleg-relist', state: 'refuted' }],
    });
  });

  it('is sure of a kubelet that was measured to wait', () => {
    const waiting = { ...kubelet, waitCores: 1.4 };
    expect(
      judgeBy(nodeCpuStarved, { pressure: [pressureRow('cpu', 'some', 0.7)], processes: [waiting] }),
    ).toMatchObject({
      outcome: 'clear',
    });
    expect(
      judgeBy(nodeCpuStarved, { pressure: [pressureRow('cpu', 'some', 0.7)], processes: [waiting, java] }),
    ).toMatchObject({ outcome: 'found', confidence: 'high', evidence: [{ value: 1.4, unit: 'cores' }, {}] });
  });

  it.each([
    ['steal and no idle', { cpu: [cpuRow({ idle: 0.02, steal: 0.41, ioWait: 0 })] }, 'high'],
    ['steal alone', { cpu: [cpuRow({ idle: 0.3, steal: 0.2 })] }, 'medium'],
    ['a run queue and no idle', { facts, cpu: [{ ...busy, runnable: 41 }] }, 'medium'],
    [
      'load and pressure',
      {
        facts,
        cpu: [cpuRow({ loadAverage: 60, ioWait: 0.01, idle: 0.08 })],
        pressure: [pressureRow('cpu', 'some', 0.8)],
        processes: [java],
      },
      'high',
    ],
  ])('reads %s', (_, given, confidence) => {
    const judged = judgeBy(nodeCpuStarved, { processes: [processRow('java', { cores: 0.5 })], ...given });
    expect(judged).toMatchObject({ confidence });
  });

  it.each([
    [
      'the kubelet itself on top',
      { facts, cpu: [busy], processes: [{ ...kubelet, cores: 7 }, java].slice(0, 1) },
      'clear',
    ],
    [
      'CPUs that wait for I/O',
      { facts, cpu: [cpuRow({ idle: 0.01, ioWait: 0.9, loadAverage: 300 })], processes: [] },
      'clear',
    ],
    [
      'a large node with one busy process',
      { facts: { cpus: 64 }, cpu: [cpuRow({ idle: 0.85 })], processes: [java] },
      'clear',
    ],
    [
      'a healthy node',
      {
        facts,
        cpu: [cpuRow({ idle: 0.9, ioWait: 0.01, steal: 0 })],
        pressure: [pressureRow('cpu', 'some', 0.02)],
      },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(nodeCpuStarved, given)).toMatchObject({ outcome });
  });

  it.each(['systemd', '[kswapd0]', 'containerd', '[ksoftirqd/3]', 'iptables-restore -w 5'])(
    'does not take %s for a workload',
    command => {
      const processes = [processRow(command, { cores: 7.5 })];
      expect(judgeBy(nodeCpuStarved, { facts, cpu: [busy], processes })).toMatchObject({
        outcome: 'uncertain',
        confidence: 'low',
      });
    },
  );

  it('adds up pods that each stand below the kubelet in top', () => {
    const busy = processRow('kubelet', { pid: 1, cores: 0.34, tool: 'top' });
    const pods = (count: number) =>
      Array.from({ length: count }, (_, at) =>
        processRow('worker', { pid: 100 + at, cores: 0.2, tool: 'top' }),
      );
    const cpu = [cpuRow({ idle: 0, ioWait: 0, user: 0.94, system: 0.05 })];
    expect(judgeBy(nodeCpuStarved, { cpu, processes: [busy, ...pods(60)] }).outcome).toBe('uncertain');
    expect(judgeBy(nodeCpuStarved, { cpu, processes: [busy, ...pods(2)] }).outcome).toBe('clear');
  });

  it('leaves a kubelet that waits beside idle CPUs to its quota', () => {
    const processes = [{ ...kubelet, waitCores: 0.8 }, java];
    expect(
      judgeBy(nodeCpuStarved, { facts: { cpus: 64 }, cpu: [cpuRow({ idle: 0.7 })], processes }),
    ).toMatchObject({
      outcome: 'clear',
    });
  });

  it('leaves a node whose kernel has the CPUs to other causes', () => {
    const cpu = [cpuRow({ user: 0.1, system: 0.88, idle: 0.01, ioWait: 0 })];
    expect(judgeBy(nodeCpuStarved, { facts, cpu, processes: [java] })).toMatchObject({
      outcome: 'uncertain',
    });
  });
});
