/** Facts of a node as material: rules read them as they read the tools of the node. */
import { describe, expect, it } from 'vitest';
import { collectMaterial } from '../../../src/material/collect.js';
import { judge } from '../../../src/triage/judge.js';
import { RULES } from '../../../src/triage/ruleTable.js';

const section = (name: string, uptime: number, ...lines: readonly string[]): string =>
  `# section: ${name} ${uptime.toFixed(2)}\n${lines.join('\n')}\n\n`;
const disk = (writes: number, ms: number, inFlight: number, busy: number): string =>
  `   8       0 sda 0 0 0 0 ${writes} 0 ${writes * 8} ${ms} ${inFlight} ${busy} ${ms}`;
const evidenceOf = (...parts: readonly string[]) =>
  collectMaterial([
    {
      name: 'facts/facts.node.txt',
      bytes: new TextEncoder().encode(
        `# node-triage node facts 1\n# kernel: 6.1.0-18-amd64\n# machine: x86_64\n# pid: 9\n${parts.join('')}# end: complete\n`,
      ),
    },
  ]);
const foundIn = (...parts: readonly string[]): readonly string[] =>
  judge(evidenceOf(...parts), RULES)
    .findings.filter(({ confidence }) => confidence !== 'low')
    .map(({ rule }) => rule.id);

const CALM = [
  section('cpu', 100, 'cpu  0 0 0 0 0 0 0 0', 'procs_running 1', 'procs_blocked 0'),
  section('cpu', 106, 'cpu  50 0 50 1000 5 0 1 0', 'procs_running 2', 'procs_blocked 0'),
  section('load', 101, 'loadavg:0.40 0.30 0.20 2/400 77', 'sys/kernel/pid_max:4194304', 'cpus:2'),
  section('memory', 101, 'MemTotal: 8000000 kB', 'MemAvailable: 6000000 kB'),
  section(
    'pressure',
    101,
    'cpu:some avg10=1.00 avg60=1.00 avg300=1.00 total=1',
    'io:full avg10=0.10 avg60=0.10 avg300=0.10 total=1',
    'memory:full avg10=0.00 avg60=0.00 avg300=0.00 total=0',
  ),
  section('mounts', 100, 'total 60'),
  section('mounts', 106, 'total 60', 'added 0', 'removed 0'),
  section(
    'inotify',
    102,
    'sys/fs/inotify/max_user_instances:128',
    'sys/fs/inotify/max_user_watches:100000',
    'user 0 12 90',
    'process 7 0 12 90 kubelet',
  ),
  section('disks', 100, disk(0, 0, 0, 0)),
  section('disks', 103, disk(30, 60, 0, 60)),
  section('disks', 106, disk(60, 120, 0, 120)),
  section('blocked', 100, 'looked threads'),
  section('cgroups', 102, 'layout v2', 'slice 90 3 40 30 kubepods.slice', 'slice 40 2 3 2 system.slice'),
] as const;

describe('facts of a node', () => {
  it('give each kind of evidence, with places in the file, and no cause on a calm node', () => {
    const evidence = evidenceOf(...CALM);
    expect(evidence.unread).toEqual([]);
    expect(evidence.facts).toMatchObject({
      kernelVersion: '6.1.0-18-amd64',
      cpus: 2,
      cgroupVersion: 2,
      memoryBytes: 8_192_000_000,
    });
    expect(evidence.disks.map(one => [one.device, one.writesPerSecond, one.writeWaitSeconds])).toEqual([
      ['sda', 10, 0.002],
      ['sda', 10, 0.002],
    ]);
    expect(evidence.cpu).toMatchObject([{ runnable: 1, loadAverage: 0.4 }]);
    const counted = new Map(evidence.counted.map(one => [one.thing, one]));
    expect(counted.get('mounts')).toMatchObject({ value: 60, at: { file: 'facts/facts.node.txt' } });
    // Those of pods are no leak.
    expect(counted.get('systemd-scopes')?.value).toBe(3);
    // Two looks that see no change do not say that there was none.
    expect(counted.has('mount-changes-per-second')).toBe(false);
    expect(foundIn(...CALM)).toEqual([]);
  });

  it('name a disk at its limit', () => {
    const tasks = [1, 2, 3].map(
      pid => `task ${pid} ${pid} 5 100 io_schedule io_schedule,jbd2_log_wait_commit writer`,
    );
    expect(
      foundIn(
        section('disks', 100, disk(0, 0, 8, 0)),
        section('disks', 103, disk(300, 90_000, 8, 3000)),
        section('disks', 106, disk(600, 180_000, 8, 6000)),
        section('blocked', 100, ...tasks),
        section('blocked', 106, ...tasks),
        section('pressure', 101, 'io:full avg10=60.00 avg60=50.00 avg300=9.00 total=1'),
      )[0],
    ).toBe('disk-io-throttle');
  });

  it('name inotify instances that are used up', () => {
    const full = section(
      'inotify',
      1,
      'sys/fs/inotify/max_user_instances:128',
      'user 0 127 500',
      'process 7 0 120 90 leaky',
    );
    expect(foundIn(full)).toEqual(['inotify-exhaustion']);
  });

  it('give log lines with their own places', () => {
    const evidence = evidenceOf(
      section(
        'kernel-log',
        5,
        '[ 9000.123456] INFO: task kworker/u4:2:77 blocked for more than 120 seconds.',
      ),
      section(
        'journal',
        6,
        '2026-11-27T18:00:00+0000 n1 kubelet[42]: E1127 18:00:00.000000      42 kubelet.go:1] "Skipping pod synchronization" err="PLEG is not healthy: pleg was last seen active 3m0s ago; threshold is 3m0s"',
      ),
    );
    expect(evidence.log.map(({ origin, at }) => [origin, at.line])).toEqual([
      ['kernel', 6],
      ['kubelet', 9],
    ]);
  });
});
