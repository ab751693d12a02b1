import { describe, expect, it } from 'vitest';
import { diskHang } from '../../../../../src/triage/rules/node/diskHang.js';
import { judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import { diskRow, eventRow, processRow } from '../../../../support/nodeRows.js';

const still = diskRow({ device: 'nvme1n1', readsPerSecond: 0, writesPerSecond: 0, queue: 31, busyShare: 1 });
const moving = diskRow({
  device: 'nvme1n1',
  readsPerSecond: 3,
  writesPerSecond: 80,
  queue: 31,
  busyShare: 1,
});
const hung = (task: string, seconds: number, ...frames: string[]) => `
  INFO: task ${task} blocked for more than ${seconds} seconds.
        Not tainted 5.15.63-generic #1
  "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
  Call Trace:
   <TASK>
   __schedule+0x2eb/0x8d0
   schedule+0x5b/0xd0
   ${frames.map(frame => `${frame}+0x1a/0x200`).join('\n')}
   </TASK>`;
const kernel = (text: string) => logLines(text, 'kernel');

describe('disk-hang', () => {
  it('is sure of a device that holds requests and completes none, twice', () => {
    expect(judgeBy(diskHang, { disks: [still, still] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 2, text: { values: ['nvme1n1', 31, 2] } }],
      rivals: [{ id: 'disk-io-throttle', state: 'refuted' }, {}, {}],
    });
    expect(judgeBy(diskHang, { disks: [still] })).toMatchObject({ outcome: 'found', confidence: 'medium' });
  });

  it.each([
    ['it went on in the end', [still, still, moving]],
    ['it has nothing to do', [diskRow({ readsPerSecond: 0, writesPerSecond: 0, queue: 0, busyShare: 0 })]],
    ['it is slow', [moving, moving]],
  ])('finds no hang where %s', (_, disks) => {
    expect(judgeBy(diskHang, { disks })).toMatchObject({ outcome: 'clear' });
  });

  it.each([
    'nvme nvme1: I/O 640 QID 3 timeout, aborting',
    'I/O 640 QID 3 timeout, aborting',
    'nvme nvme0: I/O tag 12 (000c) opcode 0x1 (I/O Cmd) QID 2 timeout, reset controller',
    'sd 2:0:0:0: rejecting I/O to offline device',
    'sd 0:0:1:0: [sdb] tag#19 timing out command, waited 180s',
    'megaraid_sas 0000:5a:00.0: [35]waiting for 65 commands to complete for scsi0',
    'XFS (dm-3): Log I/O Error Detected. Shutting down filesystem',
  ])('reads what a driver gave up: %s', text => {
    expect(judgeBy(diskHang, { log: kernel(text) })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    const both = kernel(text + hung('jbd2/nvme1n1p1-8:512', 122, 'jbd2_journal_commit_transaction'));
    expect(judgeBy(diskHang, { log: both })).toMatchObject({ outcome: 'found', confidence: 'high' });
  });

  it.each([
    'blk_update_request: I/O error, dev fd0, sector 0',
    'sr 1:0:0:0: [sr0] tag#0 timing out command, waited 180s',
    'nvme nvme0: 8/0/0 default/read/poll queues',
  ])('passes over %s', text => {
    expect(judgeBy(diskHang, { log: kernel(text) })).toMatchObject({ outcome: 'clear' });
  });

  it('takes tasks that have not moved for minutes, and leaves the limit open', () => {
    const log = kernel(
      hung('containerd:9227', 122, 'io_schedule', 'folio_wait_bit_common', 'ext4_file_write_iter') +
        hung('containerd:9227', 368, 'io_schedule', 'folio_wait_bit_common', 'ext4_file_write_iter'),
    );
    expect(judgeBy(diskHang, { log })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      evidence: [{ value: 368, text: { values: [1, 1, 'containerd:9227', 368, 'io_schedule'] } }],
      rivals: [{ id: 'disk-io-throttle', state: 'open' }, {}, {}],
    });
  });

  it('asks for iostat where one task alone was blocked once, or devices complete', () => {
    const once = kernel(hung('dockerd:1810', 122, 'ovl_sync_fs', 'sync_filesystem'));
    expect(judgeBy(diskHang, { log: once })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
    const long = kernel(hung('dockerd:1810', 491, 'jbd2_log_wait_commit'));
    expect(judgeBy(diskHang, { log: long, disks: [moving] })).toMatchObject({ outcome: 'uncertain' });
  });

  it('reads Events of node-problem-detector, which have no stack', () => {
    const task = (name: string) =>
      eventRow(`TaskHung: INFO: task ${name} blocked for more than 121 seconds.`);
    const events = ['jbd2/sda4-8:363', 'kworker/u8:3+flush-8:0:77', 'xfsaild/dm-0:91'].map(task);
    expect(judgeBy(diskHang, { events })).toMatchObject({ outcome: 'found', confidence: 'medium' });
    expect(judgeBy(diskHang, { events: [task('dockerd:6500')] })).toMatchObject({ outcome: 'clear' });
    const beside = ['jbd2/sda4-8:363', 'dockerd:6500', 'containerd:7378'].map(task);
    expect(judgeBy(diskHang, { events: beside })).toMatchObject({ outcome: 'found', confidence: 'medium' });
  });

  it.each([
    ['a network namespace that is taken down', hung('kworker/u4:2:141', 120, 'cleanup_net', 'rtnl_lock')],
    ['NFS', hung('nginx:77', 122, 'rpc_wait_bit_killable', 'nfs4_proc_getattr', 'io_schedule')],
    ['an NFS server', 'nfs: server 10.36.3.5 not responding, still trying'],
  ])('does not take %s for a disk', (_, text) => {
    expect(judgeBy(diskHang, { log: kernel(text) })).toMatchObject({ outcome: 'clear' });
  });

  it('counts tasks asleep for a disk beside it', () => {
    const processes = Array.from({ length: 5 }, (_, pid) =>
      processRow('java', { pid, state: 'D', waitsIn: 'xfs_log_force' }),
    );
    expect(judgeBy(diskHang, { processes, disks: [still] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{}, { value: 5 }],
    });
    expect(judgeBy(diskHang, { processes })).toMatchObject({ outcome: 'clear' });
    expect(judgeBy(diskHang, {})).toMatchObject({ outcome: 'skipped' });
  });
});
