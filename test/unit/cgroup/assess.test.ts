/** What a cgroup check is read to and what is said of it, on texts written here; the format is healthScript.ts's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/base/finding.js';
import { formatSentence } from '../../../src/base/sentence.js';
import { looksLikeCgroupHealth, parseHealth } from '../../../src/cgroup/parseHealth.js';
import { readCgroups } from '../../../src/evidence/readCgroups.js';

/** Lines of `base` with those of the same beginning replaced. */
function textOf(...changes: readonly string[]): string {
  const base = [
    '# node-triage cgroup health 1',
    '# kernel: 6.1.0-18-amd64',
    '# machine: x86_64',
    '# cpus: 4',
    '# uptime: 100.5',
    '# layout: v1',
    '# root: /host/sys/fs/cgroup/memory',
    '# clock: shell',
    '# overhead: 2',
    'os: PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
    'cgroups: memory\t4\t120\t1',
    'meminfo: MemTotal:       16000000 kB',
    'meminfo: Slab:             400000 kB',
    'meminfo: Percpu:             2000 kB',
    'dentries: 1000\t500\t45\t0\t0\t0',
    '# directories: 100',
    '# pods: 12',
    'read: root 1 0 0 170,180,190,160,200 /',
    'read: kubepods 1 0 0 90,90,90,90,90 /kubepods',
    'scan: 180 /',
    'scan: 90 /kubepods',
    '# scanned: 100',
    '# cost: 5',
    '# took: 3500000',
    '# end: complete',
    '',
  ];
  const key = (line: string) => /^(?:# )?[a-z.]+: (?:(?:root|kubepods) )?/.exec(line)?.[0] ?? line;
  return base.map(line => changes.find(change => key(change) === key(line)) ?? line).join('\n');
}

const judge = (...changes: readonly string[]) => readCgroups(textOf(...changes)).assessment;
const idsOf = (...changes: readonly string[]) => judge(...changes).verdict.map(line => line.id);

describe('a healthy node', () => {
  it('is called healthy, with its numbers', () => {
    const { health, verdict, estimatedCores } = judge();
    expect(health).toMatchObject({
      osName: 'Debian GNU/Linux 12 (bookworm)',
      clock: 'shell',
      counts: { kernel: 120, directories: 100, dying: 20, pods: 12 },
      memory: { total: 16_384_000_000, percpu: 2_048_000 },
      checkSeconds: 3.5,
      checkCpuSeconds: 0.05,
      warnings: [],
    });
    expect(health.reads[0]).toMatchObject({ rounds: 5, isStoppedEarly: false });
    expect(health.reads[0]?.medianSeconds).toBeCloseTo(180e-6);
    expect(estimatedCores).toBeCloseTo(27e-6);
    expect(verdict.map(line => [line.id, line.weight])).toEqual([
      ['healthy', 'usual'],
      ['kernel-fixed', 'usual'],
    ]);
  });

  it('divides the time of reads that were timed together', () => {
    const [read] = judge('read: root 4096 37 0 409600,819200 /').health.reads;
    expect(read?.medianSeconds).toBeCloseTo(150e-6);
    expect(read).toMatchObject({ readsPerRound: 4096, systemSeconds: 0.37 });
  });
});

describe('a slow read', () => {
  it('of the founding case: 9 s, all of it system time, on a kernel without the fix', () => {
    const { verdict } = judge('read: root 1 906 1 9065000 /', '# kernel: 4.4.227-1.el7.elrepo.x86_64');
    expect(verdict.map(line => line.id)).toEqual(['slow-memory-stat', 'kernel-not-fixed']);
    expect(verdict[0]).toMatchObject({
      doubt: [],
      confirm: [{ kind: 'command', command: 'time cat /sys/fs/cgroup/memory/memory.stat > /dev/null' }],
    });
    expect(verdict[0]?.evidence.map(({ sentence }) => formatSentence(sentence))[0]).toBe(
      'memory.stat of the root cgroup: 9.06 s for one read, 9.06 s of system CPU',
    );
    expect(verdict[1]?.evidence.map(({ sentence }) => formatSentence(sentence))).toEqual([
      'Linux 4.4.227-1.el7.elrepo.x86_64, judged as ELRepo',
      'operating system: Debian GNU/Linux 12 (bookworm)',
      'the reads are made by memcg_stat_show',
    ]);
  });

  it('on a kernel with the fix is slow all the same: the measured time wins', () => {
    const { verdict } = judge('read: kubepods 1 17 0 11600,40450,91087,224662,63319 /kubepods');
    expect(verdict.map(line => line.id)).toEqual(['slow-memory-stat', 'kernel-fixed']);
    expect(verdict[0]?.confirm).toEqual([
      { kind: 'command', command: 'time cat /sys/fs/cgroup/memory/kubepods/memory.stat > /dev/null' },
    ]);
    expect(verdict[1]?.doubt[0]?.template).toMatch(/^Reads are slow all the same/);
  });

  it.each([
    ['9.9 ms are not', 'read: root 1 0 0 9900,9900,9900 /', false],
    ['10 ms are', 'read: root 1 0 0 10000,10000,10000 /', true],
    ['one of 49 ms is not', 'read: root 1 0 0 200,200,200,49000 /', false],
    ['one of 50 ms is', 'read: root 1 0 0 200,200,200,50000 /', true],
  ])('begins somewhere: %s', (_, read, isSlow) => {
    expect(idsOf(read).includes('slow-memory-stat')).toBe(isSlow);
  });
});

describe('counts', () => {
  it.each([
    ['many dead ones', ['cgroups: memory\t4\t5000\t1'], ['many-dead-cgroups', 'kernel-fixed']],
    ['some hundred dead ones', ['cgroups: memory\t4\t900\t1'], ['healthy', 'kernel-fixed']],
    [
      'fewer dead than living ones',
      ['cgroups: memory\t4\t4500\t1', '# directories: 3000'],
      ['healthy', 'kernel-fixed'],
    ],
    [
      'numbers that run out',
      ['cgroups: memory\t4\t60000\t1'],
      ['cgroup-ids-run-out', 'many-dead-cgroups', 'kernel-fixed'],
    ],
    [
      'very many living ones',
      ['cgroups: memory\t4\t6000\t1', '# directories: 6000'],
      ['many-live-cgroups', 'kernel-fixed'],
    ],
  ])('%s', (_, changes, expected) => {
    expect(idsOf(...changes)).toEqual(expected);
  });

  it('takes a number of directories beyond the kernel’s count for none dead', () => {
    expect(judge('# directories: 130').health.counts.dying).toBe(0);
  });
});

describe('whether the reads explain the CPU of the kubelet', () => {
  const cpu = (cores: number) => ({ cores, seconds: 15, file: 'capture.json' });
  const answerOf = (kubelet: ReturnType<typeof cpu> | undefined, ...changes: readonly string[]) =>
    readCgroups(textOf(...changes), undefined, kubelet).assessment;
  /** A node whose cgroups are all read: the root and kubepods. */
  const nodeOf = (read: string, scan: string): string =>
    textOf(read, '# directories: 2').replace('scan: 180 /', scan);
  const said = (evidence: readonly Observation[]) => evidence.map(each => formatSentence(each.sentence));

  it('is yes where they cost most of it, in a sentence with both numbers', () => {
    const slow = nodeOf('read: root 1 906 1 9065000 /', 'scan: 9065000 /');
    const { answer } = readCgroups(slow, undefined, cpu(1.34)).assessment;
    expect(answer).toMatchObject({ id: 'explains-cpu', weight: 'look' });
    expect(formatSentence(answer.sentence)).toBe(
      'This explains the kubelet’s CPU: reading memory.stat of all cgroups costs about 0.91 of its 1.34 cores.',
    );
    expect(said(answer.evidence)).toEqual([
      'the cost is that of one read of each cgroup (2) every 10 s, as cAdvisor does',
      'of the time of the reads 100 % was CPU in the kernel, the rest was waiting for a lock or for a CPU',
      'CPU of the kubelet: 1.34 cores in 15 s, by capture.json',
    ]);
    expect(answer.confirm).toMatchObject([{ kind: 'capture', capture: 'triage' }]);
  });

  it('is no where they cost little of it: a slow read is not marked then', () => {
    const slow = nodeOf('read: root 1 1 0 12000,12000,12000 /', 'scan: 40000 /');
    const { answer, verdict } = readCgroups(slow, undefined, cpu(1.34)).assessment;
    expect(formatSentence(answer.sentence)).toBe(
      'This does not explain the kubelet’s CPU: reading memory.stat of all cgroups costs about 0.004 of its 1.34 cores.',
    );
    expect(answer.confirm).toMatchObject([{ capture: 'profile' }, { capture: 'threads' }]);
    expect(verdict.map(({ id, weight }) => [id, weight])).toEqual([
      ['slow-memory-stat', 'usual'],
      ['kernel-fixed', 'usual'],
    ]);
    expect(verdict[0]?.doubt.map(formatSentence)).toEqual([
      'It costs the kubelet little CPU: what waits for such a read is late by that much.',
    ]);
  });

  it('is a part in between', () => {
    const slow = nodeOf('read: root 1 90 1 900000 /', 'scan: 3000000 /');
    expect(readCgroups(slow, undefined, cpu(1.34)).assessment.answer.id).toBe('explains-part');
  });

  it('counts what was CPU of the time of the reads, not what was waiting', () => {
    const waiting = nodeOf('read: root 1 90 1 9065000 /', 'scan: 9065000 /');
    const { answer, estimatedCores } = readCgroups(waiting, undefined, cpu(1.34)).assessment;
    expect(estimatedCores).toBeCloseTo(0.09, 2);
    expect(answer.id).toBe('explains-little');
    expect(said(answer.evidence)[1]).toMatch(/^of the time of the reads 10 % was CPU/);
  });

  it('is not known where nothing tells the CPU of the kubelet, and says so', () => {
    const { answer } = answerOf(undefined);
    expect(formatSentence(answer.sentence)).toBe(
      'Whether this explains the kubelet’s CPU is not known: reading memory.stat of all cgroups costs about 0.000 – 0.001 cores, and nothing beside this check says how much the kubelet uses.',
    );
    expect(answer.confirm).toMatchObject([{ capture: 'profile' }]);
  });

  it('is not known where no read was measured', () => {
    const unread = textOf()
      .split('\n')
      .filter(line => !/^(?:read|scan): /.test(line))
      .join('\n');
    expect(readCgroups(unread, undefined, cpu(1)).assessment.answer.id).toBe('explains-unmeasured');
  });

  it('lies between two numbers where the other cgroups were not read', () => {
    const unscanned = textOf('read: root 1 906 1 9065000 /')
      .split('\n')
      .filter(line => !/^(?:scan|# scanned): /.test(line))
      .join('\n');
    const { answer } = readCgroups(unscanned, undefined, undefined).assessment;
    expect(formatSentence(answer.sentence)).toContain('about 0.91 – 89.69 cores');
    expect(readCgroups(unscanned, undefined, cpu(1)).assessment.answer.id).toBe('explains-cpu');
    expect(readCgroups(unscanned, undefined, cpu(9)).assessment.answer.id).toBe('explains-part');
  });

  it('lies between two numbers where a scan was ended: what was not reached is like the quicker ones', () => {
    const ended = textOf('read: root 1 906 1 9065000 /')
      .replace('scan: 180 /', 'scan: 9065000 /')
      .replace('scan: 90 /kubepods', 'scan: 411000 /kubepods');
    const { answer } = readCgroups(ended).assessment;
    expect(formatSentence(answer.sentence)).toContain('about 0.95 – 4.97 cores');
  });

  it('of a cgroup v2 node is the same', () => {
    const v2 = answerOf(cpu(0.8), '# layout: v2', '# root: /host/sys/fs/cgroup');
    expect(v2.answer.id).toBe('explains-little');
  });
});

it('says of dead cgroups that they do no harm where reads are quick, and marks them where reads are slow', () => {
  const dead = 'cgroups: memory\t4\t5000\t1';
  const [quick] = judge(dead).verdict;
  expect(quick).toMatchObject({ id: 'many-dead-cgroups', weight: 'usual' });
  expect(quick?.doubt.map(formatSentence)[0]).toContain('one read takes 0.180 ms');
  const slow = judge(dead, 'read: root 1 906 1 9065000 /').verdict;
  expect(slow.find(({ id }) => id === 'many-dead-cgroups')).toMatchObject({ weight: 'look', doubt: [] });
});

describe('reading', () => {
  it('knows its format by the first line, and a newer version by its number', () => {
    expect(looksLikeCgroupHealth(textOf())).toBe(true);
    expect(looksLikeCgroupHealth('# something else\n')).toBe(false);
    expect(() => parseHealth('x\n')).toThrow(expect.objectContaining({ code: 'format-unknown' }));
    expect(() => parseHealth(textOf().replace('health 1', 'health 9'))).toThrow(/version 9 is newer/);
  });

  it('of a file cut anywhere says so, and takes no half line for a whole one', () => {
    const whole = textOf();
    const first = whole.indexOf('\n') + 1;
    fc.assert(
      fc.property(fc.integer({ min: first, max: whole.length - 1 }), end => {
        const { warnings, reads, counts } = parseHealth(whole.slice(0, end));
        expect(warnings[0]?.template).toMatch(/^The file is cut off/);
        expect(reads.every(read => read.rounds === 5)).toBe(true);
        expect([undefined, 120]).toContain(counts.kernel);
      }),
    );
  });

  it('counts lines that it does not know', () => {
    const { warnings } = parseHealth(`${textOf()}read: root nonsense\n?? \n`);
    expect(warnings.map(formatSentence)).toEqual(['Lines that are none of a cgroup check: 2.']);
  });
});
