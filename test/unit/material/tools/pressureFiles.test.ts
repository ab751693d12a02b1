import { describe, expect, it } from 'vitest';
import { pressureFilesReader } from '../../../../src/material/tools/pressureFiles.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => pressureFilesReader.read(materialText(text)).pressure ?? [];
const some = (avg10: number) => `some avg10=${avg10.toFixed(2)} avg60=12.50 avg300=3.00 total=123456`;
const full = 'full avg10=8.00 avg60=6.00 avg300=2.00 total=23456';

describe('pressure', () => {
  it('takes the resource from the path in the prompt', () => {
    expect(read(`root@n1:~# cat /proc/pressure/io\n${some(25)}\n${full}`)).toEqual([
      {
        at: { file: 'post.txt', line: 2 },
        resource: 'io',
        kind: 'some',
        avg10: 0.25,
        avg60: 0.125,
        avg300: 0.03,
        cgroup: undefined,
      },
      {
        at: { file: 'post.txt', line: 3 },
        resource: 'io',
        kind: 'full',
        avg10: 0.08,
        avg60: 0.06,
        avg300: 0.02,
        cgroup: undefined,
      },
    ]);
  });

  it.each([
    [
      'head',
      `==> /proc/pressure/cpu <==\n${some(1)}\n\n==> /proc/pressure/io <==\n${some(2)}\n${full}\n\n==> /proc/pressure/memory <==\n${some(3)}\n${full}`,
    ],
    [
      'grep',
      `/proc/pressure/cpu:${some(1)}\n/proc/pressure/io:${some(2)}\n/proc/pressure/io:${full}\n/proc/pressure/memory:${some(3)}\n/proc/pressure/memory:${full}`,
    ],
    [
      'grep below /host',
      `/host/proc/pressure/cpu:${some(1)}\n/host/proc/pressure/io:${some(2)}\n/host/proc/pressure/io:${full}\n/host/proc/pressure/memory:${some(3)}\n/host/proc/pressure/memory:${full}`,
    ],
    ['cat *', `# cat /proc/pressure/*\n${some(1)}\n${some(2)}\n${full}\n${some(3)}\n${full}`],
    ['cat {}', `$ cat /proc/pressure/{cpu,io,memory}\n${some(1)}\n${some(2)}\n${full}\n${some(3)}\n${full}`],
    ['names', `cpu:\n${some(1)}\nio:\n${some(2)}\n${full}\nmemory:\n${some(3)}\n${full}`],
    ['names in the line', `cpu ${some(1)}\nio ${some(2)}\nio ${full}\nmemory ${some(3)}\nmemory ${full}`],
  ])('tells three files apart: %s', (_, text) => {
    expect(read(text).map(({ resource, kind, avg10 }) => [resource, kind, avg10])).toEqual([
      ['cpu', 'some', 0.01],
      ['io', 'some', 0.02],
      ['io', 'full', 0.08],
      ['memory', 'some', 0.03],
      ['memory', 'full', 0.08],
    ]);
  });

  it.each([
    [`$ cat /sys/fs/cgroup/kubepods.slice/memory.pressure\n${full}`, '/kubepods.slice'],
    [`/sys/fs/cgroup/system.slice/kubelet.service/memory.pressure:${full}`, '/system.slice/kubelet.service'],
    [`$ cat /sys/fs/cgroup/memory.pressure\n${full}`, undefined],
  ])('knows the cgroup of %j', (text, cgroup) => {
    expect(read(text)).toMatchObject([{ resource: 'memory', kind: 'full', cgroup }]);
  });

  it('reads sar -q', () => {
    const text = `
12:53:20      %sio-10   %sio-60  %sio-300      %sio   %fio-10   %fio-60  %fio-300      %fio
12:53:20        45.00     34.00     20.00     13.40     12.00      6.00      3.00      1.29
`;
    expect(read(text)).toMatchObject([
      { resource: 'io', kind: 'some', avg10: 0.45, avg60: 0.34, avg300: 0.2 },
      { resource: 'io', kind: 'full', avg10: 0.12, avg60: 0.06, avg300: 0.03 },
    ]);
  });

  it.each([some(1), 'some avg10=', '$ cat /proc/loadavg\n1 2 3'])('finds nothing in %j', text => {
    expect(read(text)).toEqual([]);
  });
});
