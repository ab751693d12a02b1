import { describe, expect, it } from 'vitest';
import { nodeCpuReader } from '../../../../src/material/tools/nodeCpu.js';
import { materialText } from '../../../support/materialText.js';

const found = (text: string) => nodeCpuReader.read(materialText(text));
const read = (text: string) => found(text).cpu ?? [];

describe('CPU of the node', () => {
  it('reads the lines above the table of top', () => {
    const text = `
top - 09:48:06 up 2 days, 13:36,  3 users,  load average: 44.29, 45.71, 44.37
Tasks: 334 total,  26 running, 307 sleeping,   1 stopped,   0 zombie
%Cpu(s):  7.6 us, 90.5 sy,  1.5 ni,  0.3 id,  0.0 wa,  0.0 hi,  0.1 si,  0.2 st`;
    expect(read(text)).toMatchObject([
      { at: { file: 'post.txt', line: 1 }, loadAverage: 44.29, user: undefined },
      {
        at: { file: 'post.txt', line: 3 },
        user: 0.076,
        system: 0.905,
        idle: 0.003,
        ioWait: 0,
        irq: 0,
        softIrq: 0.001,
        steal: 0.002,
      },
    ]);
    expect(found(text).facts).toEqual({ uptimeSeconds: 2 * 86400 + 13 * 3600 + 36 * 60 });
  });

  it.each([
    ['procps 3.2', 'Cpu(s): 12.3%us,  4.5%sy,  0.0%ni, 80.0%id,  2.0%wa,  0.0%hi,  0.1%si,  0.0%st', 0.045],
    [
      'a decimal comma',
      '%Cpu(s):  7,6 us, 90,5 sy,  1,5 ni,  0,3 id,  0,0 wa,  0,0 hi,  0,1 si,  0,1 st',
      0.905,
    ],
    ['all of it', '%Cpu(s):  0.0 us,100.0 sy,  0.0 ni,  0.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st', 1],
    ['busybox', 'CPU:  12% usr  50% sys   0% nic  30% idle   5% io   0% irq   1% sirq', 0.5],
    [
      'mpstat',
      '07:03:30 AM  CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle\n07:03:31 AM  all    5.00    0.00   45.00    0.00    0.00    9.00    0.00    0.00    0.00   41.00\n07:03:31 AM    0    5.00    0.00   95.00    0.00    0.00    0.00    0.00    0.00    0.00    0.00',
      0.45,
    ],
    [
      'sar -u on average',
      '07:03:30        CPU     %user     %nice   %system   %iowait    %steal     %idle\nAverage:        all      5.00      0.00     45.00      1.00      0.00     49.00',
      0.45,
    ],
    [
      'iostat',
      'avg-cpu:  %user   %nice %system %iowait  %steal   %idle\n           1.00    0.00   45.00    3.00    0.00   51.00',
      0.45,
    ],
    ['/proc/stat twice', 'cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 2 3\ncpu  110 0 145 845 0 0 0 0 0 0', 0.45],
  ])('reads %s', (_, text, system) => {
    expect(read(text)).toMatchObject([{ system }]);
  });

  it.each([
    ['uptime', ' 07:03:30 up 41 days,  3:02,  2 users,  load average: 212.10, 180.45, 99.01', 212.1],
    ['a decimal comma', '07:03:30 up 41 min,  load average: 44,29, 45,71, 44,37', 44.29],
    ['/proc/loadavg', '44.29 45.71 44.37 26/3340 12345', 44.29],
    [
      'sar -q',
      '07:03:30 runq-sz plist-sz ldavg-1 ldavg-5 ldavg-15 blocked\n07:03:31 12 3400 44.29 1 2 7',
      44.29,
    ],
  ])('reads the load of %s', (_, text, loadAverage) => {
    expect(read(text)).toMatchObject([{ loadAverage }]);
  });

  it('reads lines of top that were run together', () => {
    expect(
      read(
        'top - 19:42:06 up 23:59, 2 users, load average: 34.64, 35.80 Tasks: 679 total Cpu(s): 15.6%us, 1.7%sy, 74.7%id, 7.9%wa',
      ),
    ).toMatchObject([{ loadAverage: 34.64, user: 0.156, ioWait: 0.079 }]);
  });

  it('reads what is runnable and blocked', () => {
    expect(read('procs_running 3\nprocs_blocked 12')).toMatchObject([{ blocked: 12 }]);
    expect(read('44.29 45.71 44.37 26/3340 12345')).toMatchObject([{ runnable: 26 }]);
    expect(
      read('07:03:30 runq-sz plist-sz ldavg-1 ldavg-5 ldavg-15 blocked\n07:03:31 12 3400 44.29 1 2 7'),
    ).toMatchObject([{ runnable: 12, blocked: 7 }]);
  });

  it.each([
    'cpu  100 0 100 800 0 0 0 0 0 0',
    'cpu  100 0 100 800 0 0 0 0 0 0\ncpu  90 0 100 800 0 0 0 0 0 0',
    'avg-cpu:  %user   %nice %system %iowait  %steal   %idle\n 1.00 0.00',
    '%Cpu(s): ',
    'the load average was high: 44',
    'CPU: 4 cores and more of them',
  ])('finds nothing in %j', text => {
    expect(read(text)).toEqual([]);
  });
});
