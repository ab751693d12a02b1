/** Which names of the cluster the evidence tells: for exports that shall not hold them. */
import type { NodeEvidence } from '../../material/model.js';
import type { ClusterNames } from './redactor.js';

/** Of each kind: a node has some hundred pods, its Events those of others as well. */
const MOST_NAMES = 5_000;

export function clusterNames(evidence: NodeEvidence): ClusterNames {
  const { facts, pods, events, metrics } = evidence;
  const nodes = new Set<string>();
  const podNames = new Set<string>();
  const namespaces = new Set<string>();
  const add = (to: Set<string>, name: string | undefined): void => {
    if (name !== undefined && name !== '' && to.size < MOST_NAMES) to.add(name);
  };
  add(nodes, facts.nodeName);
  for (const { name, namespace } of pods) {
    add(podNames, name);
    add(namespaces, namespace);
  }
  for (const { objectKind, objectName } of events) {
    if (objectKind === 'Node') add(nodes, objectName);
    if (objectKind === 'Pod') add(podNames, objectName);
  }
  for (const { labels } of metrics) {
    add(nodes, labels['node']);
    add(podNames, labels['pod'] ?? labels['pod_name']);
    add(namespaces, labels['namespace']);
  }
  return { nodes: [...nodes], pods: [...podNames], namespaces: [...namespaces] };
}
