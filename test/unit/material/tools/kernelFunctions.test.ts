import { describe, expect, it } from 'vitest';
import { kernelFunctionsReader } from '../../../../src/material/tools/kernelFunctions.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) =>
  (kernelFunctionsReader.read(materialText(text)).functionTimes ?? []).map(({ name, seconds }) => [
    name,
    seconds,
  ]);

describe('durations of kernel functions', () => {
  it('reads function_graph, and names what a brace ends', () => {
    const text = `
# tracer: function_graph
# CPU  DURATION                  FUNCTION CALLS
# |     |   |                     |   |   |   |
  1)               |  vfs_read() {
  1)               |    seq_read() {
  2)   0.312 us    |    mutex_lock();
  1) @ 179061.1 us |      memcg_stat_show();
  1) @ 179062.0 us |    }
  1) @ 179063.5 us |  }`;
    expect(read(text)).toEqual([
      ['mutex_lock', 0.312e-6],
      ['memcg_stat_show', 0.1790611],
      ['seq_read', 0.179062],
      ['vfs_read', 0.1790635],
    ]);
  });

  it.each([
    ['a second', ' 0) $ 9061234.1 us |  memcg_stat_show();', 9.0612341],
    ['a process', '  1)  kubelet-2211  | # 2400.5 us  |  memcg_stat_show();', 0.0024005],
    ['funcgraph-tail', ' 3) ! 250.0 us    |  } /* memcg_stat_show */', 0.00025],
    ['a time', ' 1234.567890 |   0)   1.500 us    |  memcg_stat_show();', 1.5e-6],
  ])('reads a line with %s', (_, text, seconds) => {
    const [[name, value] = []] = read(text);
    expect(name).toBe('memcg_stat_show');
    expect(value).toBeCloseTo(seconds, 9);
  });

  it('takes the slowest bucket of funclatency', () => {
    const text = `
# funclatency-bpfcc -u memcg_stat_show
Tracing 1 functions for "memcg_stat_show"... Hit Ctrl-C to end.
^C
     usecs               : count     distribution
         0 -> 1          : 0        |                                        |
     65536 -> 131071     : 12       |****************************************|
    131072 -> 262143     : 3        |**********                              |
    262144 -> 524287     : 0        |                                        |
Detaching...`;
    expect(read(text)).toEqual([['memcg_stat_show', 0.131072]]);
  });

  it.each([
    ' 1)               |  vfs_read() {',
    ' 1) @ 179063.5 us |  }',
    '1) first do this | then that',
    '     usecs               : count     distribution\n 4 -> 7 : 12 |**|',
  ])('finds nothing in %j', text => {
    expect(read(text)).toEqual([]);
  });
});
