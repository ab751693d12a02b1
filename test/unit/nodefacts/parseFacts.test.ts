/** Reading facts of a node: whole, cut off, damaged, forged and large; masking of its logs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NODE_FACTS } from '../../../src/base/limits.js';
import { formatSentence } from '../../../src/base/sentence.js';
import { readNodeFacts } from '../../../src/evidence/readNodeFacts.js';
import { maskFactLogs } from '../../../src/nodefacts/maskFactLogs.js';
import { buildReport } from '../../../src/report/buildReport.js';

const HEAD = '# node-triage node facts 1\n# kernel: 6.1.0\n# machine: x86_64\n# pid: 900\n';
const END = '# cost: 31\n# end: complete\n';
const section = (name: string, uptime: number, ...lines: readonly string[]): string =>
  `# section: ${name} ${uptime.toFixed(2)}\n${lines.join('\n')}\n\n`;
const task = (pid: number, switches: number, name = 'dd'): string =>
  `task ${pid} ${pid} ${switches} 100 io_schedule io_schedule,blk_mq_get_tag ${name}`;
const row = (pid: number, ticks: number, name: string, parent = 1): string =>
  `row ${pid} ${parent} S 4 5000 ${ticks} 0 20 256 ${name}`;
const disk = (reads: number, ms: number, inFlight: number, busy: number): string =>
  `   8       0 sda ${reads} 0 ${reads * 8} ${ms} 0 0 0 0 ${inFlight} ${busy} ${busy * inFlight}`;
const cpu = (user: number, idle: number): string => `cpu  ${user} 0 0 ${idle} 0 0 0 0 0 0`;
const read = (...parts: readonly string[]) => readNodeFacts(`${HEAD}${parts.join('')}${END}`);
const idsOf = ({ verdict }: ReturnType<typeof readNodeFacts>): readonly string[] =>
  verdict.map(({ id }) => id);

describe('parseFacts', () => {
  it('takes cores, faults and ages from two looks', () => {
    const { facts } = read(
      section('cpu', 100, cpu(0, 0)),
      section('cpu', 105, cpu(250, 250)),
      section(
        'processes',
        105,
        'processes 3 12',
        row(1, 0, 'systemd', 0),
        row(7, 250, 'kubelet'),
        row(900, 90, 'sh'),
      ),
    );
    expect(facts.cpu).toMatchObject({ user: 0.5, idle: 0.5 });
    expect(facts.processes.map(one => [one.name, one.userCores, one.parentName, one.ageSeconds])).toEqual([
      ['systemd', 0, undefined, 55],
      ['kubelet', 0.5, 'systemd', 55],
    ]);
    expect(facts.costSeconds).toBe(0.31);
  });

  it('tells a task that slept all the time from two sleeps of one task', () => {
    const same = read(section('blocked', 100, task(5, 7)), section('blocked', 106, task(5, 7)));
    expect(same.facts.blocked).toMatchObject([{ looks: 2, seconds: 6 }]);
    expect(idsOf(same)).toEqual(['tasks-blocked']);
    const woken = read(section('blocked', 100, task(5, 7)), section('blocked', 106, task(5, 8)));
    expect(woken.facts.blocked?.map(({ seconds }) => seconds)).toEqual([0, 0]);
    expect(idsOf(woken)).toEqual(['nothing-unusual']);
  });

  it.each([
    [150, 'most CPU has stress (7): 1.5 cores'],
    [1, undefined],
  ])('names who has all CPUs where %s ticks tell it', (ticks, said) => {
    const { verdict } = read(
      section('cpu', 100, cpu(0, 0)),
      section('cpu', 101, cpu(200, 1)),
      section('processes', 101, row(7, ticks, 'stress')),
    );
    const texts = verdict.flatMap(({ evidence }) => evidence.map(one => formatSentence(one.sentence)));
    expect(texts.find(text => text.startsWith('most CPU'))).toBe(said);
  });

  it('tells a slow disk from one that stands still', () => {
    const slow = read(
      section('disks', 100, disk(0, 0, 1, 0)),
      section('disks', 105, disk(50, 20_000, 4, 5000)),
    );
    expect(slow.facts.disks).toMatchObject([
      { readsPerSecond: 10, readWaitSeconds: 0.4, busyShare: 1, queue: 4 },
    ]);
    expect(idsOf(slow)).toEqual(['disk-slow']);
    const still = read(section('disks', 100, disk(9, 9, 3, 0)), section('disks', 105, disk(9, 9, 3, 5000)));
    expect(idsOf(still)).toEqual(['disk-still']);
  });

  it.each([
    ['full of mounts', section('mounts', 1, 'total 4000', 'type 4000 overlay'), 'many-mounts'],
    [
      'with mounts that change',
      section('mounts', 1, 'total 40') +
        section('mounts', 6, 'total 40', 'new /run/x', 'added 30', 'removed 30'),
      'mounts-change',
    ],
    [
      'short of numbers',
      section('load', 1, 'loadavg:1.00 1.00 1.00 1/32000 5', 'sys/kernel/pid_max:32768'),
      'task-numbers',
    ],
    ['with all CPUs taken', section('cpu', 1, cpu(0, 0)) + section('cpu', 2, cpu(200, 1)), 'cpus-full'],
  ])('finds a node %s', (_, text, id) => {
    expect(idsOf(read(text))).toEqual([id]);
  });

  it('says that a file is cut off, and keeps what there is', () => {
    const { facts } = readNodeFacts(
      `${HEAD}${section('bpf', 1, 'limit 5')}# section: load 2.00\nsys/kernel/pid_max:3276`,
    );
    expect(facts.bpfLimit?.value).toBe(5);
    // Half a number is another number.
    expect(facts.pidMax).toBeUndefined();
    expect(facts.warnings.map(formatSentence)).toEqual([
      'The file is cut off: what follows in it is missing.',
    ]);
  });

  it('refuses another format and a newer version by name', () => {
    expect(() => readNodeFacts('hello\n')).toThrow(/no facts of a node/);
    expect(() => readNodeFacts('# node-triage node facts 2\n')).toThrow(/version 2 are newer/);
  });

  it('is whatever was damaged: no exception, a report, bounded lists', () => {
    const whole = [
      HEAD,
      section('cpu', 1, cpu(0, 0)),
      section('cpu', 2, cpu(5, 5)),
      section('blocked', 2, task(1, 2)),
      section('disks', 1, disk(0, 0, 0, 0)),
      section('processes', 2, 'processes 2 4', row(3, 4, 'x')),
      section('inotify', 2, 'sys/fs/inotify/max_user_instances:8', 'user 0 8 9', 'process 3 0 8 9 x'),
      section('cgroups', 2, 'layout v2', 'slice 3 1 1 1 kubepods', 'stat . nr_descendants 4'),
      END,
    ].join('');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length), fc.string({ maxLength: 12 }))),
        fc.nat(whole.length),
        (changes, end) => {
          let text = whole;
          for (const [at, instead] of changes)
            text = text.slice(0, at + HEAD.length) + instead + text.slice(at + HEAD.length + instead.length);
          const { facts, verdict } = readNodeFacts(text.slice(0, HEAD.length + end));
          expect(verdict.length).toBeGreaterThan(0);
          for (const { userCores } of facts.processes) expect(userCores).toBeGreaterThanOrEqual(0);
          expect(JSON.stringify(buildReport({ kind: 'nodeFacts', facts, verdict }))).not.toContain('NaN');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has an end where the file has none', () => {
    const flood = section(
      'processes',
      2,
      ...Array.from({ length: NODE_FACTS.lines.lines + 10 }, (_, at) => row(at + 1000, 1, 'x')),
    );
    const begun = performance.now();
    const evidence = read(section('cpu', 1, cpu(0, 0)), section('cpu', 2, cpu(1, 1)), flood);
    expect(evidence.facts.processes.length).toBeLessThan(NODE_FACTS.lines.lines);
    expect(evidence.facts.warnings).toHaveLength(1);
    const report = buildReport(evidence);
    expect(JSON.stringify(report).length).toBeLessThan(200_000);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

describe('maskFactLogs', () => {
  it('masks credentials of logs and command lines, line for line, and leaves numbers alone', () => {
    const text = [
      HEAD.trimEnd(),
      '# section: journal 1.00',
      'Nov 27 n1 kubelet[1]: Failed: Authorization: Bearer abc.def.ghi, next',
      '',
      '# section: commands 2.00',
      '7 runc --token hunter2secret state',
      '',
      '# section: load 3.00',
      'sys/kernel/pid_max:32768',
      '',
    ].join('\n');
    const masked = maskFactLogs(text);
    expect(masked).not.toMatch(/abc\.def|hunter2/);
    expect(masked).toContain('kubelet[1]: Failed: Authorization: Bearer •••');
    expect(masked.split('\n')).toHaveLength(text.split('\n').length);
    expect(masked).toContain('sys/kernel/pid_max:32768');
  });
});
