/** What samples of threads are counted to, on texts written here; the format is sampleScript.ts's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../src/base/sentence.js';
import { parseFolded } from '../../../src/profile/formats/parseFolded.js';
import { summarizeProfile } from '../../../src/profile/summary.js';
import { analyseThreads } from '../../../src/threads/analyse.js';
import { looksLikeThreadSamples, parseSamples } from '../../../src/threads/parseSamples.js';
import { formatFolded } from '../../../src/threads/sampledStacks.js';
import { architectureOf, decodeSystemCall } from '../../../src/threads/systemCall.js';
import { explainThreads } from '../../../src/kernelfix/threadVerdict.js';
import { statLine, type TreeThread } from '../../support/threadTree.js';

const PARKED: TreeThread = {
  tid: 11,
  command: 'kubelet',
  state: 'S',
  syscall: '202 0x1 0x80 0x0 0x0 0x0 0x0 0x1 0x2',
  waitsIn: 'futex_do_wait',
  stack: ['futex_do_wait', '__x64_sys_futex', 'do_syscall_64'],
};

interface RoundText {
  readonly threads: readonly TreeThread[];
  readonly descriptors?: Readonly<Record<number, string>>;
}

const HEADER = [
  '# node-triage thread samples 1',
  '# pid: 10',
  '# seconds: 10',
  '# rounds: 50',
  '# kernel: 4.4.227-1.el7.elrepo.x86_64',
  '# machine: x86_64',
  '# stacks: yes',
];

function roundText({ threads, descriptors = {} }: RoundText, uptime: number, index: number): string[] {
  const files = (file: string, text: (thread: TreeThread) => readonly string[]) =>
    threads.flatMap(thread => text(thread).map(line => `${thread.tid}/${file}:${line}`));
  return [
    `# round: ${index + 1} ${uptime.toFixed(2)}`,
    ...files('stat', thread => [statLine(thread)]),
    ...files('syscall', thread => [thread.syscall]),
    ...files('wchan', thread => [thread.waitsIn ?? '0']),
    ...files('stack', thread => (thread.stack ?? []).map(name => `[<0>] ${name}+0x1/0x2`)),
    ...Object.entries(descriptors).map(
      ([fd, target]) => `lr-x------ 1 0 0 64 Nov 24 11:19 ${fd} -> ${target}`,
    ),
  ];
}

function look(
  uptime: number,
  processes: readonly Omit<TreeThread, 'syscall'>[],
  busyTicks: number,
): string[] {
  return [
    `# node: ${uptime.toFixed(2)}`,
    `cpu  ${busyTicks} 0 ${busyTicks} 1000 0 0 0 0 0 0`,
    'cpu0 0 0 0 0 0 0 0 0 0 0',
    ...processes.map(process => `${process.tid}/stat:${statLine(process)}`),
    ...processes.map(process => `${process.tid}/schedstat:0 ${busyTicks * 1e7} 5`),
  ];
}

function textOf(rounds: readonly RoundText[], end = ['# cost: 15', '# end: complete']): string {
  const seconds = rounds.length * 0.2;
  const kubelet = (userTicks: number, systemTicks: number) => ({
    tid: 10,
    command: 'kubelet',
    state: 'S',
    userTicks,
    systemTicks,
  });
  return [
    ...HEADER,
    ...look(100, [kubelet(0, 0)], 0),
    ...rounds.flatMap((round, index) => roundText(round, 100 + index * 0.2, index)),
    ...look(100 + seconds, [kubelet(10, 90), { tid: 99, command: 'new', state: 'S', userTicks: 5 }], 100),
    ...end,
    '',
  ].join('\n');
}

const reportOf = (text: string) => explainThreads(analyseThreads(parseSamples(text)));

/** The founding case: one thread on a CPU all the time, in the kernel, with the root's memory.stat open. */
function burning(index: number): RoundText {
  return {
    threads: [
      {
        tid: 10,
        command: 'kubelet',
        state: 'R',
        systemTicks: index * 19,
        userTicks: index,
        syscall: 'running',
      },
      PARKED,
    ],
    descriptors: {
      1: '/var/log/kubelet.log',
      25: '/sys/fs/cgroup/memory/memory.stat',
    },
  };
}

