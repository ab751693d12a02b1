import { describe, expect, it } from 'vitest';
import {
  caseOfCapture,
  groupCaptures,
  isEvidenceFor,
  type GroupedCaptures,
} from '../../../src/capture/captureCases.js';
import { CurrentCases } from '../../../src/capture/currentCases.js';
import type { StoredCapture } from '../../../src/capture/captureFolder.js';
import { REMEDY_PROFILE, type CaptureRecord } from '../../../src/capture/captureRecord.js';
import { TriageError } from '../../../src/base/errors.js';

const DAY = '2026-11-23';

function capture(
  node: string,
  from: string,
  to: string | undefined,
  more: Partial<CaptureRecord> = {},
): StoredCapture {
  const record: CaptureRecord = {
    schema: 1,
    state: 'complete',
    profile: 'cpu',
    context: 'prod',
    node: { name: node },
    startedAt: `${DAY}T${from}Z`,
    endedAt: to === undefined ? undefined : `${DAY}T${to}Z`,
    files: [],
    issues: [],
    ...more,
  };
  return { kind: 'capture', folder: `/captures/${node}-${from}`, record, mainFile: undefined };
}

/** `node: [times of a case] [of another]`, as the view lists them. */
function drawn({ nodes }: GroupedCaptures): string[] {
  return nodes.map(
    ({ node, cases }) =>
      `${node}: ${cases
        .map(({ captures }) => `[${captures.map(({ record }) => record.startedAt.slice(11, 16)).join(' ')}]`)
        .join(' ')}`,
  );
}

describe('groupCaptures', () => {
  it('joins captures without a case while no more than 15 minutes lie between them', () => {
    const grouped = groupCaptures([
      capture('a', '10:00:00', '10:01:00'),
      capture('a', '10:16:00', '10:17:00'),
      capture('a', '10:32:01', undefined),
      capture('a', '10:40:00', '10:41:00'),
    ]);
    expect(drawn(grouped)).toEqual(['a: [10:40 10:32] [10:16 10:00]']);
  });

  it('keeps nodes and contexts apart, the one with the newest capture first', () => {
    const grouped = groupCaptures([
      capture('a', '10:00:00', '10:01:00'),
      capture('b', '10:02:00', '10:03:00'),
      capture('a', '10:01:00', '10:02:00', { context: 'test' }),
    ]);
    expect(grouped.nodes.map(({ context, node }) => [context, node])).toEqual([
      ['prod', 'b'],
      ['test', 'a'],
      ['prod', 'a'],
    ]);
  });

  it('goes by the case where a capture names one, whatever lies between', () => {
    const one = { case: { id: 'one' } };
    const grouped = groupCaptures([
      capture('a', '08:00:00', '08:01:00', { case: { id: 'one', title: 'after the upgrade' } }),
      capture('a', '10:00:00', '10:01:00', { case: { id: 'two' } }),
      capture('a', '12:00:00', '12:01:00', one),
      capture('b', '12:00:30', '12:01:00', one),
    ]);
    expect(drawn(grouped).sort()).toEqual(['a: [12:00 08:00] [10:00]', 'b: [12:00]']);
    const ofA = grouped.nodes.find(({ node }) => node === 'a');
    expect(ofA?.cases.map(({ id, title }) => [id, title])).toEqual([
      ['one', 'after the upgrade'],
      ['two', undefined],
    ]);
  });

  it('takes the node from the target where one is named', () => {
    const grouped = groupCaptures([
      capture('a', '10:00:00', '10:01:00', { target: { kind: 'kubelet', node: 'b' } }),
      capture('b', '10:02:00', '10:03:00'),
    ]);
    expect(grouped.nodes).toHaveLength(1);
  });

  it('gives folders that cannot be used to no node', () => {
    const error = new TriageError('capture-invalid', 'no');
    const grouped = groupCaptures([{ kind: 'invalid', folder: '/x', startedAt: `${DAY}T10:00:00Z`, error }]);
    expect([grouped.nodes.length, grouped.invalid.length]).toEqual([0, 1]);
  });

  it('holds names that look like keys apart', () => {
    const grouped = groupCaptures([
      capture('__proto__', '10:00:00', '10:01:00'),
      capture('constructor', '10:00:00', '10:01:00'),
    ]);
    expect(grouped.nodes).toHaveLength(2);
  });
});

