import { expect, it } from 'vitest';
import { readOtherKubeconfig } from '../../../src/nodes/otherKubeconfig.js';

it.each([
  [{ 'vs-kubernetes.kubeconfig': ' /home/a/config ' }, '/home/a/config'],
  [{ 'vs-kubernetes.kubeconfig': '' }, undefined],
  [{ 'vs-kubernetes.kubeconfig': 7 }, undefined],
  [{ 'vs-kubernetes.namespace': 'x' }, undefined],
  ['/home/a/config', undefined],
  [null, undefined],
  [undefined, undefined],
])('reads %j as %s', (section, expected) => {
  expect(readOtherKubeconfig(section)).toBe(expected);
});
