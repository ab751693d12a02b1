/**
 * v1.Node as the API sends it to ClusterNode. The one place that knows the shape of a node object; every field may be
 * missing there (a node that just registered has no status yet). Reads no network: nodeList.ts and nodeWatch.ts do.
 */
import type { ClusterNode, NodePressure } from './ports.js';

/** The part of v1.Node we read, as JSON: times are text, anything may be absent. */
export interface NodeObject {
  readonly metadata?: {
    readonly name?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly conditions?: readonly NodeCondition[];
    readonly capacity?: Readonly<Record<string, string>>;
    readonly addresses?: readonly { readonly type?: string; readonly address?: string }[];
    readonly nodeInfo?: Readonly<Record<string, string>>;
  };
}

interface NodeCondition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

const PRESSURES: Readonly<Record<string, NodePressure>> = {
  MemoryPressure: 'memory',
  DiskPressure: 'disk',
  PIDPressure: 'pid',
  NetworkUnavailable: 'network-unavailable',
};

/** Undefined for an object without a name: nothing can be asked of it. */
export function readNode(object: NodeObject): ClusterNode | undefined {
  const { metadata = {}, spec, status = {} } = object;
  if (metadata.name === undefined) return undefined;
  const conditions = status.conditions ?? [];
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    ...readReadiness(conditions),
    pressures: readPressures(conditions),
    isCordoned: spec?.unschedulable === true,
    roles: readRoles(metadata.labels ?? {}),
    ...readSystem(status.nodeInfo ?? {}),
    internalIp: status.addresses?.find(address => address.type === 'InternalIP')?.address,
    createdAt: metadata.creationTimestamp,
    cpuCores: parseCores(status.capacity?.cpu),
  };
}

type SystemField =
  | 'kubeletVersion'
  | 'kernelVersion'
  | 'osImage'
  | 'containerRuntimeVersion'
  | 'architecture'
  | 'operatingSystem';

/** status.nodeInfo uses our names; '' where a node has not reported yet. */
function readSystem(info: Readonly<Record<string, string>>): Pick<ClusterNode, SystemField> {
  const read = (field: SystemField): string => info[field] ?? '';
  return {
    kubeletVersion: read('kubeletVersion'),
    kernelVersion: read('kernelVersion'),
    osImage: read('osImage'),
    containerRuntimeVersion: read('containerRuntimeVersion'),
    architecture: read('architecture'),
    operatingSystem: read('operatingSystem'),
  };
}

/**
 * As `kubectl get nodes` says it: False and Unknown (the kubelet stopped reporting) are both not ready; unknown is a
 * node without the condition, which never reported at all.
 */
function readReadiness(
  conditions: readonly NodeCondition[],
): Pick<ClusterNode, 'readiness' | 'readinessReason'> {
  const ready = conditions.find(condition => condition.type === 'Ready');
  if (ready === undefined)
    return { readiness: 'unknown', readinessReason: 'The node has not reported its condition yet.' };
  if (ready.status === 'True') return { readiness: 'ready', readinessReason: undefined };
  const parts = [ready.reason, ready.message].filter(part => part !== undefined && part !== '');
  return { readiness: 'not-ready', readinessReason: parts.join(': ') || undefined };
}

/** Only True counts: after a kubelet's silence all conditions are Unknown, which says nothing about pressure. */
function readPressures(conditions: readonly NodeCondition[]): NodePressure[] {
  return conditions.flatMap(({ type, status }) => {
    const pressure = type === undefined ? undefined : PRESSURES[type];
    return pressure !== undefined && status === 'True' ? [pressure] : [];
  });
}

/** kubectl, pkg/printers/internalversion/printers.go, findNodeRoles. */
function readRoles(labels: Readonly<Record<string, string>>): string[] {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(prefix) && key.length > prefix.length) return [key.slice(prefix.length)];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return [...new Set(roles)].sort();
}

/** A resource quantity of CPU: `2`, `1930m`, `0.5`. */
function parseCores(quantity: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity ?? '');
  return match === null ? undefined : Number(match[1]) / (match[2] === 'm' ? 1000 : 1);
}
