import { describe, expect, it } from 'vitest';
import { reportKernelTrace, reportStrace } from '../../support/readText.js';
import { readFixture } from '../../support/fixtures.js';
import { gunzipSync } from 'node:zlib';

const text = (name: string): string => new TextDecoder().decode(readFixture(name));
const kernelTrace = (): Uint8Array => gunzipSync(readFixture('ktrace/kubelet-hot.txt.gz'));

describe('the report of a strace log', () => {
  const report = reportStrace(text('strace/strace-futex.30pods.file.txt'));

  it('has the numbers of the inspection', () => {
    expect(report).toMatchObject({
      engine: 'strace',
      form: 'log',
      lines: 3354,
      calls: 2047,
      errors: 370,
      threads: 11,
      unfinished: 7,
      lost: 0,
      isFutexOnly: true,
      hasDurations: true,
    });
    expect(report.futex).toMatchObject({ calls: 2047, timeouts: 315, unfinished: 7 });
    expect(report.futex.addresses.total).toBe(14);
    expect(report.futex.operations.rows[0]).toEqual({
      operation: 'FUTEX_WAKE_PRIVATE',
      result: '1',
      calls: 816,
    });
  });

  it('counts every wait once in the timeline and in the waits by time-out', () => {
    const { timeline, timeoutHistogram, otherTimeouts, threads } = report.futex;
    const waits = threads.rows.reduce((sum, row) => sum + row.waits, 0);
    expect(timeline.binSeconds).toBe(1);
    expect(timeline.bins.reduce((sum, bin) => sum + bin.waits, 0)).toBe(waits);
    const given = timeoutHistogram.reduce((sum, { count }) => sum + count, 0);
    expect(given + otherTimeouts.none + otherTimeouts.absolute + otherTimeouts.unknown).toBe(waits);
    expect(given).toBeGreaterThan(300);
  });

  it('compares with an idle kubelet what it can: no share of all calls where only futex was traced', () => {
    expect(report.comparison.map(({ of, here }) => [of, here?.toFixed(3)])).toEqual([
      ['futexCalls', undefined],
      ['futexTime', undefined],
      ['timeouts', '0.154'],
    ]);
  });
});

describe('the report of a -c table', () => {
  const report = reportStrace(text('strace/strace-c.30pods.stderr'));

  it('is told to be a table, and has its seconds and no wall time', () => {
    expect(report).toMatchObject({ form: 'table', threads: 0, hasDurations: false, spanSeconds: undefined });
    const futex = report.table.rows.find(row => row.syscall === 'futex');
    expect(futex).toMatchObject({ calls: 1685, errors: 271, tableSeconds: 1.438898, wallSeconds: undefined });
  });

  it('gives the shares of futex, and says what a table cannot tell', () => {
    expect(report.comparison.map(({ here }) => here?.toFixed(3))).toEqual(['0.046', '0.509', '0.161']);
    expect(report.verdict.map(({ id }) => id)).toEqual(['counts-only']);
    expect(report.verdict[0]?.evidence).toHaveLength(2);
  });
});

describe('the report of a kernel trace', () => {
  const report = reportKernelTrace(new TextDecoder().decode(kernelTrace()));

  it('says what was lost', () => {
    expect(report).toMatchObject({ engine: 'kernel', form: 'log', lost: 212_588, isFutexOnly: false });
    expect(report.table.rows[0]).toMatchObject({ syscall: 'read', calls: 6912, errors: 45 });
  });

  it('lists the slow calls that do not wait by design, longest first, with their descriptor', () => {
    const { rows, total } = report.slowest;
    expect(rows).toHaveLength(total);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ seconds }) => seconds)).toEqual(
      rows.map(({ seconds }) => seconds).sort((a, b) => b - a),
    );
    expect(rows.every(({ seconds }) => seconds >= 1e-3)).toBe(true);
    expect(rows.map(({ syscall }) => syscall)).not.toContain('epoll_pwait');
    expect(rows.find(({ syscall }) => syscall === 'read')?.descriptor).toBeGreaterThan(2);
  });
});

it('a mean is of the calls that have a duration', () => {
  // The first line is the end of a call that began before the log.
  const report = reportStrace(
    '1 <... read resumed>"", 1) = 1\n1 read(3, "", 1) = 1 <0.000400>\n1 read(3, "", 1) = 1 <0.000200>\n',
  );
  expect(report.table.rows).toMatchObject([{ calls: 3, errors: 0, longestSeconds: 0.0004 }]);
  expect(report.table.rows[0]?.meanSeconds).toBeCloseTo(0.0003, 9);
});

it('long lists are cut and say how long they were', () => {
  const lines = Array.from(
    { length: 1000 },
    (_, tid) => `${tid + 1} openat(AT_FDCWD, "x", 0) = 3 <0.002000>\n`,
  );
  const { slowest } = reportStrace(lines.join(''));
  expect([slowest.rows.length, slowest.total]).toEqual([300, 1000]);
});
