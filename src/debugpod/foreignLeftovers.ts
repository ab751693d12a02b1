/**
 * Privileged pods that other tools made for looking at a node and forgot: found by the names and labels that those
 * tools give. They are shown, and removed only when a person asks for it, one by one.
 */
import { entryOf } from '../base/jsonFields.js';
import type { PodRunner, PodSelection, PodState } from '../cluster/podPorts.js';
import { MANAGED_BY, MANAGED_BY_LABEL } from './podSpec.js';

export interface ForeignLeftover {
  readonly pod: PodState;
  /** Which tool makes pods like it. */
  readonly tool: string;
}

/** `kubectl debug node`, kubectl-node-shell and Lens, k9s, older node-shell plugins. */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/^node-debugger-/, 'kubectl debug node'],
  [/^node-shell-/, 'node-shell'],
  [/^k9s-shell-/, 'k9s'],
  [/^nsenter-/, 'node-shell'],
  [/^kubectl-trace-/, 'kubectl-trace'],
  // oc before 4.20 gives no label: `ip-10-0-79-147ec2internal-debug-8l2bd`, the node's name without its dots.
  [/-debug-[a-z0-9]{5}$/, 'oc debug'],
];
const BY_MANAGER: Readonly<Record<string, string>> = {
  'kubectl-debug': 'kubectl debug',
  'oc-debug': 'oc debug',
};

/** oc since 4.20 (openshift/oc#2055). */
const OC_LABEL = 'debug.openshift.io/managed-by';
const TRACE_LABEL = 'iovisor.org/kubectl-trace';
/** Of older oc, beside the name. */
const OC_ANNOTATION = 'debug.openshift.io/source-resource';

type Marks = Pick<PodState, 'name' | 'labels'> & Partial<Pick<PodState, 'annotations'>>;

/** Which tool made it, as far as its name, labels and annotations tell. */
export function toolOf({ name, labels, annotations = {} }: Marks): string | undefined {
  const manager = labels[MANAGED_BY_LABEL] ?? '';
  if (manager === MANAGED_BY) return undefined;
  if (entryOf(labels, OC_LABEL) === 'oc-debug' || entryOf(annotations, OC_ANNOTATION) !== undefined)
    return 'oc debug';
  if (entryOf(labels, TRACE_LABEL) !== undefined) return 'kubectl-trace';
  return entryOf(BY_MANAGER, manager) ?? BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
}

/** Tools whose pods the API server can select by label: the answers are short in a cluster of any size. */
const LABELLED = [
  `${MANAGED_BY_LABEL} in (${Object.keys(BY_MANAGER).join(',')})`,
  `${OC_LABEL}=oc-debug`,
  TRACE_LABEL,
];

/** Those of tools that label their pods; for a look that no user asked for. Rejects as {@link findForeignLeftovers}. */
export function findLabelledLeftovers(
  pods: PodRunner,
  { mayBeCached }: Pick<PodSelection, 'mayBeCached'>,
  signal: AbortSignal,
): Promise<readonly ForeignLeftover[]> {
  return findAmong(
    pods,
    LABELLED.map(labelSelector => ({ namespace: undefined, labelSelector, mayBeCached })),
    signal,
  );
}

/** Of all namespaces, the oldest first: reads every pod of the cluster. Rejects as PodRunner.list, `forbidden` where not all may be listed. */
export function findForeignLeftovers(
  pods: PodRunner,
  signal: AbortSignal,
): Promise<readonly ForeignLeftover[]> {
  return findAmong(pods, [{ namespace: undefined }], signal);
}

async function findAmong(
  pods: PodRunner,
  selections: readonly PodSelection[],
  signal: AbortSignal,
): Promise<readonly ForeignLeftover[]> {
  const all: PodState[] = [];
  for (const selection of selections) all.push(...(await pods.list(selection, signal)));
  // A pod may bear the labels of two tools.
  return [...new Map(all.map(pod => [`${pod.namespace}/${pod.name}`, pod])).values()]
    .flatMap(pod => {
      // A namesake that cannot reach the node gives no access to it.
      const tool = pod.hostPid || pod.isPrivileged ? toolOf(pod) : undefined;
      return tool === undefined ? [] : [{ pod, tool }];
    })
    .sort((a, b) => (a.pod.createdAt ?? '').localeCompare(b.pod.createdAt ?? ''));
}
