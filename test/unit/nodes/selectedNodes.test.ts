import { describe, expect, it } from 'vitest';
import {
  MOST_AT_ONCE,
  onMarkedNodes,
  readNodeArgument,
  readSelectedNodes,
} from '../../../src/nodes/selectedNodes.js';
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

describe('a command of several marked nodes', () => {
  const run = async (argument: unknown, selected: unknown, failing?: string) => {
    const acted: unknown[] = [];
    const refused: number[] = [];
    await onMarkedNodes(
      argument,
      selected,
      each => {
        const name = readNodeArgument(each)?.node.name;
        acted.push(name);
        return name !== undefined && name === failing ? Promise.reject(new Error('away')) : Promise.resolve();
      },
      marked => refused.push(marked),
    );
    return { acted, refused };
  };
  const rows = (count: number) => Array.from({ length: count }, (_, at) => row(`n${at}`));

  it('runs on each of them, whichever fails', async () => {
    const three = rows(3);
    expect(await run(three[1], three, 'n0')).toEqual({ acted: ['n0', 'n1', 'n2'], refused: [] });
  });

  it('runs on none of too many, and says so', async () => {
    const many = rows(MOST_AT_ONCE + 1);
    expect(await run(many[0], many)).toEqual({ acted: [], refused: [MOST_AT_ONCE + 1] });
    expect((await run(many[0], rows(MOST_AT_ONCE))).acted).toHaveLength(MOST_AT_ONCE);
  });

  it('runs on what it was called with where nothing else is marked, from the palette too', async () => {
    expect(await run(row('a'), [row('b'), row('c')])).toEqual({ acted: ['a'], refused: [] });
    expect(await run(undefined, undefined)).toEqual({ acted: [undefined], refused: [] });
  });
});
