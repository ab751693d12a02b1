import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangeCollector, COALESCE_MS, type ClusterChange } from '../../../src/nodes/clusterChange.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('ChangeCollector', () => {
  it('tells the first change at once and the following ones together', () => {
    const told: ClusterChange[] = [];
    const collector = new ChangeCollector(change => told.push(change));
    collector.nodeChanged('prod', 'a');
    vi.advanceTimersByTime(0);
    expect(told).toHaveLength(1);
    for (let i = 0; i < 500; i++) collector.nodeChanged('prod', `n${i % 10}`);
    vi.advanceTimersByTime(COALESCE_MS - 1);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(told).toHaveLength(2);
    expect(told[1]?.nodes.get('prod')?.size).toBe(10);
  });

  it('leaves out nodes of a context that is redrawn as a whole', () => {
    const told: ClusterChange[] = [];
    const collector = new ChangeCollector(change => told.push(change));
    collector.nodeChanged('prod', 'a');
    collector.contextChanged('prod');
    collector.nodeChanged('test', 'b');
    vi.advanceTimersByTime(COALESCE_MS);
    expect(told).toEqual([
      { kubeconfig: false, contexts: new Set(['prod']), nodes: new Map([['test', new Set(['b'])]]) },
    ]);
  });

  it('is silent after its end', () => {
    const told: ClusterChange[] = [];
    const collector = new ChangeCollector(change => told.push(change));
    collector.kubeconfigChanged();
    collector.dispose();
    collector.contextChanged('prod');
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([]);
  });
});
