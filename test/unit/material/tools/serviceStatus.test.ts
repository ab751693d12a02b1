import { describe, expect, it } from 'vitest';
import { serviceStatusReader } from '../../../../src/material/tools/serviceStatus.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => serviceStatusReader.read(materialText(text)).processes ?? [];

const status = (active: string, rest: string) => `
● kubelet.service - kubelet: The Kubernetes Node Agent
     Loaded: loaded (/lib/systemd/system/kubelet.service; enabled; vendor preset: enabled)
     Active: ${active}
       Docs: https://kubernetes.io/docs/home/
   Main PID: 2211 (kubelet)
      Tasks: 45 (limit: 9830)
${rest}
     CGroup: /system.slice/kubelet.service
             └─2211 /usr/bin/kubelet --config=/var/lib/kubelet/config.yaml

Nov 27 07:03:30 n1 kubelet[2211]: E1127 07:03:30.1 something`;

describe('systemctl status', () => {
  it('has the cores of a unit since its start', () => {
    const text = status(
      'active (running) since Mon 2026-11-23 22:17:00 UTC; 3 days ago',
      '     Memory: 1.5G\n        CPU: 6d 1h 2min 3.5s',
    );
    const cpuSeconds = 6 * 86400 + 3600 + 120 + 3.5;
    expect(read(text)).toMatchObject([
      {
        at: { file: 'post.txt', line: 1 },
        pid: 2211,
        command: 'kubelet',
        cpuSeconds,
        ageSeconds: 3 * 86400,
        cores: cpuSeconds / (3 * 86400),
        residentBytes: 1.5 * 1024 ** 3,
      },
    ]);
  });

  it.each([
    ['1h 32min ago', 5520],
    ['2 weeks 1 day ago', 15 * 86400],
    ['1 month 2 days ago', 2_629_800 + 2 * 86400],
  ])('reads an age of %s', (age, ageSeconds) => {
    expect(read(status(`active (running) since Mon 2026-11-23; ${age}`, '        CPU: 1min'))).toMatchObject([
      { ageSeconds, cpuSeconds: 60 },
    ]);
  });

  it('takes two units apart', () => {
    const one = status('active (running) since Mon; 1h ago', '        CPU: 1min');
    const two = one.replaceAll('kubelet', 'containerd').replace('CPU: 1min', 'CPU: 2min');
    expect(read(`${one}\n${two}`)).toMatchObject([
      { command: 'kubelet', cpuSeconds: 60 },
      { command: 'containerd', cpuSeconds: 120 },
    ]);
  });

  it.each([status('inactive (dead)', ''), ' CPU: 1min', '● kubelet.service - x\n CPU: n/a'])(
    'finds nothing in %j',
    text => {
      expect(read(text)).toEqual([]);
    },
  );
});
