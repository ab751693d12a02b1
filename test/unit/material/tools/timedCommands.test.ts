import { describe, expect, it } from 'vitest';
import { timedCommandsReader } from '../../../../src/material/tools/timedCommands.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => timedCommandsReader.read(materialText(text)).timed;

describe('timed commands', () => {
  it('reads the times of bash below the command and what it printed', () => {
    const text = `
[root@node1 ~]# time cat /sys/fs/cgroup/memory/memory.stat
cache 4096
rss 0

real	0m9.061s
user	0m0.000s
sys	0m9.058s`;
    expect(read(text)).toEqual([
      {
        at: { file: 'post.txt', line: 5 },
        command: 'cat /sys/fs/cgroup/memory/memory.stat',
        realSeconds: 9.061,
        userSeconds: 0,
        systemSeconds: 9.058,
      },
    ]);
  });

  it.each([
    ['minutes', 'real 1m2.5s', 62.5],
    ['POSIX', 'real 9.06\nuser 0.00\nsys 9.05', 9.06],
    ['a decimal comma', 'real\t0m0,250s', 0.25],
    ['GNU time', '0.00user 9.05system 0:09.06elapsed 99%CPU (0avgtext+0avgdata 1984maxresident)k', 9.06],
    ['zsh', 'cat memory.stat > /dev/null  0.00s user 9.06s system 99% cpu 9.061 total', 9.061],
  ])('reads %s', (_, text, realSeconds) => {
    expect(read(text)).toMatchObject([{ realSeconds }]);
  });

  it('takes two timings apart', () => {
    const text = 'time cat a\nreal 1.0\nuser 0\nsys 1\ntime cat b\nreal 2.0\nuser 0\nsys 2';
    expect(read(text)).toMatchObject([
      { command: 'cat a', realSeconds: 1 },
      { command: 'cat b', realSeconds: 2 },
    ]);
  });

  it.each([
    ['braces', 'time for i in {1..10}; do cat memory.stat > /dev/null; done\nreal 20.0', 2],
    ['seq', '$ time for i in $(seq 1 10); do cat memory.stat > /dev/null; done\nreal 20.0', 2],
    ['words', 'time (for i in 1 2 3 4; do cat memory.stat; done) > /dev/null\nreal 20.0', 5],
    ['a counter', 'time for ((i=0;i<10;i++)); do cat memory.stat; done\nreal 20.0', 2],
    ['several lines', 'time for i in {1..10}; do\n  cat memory.stat > /dev/null\ndone\n\nreal\t0m20.0s', 2],
  ])('says the time of one run of a loop: %s', (_, text, realSeconds) => {
    const [timed] = read(text) ?? [];
    expect(timed?.realSeconds).toBe(realSeconds);
    expect(timed?.command).toContain('memory.stat');
  });

  it.each([
    'time find /sys/fs/cgroup -name memory.stat -exec cat {} +\nreal 20.0',
    'time find /sys/fs/cgroup -name memory.stat | xargs cat\nreal 20.0',
    'time cat /sys/fs/cgroup/memory/*/memory.stat\nreal 20.0',
    'time for f in $(find / -name memory.stat); do cat $f; done\nreal 20.0',
  ])('says nothing where the number of reads is not known: %j', text => {
    expect(read(text)).toEqual([]);
  });

  it('reads perf stat', () => {
    const text = `
 Performance counter stats for 'cat /sys/fs/cgroup/memory/memory.stat' (5 runs):

          9,058.12 msec task-clock                #    0.999 CPUs utilized            ( +-  0.14% )

            9.0612 +- 0.0123 seconds time elapsed  ( +-  0.14% )

       0.001000000 seconds user
       9.050000000 seconds sys

 Performance counter stats for 'true':

       0.001 seconds time elapsed`;
    expect(read(text)).toEqual([
      {
        at: { file: 'post.txt', line: 5 },
        command: 'cat /sys/fs/cgroup/memory/memory.stat',
        realSeconds: 9.0612,
        userSeconds: 0.001,
        systemSeconds: 9.05,
      },
      expect.objectContaining({ command: 'true', realSeconds: 0.001, systemSeconds: undefined }),
    ]);
  });

  it('takes a line that names the file where no time was pasted', () => {
    expect(read('/sys/fs/cgroup/memory/memory.stat\n\nreal 9.0')).toMatchObject([
      { command: '/sys/fs/cgroup/memory/memory.stat' },
    ]);
    expect(read('$ time crictl ps\nreal 1.0\nuser 0.1\nsys 0.2\n\nmemory.stat:\nreal 9.0')).toMatchObject([
      { command: 'crictl ps' },
      { command: 'memory.stat:' },
    ]);
    expect(read('$ for i in 1 2; do time cat x; done\nreal 1.0\n\nreal 2.0')).toMatchObject([
      { command: 'cat x; done', realSeconds: 1 },
      { command: 'cat x; done', realSeconds: 2 },
    ]);
    expect(read('memory.stat is slow\n1\n2\n3\n4\n5\n6\nreal 9.0')).toMatchObject([{ command: '' }]);
  });

  it.each(['user 7', 'real estate 5', 'sys 1.0', ''])('finds nothing in %j', text => {
    expect(read(text)).toEqual([]);
  });
});
