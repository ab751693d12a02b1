/**
 * Whether a node can run a debug pod at all, and what is unusual about it: told before anything is made. The words are
 * src/ui's.
 */
import { TriageError } from '../base/errors.js';
import type { NodeDetails } from '../cluster/podPorts.js';
import type { ClusterNode } from '../cluster/ports.js';

/** Something to know before saying yes, and by its kind what is done about it. */
export type NodeWarning =
  /** Nobody promises that a pod starts; its time limit ends the waiting. */
  | 'not-ready'
  /** Nothing needs to be done: the pod is bound to the node without the scheduler. */
  | 'cordoned'
  /** Nothing needs to be done: its requests make it Burstable, which is admitted. */
  | 'memory-pressure'
  /** The kubelet takes critical pods only. */
  | 'disk-pressure'
  | 'pid-pressure'
  /** As many pods as it takes: a critical one takes another's place. */
  | 'slots-full';

export interface NodeFitness {
  readonly warnings: readonly NodeWarning[];
  /** True where the kubelet would take only a `system-node-critical` pod: to be asked, as it may evict another for it. */
  readonly needsCritical: boolean;
}

/**
 * Throws `node-unfit` (facts.reason `Windows` or `virtual`). `podCount`: pods on the node that have not ended;
 * undefined where they may not be counted.
 */
export function judgeNode(
  node: ClusterNode,
  details: NodeDetails,
  podCount: number | undefined,
): NodeFitness {
  const unfit = (reason: 'Windows' | 'virtual') =>
    new TriageError('node-unfit', `${node.name} cannot run a debug pod: ${reason}`, {
      node: node.name,
      facts: { reason },
    });
  if (isWindows(node, details)) throw unfit('Windows');
  if (isVirtual(details)) throw unfit('virtual');
  const warnings: NodeWarning[] = [];
  if (node.readiness !== 'ready') warnings.push('not-ready');
  if (node.isCordoned) warnings.push('cordoned');
  if (node.pressures.includes('memory')) warnings.push('memory-pressure');
  if (node.pressures.includes('disk')) warnings.push('disk-pressure');
  if (node.pressures.includes('pid')) warnings.push('pid-pressure');
  if (details.podSlots !== undefined && podCount !== undefined && podCount >= details.podSlots)
    warnings.push('slots-full');
  const needsCritical = warnings.some(
    warning => warning === 'disk-pressure' || warning === 'pid-pressure' || warning === 'slots-full',
  );
  return { warnings, needsCritical };
}

function isWindows(node: ClusterNode, { labels }: NodeDetails): boolean {
  return (labels['kubernetes.io/os'] ?? node.operatingSystem).toLowerCase() === 'windows';
}

/**
 * Nodes without a machine: virtual-kubelet and what is built on it (AKS virtual nodes, Alibaba's ECI) say so by label
 * and taint; a Fargate node is one pod's, and takes no other; KWOK's are made up.
 */
function isVirtual({ labels, taints }: NodeDetails): boolean {
  return (
    labels['type'] === 'virtual-kubelet' ||
    labels['type'] === 'kwok' ||
    labels['eks.amazonaws.com/compute-type'] === 'fargate' ||
    taints.some(
      ({ key }) =>
        key.startsWith('virtual-kubelet.io/') ||
        key === 'eks.amazonaws.com/compute-type' ||
        key === 'kwok.x-k8s.io/node',
    )
  );
}
