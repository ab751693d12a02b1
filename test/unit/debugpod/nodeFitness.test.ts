/** Which nodes can run a debug pod, and what is said about those that can. */
import { describe, expect, it } from 'vitest';
import type { NodeDetails, NodeReady } from '../../../src/cluster/podPorts.js';
import type { ClusterNode } from '../../../src/cluster/clusterPorts.js';
import { judgeNode } from '../../../src/debugpod/nodeFitness.js';
import { fakeNode } from '../../support/fakeCluster.js';

const details: NodeDetails = { name: 'node1', labels: {}, taints: [], images: [], podSlots: 110 };
const judge = (node: Partial<ClusterNode>, change: Partial<NodeDetails> = {}, podCount?: number) =>
  judgeNode(fakeNode('node1', node), { ...details, ...change }, podCount);

it('a well node needs nothing', () => {
  expect(judge({}, {}, 109)).toEqual({ warnings: [], needsCritical: false });
  expect(judge({}, { podSlots: undefined }, 500)).toEqual({ warnings: [], needsCritical: false });
});

describe.each<[string, Partial<ClusterNode>, Partial<NodeDetails>, string]>([
  ['Windows by label', {}, { labels: { 'kubernetes.io/os': 'windows' } }, 'Windows'],
  ['Windows by its kubelet', { operatingSystem: 'windows' }, {}, 'Windows'],
  ['virtual-kubelet', {}, { labels: { type: 'virtual-kubelet' } }, 'virtual'],
  [
    'an AKS virtual node',
    {},
    { taints: [{ key: 'virtual-kubelet.io/provider', value: 'azure', effect: 'NoSchedule' }] },
    'virtual',
  ],
  ['Fargate', {}, { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } }, 'virtual'],
  ['Liqo', {}, { labels: { 'liqo.io/type': 'virtual-node' } }, 'virtual'],
  [
    'Liqo by its taint',
    {},
    { taints: [{ key: 'virtual-node.liqo.io/not-allowed', value: 'true', effect: 'NoExecute' }] },
    'virtual',
  ],
  ['interLink', {}, { labels: { 'virtual-node.interlink/type': 'virtual-kubelet' } }, 'virtual'],
  ['Admiralty', {}, { labels: { 'virtual-kubelet.io/provider': 'admiralty' } }, 'virtual'],
  ['a super node of Tencent', {}, { labels: { 'node.kubernetes.io/instance-type': 'eklet' } }, 'virtual'],
  ['a node that vCluster makes up', {}, { labels: { 'vcluster.loft.sh/fake-node': 'true' } }, 'virtual'],
  ['KWOK', {}, { taints: [{ key: 'kwok.x-k8s.io/node', value: 'fake', effect: 'NoSchedule' }] }, 'virtual'],
])('%s', (_, node, change, reason) => {
  it('is refused with the reason', () => {
    expect(() => judge(node, change)).toThrow(
      expect.objectContaining({ code: 'node-unfit', node: 'node1', facts: { reason } }),
    );
  });
});

it.each<[string, Partial<ClusterNode>, NodeReady['status'] | undefined, readonly string[]]>([
  ['the control plane hears nothing of', { readiness: 'not-ready' }, 'Unknown', ['kubelet-silent']],
  ['says itself that it is not ready', { readiness: 'not-ready' }, 'False', ['not-ready']],
  ['is silent since the view was told last', { readiness: 'ready' }, 'Unknown', ['kubelet-silent']],
  ['is back since the view was told last', { readiness: 'not-ready' }, 'True', []],
  ['never reported', { readiness: 'unknown' }, undefined, ['not-ready']],
])('a kubelet that %s', (_, node, status, warnings) => {
  const none = { reason: undefined, message: undefined, heartbeatAt: undefined };
  const ready = status === undefined ? undefined : { status, ...none };
  expect(judge(node, { ready }).warnings).toEqual(warnings);
});

it.each<[Partial<ClusterNode>, number, readonly string[], boolean]>([
  [{ readiness: 'not-ready' }, 1, ['not-ready'], false],
  [{ readiness: 'unknown', isCordoned: true }, 1, ['not-ready', 'cordoned'], false],
  [{ pressures: ['memory', 'network-unavailable'] }, 1, ['memory-pressure'], false],
  [{ pressures: ['disk'] }, 1, ['disk-pressure'], true],
  [{ pressures: ['pid'] }, 1, ['pid-pressure'], true],
  [{}, 110, ['slots-full'], true],
])('%o with %i pods: %o, critical %s', (node, podCount, warnings, needsCritical) => {
  expect(judge(node, {}, podCount)).toEqual({ warnings, needsCritical });
});
