import { describe, expect, it } from 'vitest';
import { readReportState, ReportStore, type ReportState } from '../../../../webview/report/reportState.js';
import { sortRows, toTsv } from '../../../../webview/report/rowOrder.js';
import { explainOperation, explainResult } from '../../../../webview/report/terms.js';
import { formatBucket, formatSeconds } from '../../../../webview/report/times.js';

describe('order of rows', () => {
  const rows = [{ v: 2 }, { v: undefined }, { v: 10 }, { v: 2 }].map((row, at) => ({ ...row, at }));
  const order = (descending: boolean): number[] =>
    sortRows(rows, row => row.v, descending).map(({ at }) => at);

  it('compares numbers as numbers, keeps equal ones in order, and puts what has none last either way', () => {
    expect(order(false)).toEqual([0, 3, 2, 1]);
    expect(order(true)).toEqual([2, 0, 3, 1]);
  });
});

it('TSV keeps its shape whatever a cell holds', () => {
  expect(
    toTsv([
      ['a', 'b'],
      ['x\ty', 'two\r\nlines'],
    ]),
  ).toBe('a\tb\nx y\ttwo lines');
});

describe('times', () => {
  it('are said in the unit that suits them', () => {
    expect([9.063, 0.0045, 0.00001, undefined].map(formatSeconds)).toEqual([
      '9.06 s',
      '4.50 ms',
      '10.0 µs',
      '–',
    ]);
  });

  it.each([
    [0, 1e-6, '< 1 µs'],
    [1e-5, 1e-4, '10 µs – 100 µs'],
    [1e-4, 1e-3, '100 µs – 1 ms'],
    [0.1, 1, '100 ms – 1 s'],
    [100, undefined, '≥ 100 s'],
  ])('bucket from %s to %s is %s', (fromSeconds, toSeconds, text) => {
    expect(formatBucket({ fromSeconds, toSeconds, count: 1 })).toBe(text);
  });
});

describe('explanations', () => {
  const first = (operation: string): string | undefined => explainOperation(operation)?.paragraphs[0];

  it('are of the operation itself, not of one whose name begins alike', () => {
    expect(first('FUTEX_WAIT_PRIVATE')).toMatch(/^WAIT sleeps/);
    expect(first('FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME')).toMatch(/^WAIT_BITSET/);
    expect(first('FUTEX_WAKE_OP_PRIVATE')).toMatch(/^WAKE_OP/);
    expect(first('FUTEX_CMP_REQUEUE_PRIVATE')).toMatch(/^REQUEUE wakes/);
    expect(first('FUTEX_CMP_REQUEUE_PI_PRIVATE')).toMatch(/^REQUEUE_PI/);
    expect(first('FUTEX_WAIT_REQUEUE_PI_PRIVATE')).toMatch(/^REQUEUE_PI/);
    expect(first('FUTEX_UNLOCK_PI')).toMatch(/^LOCK_PI/);
    expect(first('futex_wake')).toMatch(/^WAKE wakes/);
    expect(first('(start not recorded)')).toBeUndefined();
  });

  it('add what the flags mean', () => {
    expect(explainOperation('FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME')?.paragraphs).toHaveLength(3);
    expect(explainOperation('FUTEX_WAIT')?.paragraphs).toHaveLength(1);
  });

  it('of results are of errors; numbers say themselves', () => {
    expect(explainResult('EAGAIN')?.paragraphs[0]).toMatch(/^EAGAIN/);
    expect(explainResult('1')).toBeUndefined();
    expect(explainResult('constructor')).toBeUndefined();
  });
});

describe('kept state', () => {
  it('of another kind or version is none', () => {
    const none = { version: 1, scroll: 0, sorts: {}, open: [] };
    for (const kept of [undefined, null, 7, {}, { version: 2, scroll: 5 }])
      expect(readReportState(kept)).toEqual(none);
    expect(readReportState({ version: 1, scroll: -3, sorts: { a: { column: 4 } }, open: ['x', 3] })).toEqual({
      ...none,
      open: ['x'],
    });
  });

  it('comes back as it was kept', () => {
    const kept: ReportState[] = [];
    const store = new ReportStore(undefined, state => kept.push(state));
    store.setScroll(120);
    store.setSort('calls', { column: 'errors', descending: true });
    store.setOpen('calls', true);
    store.setOpen('times', true);
    store.setOpen('calls', false);
    const again = new ReportStore(JSON.parse(JSON.stringify(kept.at(-1))), () => undefined);
    expect(again.scroll).toBe(120);
    expect(again.sortOf('calls')).toEqual({ column: 'errors', descending: true });
    expect(again.sortOf('toString')).toBeUndefined();
    expect([again.isOpen('calls'), again.isOpen('times')]).toEqual([false, true]);
  });
});
