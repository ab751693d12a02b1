/**
 * Logs of strace with each of its options (test/fixtures/strace/recorded/record.sh): what is counted from their lines is
 * what strace itself counted in the tables at their end.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectStrace } from '../../../src/cli/inspectCalls.js';
import type { StraceEvidence } from '../../../src/evidence/model.js';
import { readEvidence } from '../../../src/evidence/readEvidence.js';
import { recogniseEvidence } from '../../../src/evidence/recogniseEvidence.js';
import { buildCallTable } from '../../../src/strace/callTable.js';
import { parseLog, type StraceLog } from '../../../src/strace/parseLog.js';
import { addUpRows } from '../../../src/strace/parseSummary.js';
import { FIXTURES, readFixture } from '../../support/fixtures.js';

const FOLDER = 'strace/recorded';
const versions = readdirSync(path.join(FIXTURES, FOLDER), { withFileTypes: true }).filter(entry =>
  entry.isDirectory(),
);
const logs = versions.flatMap(({ name }) =>
  readdirSync(path.join(FIXTURES, FOLDER, name)).map(file => `${name}/${file}`),
);

const read = (file: string): string => new TextDecoder().decode(readFixture(`${FOLDER}/${file}`));

/** `futex 14/1`, sorted: calls and errors. */
function counted(rows: readonly { syscall: string; calls: number; errors: number }[]): string[] {
  return rows.map(({ syscall, calls, errors }) => `${syscall} ${calls}/${errors}`).sort();
}
const fromLines = ({ calls }: StraceLog): string[] => counted(buildCallTable({ calls, tables: [] }));
const fromTables = ({ tables }: StraceLog): string[] => counted(addUpRows(tables));

/** Lines left out of the log by -z and -Z, several runs in one file: their own tests are below. */
const OTHERWISE = /\/(?:successful|failed|appended|columns)\.log$/;

describe.each(logs)('%s', file => {
  const log = parseLog(read(file));

  it('is known, and all of its lines are', () => {
    expect(recogniseEvidence(readFixture(`${FOLDER}/${file}`))).toBe('strace');
    expect(log.unparsedLines).toBe(0);
    expect(log.endsWithoutStart).toBe(0);
    expect(log.calls.length).toBeGreaterThan(0);
  });

  it('says the same with the line ends and the encoding of Windows', () => {
    const utf16 = Buffer.from(`\ufeff${read(file).replaceAll('\n', '\r\n')}`, 'utf16le');
    const inspect = (bytes: Uint8Array) => {
      const format = recogniseEvidence(bytes);
      expect(format).toBe('strace');
      return inspectStrace(readEvidence(bytes, format) as StraceEvidence);
    };
    expect(inspect(utf16)).toEqual(inspect(readFixture(`${FOLDER}/${file}`)));
  });
});

it.each(logs.filter(file => !OTHERWISE.test(file)))(
  '%s has the counts of its own tables, and has them once',
  file => {
    const log = parseLog(read(file));
    expect(fromLines(log)).toEqual(fromTables(log));
    expect(log.tables.map(({ isOfLog }) => isOfLog)).not.toContain(false);
    expect(counted(buildCallTable(log))).toEqual(fromLines(log));
  },
);

describe.each(versions.map(({ name }) => name))('strace %s', version => {
  const logOf = (name: string): StraceLog => parseLog(read(`${version}/${name}.log`));

  it('-z and -Z: the table behind the log is the log’s although it counts more', () => {
    expect(new Set(logOf('successful').tables.map(({ isOfLog }) => isOfLog))).toEqual(new Set([true]));
    expect(new Set(logOf('failed').tables.map(({ isOfLog }) => isOfLog))).toEqual(new Set([true]));
  });

  it('-U: whichever columns there are', () => {
    const log = logOf('columns');
    expect(fromLines(log)).toEqual(fromTables(log));
    expect(log.summary.find(({ syscall }) => syscall === 'futex')?.seconds).toBeTypeOf('number');
  });

  it.each([
    ['timestamps-none-s', undefined],
    ['timestamps-time-s', 's'],
    ['timestamps-time-ns', 'ns'],
    ['timestamps-unix-s', 's'],
    ['timestamps-unix-ns', 'ns'],
    ['relative-s', 's'],
    ['relative-ns', 'ns'],
    ['time-relative-s', 's'],
    ['i-n-ttt-r-T', 'us'],
  ])('times of %s', (name, precision) => {
    const { spanSeconds, calls } = logOf(name);
    if (precision === undefined) expect(spanSeconds).toBeUndefined();
    else if (precision === 's') expect([0, 1]).toContain(spanSeconds);
    // Three threads' sleeps of 2 ms, one after the other.
    else expect(spanSeconds).toBeGreaterThan(0.005);
    if (name.startsWith('timestamps'))
      expect(
        calls.filter(call => call.syscall === 'futex').map(call => typeof call.durationSeconds),
      ).not.toContain('undefined');
  });

  it('-k and -e read=: counted, and the first is shown', () => {
    expect(logOf('k-n-i').leftOut).toEqual([
      {
        kind: 'frame',
        count: expect.any(Number) as number,
        first: expect.stringMatching(/^> \/\S+\(\S*\) \[0x/) as string,
      },
    ]);
    expect(logOf('dump').leftOut).toEqual([
      {
        kind: 'dump',
        count: expect.any(Number) as number,
        first: expect.stringContaining('| 00000 7f 45 4c 46') as string,
      },
    ]);
  });

  it('-Y and -yy: threads by number, files by path', () => {
    const { calls } = logOf('Y-yy');
    expect(new Set(calls.map(({ tid }) => tid)).size).toBe(3);
    expect(calls.find(({ syscall }) => syscall === 'write')?.file?.path).toMatch(/a "<b>\n é = 3$/);
  });

  it('-A: a table, a log and a table again are three runs, and nothing of them is lost', () => {
    const log = logOf('appended');
    expect(log.tables.map(({ isOfLog }) => isOfLog)).not.toContain(true);
    const futex = buildCallTable(log).find(({ syscall }) => syscall === 'futex');
    const inTables = log.summary.find(({ syscall }) => syscall === 'futex');
    const inLines = log.calls.filter(({ result }) => result !== undefined).length;
    expect(inLines).toBeGreaterThan(5);
    expect(futex?.calls).toBe(inLines + (inTables?.calls ?? 0));
    expect(futex?.wallSeconds).toBeGreaterThan(0);
  });
});