describe('the founding case', () => {
  const report = reportOf(textOf(Array.from({ length: 50 }, (_, index) => burning(index))));

  it('names the reads of memory.stat, as inferred, with the kernel function of the release', () => {
    const [line] = report.verdict;
    const evidence = line?.evidence.map(({ sentence }) => formatSentence(sentence));
    expect(line).toMatchObject({ id: 'slow-memory-stat', weight: 'look', isInferred: true });
    expect(evidence).toContain('the same one stayed open for 9800 ms or more');
    expect(evidence).toContain('Linux 4.4.227-1.el7.elrepo.x86_64 makes the file in memcg_stat_show');
    expect(evidence?.join('\n')).toContain('open: 50 of 50 (100 % of the time');
  });

  it('says that the CPU goes into the kernel, by thread', () => {
    const kernel = report.verdict.find(each => each.id === 'kernel-cpu');
    expect(kernel?.evidence.map(({ sentence }) => formatSentence(sentence)).join('\n')).toContain(
      '1.00 cores: 0.95 in the kernel, 0.05 in the program',
    );
    expect(report.threads[0]).toMatchObject({ tid: 10, places: { kernel: 49, cpu: 1 }, systemSeconds: 9.31 });
  });

  it('does not hold a log for the cause', () => {
    expect(report.files).toMatchObject([
      { path: '/sys/fs/cgroup/memory/memory.stat', isAlwaysOpen: false, burningRounds: 49 },
      { path: '/var/log/kubelet.log', isAlwaysOpen: true },
    ]);
  });

  it('gives stacks that the profile editor reads, with what is inferred named so', () => {
    const folded = formatFolded(report.stacks);
    expect(folded.split('\n')).toEqual([
      'kubelet;futex;do_syscall_64_[k];__x64_sys_futex_[k];futex_do_wait_[k] 50',
      'kubelet;on CPU, in the kernel (by ticks);/sys/fs/cgroup/memory/memory.stat (open meanwhile) 49',
      'kubelet;on CPU 1',
      '',
    ]);
    const summary = summarizeProfile(parseFolded(new TextEncoder().encode(folded)));
    expect(summary).toMatchObject({ format: 'folded', totals: [100], warnings: [] });
  });

  it('tells the CPU of the node and its processes', () => {
    expect(report.processes).toMatchObject([
      { pid: 10, command: 'kubelet', userCores: 0.01, systemCores: 0.09, isNew: false },
      { pid: 99, command: 'new', userCores: 0.005, isNew: true },
    ]);
    expect(report.node).toMatchObject({ user: 0.1, system: 0.1, idle: 0 });
  });
});

