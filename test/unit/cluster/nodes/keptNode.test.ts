import { describe, expect, it } from 'vitest';
import { NODE_TEXT } from '../../../../src/base/limits.js';
import { keepNode } from '../../../../src/cluster/nodes/keptNode.js';
import { readNode } from '../../../../src/cluster/nodes/nodes.js';
import type { ClusterNode } from '../../../../src/cluster/clusterPorts.js';

function nodeOf(text: string, name = 'node1', roles = 1): ClusterNode {
  const labels = Object.fromEntries(
    Array.from({ length: roles }, (_, at) => [`node-role.kubernetes.io/${at}${text}`, '']),
  );
  const node = readNode({
    metadata: { name, uid: text, creationTimestamp: text, labels },
    status: {
      conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: text }],
      addresses: [{ type: 'InternalIP', address: text }],
      nodeInfo: {
        kubeletVersion: text,
        kernelVersion: text,
        osImage: text,
        containerRuntimeVersion: text,
        architecture: text,
        operatingSystem: text,
      },
    },
  });
  return node!;
}

describe('keepNode', () => {
  it('keeps a real node as it is', () => {
    const node = nodeOf('v1.36.0');
    expect(keepNode(node)).toEqual(node);
  });

  it('keeps no more of a field than a real one has', () => {
    const kept = keepNode(nodeOf('x'.repeat(100_000), 'node1', 1000));
    expect(kept.roles).toHaveLength(NODE_TEXT.roles);
    const texts = Object.values(kept).flatMap((value: unknown) =>
      Array.isArray(value) ? (value as unknown[]) : [value],
    );
    const longest = Math.max(...texts.map(text => String(text).length));
    expect(longest).toBe(NODE_TEXT.reason);
    expect(kept.kubeletVersion).toHaveLength(NODE_TEXT.field);
    expect(kept.kubeletVersion.endsWith('…')).toBe(true);
  });
});
