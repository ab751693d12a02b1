import { describe, expect, it } from 'vitest';
import { iotopReader } from '../../../../src/material/tools/iotop.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => iotopReader.read(materialText(text)).processes ?? [];

describe('iotop', () => {
  it('reads rows of processes', () => {
    const text = `
Total DISK READ :     120.50 M/s | Total DISK WRITE :      12.00 K/s
    TID  PRIO  USER     DISK READ  DISK WRITE  SWAPIN     IO>    COMMAND
   2211 be/4 root      118.50 M/s    0.00 B/s  0.00 % 99.99 % kubelet --config=/etc/k.yaml
    311 be/3 root        0.00 B/s   12.00 K/s  0.00 %  3.10 % [jbd2/sda1-8]`;
    expect(read(text)).toMatchObject([
      { pid: 2211, readBytesPerSecond: 118.5 * 1024 * 1024, command: 'kubelet --config=/etc/k.yaml' },
      { pid: 311, writeBytesPerSecond: 12288, command: '[jbd2/sda1-8]' },
    ]);
  });

  it.each(['   2211 be/4 root      118.50 M/s', '2211 be careful at 1.00 K/s', ''])(
    'finds nothing in %j',
    text => {
      expect(read(text)).toEqual([]);
    },
  );
});
