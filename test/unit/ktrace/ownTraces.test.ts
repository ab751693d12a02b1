import { describe, expect, it } from 'vitest';
import { looksLikeKernelTrace } from '../../../src/ktrace/looksLikeKernelTrace.js';
import {
  kernelTraceJob,
  readKernelTraceEnd,
  requireKernelTracing,
  sweepInstances,
} from '../../../src/ktrace/kernelTrace.js';
import { parseEvents } from '../../../src/ktrace/parseEvents.js';
import type { KubeletProcess, NodeHost } from '../../../src/kubelet/findKubelet.js';

const HEADER = `# node-triage: kernel trace 1
# pid: 114
# machine: aarch64
# threads-existing: 12
# threads-traced: 11
# thread: 16115 114 kubelet
# thread: 16119 117 kubelet io
`;

/** Lines as the script's instance gives them: without irq-info. */
const event = (seconds: string, text: string, tid = 16119) =>
  `         kubelet-${tid}   [000]   ${seconds}: ${text}`;
const read = (from: string, to: string, fd: string) => [
  event(from, `sys_enter: NR 63 (${fd}, 4000ab, 1000, 0, 0, 0)`),
  event(to, 'sys_exit: NR 63 = 4096'),
];
const mark = (seconds: string, text: string) =>
  `            dash-29692   [001]   ${seconds}: tracing_mark_write: ${text}`;
const trace = (...lines: readonly string[]) => parseEvents(`${HEADER}${lines.join('\n')}\n`);

describe('a trace by our own script', () => {
  it('is known by its first line', () => {
    expect(looksLikeKernelTrace(HEADER)).toBe(true);
  });

  it('says its architecture, its threads and what was lost', () => {
    const found = trace(
      event('100.000000', 'sys_enter: NR 98 (4f468a0, 80, 0, 0, 0, 0)', 16115),
      'CPU:0 [LOST 5 EVENTS]',
      '# lost: 7',
      '# fds-cut: yes',
      '# limit-reached: yes',
    );
    expect(found).toMatchObject({
      architecture: 'arm64',
      threads: { existing: 12, traced: 11 },
      lost: 7,
      isLimitReached: true,
      isFilesCut: true,
      unparsedLines: 0,
      events: 1,
    });
    expect([...found.threadNames]).toEqual([
      [16115, 'kubelet'],
      [16119, 'kubelet io'],
    ]);
    expect(found.calls[0]?.syscall).toBe('futex');
  });

  it('does not take the words of others for its own', () => {
    const found = parseEvents(
      '# tracer: nop\n# entries-in-buffer/entries-written: 1/3   #P:2\n# lost: many\n',
    );
    expect([found.lost, found.threads, found.isLimitReached, found.isFilesCut]).toEqual([
      2,
      undefined,
      false,
      false,
    ]);
  });
});

describe('the file behind a descriptor', () => {
  const path = '/sys/fs/cgroup/memory/kubepods/memory.stat';
  const fileOf = (...lines: readonly string[]) => trace(...lines).calls[0]?.file;

  it('is the one that a look during the call saw', () => {
    const [enter = '', exit = ''] = read('100.000000', '100.034000', '16');
    const looks = [mark('100.010000', `node-triage fd 22 ${path}`), mark('100.011000', 'node-triage fds')];
    expect(fileOf(enter, ...looks, exit)).toEqual({ path, isInferred: true });
  });

  it('is the one that the looks before and after saw', () => {
    const before = [mark('100.000000', `node-triage fd 22 ${path}`), mark('100.000100', 'node-triage fds')];
    const after = mark('100.050000', 'node-triage fds');
    expect(fileOf(...before, ...read('100.020000', '100.020010', '16'), after)?.path).toBe(path);
  });

  it.each<[string, readonly string[]]>([
    [
      'only a look before saw it',
      [
        mark('100.000000', `node-triage fd 22 ${path}`),
        mark('100.000100', 'node-triage fds'),
        ...read('100.020000', '100.020010', '16'),
        mark('100.050000', 'node-triage fd 22'),
        mark('100.050100', 'node-triage fds'),
      ],
    ],
    [
      'only a look after saw it',
      [...read('100.020000', '100.020010', '16'), mark('100.050000', `node-triage fd 22 ${path}`)],
    ],
    [
      'another descriptor is open on it',
      [mark('100.000000', `node-triage fd 22 ${path}`), ...read('99.000000', '101.000000', '17')],
    ],
  ])('is not told where %s', (_, lines) => {
    expect(fileOf(...lines)).toBeUndefined();
  });

  it('is the one it was open on for most of the call, where there were two', () => {
    const [enter = '', exit = ''] = read('100.000000', '100.100000', '16');
    const found = fileOf(
      enter,
      mark('100.010000', 'node-triage fd 22 /short'),
      mark('100.011000', 'node-triage fds'),
      mark('100.030000', `node-triage fd 22 ${path}`),
      mark('100.031000', 'node-triage fds'),
      mark('100.060000', 'node-triage fds'),
      exit,
    );
    expect(found?.path).toBe(path);
  });
});

