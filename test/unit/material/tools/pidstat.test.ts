import { describe, expect, it } from 'vitest';
import { pidstatReader } from '../../../../src/material/tools/pidstat.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => pidstatReader.read(materialText(text)).processes ?? [];

describe('pidstat', () => {
  it('reads -u with %wait, twelve hours and the average', () => {
    const text = `
Linux 5.4.0-80-generic (n1) 	11/27/2026 	_x86_64_	(16 CPU)

07:03:30 AM   UID       PID    %usr %system  %guest   %wait    %CPU   CPU  Command
07:03:35 AM     0      2211   20.40  181.20    0.00    3.40  201.60     7  kubelet
07:03:35 AM     0      2300    1.00    2.00    0.00    0.00    3.00     2  containerd-shim -id x

Average:      UID       PID    %usr %system  %guest   %wait    %CPU   CPU  Command
Average:        0      2211   20.40  181.20    0.00    3.40  201.60     -  kubelet`;
    expect(read(text)).toMatchObject([
      {
        at: { file: 'post.txt', line: 4 },
        tool: 'pidstat',
        pid: 2211,
        command: 'kubelet',
        cores: 2.016,
        userCores: 0.204,
        systemCores: 1.812,
        waitCores: 0.034,
      },
      { command: 'containerd-shim -id x', cores: 0.03 },
      { command: 'kubelet', cores: 2.016 },
    ]);
  });

  it('reads old versions, which have no %wait, with a decimal comma', () => {
    const text =
      '07:03:30       PID   %user %system    %CPU   CPU  Command\n07:03:31      2211   20,00   80,00  100,00     7  kubelet';
    expect(read(text)).toMatchObject([{ pid: 2211, cores: 1, userCores: 0.2, waitCores: undefined }]);
  });

  it('reads disk and memory', () => {
    const text = `
07:03:30      UID       PID   kB_rd/s   kB_wr/s kB_ccwr/s iodelay  Command
07:03:31        0       845 120832.00      0.00      0.00      12  kubelet
07:03:31        0       900     -1.00     -1.00     -1.00       0  hidden

07:03:30      UID       PID  minflt/s  majflt/s     VSZ     RSS   %MEM  Command
07:03:31        0       845     12.00    480.50 5123456  204800   1.25  kubelet`;
    expect(read(text)).toMatchObject([
      { pid: 845, readBytesPerSecond: 120832 * 1024, writeBytesPerSecond: 0, cores: undefined },
      { pid: 845, majorFaultsPerSecond: 480.5, residentBytes: 204800 * 1024 },
    ]);
  });

  it('leaves threads of -t to their process', () => {
    const text = `
07:03:30 AM   UID      TGID       TID    %usr %system  %guest    %CPU   CPU  Command
07:03:31 AM     0      2211         -   10.00   90.00    0.00  100.00     7  kubelet
07:03:31 AM     0         -      2213    5.00   40.00    0.00   45.00     7  |__kubelet`;
    expect(read(text)).toMatchObject([{ pid: 2211, cores: 1 }]);
  });

  it('reads all of them on one line (-h)', () => {
    const text = `
#      Time   UID       PID    %usr %system  %guest    %CPU   CPU  minflt/s  majflt/s     VSZ    RSS   %MEM   kB_rd/s   kB_wr/s kB_ccwr/s  Command
 1764227010     0      2211   10.00   90.00    0.00  100.00     7      1.00      2.00  512345 204800   1.25      3.00      4.00      0.00  kubelet`;
    expect(read(text)).toMatchObject([{ cores: 1, majorFaultsPerSecond: 2, writeBytesPerSecond: 4096 }]);
  });

  it.each([
    'PID USER PR NI VIRT RES SHR S %CPU %MEM TIME+ COMMAND\n77 root 20 0 1g 98m 3m S 41.8 0.7 3:14.33 kubelet',
    '07:03:30 AM   UID       PID    %usr %system  %guest   %wait    %CPU   CPU  Command\n07:03:31 AM   0   2211   20.40',
    '07:03:30 UID PID cswch/s nvcswch/s Command\n07:03:31 0 2211 1.00 2.00 kubelet',
  ])('finds nothing in %j', text => {
    expect(read(text)).toEqual([]);
  });
});
