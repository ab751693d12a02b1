import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inspectKernelTrace } from '../../support/readText.js';
import { looksLikeKernelTrace } from '../../../src/ktrace/looksLikeKernelTrace.js';
import { parseEvents } from '../../../src/ktrace/parseEvents.js';
import { syscallName } from '../../../src/base/syscallNumbers.js';

const folder = new URL('../../fixtures/ktrace/', import.meta.url);
const text = gunzipSync(readFileSync(new URL('kubelet-hot.txt.gz', folder))).toString('utf8');

interface Answers {
  readonly events: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly microseconds: Readonly<Record<string, number>>;
  readonly readsOver1ms: readonly number[];
  readonly exitsWithoutEnter: number;
  readonly unfinished: number;
  readonly futex: { readonly threads: number; readonly addresses: number; readonly timeouts: number };
}
const answers = JSON.parse(readFileSync(new URL('kubelet-hot.answers.json', folder), 'utf8')) as Answers;

describe('the recorded trace of a kubelet with slow memory.stat', () => {
  const trace = parseEvents(text);
  const report = inspectKernelTrace(text);

  it('has the recorded answers by system call number', () => {
    expect(report.events).toBe(answers.events);
    expect(Object.fromEntries(report.calls.map(row => [row.number, row.calls]))).toEqual(answers.calls);
    expect(
      Object.fromEntries(report.calls.filter(row => row.errors > 0).map(row => [row.number, row.errors])),
    ).toEqual(answers.errors);
    expect(
      Object.fromEntries(
        report.calls.filter(row => row.microseconds > 0).map(row => [row.number, row.microseconds]),
      ),
    ).toEqual(answers.microseconds);
  });

  it('pairs entries and exits as the answers do', () => {
    expect(trace.endsWithoutStart).toBe(answers.exitsWithoutEnter);
    expect(trace.calls.filter(call => call.result === undefined)).toHaveLength(answers.unfinished);
    expect(report.futex).toMatchObject(answers.futex);
  });

  it('shows the slow read and names what to look at', () => {
    const slow = trace.calls.filter(call => call.syscall === 'read' && (call.durationSeconds ?? 0) > 1e-3);
    expect(slow.map(call => Math.round((call.durationSeconds ?? 0) * 1e6))).toEqual(answers.readsOver1ms);
    expect(report.verdict[0]?.id).toBe('inside-system-calls');
  });

  it('counts what the ring buffer overwrote', () => {
    expect(report.lost).toBe(272_588 - 60_000);
  });
});

it('reads the event behind one that the kernel broke off', () => {
  const next = 'kubelet-22153   [000] 10956.418244: sys_exit: NR 0 = 7';
  // As a real trace had it, and broken off later; a whole one alone is itself.
  for (const broken of ['sys_enter', 'sys_enter: NR 0', 'sys_enter: NR 0 (5, 7f00'])
    expect(parseEvents(`  kubelet-22153   [000] 10956.418088: ${broken}  ${next}\n`)).toMatchObject({
      events: 1,
      unparsedLines: 0,
      calls: [{ tid: 22153, syscall: 'read', result: '7' }],
    });
});

it('reads task names with blanks and dashes, and traces without the flags column', () => {
  const odd = [
    '  my task-7-18542   [001]  3919.390836: sys_enter: NR 202 (5309238, 80, 0, 0, 0, 0)',
    '  my task-7-18542   (  18542) [001] .....  3919.390936: sys_exit: NR 202 = -110',
    'CPU:1 [LOST 12 EVENTS]',
  ].join('\n');
  const trace = parseEvents(odd);
  expect(trace.lost).toBe(12);
  expect(trace.calls).toMatchObject([
    {
      tid: 18542,
      syscall: 'futex',
      result: 'ETIMEDOUT',
      isError: true,
      futex: { address: '0x5309238', operation: 'FUTEX_WAIT_PRIVATE', value: 0, timeout: { kind: 'none' } },
    },
  ]);
});

it('knows arm64 by the number that calls futex', () => {
  const arm = 'kubelet-1 [000] ..... 1.000000: sys_enter: NR 98 (4000, 81, 1, 0, 0, 0)\n';
  expect(parseEvents(arm)).toMatchObject({ architecture: 'arm64', calls: [{ syscall: 'futex' }] });
});

it.each([
  [202, 'amd64', 'futex'],
  [98, 'arm64', 'futex'],
  [63, 'arm64', 'read'],
  [437, 'amd64', 'openat2'],
  [437, 'arm64', 'openat2'],
  [451, 'amd64', 'cachestat'],
  [454, 'arm64', 'futex_wake'],
  [-1, 'amd64', 'rt_sigreturn'],
  [9999, 'amd64', 'syscall_9999'],
] as const)('number %i on %s is %s', (number, architecture, name) => {
  expect(syscallName(number, architecture)).toBe(name);
});

it('is recognised by content', () => {
  expect(looksLikeKernelTrace(text)).toBe(true);
  expect(looksLikeKernelTrace('main;a 1\n')).toBe(false);
});

it('reads the first events of a line that the kernel broke off, and tries no thousand of them', () => {
  const head = ' kubelet-7 [000] ..... 1.000000: sys_enter';
  const whole = `${head}: NR 202 (1, 2, 3, 4, 5, 6)`;
  expect(parseEvents(`${head.repeat(3)}${whole}\n`).calls).toHaveLength(1);
  // Each try costs what is left of the line: ten thousand of them would cost its square.
  expect(parseEvents(`${head.repeat(20)}${whole}\n`).calls).toHaveLength(0);
});
