import { describe, expect, it } from 'vitest';
import { diskstatsReader } from '../../../../src/material/tools/diskstats.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => diskstatsReader.read(materialText(text)).disks ?? [];

describe('/proc/diskstats', () => {
  const first = '   8       0 sda 1000 5 8000 2000 3000 7 90000 40000 0 5000 42000';

  it('has the waits between two reads', () => {
    const second = '   8       0 sda 1010 5 8080 2050 3100 7 92000 60000 3 5900 62000 0 0 0 0 1 2';
    expect(read(`${first}\n   8       1 sda1 1 2 3 4 5 6 7 8 9 10 11\n${second}`)).toMatchObject([
      { device: 'sda', at: { line: 3 }, readWaitSeconds: 0.005, writeWaitSeconds: 0.2, busyShare: undefined },
    ]);
  });

  it.each([first, `${first}\n${first}`, '8 0 sda 1 2 3\n8 0 sda 2 3 4'])('finds nothing in %j', text => {
    expect(read(text)).toEqual([]);
  });
});
