import { describe, expect, it } from 'vitest';
import { iostatReader } from '../../../../src/material/tools/iostat.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => iostatReader.read(materialText(text)).disks ?? [];

describe('iostat -x', () => {
  it('reads the layout of sysstat 10 and 11', () => {
    const text = `
Device:         rrqm/s   wrqm/s     r/s     w/s    rkB/s    wkB/s avgrq-sz avgqu-sz   await r_await w_await  svctm  %util
nvme0n1           0.00     3.00    0.50  312.00     2.00  4820.00    13.33    41.26  186.00    4.00  187.00   3.20  99.80`;
    expect(read(text)).toMatchObject([
      {
        at: { file: 'post.txt', line: 2 },
        device: 'nvme0n1',
        readsPerSecond: 0.5,
        writesPerSecond: 312,
        readBytesPerSecond: 2048,
        writeBytesPerSecond: 4820 * 1024,
        waitSeconds: 0.186,
        readWaitSeconds: 0.004,
        writeWaitSeconds: 0.187,
        queue: 41.26,
        busyShare: 0.998,
      },
    ]);
  });

  it('reads the layout of sysstat 12, which has no await for both', () => {
    const text = `
Device            r/s     rkB/s   rrqm/s  %rrqm r_await rareq-sz     w/s     wkB/s   wrqm/s  %wrqm w_await wareq-sz     d/s     dkB/s   drqm/s  %drqm d_await dareq-sz     f/s f_await  aqu-sz  %util
dm-10          109.50  11710.00     0.00   0.00    9.23   106.94   41.00    328.00     0.00   0.00    8.57     8.00    0.00      0.00     0.00   0.00    0.00     0.00    0.00    0.00    1.36  71.30
sda              1.00      2.00     0.00   0.00    9.23     2.00   40.00    300.00     0.00   0.00  250.00`;
    expect(read(text)).toMatchObject([
      {
        device: 'dm-10',
        readsPerSecond: 109.5,
        readBytesPerSecond: 11710 * 1024,
        writeWaitSeconds: 0.00857,
        waitSeconds: undefined,
        queue: 1.36,
        busyShare: 0.713,
      },
      { device: 'sda', writeWaitSeconds: 0.25, busyShare: undefined },
    ]);
  });

  it.each([
    ['megabytes', 'Device: r/s w/s rMB/s wMB/s await %util\nsda 1 2 1.5 3 4 5', 1.5 * 1024 * 1024],
    ['sectors', 'Device: r/s w/s rsec/s wsec/s await %util\nsda 1 2 8 3 4 5', 4096],
    ['a decimal comma', 'Device: r/s w/s rkB/s wkB/s await %util\nsda 1,00 2,00 8,50 3,00 4,00 5,00', 8704],
    [
      'sar -d',
      '07:03:30 AM DEV tps rkB/s wkB/s areq-sz aqu-sz await svctm %util\n07:03:31 AM dev8-0 1 4 3 4 5 6 7 8',
      4096,
    ],
  ])('reads %s', (_, text, readBytesPerSecond) => {
    expect(read(text)).toMatchObject([{ readBytesPerSecond }]);
  });

  it('leaves out the average since the boot where an interval follows', () => {
    const report = (wait: number) =>
      `avg-cpu:  %user   %nice %system %iowait  %steal   %idle\n 1 0 2 3 0 94\n\nDevice: r/s w/s await %util\nsda 1 2 ${String(wait)} 3\n`;
    const banner = 'Linux 3.10.0-1160.el7.x86_64 (n1) 	11/27/2026 	_x86_64_	(8 CPU)\n\n';
    expect(read(banner + report(1000) + report(2000) + report(3000))).toMatchObject([
      { waitSeconds: 2 },
      { waitSeconds: 3 },
    ]);
    expect(read(banner + report(1000))).toMatchObject([{ waitSeconds: 1 }]);
    expect(read(report(1000) + report(2000))).toHaveLength(2);
  });

  it.each([
    'Device             tps    kB_read/s    kB_wrtn/s    kB_read    kB_wrtn\nsda 1 2 3 4 5',
    'Device: r/s w/s await %util\n\nNov 27 07:00:00 n1 kernel: sda',
    'Device: r/s w/s await %util\nsda is slow',
  ])('finds nothing in %j', text => {
    expect(read(text)).toEqual([]);
  });
});