describe('caseOfCapture', () => {
  it('is the case with all its captures, by the folder of any of them', () => {
    const captures = [
      capture('a', '10:00:00', '10:01:00', { case: { id: 'one' } }),
      capture('b', '10:00:30', '10:01:00', { case: { id: 'one' } }),
      capture('a', '10:02:00', '10:03:00', { case: { id: 'one' } }),
      capture('a', '10:04:00', '10:05:00', { case: { id: 'two' } }),
    ];
    const found = caseOfCapture(captures, '/captures/a-10:00:00');
    expect(found?.captures.map(({ folder }) => folder)).toEqual([
      '/captures/a-10:02:00',
      '/captures/a-10:00:00',
    ]);
    expect(caseOfCapture(captures, '/captures/elsewhere')).toBeUndefined();
  });
});

describe('isEvidenceFor', () => {
  const record = (node: string, id: string | undefined, state: CaptureRecord['state'] = 'complete') => {
    const made = capture(node, '10:00:00', undefined, { state, ...(id !== undefined && { case: { id } }) });
    if (made.kind !== 'capture') throw new Error('not a capture');
    return made.record;
  };

  it.each([
    ['of its case and node', record('a', 'one'), true],
    ['of its case under way', record('a', 'one', 'running'), false],
    ['of another case', record('a', 'two'), false],
    ['of a case of the same id on another node', record('b', 'one'), false],
    ['of no case', record('a', undefined), false],
  ])('a capture %s', (_, other, isEvidence) => {
    expect(isEvidenceFor(record('a', 'one'), other)).toBe(isEvidence);
  });
});

describe('CurrentCases', () => {
  const target = { context: 'prod', node: 'a' };
  const at = (time: string) => Date.parse(`${DAY}T${time}Z`);
  const earlier = capture('a', '10:00:00', '10:01:00', { case: { id: 'one', title: 'x' } });
  /** `captures`: what is on the disk, which a test may change. */
  const scene = (...captures: StoredCapture[]) => {
    let ids = 0;
    const list = () => Promise.resolve({ captures, isCut: false });
    return { captures, cases: new CurrentCases({ list }, () => `new-${++ids}`) };
  };

  it('join the latest within 15 minutes of its end, and begin another after them', async () => {
    const { cases } = scene(earlier);
    expect(await cases.caseFor(target, at('10:16:00'))).toEqual({ id: 'one', title: 'x' });
    expect(await cases.caseFor(target, at('10:16:01'))).toEqual({ id: 'new-1' });
  });

  it('begin one where another node or context was captured', async () => {
    const { cases } = scene(earlier);
    expect(await cases.caseFor({ ...target, node: 'b' }, at('10:02:00'))).toEqual({ id: 'new-1' });
    expect(await cases.caseFor({ ...target, context: 'x' }, at('10:02:00'))).toEqual({ id: 'new-2' });
  });

  it('name none where the latest names none, so that the time joins them', async () => {
    const { cases } = scene(capture('a', '10:00:00', '10:01:00'));
    expect(await cases.caseFor(target, at('10:05:00'))).toBeUndefined();
  });

  it('never join what a colleague sent, whatever time it claims', async () => {
    const { cases } = scene(capture('a', '23:00:00', '23:59:00', { case: { id: 'theirs' }, imported: {} }));
    expect(await cases.caseFor(target, at('10:00:00'))).toEqual({ id: 'new-1' });
  });

  it('are one for what begins before the first of it is on the disk', async () => {
    const { cases } = scene();
    const together = [cases.caseFor(target, at('10:00:00')), cases.caseFor(target, at('10:00:00'))];
    expect(await Promise.all(together)).toEqual([{ id: 'new-1' }, { id: 'new-1' }]);
    expect(await cases.caseFor(target, at('10:00:08'))).toEqual({ id: 'new-1' });
    expect(await cases.caseFor(target, at('10:15:09'))).toEqual({ id: 'new-2' });
  });

  it('end with a remedy: what was measured before it does not judge the node after it', async () => {
    const { cases, captures } = scene();
    expect(await cases.caseFor(target, at('10:00:00'))).toEqual({ id: 'new-1' });
    const done = { profile: REMEDY_PROFILE, case: { id: 'new-1' } };
    captures.push(capture('a', '10:02:00', '10:03:00', done));
    expect(await cases.caseFor(target, at('10:03:30'))).toEqual({ id: 'new-2' });
    expect(await cases.caseFor(target, at('10:03:40'))).toEqual({ id: 'new-2' });
  });

  it('are begun also where the folder cannot be listed', async () => {
    const cases = new CurrentCases({ list: () => Promise.reject(new Error('denied')) }, () => 'new');
    expect(await cases.caseFor(target, at('10:00:00'))).toEqual({ id: 'new' });
  });
});
