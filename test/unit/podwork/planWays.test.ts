import { expect, it } from 'vitest';
import { planWays, type PodWay } from '../../../src/podwork/planWays.js';
import { fakeNode } from '../../support/fakeCluster.js';
import { FakePods } from '../../support/fakePods.js';

const choices = { namespace: 'triage', image: undefined, pullSecret: undefined, serviceAccount: undefined };
const never = new AbortController().signal;
const LITTLE: PodWay<string> = { key: 'little', label: 'Little', cost: '', need: 'shell', level: 'ptrace' };
const MUCH: PodWay<string> = { ...LITTLE, key: 'much', label: 'Much', level: 'privileged' };

const plan = (pods: FakePods) =>
  planWays(
    pods.runner('admin'),
    { node: fakeNode('node1'), ways: [LITTLE, MUCH], workSeconds: 10, choices },
    never,
  );
const isPrivileged = (manifest: unknown): boolean => JSON.stringify(manifest).includes('"privileged":true');

it('keeps the order of the ways: the one that asks for least stands first', async () => {
  const { admitted, refused } = await plan(new FakePods());
  expect(admitted.map(({ key }) => key)).toEqual(['little', 'much']);
  expect(refused).toEqual([]);
});

it('says which way the cluster refuses, and its words', async () => {
  const pods = new FakePods();
  pods.refusal = manifest => (isPrivileged(manifest) ? 'no privileged pods here' : undefined);
  const { admitted, refused } = await plan(pods);
  expect(admitted.map(({ key }) => key)).toEqual(['little']);
  expect(refused).toEqual([{ label: 'Much', reason: 'no privileged pods here' }]);
});

it('rejects with the refusal of the way that asks for least, where none is admitted', async () => {
  const pods = new FakePods();
  pods.refusal = manifest => (isPrivileged(manifest) ? 'no privileged pods here' : 'no host processes here');
  await expect(plan(pods)).rejects.toMatchObject({
    code: 'pod-refused',
    node: 'node1',
    facts: { reason: 'no host processes here' },
  });
});
