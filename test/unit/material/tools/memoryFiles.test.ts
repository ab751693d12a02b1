import { describe, expect, it } from 'vitest';
import { memoryFilesReader } from '../../../../src/material/tools/memoryFiles.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => memoryFilesReader.read(materialText(text)).memory ?? [];
const GIB = 1024 ** 3;

describe('memory of the node', () => {
  it('reads /proc/meminfo', () => {
    const text = `
MemTotal:       65808340 kB
MemFree:         1204300 kB
MemAvailable:    9204300 kB
Buffers:            1200 kB
Cached:          2204300 kB
SwapCached:            0 kB
Slab:           31204300 kB
SReclaimable:   21204300 kB
SUnreclaim:     10000000 kB
Percpu:          8204300 kB
MemTotal:       65808340 kB`;
    expect(read(text)).toMatchObject([
      {
        at: { file: 'post.txt', line: 1 },
        total: 65808340 * 1024,
        free: 1204300 * 1024,
        available: 9204300 * 1024,
        pageCache: 2204300 * 1024,
        slab: 31204300 * 1024,
        slabReclaimable: 21204300 * 1024,
        slabUnreclaimable: 10000000 * 1024,
        percpu: 8204300 * 1024,
      },
      { total: 65808340 * 1024, free: undefined },
    ]);
  });

  it('reads what a grep left of it', () => {
    expect(read('$ grep -i slab /proc/meminfo\nSlab:           31204300 kB')).toMatchObject([
      { slab: 31204300 * 1024, total: undefined },
    ]);
  });

  it.each([
    [
      'KiB',
      '              total        used        free      shared  buff/cache   available\nMem:       16777216     8000000      100000      200000     8388608     4194304',
      4,
    ],
    ['-m', '$ free -m\n total used free shared buff/cache available\nMem: 16384 8000 100 200 8192 4096', 4],
    [
      '-m without its command',
      ' total used free shared buff/cache available\nMem: 16384 8000 100 200 8192 4096',
      4,
    ],
    ['-g without its command', ' total used free shared buff/cache available\nMem: 16 7 1 0 8 4', 4],
    ['-h', ' total used free shared buff/cache available\nMem: 16Gi 7.8Gi 100Mi 200Mi 8.0Gi 4.0Gi', 4],
    [
      'the old form',
      ' total used free shared buffers cached\nMem: 16777216 1 2 3 4 8388608\n-/+ buffers/cache: 5 6',
      undefined,
    ],
  ])('reads free: %s', (_, text, available) => {
    expect(read(text)).toMatchObject([
      {
        total: 16 * GIB,
        pageCache: 8 * GIB,
        available: available === undefined ? undefined : available * GIB,
      },
    ]);
  });

  it.each([
    [
      'KiB',
      'KiB Mem :  1015368 total,    65532 free,   851408 used,    98428 buff/cache\nKiB Swap:        0 total,        0 free,        0 used.    24816 avail Mem',
      { available: 24816 * 1024, pageCache: 98428 * 1024 },
    ],
    [
      'MiB',
      'MiB Mem :  15800.5 total,   1234.5 free,   9000.0 used,   5566.0 buff/cache\nMiB Swap:      0.0 total,      0.0 free,      0.0 used.   6100.0 avail Mem',
      { available: 6100 * 1024 * 1024 },
    ],
    [
      'old ones',
      'Mem:  16427212k total, 15711488k used,   715724k free,   623772k buffers\nSwap:        0k total,        0k used,        0k free, 10005156k cached',
      { pageCache: 10005156 * 1024, free: 715724 * 1024 },
    ],
    [
      'no swap',
      'KiB Mem :  1015368 total,    65532 free,   851408 used,    98428 buff/cache',
      { free: 65532 * 1024 },
    ],
  ])('reads the lines of top: %s', (_, text, known) => {
    expect(read(text)).toMatchObject([known]);
  });

  it.each([
    'VmRSS:      9992 kB',
    'Mem: 1 2 3',
    'Cached: much',
    ' total used free\nfoo 1 2 3',
    'Swap: 12345678901 total',
  ])('finds nothing in %j', text => {
    expect(read(text)).toEqual([]);
  });
});
