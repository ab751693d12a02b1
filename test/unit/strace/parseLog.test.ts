import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseFutex } from '../../../src/strace/futex.js';
import { looksLikeStrace } from '../../../src/strace/looksLikeStrace.js';
import { parseLog } from '../../../src/strace/parseLog.js';
import { TRACE_TEXT } from '../../../src/base/limits.js';
import { inspectStrace } from '../../support/readText.js';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/strace/${name}`, import.meta.url), 'utf8');

describe('a recorded log of a kubelet with 30 pods', () => {
  const report = inspectStrace(fixture('strace-futex.30pods.file.txt'));

  // Counted by another program (a script of regular expressions), not by this one.
  it('has the counts of an independent count', () => {
    expect(report.lines).toBe(3354);
    expect(report.futex).toEqual({
      operations: [
        { op: 'FUTEX_WAKE_PRIVATE', result: '1', calls: 816 },
        { op: 'FUTEX_WAIT_PRIVATE', result: '0', calls: 815 },
        { op: 'FUTEX_WAIT_PRIVATE', result: 'ETIMEDOUT', calls: 315 },
        { op: 'FUTEX_WAKE_PRIVATE', result: '0', calls: 46 },
        { op: 'FUTEX_WAIT_PRIVATE', result: 'EAGAIN', calls: 37 },
        { op: 'FUTEX_WAIT_PRIVATE', result: 'ERESTARTSYS', calls: 18 },
      ],
      threads: 11,
      addresses: 14,
      timeouts: 315,
      unfinished: 7,
    });
    expect(report.calls).toEqual([{ syscall: 'futex', calls: 2047, errors: 370 }]);
    expect(report.warnings).toEqual([]);
  });

  it('is nothing to worry about, and says so', () => {
    expect(report.verdict.map(line => line.id)).toEqual([
      'nothing-unusual',
      'timeouts-are-usual',
      'parked-threads',
    ]);
  });
});

it('reads a -c table with and without errors in a row', () => {
  const report = inspectStrace(fixture('strace-c.30pods.file.txt'));
  expect(report.calls.slice(0, 3)).toEqual([
    { syscall: 'nanosleep', calls: 6594, errors: 0 },
    { syscall: 'read', calls: 6118, errors: 295 },
    { syscall: 'epoll_pwait', calls: 3715, errors: 8 },
  ]);
  // The table's own total row.
  expect(report.calls.reduce((sum, row) => sum + row.calls, 0)).toBe(37539);
  expect(report.calls.reduce((sum, row) => sum + row.errors, 0)).toBe(1112);
});

it('reads the log that went to stderr, strace’s own words included', () => {
  const log = parseLog(fixture('strace-futex.idle.stderr'));
  expect(log.unparsedLines).toBe(1); // kubectl's "command terminated with exit code 130"
  expect(log.endsWithoutStart).toBe(0);
  expect(log.spanSeconds).toBeCloseTo(4.992, 3);
});

describe('pairing', () => {
  it('joins halves across threads and keeps the time of the start', () => {
    const log = parseLog(
      [
        '1 10:00:00.000000 futex(0xa, FUTEX_WAIT_PRIVATE, 0, NULL <unfinished ...>',
        '2 10:00:00.250000 futex(0xa, FUTEX_WAKE_PRIVATE, 1) = 1 <0.000010>',
        '1 10:00:00.250050 <... futex resumed>) = 0 <0.250050>',
        '',
      ].join('\n'),
    );
    expect(log.calls.map(call => [call.tid, call.result, call.startSeconds, call.durationSeconds])).toEqual([
      [2, '1', 0.25, 0.00001],
      [1, '0', 0, 0.25005],
    ]);
  });

  it('counts a result without a start, and a start without a result', () => {
    const log = parseLog(
      '1 <... futex resumed>) = 0\n2 futex(0xa, FUTEX_WAIT_PRIVATE, 0, NULL <unfinished ...>\n',
    );
    expect(log.endsWithoutStart).toBe(1);
    expect(analyseFutex(log.calls)).toMatchObject({ calls: 1, unfinished: 1 });
  });

  it('gives up a call when its thread exits or starts another', () => {
    const log = parseLog(
      '1 futex(0xa, FUTEX_WAIT, 0, NULL <unfinished ...>\n1 +++ exited with 0 +++\n2 read(3, <unfinished ...>\n2 close(3) = 0\n',
    );
    expect(log.calls.map(call => `${call.tid} ${call.syscall} ${call.result ?? '-'}`)).toEqual([
      '1 futex -',
      '2 read -',
      '2 close 0',
    ]);
  });

  it('numbers the lines of the file: that of the result, or of the beginning where it has none', () => {
    const long = `1 write(1, "${'x'.repeat(TRACE_TEXT.strace.characters)}", 1) = 1`;
    const log = parseLog(
      [
        long,
        '2 futex(0xa, FUTEX_WAIT_PRIVATE, 0, NULL <unfinished ...>',
        '3 close(3) = 0',
        '4 read(3, <unfinished ...>',
        '2 <... futex resumed>) = 0',
        '5 close(3) = 0',
        '',
      ].join('\n'),
    );
    expect(log.longLines).toBe(1);
    expect(log.calls.map(({ tid, line }) => [tid, line])).toEqual([
      [3, 3],
      [2, 5],
      [5, 6],
      [4, 4],
    ]);
  });

  it('goes over midnight', () => {
    const log = parseLog('1 23:59:59.500000 close(3) = 0\n1 00:00:00.500000 close(3) = 0\n');
    expect(log.spanSeconds).toBeCloseTo(1);
  });

  it('adds up -r', () => {
    const log = parseLog(
      '     0.000000 close(3) = 0\n     0.500000 close(3) = 0\n     0.250000 close(3) = 0\n',
    );
    expect(log.calls.map(call => call.startSeconds)).toEqual([0, 0.5, 0.75]);
  });

  it('takes the file from -y', () => {
    const log = parseLog('1 read(16</sys/fs/cgroup/memory/memory.stat>, "cache 0", 4096) = 7 <9.063000>\n');
    expect(log.calls[0]?.file).toEqual({ path: '/sys/fs/cgroup/memory/memory.stat', isInferred: false });
    expect(
      inspectStrace('1 read(16</sys/fs/cgroup/memory/memory.stat>, "", 4096) = 7 <9.063000>\n').verdict[0],
    ).toEqual({
      id: 'slow-memory-stat',
      weight: 'look',
      isInferred: false,
      text: expect.stringContaining('memory.stat') as string,
      evidence: [
        { text: 'calls of 1 ms or more: 1, together 9.063 s', value: 9.063, unit: 'seconds' },
        {
          text: 'longest: read 9063.0 ms on /sys/fs/cgroup/memory/memory.stat',
          value: 9.063,
          unit: 'seconds',
          threshold: 0.05,
          line: 1,
        },
      ],
      doubt: [],
      confirm: [{ text: 'Check cgroup health: it times reads of memory.stat.', capture: 'cgroups' }],
    });
  });
});

// string_quote in strace's src/util.c: both brackets, controls and all that is not ASCII are escaped inside `<…>`.
it.each([
  ['3</tmp/a\\74b\\76c>', '/tmp/a<b>c'],
  ['3</tmp/\\0761>', '/tmp/>1'],
  ['3</tmp/\\344\\275\\240\\n>', '/tmp/你\n'],
  ['3</tmp/\\"q\\\\>', '/tmp/"q\\'],
  ['3<\\x2f\\x74\\x6d\\x70>', '/tmp'],
  ['fd=3</tmp/x>', '/tmp/x'],
  ['2</dev/pts/1<char 136:1>>', '/dev/pts/1'],
  ['5<pipe:[812]>', 'pipe:[812]'],
  ['6<TCP:[127.0.0.1:5->127.0.0.1:6]>', 'TCP:[127.0.0.1:5->127.0.0.1:6]'],
  ['7', undefined],
])('reads the file that -y prints: %s', (argument, path) => {
  expect(parseLog(`1 read(${argument}, "x", 1) = 1 <0.000010>\n`).calls[0]?.file?.path).toBe(path);
});

/** A thread's calls as strace prints them, each whole or in two halves. */
interface GeneratedCall {
  readonly result: string;
  readonly isSplit: boolean;
  readonly address: number;
}
const generatedThreads = fc.array(
  fc.array(
    fc.record<GeneratedCall>({
      result: fc.constantFrom('0', '1', '-1 ETIMEDOUT (Connection timed out)', '-1 EAGAIN (Try again)'),
      isSplit: fc.boolean(),
      address: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 12 },
  ),
  { minLength: 1, maxLength: 5 },
);

function linesOf(tid: number, calls: readonly GeneratedCall[]): string[] {
  return calls.flatMap(call => {
    const start = `${tid} futex(0x${call.address}, FUTEX_WAIT_PRIVATE, 0, NULL`;
    return call.isSplit
      ? [`${start} <unfinished ...>`, `${tid} <... futex resumed>) = ${call.result} <0.000010>`]
      : [`${start}) = ${call.result} <0.000010>`];
  });
}

describe('properties', () => {
  it('any interleaving of the threads gives the same totals', () => {
    fc.assert(
      fc.property(generatedThreads, fc.infiniteStream(fc.nat()), (threads, picks) => {
        const queues = threads.map((calls, index) => linesOf(100 + index, calls));
        const inOrder = queues.flat();
        const mixed: string[] = [];
        for (const pick of picks) {
          const left = queues.filter(queue => queue.length > 0);
          if (left.length === 0) break;
          mixed.push(left[pick % left.length]?.shift() ?? '');
        }
        const totals = (lines: readonly string[]): unknown => {
          const futex = analyseFutex(parseLog(lines.map(line => `${line}\n`).join('')).calls);
          return [futex.operations, futex.addresses, futex.threads];
        };
        expect(totals(mixed)).toEqual(totals(inOrder));
      }),
    );
  });

  it('a file cut anywhere loses at most its last line', () => {
    const text = fixture('strace-futex.30pods.file.txt').split('\n').slice(0, 60).join('\n');
    for (let cut = 1; cut < text.length; cut += 7) {
      const part = text.slice(0, cut);
      const whole = part.slice(0, part.lastIndexOf('\n') + 1);
      const finished = (log: string): number =>
        parseLog(log).calls.filter(call => call.result !== undefined).length;
      expect(finished(part) - finished(whole)).toBeGreaterThanOrEqual(0);
      expect(finished(part) - finished(whole)).toBeLessThanOrEqual(1);
    }
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), text => void parseLog(text)));
  });
});

it('is recognised by content', () => {
  expect(looksLikeStrace(fixture('strace-futex.30pods.file.txt'))).toBe(true);
  expect(looksLikeStrace(fixture('strace-futex.idle.stderr'))).toBe(true);
  expect(looksLikeStrace(fixture('strace-c.idle.stderr'))).toBe(true);
  expect(looksLikeStrace('main;syncLoop;futex 12\nmain;gc 3\n')).toBe(false);
  expect(looksLikeStrace('{"kind":"Status"}')).toBe(false);
  expect(looksLikeStrace('')).toBe(false);
});
