import { expect, it } from 'vitest';
import type { ContextInfo } from '../../../src/cluster/clusterPorts.js';
import { LeftoverCounts } from '../../../src/podwork/leftoverCounts.js';

const context = (name: string, server: string, user = 'admin'): ContextInfo => ({
  name,
  server,
  user,
  cluster: name,
  isCurrent: false,
});

it('gives out one context a cluster and user, once', () => {
  const contexts = [
    context('prod', 'https://one:6443'),
    context('prod-shop', 'https://one:6443'),
    context('prod-viewer', 'https://one:6443', 'viewer'),
    context('test', 'https://two:6443'),
  ];
  const counts = new LeftoverCounts(() => contexts);
  const names = contexts.map(({ name }) => name);
  expect(counts.takeUnseen(['prod-shop'])).toEqual(['prod-shop']);
  expect(counts.takeUnseen(names)).toEqual(['prod-viewer', 'test']);
  expect(counts.takeUnseen(names)).toEqual([]);
});

it('looks anew where a context names another cluster now, and shows nothing of the one before', () => {
  let contexts = [context('prod', 'https://one:6443')];
  const counts = new LeftoverCounts(() => contexts);
  counts.takeUnseen(['prod']);
  expect(counts.found('prod', 2)).toEqual(['prod']);
  contexts = [context('prod', 'https://two:6443')];
  expect(counts.count('prod')).toBe(0);
  expect(counts.takeUnseen(['prod'])).toEqual(['prod']);
});

it('tells all contexts of the cluster, and only where the number is another one', () => {
  const contexts = [context('prod', 'https://one:6443'), context('prod-shop', 'https://one:6443')];
  const counts = new LeftoverCounts(() => contexts);
  expect(counts.found('prod', 0)).toEqual([]);
  expect(counts.found('prod', 3)).toEqual(['prod', 'prod-shop']);
  expect(counts.found('prod-shop', 3)).toEqual([]);
  expect(counts.count('prod-shop')).toBe(3);
});
