import { describe, expect, it } from 'vitest';
import { readWireMessage, webviewRequestGuards, WIRE_TAG } from '../../../src/protocol/guards.js';

describe('readWireMessage', () => {
  const error = { code: 'internal', message: 'm', facts: {} };
  it.each([
    { tag: WIRE_TAG, kind: 'request', id: 1, name: 'a/b', params: {} },
    { tag: WIRE_TAG, kind: 'reply', id: 1, result: undefined },
    { tag: WIRE_TAG, kind: 'failure', id: 1, error },
    { tag: WIRE_TAG, kind: 'cancel', id: 1 },
    { tag: WIRE_TAG, kind: 'event', name: 'a/b', params: {} },
  ])('accepts $kind', message => {
    expect(readWireMessage(message)).toBe(message);
  });

  it.each([
    ['no tag', { kind: 'cancel', id: 1 }],
    ['another version', { tag: 'node-triage/0', kind: 'cancel', id: 1 }],
    ['an id that is no number', { tag: WIRE_TAG, kind: 'request', id: '1', name: 'a' }],
    ['a name that is no text', { tag: WIRE_TAG, kind: 'event', name: 3 }],
    ['an error without facts', { tag: WIRE_TAG, kind: 'failure', id: 1, error: { code: 'x', message: 'm' } }],
    ['an unknown kind', { tag: WIRE_TAG, kind: 'shout', id: 1 }],
  ])('refuses %s', (_what, message) => {
    expect(readWireMessage(message)).toBeUndefined();
  });
});

describe('webviewRequestGuards', () => {
  it('takes only a text to copy, of a sane length', () => {
    const guard = webviewRequestGuards['text/copy'];
    expect(guard({ text: 'main;work' })).toEqual({ text: 'main;work' });
    expect(guard({ text: 5 })).toBeUndefined();
    expect(guard({ text: 'x'.repeat(4_000_001) })).toBeUndefined();
    expect(guard(undefined)).toBeUndefined();
  });

  it('takes only a whole, non-negative sample type', () => {
    const guard = webviewRequestGuards['profile/exportFolded'];
    expect(guard({ sampleType: 1 })).toEqual({ sampleType: 1 });
    for (const sampleType of [-1, 0.5, Number.NaN, '1', undefined])
      expect(guard({ sampleType })).toBeUndefined();
  });

  it('takes a function by name and file, and only links there are', () => {
    const ref = { name: 'runtime.futex', file: '' };
    expect(webviewRequestGuards['source/list']({ ...ref, more: 1 })).toEqual(ref);
    expect(webviewRequestGuards['source/list']({ name: 'runtime.futex' })).toBeUndefined();
    const guard = webviewRequestGuards['source/open'];
    expect(guard({ ...ref, target: 'kernel' })).toEqual({ ...ref, target: 'kernel' });
    for (const target of ['https://example.test/', undefined, 3])
      expect(guard({ ...ref, target })).toBeUndefined();
  });

  it('drops what a request without parameters brings along', () => {
    expect(webviewRequestGuards['profile/load']({ more: 1 })).toEqual({});
    expect(webviewRequestGuards['log/show'](3)).toBeUndefined();
  });
});
