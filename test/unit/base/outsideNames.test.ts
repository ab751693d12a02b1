/** Names that an object has from its prototype, as names of outside things: they are names like any other. */
import { describe, expect, it } from 'vitest';
import {
  bareTable,
  entryOf,
  fieldAt,
  fieldOf,
  listOf,
  textTableOf,
  wholeOf,
} from '../../../src/base/jsonFields.js';
import { describeNode } from '../../../src/cluster/pods/nodeDetails.js';
import { describePod } from '../../../src/cluster/pods/podState.js';
import { toolOf } from '../../../src/debugpod/foreignLeftovers.js';
import { parseJobEnd } from '../../../src/debugpod/jobScripts.js';
import { judgeStart } from '../../../src/debugpod/rejection.js';
import { fillTemplate } from '../../../src/sources/frame/frameUrl.js';
import { findSystemCallWorker } from '../../../src/sources/kernel/systemCalls.js';
import { findPackageHome } from '../../../src/sources/repository/repositories.js';

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

describe.each(NAMES)('%s', name => {
  const json = (text: string): unknown => JSON.parse(text.replaceAll('NAME', name));

  it('is a field only where the object has it', () => {
    expect(fieldOf({}, name)).toBeUndefined();
    expect(fieldOf(json('{"NAME": 7}'), name)).toBe(7);
    expect(fieldAt({}, name, name)).toBeUndefined();
    expect(entryOf({}, name)).toBeUndefined();
  });

  it('is a label and an annotation', () => {
    const pod = describePod(json('{"metadata": {"labels": {"NAME": "a"}, "annotations": {"NAME": "b"}}}'));
    expect([pod.labels[name], pod.annotations[name]]).toEqual(['a', 'b']);
    expect(describePod({ metadata: { labels: {} } }).labels[name]).toBeUndefined();
    expect(describeNode('n', json('{"metadata": {"labels": {"NAME": "a"}}}')).labels[name]).toBe('a');
    expect(Object.keys(bareTable([[name, 1]]))).toEqual([name]);
  });

  it('is no tool, no advice, no system call’s worker, no value of a template, no package', () => {
    expect(toolOf({ name: 'p', labels: { 'app.kubernetes.io/managed-by': name } })).toBeUndefined();
    const waiting = { state: { waiting: { reason: name } }, name: 'c' };
    const pod = describePod({
      spec: { containers: [{ name: 'c' }] },
      status: { containerStatuses: [waiting] },
    });
    expect(() => judgeStart(pod)).not.toThrow();
    expect(findSystemCallWorker(name, undefined)).toBe(`sys_${name}`);
    expect(fillTemplate(`a/{${name}}`, {})).toBe('a');
    expect(() => findPackageHome(`${name}/a/b`, '')).not.toThrow();
  });
});

describe('jsonFields', () => {
  it('reads what is of another type as nothing', () => {
    expect(fieldOf([1], 'length')).toBeUndefined();
    expect(fieldOf('text', 'length')).toBeUndefined();
    expect(listOf({ length: 2 ** 32 })).toEqual([]);
    expect({ ...textTableOf({ a: 'b', c: 1, d: null, e: '\ud800' }) }).toEqual({ a: 'b', e: '\ufffd' });
    expect({ ...textTableOf([1]) }).toEqual({});
    expect([-1, 1.5, NaN, '1', 2 ** 60, 7].map(value => wholeOf(value, 10))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      7,
    ]);
  });
});

describe('the end of a job', () => {
  const end = (text: string) => parseJobEnd(new TextEncoder().encode(text));

  it.each([
    '0 0 0 4294967296\n',
    '0 0 0 4294967295\n',
    '0 0 0 99999999999999999999\n',
    '0 -5 0 0\n',
    '0 0 0 1\n-3 a\n',
    '-1 0 0 0\n',
    ' 0 0 0\n',
    '1e1 0 0 0\n',
  ])('%j did not arrive as it was sent', text => {
    expect(() => end(text)).toThrow(expect.objectContaining({ code: 'transfer-failed' }));
  });

  it('holds status, outputs and files', () => {
    expect(end('3 2 1 1\n7 __proto__\nabc')).toEqual({
      exitCode: 3,
      stdout: 'ab',
      stderr: 'c',
      files: [{ name: '__proto__', bytes: 7 }],
    });
  });
});
