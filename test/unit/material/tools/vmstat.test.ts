import { describe, expect, it } from 'vitest';
import { vmstatReader } from '../../../../src/material/tools/vmstat.js';
import { materialText } from '../../../support/materialText.js';

const found = (text: string) => vmstatReader.read(materialText(text));

const HEAD = `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st`;
const FIRST = ' 1  0      0 900000  60000 400000    0    0     5     9   10   12  2  1 97  0  0';
const SECOND = '28  9      0 120000   1200  90000    0    0 122880    40 9001 8000  3 60  7 30  1';

describe('vmstat', () => {
  it('reads CPU, tasks and memory, without the average since the boot', () => {
    expect(found(`[root@n1 ~]# vmstat 1 2\n${HEAD}\n${FIRST}\n${SECOND}`)).toMatchObject({
      cpu: [
        {
          at: { line: 5 },
          runnable: 28,
          blocked: 9,
          user: 0.03,
          system: 0.6,
          idle: 0.07,
          ioWait: 0.3,
          steal: 0.01,
        },
      ],
      memory: [
        {
          free: 120000 * 1024,
          pageCache: 90000 * 1024,
          blockInBytesPerSecond: 122880 * 1024,
          blockOutBytesPerSecond: 40 * 1024,
        },
      ],
    });
  });

  it('keeps the only row, and those below a header that is repeated', () => {
    expect(found(`${HEAD}\n${FIRST}`).cpu).toMatchObject([{ runnable: 1 }]);
    expect(found(`${HEAD}\n${FIRST}\n${SECOND}\n${HEAD}\n${SECOND}\n${SECOND}`).cpu).toHaveLength(3);
  });

  it('takes another unit of memory from the command', () => {
    expect(found(`$ vmstat -S M 1\n${HEAD}\n${SECOND}`).memory).toMatchObject([
      { free: 120000 * 1024 * 1024, blockInBytesPerSecond: 122880 * 1024 },
    ]);
  });

  it.each([SECOND, `${HEAD}\n 1 0 0 900000`, ''])('finds nothing in %j', text => {
    expect(found(text)).toEqual({ cpu: [], memory: [] });
  });
});
