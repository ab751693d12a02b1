/**
 * What a capture is of. The kubelet of a node is the only one there is; a second one (the API server, a pod's port, a
 * process on a node) becomes a member here, and the compiler names every place that has to know it.
 */
import type { ClusterNode } from '../cluster/ports.js';

export interface KubeletTarget {
  readonly kind: 'kubelet';
  /** Name of its node. */
  readonly node: string;
}

export type ProfileTarget = KubeletTarget;

export function kubeletOf({ name }: Pick<ClusterNode, 'name'>): KubeletTarget {
  return { kind: 'kubelet', node: name };
}
