/** Which calls count as slow, and when that is worth a look. Logs as strace writes them; recordings stand at the end. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../src/base/sentence.js';
import { parseEvents } from '../../../src/ktrace/parseEvents.js';
import { analyseFutex } from '../../../src/strace/futex.js';
import { judgeGo } from '../../../src/strace/goVerdict.js';
import { parseLog } from '../../../src/strace/parseLog.js';
import { findSlowCalls } from '../../../src/strace/slowCalls.js';
import { readFixture } from '../../support/fixtures.js';

const callsOf = (lines: readonly string[]) => parseLog(lines.map(line => `1 ${line}\n`).join('')).calls;
const slowOf = (...lines: readonly string[]): number => findSlowCalls(callsOf(lines)).length;

describe('a long call', () => {
  it.each([
    ['sched_yield waits for its turn', 'sched_yield() = 0 <0.028000>', 0],
    ['nanosleep sleeps', 'nanosleep({tv_sec=0, tv_nsec=20000}, NULL) = 0 <0.028000>', 0],
    ['clone with which a program starts waits for execve', 'clone(child_stack=NULL, flags=0) = 7 <0.008>', 0],
    ['a socket', 'recvfrom(5, "", 10, 0, NULL, NULL) = 1 <1.000000>', 0],
    ['pipe', 'read(7<pipe:[8123]>, "x", 1) = 1 <1.000000>', 0],
    ['event stream', 'read(7<anon_inode:inotify>, "x", 4096) = 32 <1.000000>', 0],
    ['socket by its addresses', 'read(7<TCP:[10.0.0.1:10250->10.0.0.2:5]>, "x", 10) = 5 <1.000000>', 0],
    ['terminal', 'read(0</dev/pts/3<char 136:3>>, "x", 10) = 5 <1.000000>', 0],
    ['the log of the kernel', 'read(9</dev/kmsg>, "x", 8192) = 90 <1.000000>', 0],
    ['a file in memory', 'read(9</dev/shm/x>, "x", 8192) = 90 <0.010000>', 1],
    ['a file', 'read(9</sys/fs/cgroup/memory/memory.stat>, "x", 4096) = 90 <0.010000>', 1],
    ['a read at an offset is of a file', 'pread64(9, "x", 4096, 0) = 90 <0.010000>', 1],
    ['a sync', 'fsync(9) = 0 <0.010000>', 1],
    ['below a millisecond', 'fsync(9) = 0 <0.000999>', 0],
  ])('%s', (_, line, count) => {
    expect(slowOf(line)).toBe(count);
  });
});

describe('a long read of a file that is not named', () => {
  const long = 'read(9, "x", 4096) = 891 <0.034000>';
  it.each([
    ['whose end is read next is of a file', [long, 'read(9, "", 3205) = 0 <0.000002>'], 1],
    ['in parts: each that was long', [long, long, 'read(9, "", 3205) = 0 <0.000002>'], 2],
    ['after which more comes is not known', [long, 'read(9, "x", 4096) = 16 <0.000002>'], 0],
    [
      'that found nothing next is of a stream',
      [long, 'read(9, 0x1, 1) = -1 EAGAIN (Try again) <0.000002>'],
      0,
    ],
    ['that is closed before its end is not known', [long, 'close(9) = 0', 'read(9, "", 9) = 0'], 0],
    ['that is the last of the trace is not known', [long], 0],
    ['that moved no bytes waited for the other end', ['read(9, "", 8) = 0 <0.034000>'], 0],
    [
      'is of inotify where that is watched on the same descriptor',
      ['inotify_rm_watch(9, 3) = 0', long, 'read(9, "", 3205) = 0 <0.000002>'],
      0,
    ],
    ['is told from another descriptor', [long, 'read(8, "", 10) = 0 <0.000002>'], 0],
  ])('%s', (_, lines, count) => {
    expect(slowOf(...lines)).toBe(count);
  });

  it('is told by whichever thread goes on with the file', () => {
    const log = parseLog(`1 ${long}\n2 read(9, "", 3205) = 0 <0.000002>\n`);
    expect(findSlowCalls(log.calls)).toHaveLength(1);
  });
});

describe('the verdict', () => {
  const stat = '/sys/fs/cgroup/memory/memory.stat';
  const sync = (seconds: number): string => `fsync(9) = 0 <${seconds.toFixed(6)}>`;
  const read = (path: string, seconds: number): string =>
    `read(9<${path}>, "x", 4096) = 90 <${seconds.toFixed(6)}>`;
  const idsOf = (lines: readonly string[], spanSeconds: number | undefined) => {
    const calls = callsOf(lines);
    return judgeGo(analyseFutex(calls), calls, spanSeconds).map(({ id, weight }) => `${weight} ${id}`);
  };
  const repeat = (count: number, line: string) => Array.from({ length: count }, () => line);

  it.each<[string, readonly string[], number | undefined, readonly string[]]>([
    ['one yield of 4.4 ms in 5 s', ['sched_yield() = 0 <0.004400>'], 5, ['usual too-little']],
    ['one call of 4 ms in 5 s', [sync(0.004)], 5, ['usual too-little', 'usual few-slow-calls']],
    [
      'three calls, 0.9 % of the time',
      repeat(3, sync(0.015)),
      5,
      ['usual too-little', 'usual few-slow-calls'],
    ],
    ['three calls, 1.2 % of the time', repeat(3, sync(0.02)), 5, ['look inside-system-calls']],
    [
      'two calls of 10 ms, most of a short trace',
      repeat(2, sync(0.01)),
      0.1,
      ['usual too-little', 'usual few-slow-calls'],
    ],
    ['one call of 50 ms in 5 s', [sync(0.05)], 5, ['look inside-system-calls']],
    ['one call of 50 ms in 10 s', [sync(0.05)], 10, ['usual too-little', 'usual few-slow-calls']],
    ['no time stamps, 90 ms', repeat(9, sync(0.01)), undefined, ['usual too-little', 'usual few-slow-calls']],
    ['no time stamps, 110 ms', repeat(11, sync(0.01)), undefined, ['look inside-system-calls']],
    [
      'one read of memory.stat of 49 ms',
      [read(stat, 0.049)],
      60,
      ['usual too-little', 'usual few-slow-calls'],
    ],
    ['one of 50 ms', [read(stat, 0.05)], 60, ['look slow-memory-stat']],
    ['two of 10 ms', repeat(2, read(stat, 0.01)), 60, ['look slow-memory-stat']],
    [
      'two of another file',
      repeat(2, read('/var/lib/x', 0.01)),
      60,
      ['usual too-little', 'usual few-slow-calls'],
    ],
    ['20 yields of 2 ms in 2 s', repeat(20, 'sched_yield() = 0 <0.002000>'), 2, ['look short-of-cpu']],
    ['19 of them', repeat(19, 'sched_yield() = 0 <0.002000>'), 2, ['usual too-little']],
    ['20 in 5 s', repeat(20, 'sched_yield() = 0 <0.002000>'), 5, ['usual too-little']],
  ])('of %s', (_, lines, span, expected) => {
    expect(idsOf(lines, span)).toEqual(expected);
  });
});

describe('recorded', () => {
  const judge = (log: ReturnType<typeof parseEvents> | ReturnType<typeof parseLog>) =>
    judgeGo(analyseFutex(log.calls), log.calls, log.spanSeconds);
  const textOf = (file: string): string => {
    const bytes = readFixture(file);
    return new TextDecoder().decode(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  };

  // By hand: `grep ' read\|NR 0 '` around the longest pairs of sys_enter and sys_exit. Descriptor 20 gave 384 bytes after
  // 1.0 s and has inotify_rm_watch calls (NR 255, 14 in hexadecimal); 16 gave 759 after 190.2 ms, and the looks at the open
  // files say memory.stat.
  it('a kubelet whose memory.stat is slow: named, and inferred from the open files', () => {
    const verdict = judge(parseEvents(textOf('pod/jobs/kernel-trace/files/syscalls.ktrace.txt.gz')));
    expect(verdict[0]).toMatchObject({ id: 'slow-memory-stat', weight: 'look', isInferred: true });
    expect(verdict[0]?.evidence.map(({ sentence }) => formatSentence(sentence))).toEqual([
      'calls of 1 ms or more: 2, together 0.201 s',
      'longest: read 190.2 ms on /sys/fs/cgroup/memory/node-triage/node1/kubepods/hot/memory.stat (inferred from the open files)',
    ]);
    expect(verdict.map(({ id }) => id)).not.toContain('inside-system-calls');
  });

  // By hand: descriptor 24 gave 891 bytes after 33.98 ms, and the end of the file in the next read.
  it('the same without looks at the open files: the suspect is told as one', () => {
    const [line] = judge(parseEvents(textOf('ktrace/kubelet-hot.txt.gz')));
    expect(line).toMatchObject({ id: 'inside-system-calls', weight: 'look', isInferred: false });
    expect(line?.doubt[0]?.template).toContain('the first suspect is memory.stat');
  });

  it.each(['strace-futex.idle.stderr', 'strace-futex.30pods.file.txt', 'strace-c.idle.stderr'])(
    'an ordinary kubelet, %s: nothing to look at',
    file => {
      expect(judge(parseLog(textOf(`strace/${file}`))).filter(({ weight }) => weight === 'look')).toEqual([]);
    },
  );
});
