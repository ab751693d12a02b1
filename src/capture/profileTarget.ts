/**
 * What a capture is of. The kubelet of a node is the only one there is; a second one (the API server, a pod's port, a
 * process on a node) becomes a member here, and the compiler names every place that has to know it.
 */
import type { ClusterNode } from '../cluster/clusterPorts.js';

export interface KubeletTarget {
  readonly kind: 'kubelet';
  /** Name of its node. */
  readonly node: string;
}

export type ProfileTarget = KubeletTarget;

/** What is asked for, and the node that it runs on as the cluster shows it. Part of every capture's request. */
export interface TargetOnNode {
  readonly target: ProfileTarget;
  readonly node: ClusterNode;
}

export function kubeletOn(node: ClusterNode): TargetOnNode {
  return { target: { kind: 'kubelet', node: node.name }, node };
}

/** How names of folders and files call it. */
export function targetName(target: ProfileTarget): string {
  return target.node;
}
