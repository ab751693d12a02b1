/** Logs that people had (public reports, named in test/fixtures/strace/README.md), and what is right for each. */
import { describe, expect, it } from 'vitest';
import { looksLikeStrace } from '../../../src/strace/looksLikeStrace.js';
import { parseLog } from '../../../src/strace/parseLog.js';
import { readFixture } from '../../support/fixtures.js';
import { inspectStrace, reportStrace } from '../../support/readText.js';

const text = (name: string): string => new TextDecoder().decode(readFixture(`strace/cases/${name}`));

function countsOf(name: string): Record<string, number> {
  expect(looksLikeStrace(text(name))).toBe(true);
  return Object.fromEntries(inspectStrace(text(name)).calls.map(({ syscall, calls }) => [syscall, calls]));
}

it('strace’s own messages within lines: nothing lost, nothing without a start', () => {
  expect(countsOf('strace-stderr-attached-midline.log')).toEqual({
    clone: 3,
    futex: 2,
    gettid: 1,
    readlinkat: 1,
    rt_sigprocmask: 1,
    sigaltstack: 2,
  });
  const log = parseLog(text('strace-stderr-attached-midline.log'));
  expect(log).toMatchObject({ unparsedLines: 0, endsWithoutStart: 0, leftOut: [] });
  // The first thread has no name until there is a second one.
  const wait = log.calls.find(call => call.futex?.operation === 'FUTEX_WAIT');
  expect([wait?.tid, wait?.result]).toEqual([669, '0']);
});

it('-k: as without it, and the stacks are said to be left out', () => {
  expect(countsOf('strace-k.log')).toEqual({ clone3: 1, futex: 1 });
  const { leftOut, warnings } = inspectStrace(text('strace-k.log'));
  const first = '> /usr/lib/x86_64-linux-gnu/libc.so.6(pthread_mutexattr_settype+0x12e) [0x8e07e]';
  expect(leftOut).toEqual([{ kind: 'frame', count: 12, first }]);
  expect(warnings).toEqual([`12 lines are stacks of -k, which are not shown. The first: ${first}`]);
});

it('-n: as without it', () => {
  expect(countsOf('strace-n.log')).toEqual({ clone3: 1, futex: 5 });
  expect(parseLog(text('strace-n.log'))).toMatchObject({ unparsedLines: 0, endsWithoutStart: 0 });
});

it('messages of strace before 4.9 are not called foreign', () => {
  expect(countsOf('strace-old-attached.log')).toEqual({ epoll_wait: 1, futex: 3 });
  expect(parseLog(text('strace-old-attached.log'))).toMatchObject({ unparsedLines: 0, endsWithoutStart: 0 });
});

it('a table with decimal commas', () => {
  const { summary } = parseLog(text('strace-c-de-locale.txt'));
  expect(summary[0]).toEqual({ syscall: 'execve', calls: 1, errors: 0, seconds: 0.000458 });
  expect(summary.find(({ syscall }) => syscall === 'access')).toEqual({
    syscall: 'access',
    calls: 1,
    errors: 1,
    seconds: 0.000016,
  });
  // The table's own last row, whose seconds are rounded for themselves.
  expect(summary.reduce((sum, row) => sum + row.calls, 0)).toBe(29);
  expect(summary.reduce((sum, row) => sum + (row.seconds ?? 0), 0)).toBeCloseTo(0.000952, 5);
});