describe('verdicts', () => {
  const steady = (round: (index: number) => RoundText) =>
    reportOf(textOf(Array.from({ length: 50 }, (_, index) => round(index)))).verdict;

  it('of an idle process is one line of usual', () => {
    const verdict = steady(() => ({ threads: [PARKED] }));
    expect(verdict).toMatchObject([{ id: 'idle', weight: 'usual' }]);
  });

  it('takes one glimpse of memory.stat for nothing: an ordinary kubelet reads it, too', () => {
    const verdict = steady(index => ({
      threads: [PARKED],
      descriptors: { 1: '/dev/null', ...(index === 7 ? { 9: '/sys/fs/cgroup/memory/memory.stat' } : {}) },
    }));
    expect(verdict.map(line => line.id)).toEqual(['idle']);
  });

  it('says of slow reads their share of the time, and what of it is sure', () => {
    const metIn = (count: number) =>
      steady(index => ({
        threads: [PARKED],
        descriptors: { 1: '/dev/null', ...(index < count ? { 9: '/sys/fs/cgroup/memory/memory.stat' } : {}) },
      }));
    expect(metIn(1).map(line => line.id)).toEqual(['idle']);
    const [line] = metIn(8);
    expect(line?.sentence.values).toEqual(['16 %']);
    expect(formatSentence(line!.evidence[0]!.sentence)).toContain(
      '8 of 50 (16 % of the time, with 95 % certainty 8.3 % at least;',
    );
  });

  it('is sure where the show function stands on a stack', () => {
    const [line] = steady(index => ({
      threads: [
        index < 4
          ? { ...PARKED, state: 'R', syscall: '0 0x9', stack: ['memcg_stat_show', 'vfs_read'], waitsIn: '0' }
          : PARKED,
      ],
      descriptors: { 9: '/sys/fs/cgroup/memory/memory.stat' },
    }));
    expect(line).toMatchObject({ id: 'slow-memory-stat', isInferred: false });
    expect(line?.evidence.map(({ sentence }) => formatSentence(sentence))).toContain(
      'samples with memcg_stat_show on the kernel stack: 4',
    );
  });

  it('sees threads that are stopped, wait for a disk, or burn in the program', () => {
    const stopped = { ...PARKED, state: 't', syscall: 'running' };
    const disk = { ...PARKED, tid: 12, state: 'D', syscall: '74 0x5', stack: ['jbd2_log_wait_commit'] };
    const ids = steady(index => ({
      threads: [
        stopped,
        disk,
        { tid: 13, command: 'kubelet', state: 'R', userTicks: index * 20, syscall: 'running' },
      ],
      descriptors: { 5: '/var/lib/state' },
    }));
    expect(ids.map(line => line.id)).toEqual(['stopped', 'waits-for-disk', 'user-cpu']);
    expect(ids[1]?.evidence.map(({ sentence }) => formatSentence(sentence))).toContain(
      'most often in fsync on /var/lib/state (jbd2_log_wait_commit)',
    );
  });

  it('says too little of too few rounds', () => {
    expect(reportOf(textOf([burning(0), burning(1)])).verdict).toMatchObject([{ id: 'too-little' }]);
  });
});