const host: NodeHost = {
  kernelRelease: '6.1.0',
  machine: 'x86_64',
  yamaScope: undefined,
  lockdown: 'none',
  kernelTracing: 'known',
  isInitialPidNamespace: true,
};
const kubelet: Pick<KubeletProcess, 'pid' | 'startTicks' | 'host'> = { pid: 812, startTicks: 57185, host };
const END =
  'swept 1\nremoved yes\nthreads 12 11\nran 1002\ncpu 500 10 700 20 1702 60 1902 64\nlost 3\nfull no\nfiles-cut yes\nfile syscalls.ktrace.txt.gz\nend yes\n';
const end = (stdout: string, exitCode = 0) => ({ exitCode, stdout, stderr: 'sh: no', files: [] });

describe('the job', () => {
  it('hands its values over as words, and names its instance in what takes it back', () => {
    const job = kernelTraceJob(kubelet, { seconds: 10, quietSeconds: 2, id: 'a1b2', filter: 'id == 202' });
    expect(job.argv.slice(3)).toEqual(
      'node-triage-kernel-trace 812 57185 10 2 node-triage-a1b2 12288 same'.split(' ').concat('id == 202'),
    );
    expect(job.undo?.slice(3)).toEqual(['node-triage-undo-kernel-trace', 'node-triage-a1b2']);
    const inKind = kernelTraceJob(
      { ...kubelet, host: { ...host, isInitialPidNamespace: false } },
      { seconds: 10, quietSeconds: 2, id: 'a' },
    );
    expect(inKind.argv.slice(-2)).toEqual(['other', '']);
  });

  it('tells how it ended', () => {
    expect(readKernelTraceEnd(end(END))).toEqual({
      file: 'syscalls.ktrace.txt.gz',
      seconds: 10.02,
      threads: { existing: 12, traced: 11 },
      cpu: {
        before: { cpuSeconds: 0.1, seconds: 2 },
        during: { cpuSeconds: 0.4, seconds: 10.02 },
        after: { cpuSeconds: 0.04, seconds: 2 },
      },
      lost: 3,
      isFull: false,
      isFilesCut: true,
      isRemoved: true,
      swept: 1,
    });
  });

  it.each([
    ['refused tracefs cannot be mounted: permission denied', 'trace-refused'],
    ['swept 0\ngone', 'kubelet-not-found'],
    ['swept 0\nremoved yes', 'command-failed'],
  ])('rejects "%s" as %s', (stdout, code) => {
    expect(() => readKernelTraceEnd(end(`${stdout}\n`, 2))).toThrow(expect.objectContaining({ code }));
  });

  it.each<[Partial<NodeHost>, string]>([
    [{ lockdown: 'confidentiality' }, 'locked down'],
    [{ kernelTracing: 'missing' }, 'no tracefs'],
  ])('is refused on a node with %o before a pod is made', (difference, reason) => {
    expect(() => requireKernelTracing({ host: { ...host, ...difference } })).toThrow(reason);
  });

  it('is not refused on an ordinary node', () => {
    expect(() => requireKernelTracing({ host: { ...host, lockdown: 'integrity' } })).not.toThrow();
  });

  it('lists the instances that are at work', () => {
    expect(sweepInstances.parse('swept 2\ninstance node-triage-a\ninstance node-triage-b\n')).toEqual({
      removed: 2,
      atWork: ['node-triage-a', 'node-triage-b'],
    });
  });
});
