import { expect, it } from 'vitest';
import { readNodeArgument, readSelectedNodes } from '../../../src/nodes/selectedNodes.js';
import { fakeNode } from '../../support/fakeCluster.js';

const row = (name: string, context = 'prod') => ({ kind: 'node', context, node: fakeNode(name) });
const names = (...given: Parameters<typeof readSelectedNodes>) =>
  readSelectedNodes(...given)?.map(({ context, node }) => `${context}/${node.name}`);

it('is all marked nodes where the clicked one is among them', () => {
  const rows = [row('a'), row('b'), row('a', 'test')];
  expect(names(rows[1], rows)).toEqual(['prod/a', 'prod/b', 'test/a']);
});

it.each<[string, unknown, unknown]>([
  ['a row outside of what is marked', row('c'), [row('a'), row('b')]],
  ['the namesake of another cluster', row('a', 'test'), [row('a'), row('b')]],
  ['the only marked row', row('a'), [row('a')]],
  ['a row beside one that is no node', row('a'), [row('a'), { kind: 'context', context: 'prod' }]],
  ['a row without marks', row('a'), undefined],
  ['the palette', undefined, undefined],
])('is the clicked one alone: %s', (_, argument, selected) => {
  expect(names(argument, selected)).toBeUndefined();
});

it('reads a node of whatever names one, and nothing of what does not', () => {
  expect(readNodeArgument(row('a'))).toMatchObject({ context: 'prod', node: { name: 'a' } });
  for (const none of [undefined, null, 'a', {}, { context: 1, node: {} }, { context: 'x', node: null }])
    expect(readNodeArgument(none)).toBeUndefined();
});