describe('reading', () => {
  const whole = textOf(Array.from({ length: 12 }, (_, index) => burning(index)));

  it('knows its format by the first line, and a newer version by its number', () => {
    expect(looksLikeThreadSamples(whole)).toBe(true);
    expect(looksLikeThreadSamples('kubelet;futex 5\n')).toBe(false);
    expect(() => parseSamples('kubelet;futex 5\n')).toThrow(
      expect.objectContaining({ code: 'format-unknown' }),
    );
    expect(() => parseSamples(whole.replace('samples 1', 'samples 2'))).toThrow(/version 2 are newer/);
  });

  it('of a file cut anywhere loses its last round at most, and never counts a line that is half there', () => {
    fc.assert(
      fc.property(fc.integer({ min: HEADER.join('\n').length + 1, max: whole.length - 1 }), end => {
        const cut = whole.slice(0, end);
        const begun = cut
          .split('\n')
          .slice(0, -1)
          .filter(line => line.startsWith('# round: ')).length;
        const { rounds, unparsedLines } = parseSamples(cut);
        expect(rounds.length).toBeGreaterThanOrEqual(begun - 1);
        expect(rounds.every(round => round.threads.size === 2)).toBe(true);
        expect(unparsedLines).toBe(0);
      }),
    );
  });

  it('says that a file is cut, that lines are strange, that stacks are missing', () => {
    const { warnings, facts } = reportOf(
      whole.replace('# stacks: yes', '# stacks: no\nsomething else').replace(/# cost[\s\S]*/, ''),
    );
    expect(facts).toMatchObject({ isWhole: false, samplerCpuSeconds: undefined });
    expect(warnings.map(formatSentence)).toEqual([
      expect.stringMatching(/^The file is cut off/),
      expect.stringMatching(/^Kernel stacks could not be read/),
      'Lines that are no thread samples: 1.',
    ]);
  });

  it('keeps threads apart that came, went, or took the number of another', () => {
    const thread = (startTicks: number, systemTicks: number): TreeThread => ({
      ...PARKED,
      tid: 20,
      startTicks,
      systemTicks,
    });
    const { threads } = reportOf(
      textOf(
        Array.from({ length: 20 }, (_, index) => ({
          threads: [PARKED, thread(index < 10 ? 500 : 10_150, index)],
        })),
      ),
    );
    const rows = threads.filter(row => row.tid === 20);
    expect(rows).toHaveLength(2);
    expect(rows.find(row => row.isGone)).toMatchObject({ samples: 10, isNew: false, systemSeconds: 0.09 });
    expect(rows.find(row => row.isNew)).toMatchObject({ samples: 10, isGone: false, systemSeconds: 0.19 });
  });

  it('takes the usual descriptors where a look lists none, and measures how long a file stays open', () => {
    const listed = (fd: number, target: string) => `lr-x------ 1 0 0 64 Nov 24 11:19 ${fd} -> ${target}`;
    const hot = listed(9, '/sys/fs/cgroup/memory/memory.stat');
    const text = [
      ...HEADER,
      ...roundText({ threads: [PARKED], descriptors: { 1: '/dev/null' } }, 100, 0),
      '# look: 100.05',
      listed(1, '/dev/null'),
      hot,
      '# look: 100.10',
      listed(1, '/dev/null'),
      hot,
      '# look: 100.15',
      'l????????? ? ? ? ? ? 22',
      ...roundText({ threads: [PARKED] }, 100.2, 1),
      '# end: complete',
      '',
    ].join('\n');
    const { rounds, unparsedLines } = parseSamples(text);
    expect(rounds.map(round => [...round.descriptors.values()])).toEqual([['/dev/null'], ['/dev/null']]);
    expect(unparsedLines).toBe(0);
    const { memoryStat } = reportOf(text);
    expect(memoryStat).toMatchObject({
      looks: 5,
      open: 2,
      cgroups: 1,
      paths: [{ path: '/sys/fs/cgroup/memory/memory.stat', looks: 2 }],
    });
    expect(memoryStat.longestSeconds).toBeCloseTo(0.05);
  });
});

describe('a system call in progress', () => {
  it.each([
    [
      '202 0x1 0x81 0x1 0x0 0x0 0x0 0x1 0x2',
      'x86_64',
      { syscall: 'futex', detail: 'FUTEX_WAKE_PRIVATE val 1' },
    ],
    [
      '98 0x1 0x80 0xffffffff 0x0 0x0 0x0 0x1 0x2',
      'aarch64',
      { detail: 'FUTEX_WAIT_PRIVATE val 4294967295' },
    ],
    ['63 0x9 0x1 0x2 0x0 0x0 0x0 0x1 0x2', 'aarch64', { syscall: 'read', descriptor: 9 }],
    ['17 0xc 0x1 0x2 0x0 0x0 0x0 0x1 0x2', 'x86_64', { syscall: 'pread64', detail: 'fd 12', descriptor: 12 }],
    [
      '257 0xffffffffffffff9c 0x1 0x0 0x0 0x0 0x0 0x1 0x2',
      'x86_64',
      { syscall: 'openat', descriptor: undefined },
    ],
    ['0 0x9 0x1 0x2 0x0 0x0 0x0 0x1 0x2', 's390x', { syscall: 'syscall_0', descriptor: undefined }],
  ])('%s on %s', (text, machine, expected) => {
    expect(decodeSystemCall(text, architectureOf(machine))).toMatchObject(expected);
  });

  it.each(['running', '-1 0x7ffc 0x4000', undefined, ''])('is none in %j', text => {
    expect(decodeSystemCall(text, 'amd64')).toBeUndefined();
  });
});
