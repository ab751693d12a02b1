import { describe, expect, it } from 'vitest';
import { chooseCase, groupCaptures, type GroupedCaptures } from '../../../src/capture/captureCases.js';
import type { StoredCapture } from '../../../src/capture/captureFolder.js';
import type { CaptureRecord } from '../../../src/capture/captureRecord.js';
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

describe('chooseCase', () => {
  const target = { context: 'prod', node: 'a' };
  const at = (time: string) => Date.parse(`${DAY}T${time}Z`);
  const fresh = () => 'fresh';
  const earlier = capture('a', '10:00:00', '10:01:00', { case: { id: 'one', title: 'x' } });

  it('joins the latest within 15 minutes of its end, and begins another after them', () => {
    expect(chooseCase([earlier], target, at('10:16:00'), fresh)).toEqual({ id: 'one', title: 'x' });
    expect(chooseCase([earlier], target, at('10:16:01'), fresh)).toEqual({ id: 'fresh' });
  });

  it('begins one where another node or context was captured', () => {
    expect(chooseCase([earlier], { ...target, node: 'b' }, at('10:02:00'), fresh)).toEqual({ id: 'fresh' });
    expect(chooseCase([earlier], { ...target, context: 'x' }, at('10:02:00'), fresh)).toEqual({
      id: 'fresh',
    });
    expect(chooseCase([], target, at('10:02:00'), fresh)).toEqual({ id: 'fresh' });
  });

  it('names none where the latest names none, so that the time joins them', () => {
    const old = capture('a', '10:00:00', '10:01:00');
    expect(chooseCase([old], target, at('10:05:00'), fresh)).toBeUndefined();
  });
});
