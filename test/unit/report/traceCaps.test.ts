/** Traces with more lines, longer lines and more changes of files than are read: what was left out is counted and said. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseEvents } from '../../../src/ktrace/parseEvents.js';
import { parseLog } from '../../../src/strace/parseLog.js';
import { summaryOf } from '../../../webview/report/reportSummary.js';
import { setWords } from '../../../webview/words.js';
import {
  inspectKernelTrace,
  inspectStrace,
  reportKernelTrace,
  reportStrace,
} from '../../support/readText.js';

vi.mock('../../../src/base/limits.js', async importOriginal => ({
  ...(await importOriginal<typeof import('../../../src/base/limits.js')>()),
  TRACE_TEXT: {
    kernel: { lines: 20, characters: 200 },
    strace: { lines: 20, characters: 200 },
    changesInCall: 3,
  },
}));

const mark = (at: number, text: string): string =>
  `  sh-2 [000] ${at}.000000: tracing_mark_write: node-triage ${text}\n`;
const call = (from: number, to: number): string =>
  `  kubelet-7 [000] ${from}.000000: sys_enter: NR 0 (3, 0, 0, 0, 0, 0)\n` +
  `  kubelet-7 [000] ${to}.000000: sys_exit: NR 0 = 1\n`;

describe.each([
  ['kernel', call(1, 2), reportKernelTrace, inspectKernelTrace],
  ['strace', '7 read(3, "", 1) = 1 <0.1>\n7 read(3, "", 1) = 1 <0.1>\n', reportStrace, inspectStrace],
] as const)('a trace by %s', (_, two, report, inspect) => {
  afterEach(() => setWords({}));

  it('is read to its cap of lines, and says so', () => {
    const whole = report(two.repeat(10));
    expect(whole).toMatchObject({ lines: 20, longLines: 0, isCut: false });
    expect(summaryOf(whole).missing).toEqual([]);
    const cut = report(two.repeat(11));
    expect(cut).toMatchObject({ lines: 20, isCut: true, calls: whole.calls });
    const said = 'The file has more lines than are read: every count is of the first 20.';
    expect(summaryOf(cut).missing).toEqual([said]);
    expect(inspect(two.repeat(11)).warnings).toEqual([said]);
  });

  it('counts lines that are too long, and reads the others', () => {
    const found = report(`${two}${'x'.repeat(201)}\n${two}${'y'.repeat(200)}\n`);
    expect(found).toMatchObject({ lines: 6, longLines: 1, unparsedLines: 1, isCut: false });
    expect(summaryOf(found).missing).toContain('Lines that are too long to be read: 1, left out.');
    expect(inspect(`${two}${'x'.repeat(201)}\n`).warnings).toEqual(['1 lines are too long to be read.']);
  });

  it('says it in Chinese, too', () => {
    const file = path.join(import.meta.dirname, '../../../media/l10n/bundle.l10n.zh-cn.json');
    setWords(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
    expect(summaryOf(report(two.repeat(11))).missing[0]).toBe(
      '文件的行数超过读取上限：所有计数只涉及前 20 行。',
    );
  });
});

it('a log that is cut in its last line loses that line alone', () => {
  const line = '7 read(3, "", 1) = 1 <0.1>\n';
  expect(parseLog(`${line}${line.slice(0, 20)}`)).toMatchObject({ lines: 2, unparsedLines: 1 });
  expect(parseLog(line.repeat(2))).toMatchObject({ lines: 2, unparsedLines: 0 });
});

it('a mark of files that were left out reaches the report and the inspection', () => {
  const text = `${call(1, 2)}# fds-cut: yes\n`;
  const said = /had more files open, or longer paths, than the trace notes/;
  expect(summaryOf(reportKernelTrace(text)).missing).toEqual([expect.stringMatching(said)]);
  expect(inspectKernelTrace(text).warnings).toEqual([expect.stringMatching(said)]);
  expect(summaryOf(reportKernelTrace(call(1, 2))).missing).toEqual([]);
});

describe('the file of a call', () => {
  const fileOf = (changes: number): string | undefined => {
    const looks = Array.from(
      { length: changes },
      (_, at) => mark(2 + at, `fd 3 /${at}`) + mark(2 + at, 'fds'),
    );
    return parseEvents(
      `  kubelet-7 [000] 1.000000: sys_enter: NR 0 (3, 0, 0, 0, 0, 0)\n${looks.join('')}` +
        `  kubelet-7 [000] 99.000000: sys_exit: NR 0 = 1\n`,
    ).calls[0]?.file?.path;
  };

  it('is none where it changed too often to be gone through', () => {
    expect(fileOf(3)).toBeDefined();
    expect(fileOf(4)).toBeUndefined();
  });
});

it('a file that is open until the end was seen until the last look, and no longer', () => {
  const look = mark(10, 'fd 3 /a') + mark(10, 'fds') + mark(12, 'fds');
  expect(parseEvents(look + call(11, 13)).calls[0]?.file?.path).toBe('/a');
  expect(parseEvents(look + call(13, 14)).calls[0]?.file).toBeUndefined();
  const other = look + mark(14, 'fd 3 /b') + mark(14, 'fds') + mark(20, 'fds');
  expect(parseEvents(other + call(15, 16)).calls[0]?.file?.path).toBe('/b');
});
