import { describe, expect, it } from 'vitest';
import { cgroupTopReader } from '../../../../src/material/tools/cgroupTop.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => cgroupTopReader.read(materialText(text)).processes ?? [];

describe('systemd-cgtop', () => {
  it('reads cgroups with their CPU and memory', () => {
    const text = `
Control Group                                            Tasks   %CPU   Memory  Input/s Output/s
/                                                         1204  700.5    21.3G        -        -
/system.slice/kubelet.service                               45  312.4     1.2G        -        -
kubepods.slice                                               -      -   300.5M        -        -`;
    expect(read(text)).toMatchObject([
      {
        at: { line: 3 },
        command: '/system.slice/kubelet.service',
        cores: 3.124,
        residentBytes: Math.round(1.2 * 1024 ** 3),
      },
      { command: 'kubepods.slice', cores: undefined },
    ]);
  });

  it.each(['/system.slice/kubelet.service 45 312.4 1.2G - -', 'Control Group Tasks %CPU Memory\n/x'])(
    'finds nothing in %j',
    text => {
      expect(read(text)).toEqual([]);
    },
  );
});
