import { describe, expect, it } from 'vitest';
import type { ContextInfo } from '../../../src/cluster/clusterPorts.js';
import { CurrentContext } from '../../../src/nodes/currentContext.js';

const contexts = (...names: string[]): ContextInfo[] =>
  names.map((name, index) => ({ name, cluster: name, user: name, server: '', isCurrent: index === 0 }));

describe('CurrentContext', () => {
  it('is opened once: who closes it wants it closed', () => {
    const current = new CurrentContext();
    expect(current.takeToOpen(contexts('prod', 'test'))).toBe('prod');
    expect(current.takeToOpen(contexts('prod', 'test'))).toBeUndefined();
    expect(current.takeToOpen(contexts('test', 'prod'))).toBe('test');
  });

  it('is opened again where all contexts went and came back', () => {
    const current = new CurrentContext();
    current.takeToOpen(contexts('prod'));
    expect(current.takeToOpen([])).toBeUndefined();
    expect(current.takeToOpen(contexts('prod'))).toBe('prod');
  });

  it('is none where the kubeconfig names none', () => {
    const none = contexts('prod').map(context => ({ ...context, isCurrent: false }));
    expect(new CurrentContext().takeToOpen(none)).toBeUndefined();
  });
});
