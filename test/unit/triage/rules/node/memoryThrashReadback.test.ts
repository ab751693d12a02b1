import { describe, expect, it } from 'vitest';
import { memoryThrashReadback } from '../../../../../src/triage/rules/node/memoryThrashReadback.js';
import { judgeBy } from '../../../../support/nodeEvidence.js';
import {
  cpuRow,
  diskRow,
  eventRow,
  memoryRow,
  pressureRow,
  processRow,
} from '../../../../support/nodeRows.js';

const reads = diskRow({ readsPerSecond: 4000, writesPerSecond: 9, readBytesPerSecond: 120e6, busyShare: 1 });
const pressed = pressureRow('memory', 'full', 0.46);
const kswapd = processRow('[kswapd0]', { cores: 0.99, tool: 'top' });
const empty = memoryRow({ total: 88e9, available: 0.5e9 });

describe('memory-thrash-readback', () => {
  it('is sure where memory stops all tasks and the disk serves reads alone', () => {
    expect(judgeBy(memoryThrashReadback, { pressure: [pressed], disks: [reads] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 0.46 }, { value: 4000, unit: 'perSecond' }],
      rivals: [{ id: 'disk-io-throttle', state: 'refuted' }, {}, {}],
    });
  });

  it.each([
    [
      'kswapd on top of a full node that waits for I/O',
      { processes: [kswapd], memory: [empty], cpu: [cpuRow({ ioWait: 0.88 })] },
      'high',
    ],
    [
      'major faults beside little that is left',
      { memory: [empty], processes: [processRow('kubelet', { majorFaultsPerSecond: 900 })] },
      'high',
    ],
    [
      'vmstat that reads and does not write',
      { memory: [empty, memoryRow({ blockInBytesPerSecond: 90e6, blockOutBytesPerSecond: 1e5 })] },
      'high',
    ],
    ['pressure alone', { pressure: [pressed] }, 'medium'],
    [
      'reads beside evictions',
      { disks: [reads], events: [eventRow('EvictionThresholdMet: Attempting to reclaim memory')] },
      'medium',
    ],
  ])('reads %s', (_, given, confidence) => {
    expect(judgeBy(memoryThrashReadback, given)).toMatchObject({ outcome: 'found', confidence });
  });

  it.each([
    ['a busy disk that also writes', { disks: [{ ...reads, writesPerSecond: 3000 }] }, 'clear'],
    [
      'reads of a database with memory left',
      { disks: [reads], memory: [memoryRow({ total: 64e9, available: 40e9 })] },
      'clear',
    ],
    ['little memory left and nothing read', { memory: [empty] }, 'clear'],
    ['kswapd alone, as with flushing of statistics', { processes: [kswapd] }, 'clear'],
    [
      'pressure of one pod',
      { pressure: [pressureRow('memory', 'full', 0.9, '/kubepods/burstable/pod9')] },
      'skipped',
    ],
    ['low pressure', { pressure: [pressureRow('memory', 'full', 0.002)] }, 'clear'],
    ['nothing', {}, 'skipped'],
    ['processes without faults', { processes: [processRow('java', { cores: 1 })] }, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(memoryThrashReadback, given)).toMatchObject({ outcome });
  });

  it('asks for pressure where reads hold the CPUs up and nothing tells of memory', () => {
    const cpu = [cpuRow({ ioWait: 0.7 })];
    expect(judgeBy(memoryThrashReadback, { disks: [reads], cpu })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
    const memory = [memoryRow({ total: 64e9, available: 30e9 })];
    expect(judgeBy(memoryThrashReadback, { disks: [reads], cpu, memory })).toMatchObject({
      outcome: 'clear',
    });
  });

  it('names the process that has much of the memory', () => {
    const processes = [
      processRow('java -Xmx60g', { residentBytes: 66e9 }),
      processRow('kubelet', { residentBytes: 1e8 }),
    ];
    const found = judgeBy(memoryThrashReadback, { disks: [reads], memory: [empty], processes });
    expect(found).toMatchObject({
      evidence: [{}, {}, { value: 66e9, text: { values: ['java -Xmx60g', 75] } }],
    });
  });

  it('asks for pressure where kswapd works and pods were evicted', () => {
    const events = [eventRow('SystemOOM: System OOM encountered, victim process: java, pid: 77')];
    expect(judgeBy(memoryThrashReadback, { processes: [kswapd], events })).toMatchObject({
      outcome: 'uncertain',
    });
  });
});
