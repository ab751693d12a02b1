import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import type { ContextInfo, KubeconfigContents } from '../../../src/cluster/clusterPorts.js';
import {
  isSameContext,
  kubeconfigStateOf,
  kubeconfigStateOfError,
} from '../../../src/nodes/kubeconfigState.js';

const context = (name: string, isCurrent = false): ContextInfo => ({
  name,
  cluster: 'c',
  user: 'u',
  isCurrent,
  server: 'https://c.invalid',
});
const contents = (parts: Partial<KubeconfigContents>): KubeconfigContents => ({
  contexts: [],
  source: 'home',
  files: ['/a'],
  missing: [],
  problems: [],
  ...parts,
});
const problem = { file: '/a', reason: 'not YAML' };

describe('kubeconfigStateOf', () => {
  it.each([
    ['none', contents({ missing: ['/a'] })],
    ['missing', contents({ source: 'environment', missing: ['/a'] })],
    [
      'missing',
      contents({
        source: 'setting',
        missing: ['/a'],
        problems: [{ file: '/a', reason: 'there is no such file', problem: 'missing' }],
      }),
    ],
    ['empty', contents({})],
    ['invalid', contents({ problems: [problem] })],
    ['ready', contents({ contexts: [context('prod')], problems: [problem] })],
  ])('%s', (kind, given) => {
    expect(kubeconfigStateOf(given).kind).toBe(kind);
  });

  it('puts the current context first and keeps the order of the others', () => {
    const given = contents({ contexts: [context('b'), context('a'), context('now', true)] });
    expect(kubeconfigStateOf(given).contexts.map(one => one.name)).toEqual(['now', 'b', 'a']);
  });
});

describe('kubeconfigStateOfError', () => {
  it('keeps watching the files known from before', () => {
    const error = new TriageError('kubeconfig-invalid', 'bad', { facts: { file: '/a', reason: 'not YAML' } });
    expect(kubeconfigStateOfError(error, ['/a'])).toEqual({
      kind: 'invalid',
      contexts: [],
      files: ['/a'],
      problems: [problem],
    });
    expect(kubeconfigStateOfError(new TriageError('kubeconfig-missing', 'none'), ['/a']).kind).toBe('none');
    expect(kubeconfigStateOfError(new Error('disk on fire'), []).problems).toEqual([
      { file: '', reason: 'disk on fire' },
    ]);
  });
});

describe('isSameContext', () => {
  it('does not mind which context is current', () => {
    expect(isSameContext(context('a', true), context('a', false))).toBe(true);
    expect(isSameContext(context('a'), { ...context('a'), user: 'other' })).toBe(false);
    expect(isSameContext(context('a'), { ...context('a'), server: 'https://d.invalid' })).toBe(false);
  });

  it('minds that the server is no longer verified: rows and consents speak of the connection', () => {
    expect(isSameContext(context('a'), { ...context('a'), serverDoubt: 'not-verified' })).toBe(false);
  });
});
