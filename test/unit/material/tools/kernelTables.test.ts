import { describe, expect, it } from 'vitest';
import { kernelTablesReader } from '../../../../src/material/tools/kernelTables.js';
import { materialText } from '../../../support/materialText.js';

const found = (text: string) => kernelTablesReader.read(materialText(text));

describe('slabs and softirqs', () => {
  it('reads /proc/slabinfo, by pages where they are known', () => {
    const text = `
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
dentry            12345678 12600000    192   21    1 : tunables    0    0    0 : slabdata 600000 600000      0
kmalloc-64(12:abc)  1000   1280     64   64    1 : tunables    0    0    0`;
    expect(found(text).slabs).toEqual([
      { at: { file: 'post.txt', line: 2 }, cache: 'dentry', objects: 12600000, bytes: 600000 * 4096 },
      { at: { file: 'post.txt', line: 3 }, cache: 'kmalloc-64(12:abc)', objects: 1280, bytes: 1280 * 64 },
    ]);
  });

  it('reads slabtop', () => {
    const text = `
  OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME
1234567 1234000  99%    0.19K  58789       21    235156K dentry`;
    expect(found(text).slabs).toMatchObject([{ cache: 'dentry', objects: 1234567, bytes: 235156 * 1024 }]);
  });

  it('adds up softirqs of all CPUs', () => {
    const text =
      '                    CPU0       CPU1\n          HI:          1          0\n      NET_RX:   10000000   20000000';
    expect(found(text).softirqs).toMatchObject([
      { kind: 'HI', count: 1 },
      { kind: 'NET_RX', count: 30000000 },
    ]);
  });

  it.each(['NET_RX: high', 'dentry 1 2 3', 'x : tunables ', 'TIMER:'])('finds nothing in %j', text => {
    expect(found(text)).toEqual({ slabs: [], softirqs: [] });
  });
});