describe('a table and a log behind it', () => {
  const report = inspectStrace(text('strace-c-then-log-appended.log'));

  it('are both counted', () => {
    expect(report.calls).toEqual([{ syscall: 'futex', calls: 1002, errors: 0 }]);
    expect(report.tables).toEqual([
      { line: 1, isOfLog: false, calls: [{ syscall: 'futex', calls: 1000, errors: 0, seconds: 0.5 }] },
    ]);
    expect(report.futex.operations).toEqual([{ op: 'FUTEX_WAKE', result: '1', calls: 2 }]);
    expect(report.warnings).toEqual([
      'The file also holds -c tables of other runs: 1. Their 1000 calls are counted, too.',
    ]);
    expect(report.verdict.map(({ id }) => id)).toEqual(['too-little', 'counts-only']);
  });

  it('and a table behind that', () => {
    const table = text('strace-c-then-log-appended.log').split('\n').slice(0, 5).join('\n');
    const both = inspectStrace(`${text('strace-c-then-log-appended.log')}${table}\n`);
    expect(both.calls).toEqual([{ syscall: 'futex', calls: 2002, errors: 0 }]);
    expect(both.tables.map(({ line }) => line)).toEqual([1, 8]);
  });

  it('are the same in the editor’s report', () => {
    const editor = reportStrace(text('strace-c-then-log-appended.log'));
    expect(editor.table.rows.map(({ syscall, calls }) => [syscall, calls])).toEqual([['futex', 1002]]);
    expect(editor.countTables).toEqual({ ofLog: 0, ofLogCalls: 0, others: 1, otherCalls: 1000 });
    expect(editor.verdict.map(({ id }) => id)).toEqual(report.verdict.map(({ id }) => id));
  });
});

it('tables of two modes are added up', () => {
  const table = (rows: string[]): string =>
    [
      '% time     seconds  usecs/call     calls    errors syscall',
      '------ ---',
      ...rows,
      '------ ---',
      '100.00 0.000001 0 9 total',
      '',
    ].join('\n');
  const both = `${table([' 60.00    0.000010           5         3         1 read', ' 40.00    0.000004           4         1           close'])}System call usage summary for 32 bit mode:\n${table(['100.00    0.000044          14         2           read'])}`;
  expect(inspectStrace(both).calls).toEqual([
    { syscall: 'read', calls: 5, errors: 1 },
    { syscall: 'close', calls: 1, errors: 0 },
  ]);
  expect(parseLog(both)).toMatchObject({
    unparsedLines: 0,
    summary: [{ seconds: 0.000054 }, { seconds: 0.000004 }],
  });
});

describe('what is left out', () => {
  it('is counted, and the first is shown on one line', () => {
    const { leftOut } = parseLog('close(3) = 0\nhello\u202e world\nmore\n');
    expect(leftOut).toEqual([{ kind: 'unknown', count: 2, first: 'hello world' }]);
  });

  it('a call that a message broke and nothing ended is a call without a result', () => {
    const log = parseLog('[pid 1] clone(child_stack=0strace: Process 2 attached\n[pid 2] close(3) = 0\n');
    expect(log.calls.map(({ syscall, result }) => [syscall, result])).toEqual([
      ['close', '0'],
      ['clone', undefined],
    ]);
  });
});

// SELinux is not on the machine that records: as printleader, printfd and printpath write it (src/strace.c, src/util.c).
it.each([
  '7 [unconfined_t] 08:38:02 read(3</etc/hosts> [net_conf_t], "x", 1) = 1 <0.000010>',
  '[pid     7] [system_u:system_r:kubelet_t:s0-s0:c0.c1023] [   0] [00007f0093e7d11f] read(3</etc/hosts> [system_u:object_r:net_conf_t:s0!!system_u:object_r:etc_t:s0], "x", 1) = 1',
])('--secontext: %s', line => {
  const [call] = parseLog(`${line}\n`).calls;
  expect([call?.tid, call?.syscall, call?.result, call?.file?.path]).toEqual([7, 'read', '1', '/etc/hosts']);
});

it('an execve that ends the other threads goes on as the process', () => {
  const log = parseLog(
    '12 execve("/bin/true", ["true"], 0x7ffe /* 3 vars */ <unfinished ...>\n10 +++ superseded by execve in pid 12 +++\n10 <... execve resumed>) = 0\n',
  );
  expect(log).toMatchObject({ endsWithoutStart: 0, calls: [{ tid: 10, syscall: 'execve', result: '0' }] });
});
