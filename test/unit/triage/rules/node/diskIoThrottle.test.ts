import { describe, expect, it } from 'vitest';
import { diskIoThrottle } from '../../../../../src/triage/rules/node/diskIoThrottle.js';
import { judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import {
  cpuRow,
  diskRow,
  eventRow,
  memoryRow,
  pressureRow,
  processRow,
} from '../../../../support/nodeRows.js';

const slow = diskRow({
  readsPerSecond: 12,
  writesPerSecond: 488,
  readWaitSeconds: 0.05,
  writeWaitSeconds: 0.263,
  queue: 122,
  busyShare: 0.999,
});
const asleep = (count: number, waitsIn: string) =>
  Array.from({ length: count }, (_, pid) => processRow('fluentd', { pid, state: 'D', waitsIn }));
const LATE = 'rpc error: code = DeadlineExceeded desc = context deadline exceeded';
const collected = [
  eventRow(`ContainerGCFailed: ${LATE}`),
  eventRow(`ImageGCFailed: ${LATE}`),
  eventRow('NodeNotReady: Node worker-3 status is now: NodeNotReady'),
];

describe('disk-io-throttle', () => {
  it('is sure of a busy device that takes long for each request, and refutes a hang by its completions', () => {
    expect(judgeBy(diskIoThrottle, { disks: [slow] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 0.263, unit: 'seconds', text: { values: ['sda', 263, 99.9, 500] } }],
      rivals: [{ id: 'disk-hang', state: 'refuted' }, { id: 'memory-thrash-readback' }, { id: 'image-many' }],
    });
  });

  it.each([
    [
      '20 ms with a queue and pressure',
      { ...slow, writeWaitSeconds: 0.03, readWaitSeconds: 0.01 },
      0.4,
      'high',
    ],
    ['20 ms with a queue', { ...slow, writeWaitSeconds: 0.03, readWaitSeconds: 0.01 }, undefined, 'medium'],
    [
      'one column of await',
      { ...slow, writeWaitSeconds: undefined, readWaitSeconds: undefined, waitSeconds: 0.18 },
      undefined,
      'high',
    ],
  ])('reads %s', (_, disk, share, confidence) => {
    const pressure = share === undefined ? [] : [pressureRow('io', 'full', share)];
    expect(judgeBy(diskIoThrottle, { disks: [disk], pressure })).toMatchObject({
      outcome: 'found',
      confidence,
    });
  });

  it.each([
    ['a busy NVMe that answers at once', { ...slow, readWaitSeconds: 0.0004, writeWaitSeconds: 0.0008 }],
    ['one slow request an hour', { ...slow, readsPerSecond: 0, writesPerSecond: 0.02 }],
    ['a slow request of a device with idle time', { ...slow, busyShare: 0.2 }],
    ['a loop device', { ...slow, device: 'loop3' }],
  ])('finds nothing with %s', (_, disk) => {
    expect(['clear', 'skipped']).toContain(judgeBy(diskIoThrottle, { disks: [disk] }).outcome);
  });

  it('reads pressure of the node, not of one pod', () => {
    expect(judgeBy(diskIoThrottle, { pressure: [pressureRow('io', 'full', 0.35)] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    const ofPod = [
      pressureRow('io', 'full', 0.9, '/kubepods/burstable/pod1'),
      pressureRow('io', 'full', 0.01),
    ];
    expect(judgeBy(diskIoThrottle, { pressure: ofPod })).toMatchObject({ outcome: 'clear' });
  });

  it('joins hints where nothing was measured: waits for I/O and tasks that sleep for a disk', () => {
    const cpu = [cpuRow({ ioWait: 0.62, idle: 0.3 })];
    expect(judgeBy(diskIoThrottle, { cpu, processes: asleep(4, 'jbd2_log_wait_commit') })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      isDecisive: false,
    });
    expect(judgeBy(diskIoThrottle, { cpu, events: collected })).toMatchObject({ outcome: 'found' });
    for (const [count, waitsIn] of [
      [2, 'rq_qos_wait'],
      [9, 'pipe_read'],
      [9, 'rpc_wait_bit_killable'],
    ] as const)
      expect(judgeBy(diskIoThrottle, { cpu, processes: asleep(count, waitsIn) })).toMatchObject({
        outcome: 'skipped',
      });
  });

  it('takes many tasks asleep without a wchan beside waits for I/O, unless an NFS server is silent', () => {
    const cpu = [cpuRow({ ioWait: 0.6, blocked: 14 })];
    expect(judgeBy(diskIoThrottle, { cpu })).toMatchObject({ outcome: 'found', confidence: 'medium' });
    const aux = Array.from({ length: 6 }, (_, pid) => processRow('java', { pid, state: 'D' }));
    expect(judgeBy(diskIoThrottle, { cpu: [cpuRow({ ioWait: 0.6 })], processes: aux })).toMatchObject({
      outcome: 'found',
    });
    const log = logLines('nfs: server filer-2 not responding, still trying', 'kernel');
    expect(judgeBy(diskIoThrottle, { cpu, log })).toMatchObject({ outcome: 'skipped' });
  });

  it('names who writes most', () => {
    const processes = [
      processRow('fluent-bit', { writeBytesPerSecond: 41e6, tool: 'pidstat' }),
      processRow('etcd', { writeBytesPerSecond: 2e6, tool: 'pidstat' }),
    ];
    expect(judgeBy(diskIoThrottle, { disks: [slow], processes })).toMatchObject({
      evidence: [{ unit: 'seconds' }, { value: 41e6, text: { values: ['fluent-bit', 41] } }],
    });
  });

  it('asks for iostat where both collections ran into their limit and the node was NotReady', () => {
    expect(judgeBy(diskIoThrottle, { events: collected })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
    expect(judgeBy(diskIoThrottle, { events: collected.slice(1) })).toMatchObject({ outcome: 'skipped' });
  });

  it('is not decisive where memory is short and only reads are served', () => {
    const disks = [
      diskRow({ readsPerSecond: 4100, writesPerSecond: 6, readWaitSeconds: 0.12, queue: 60, busyShare: 1 }),
    ];
    const memory = [memoryRow({ total: 16e9, available: 0.2e9 })];
    expect(judgeBy(diskIoThrottle, { disks, memory })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      isDecisive: false,
    });
  });

  it('quotes etcd and clouds that speak of it', () => {
    const log = logLines(
      'apply request took too long took=2.3s\nslow fdatasync took=1.4s expected=1s',
      'unknown',
    );
    expect(judgeBy(diskIoThrottle, { log, cpu: [cpuRow({ ioWait: 0.5 })] })).toMatchObject({
      outcome: 'found',
    });
  });

  it('asks for iostat where containers outlast the limit of their creation, unless a disk was asked', () => {
    const text =
      'CreateContainer failed: failed to reserve container name "web_web-0_shop_1_0": name is reserved for "ab"';
    const log = logLines(`${text}\n${text}`);
    expect(judgeBy(diskIoThrottle, { log })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
    const quick = { ...slow, readWaitSeconds: 0.001, writeWaitSeconds: 0.002 };
    expect(judgeBy(diskIoThrottle, { log, disks: [quick] })).toMatchObject({ outcome: 'clear' });
    expect(judgeBy(diskIoThrottle, { log, cpu: [cpuRow({ ioWait: 0.4 })] })).toMatchObject({
      outcome: 'found',
    });
  });

  it('is skipped where nothing tells of disks', () => {
    expect(judgeBy(diskIoThrottle, {})).toMatchObject({ outcome: 'skipped' });
    expect(judgeBy(diskIoThrottle, { log: logLines('Started container') })).toMatchObject({
      outcome: 'skipped',
    });
  });
});
