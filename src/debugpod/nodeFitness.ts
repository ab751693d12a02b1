/**
 * Whether a node can run a debug pod at all, and what is unusual about it: told before anything is made. The words are
 * src/ui's.
 */
import { entryOf } from '../base/jsonFields.js';
import { TriageError } from '../base/errors.js';
import type { NodeDetails } from '../cluster/podPorts.js';
import type { ClusterNode } from '../cluster/clusterPorts.js';

/** Something to know before saying yes, and by its kind what is done about it. */
export type NodeWarning =
  /** The kubelet reports nothing: no pod starts, and no profile comes, while that is so. It is given little time. */
  | 'kubelet-silent'
  /** The kubelet says so itself: a profile of it is likely to come, a pod may start. */
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
  const readiness = judgeReadiness(node, details);
  if (readiness !== undefined) warnings.push(readiness);
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

/** What was read just now goes before what the view was told. */
function judgeReadiness(
  { readiness }: ClusterNode,
  { ready }: NodeDetails,
): 'kubelet-silent' | 'not-ready' | undefined {
  if (ready?.status === 'Unknown') return 'kubelet-silent';
  if (ready === undefined) return readiness === 'ready' ? undefined : 'not-ready';
  return ready.status === 'True' ? undefined : 'not-ready';
}

function isWindows(node: ClusterNode, { labels }: NodeDetails): boolean {
  return (labels['kubernetes.io/os'] ?? node.operatingSystem).toLowerCase() === 'windows';
}

/**
 * Labels of nodes without a machine, each by what is built so: virtual-kubelet (AKS virtual nodes, Alibaba's ECI), KWOK,
 * Fargate (a node is one pod's, and takes no other), Liqo, interLink, Tencent's super nodes, nodes that a vCluster makes up.
 */
const VIRTUAL_LABELS: readonly (readonly [key: string, value: string])[] = [
  ['type', 'virtual-kubelet'],
  ['type', 'kwok'],
  ['eks.amazonaws.com/compute-type', 'fargate'],
  ['liqo.io/type', 'virtual-node'],
  ['virtual-node.interlink/type', 'virtual-kubelet'],
  ['node.kubernetes.io/instance-type', 'eklet'],
  ['vcluster.loft.sh/fake-node', 'true'],
];
/** The same by taint, whatever its value. */
const VIRTUAL_TAINTS: ReadonlySet<string> = new Set([
  'eks.amazonaws.com/compute-type',
  'kwok.x-k8s.io/node',
  'virtual-node.liqo.io/not-allowed',
  'virtual-node.interlink/no-schedule',
  'eks.tke.cloud.tencent.com/eklet',
]);

function isVirtual({ labels, taints }: NodeDetails): boolean {
  return (
    VIRTUAL_LABELS.some(([key, value]) => entryOf(labels, key) === value) ||
    entryOf(labels, 'virtual-kubelet.io/provider') !== undefined ||
    taints.some(({ key }) => key.startsWith('virtual-kubelet.io/') || VIRTUAL_TAINTS.has(key))
  );
}
