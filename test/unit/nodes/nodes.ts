/** What the Nodes view knows of a node, for its tests. */
import type { ClusterNode } from '../../../src/cluster/clusterPorts.js';
import type { NodeFacts } from '../../../src/nodes/nodeText.js';

export function nodeFacts(node: ClusterNode, parts: Partial<Omit<NodeFacts, 'node'>> = {}): NodeFacts {
  return { node, cpu: undefined, hotCores: 0.5, capturing: undefined, debugPod: undefined, ...parts };
}
