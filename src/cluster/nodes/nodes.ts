/**
 * v1.Node as the API sends it to ClusterNode. The one place that knows the shape of a node object; every field may be
 * missing there (a node that just registered has no status yet). Reads no network: nodeList.ts and nodeWatch.ts do.
 */
import { fieldAt, fieldOf, listOf, textOf, textTableOf } from '../../base/jsonFields.js';
import { isObjectName } from '../http/objectName.js';
import type { ClusterNode, NodePressure } from '../clusterPorts.js';

/** The part of v1.Node we read, as JSON, for those who write one: times are text, anything may be absent. */
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
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

const PRESSURES: ReadonlyMap<string | undefined, NodePressure> = new Map([
  ['MemoryPressure', 'memory'],
  ['DiskPressure', 'disk'],
  ['PIDPressure', 'pid'],
  ['NetworkUnavailable', 'network-unavailable'],
]);

/**
 * Takes any value. Undefined for what is no object or has no name that an API server could hold: nothing can be asked of
 * it. Fields of another type read as if they were not there.
 */
export function readNode(object: unknown): ClusterNode | undefined {
  const metadata = fieldOf(object, 'metadata');
  const name = fieldOf(metadata, 'name');
  if (!isObjectName(name)) return undefined;
  const status = fieldOf(object, 'status');
  const conditions = listOf(fieldOf(status, 'conditions')).map(readCondition);
  const address = listOf(fieldOf(status, 'addresses')).find(one => fieldOf(one, 'type') === 'InternalIP');
  return {
    name,
    uid: textOf(fieldOf(metadata, 'uid')) ?? '',
    ...readReadiness(conditions),
    pressures: readPressures(conditions),
    isCordoned: fieldAt(object, 'spec', 'unschedulable') === true,
    roles: readRoles(textTableOf(fieldOf(metadata, 'labels'))),
    ...readSystem(fieldOf(status, 'nodeInfo')),
    internalIp: textOf(fieldOf(address, 'address')),
    createdAt: textOf(fieldOf(metadata, 'creationTimestamp')),
    cpuCores: parseCores(textOf(fieldAt(status, 'capacity', 'cpu'))),
  };
}

function readCondition(value: unknown): NodeCondition {
  const text = (name: string): string | undefined => textOf(fieldOf(value, name));
  return { type: text('type'), status: text('status'), reason: text('reason'), message: text('message') };
}

type SystemField =
  | 'kubeletVersion'
  | 'kernelVersion'
  | 'osImage'
  | 'containerRuntimeVersion'
  | 'architecture'
  | 'operatingSystem';

/** status.nodeInfo uses our names; '' where a node has not reported yet. */
function readSystem(info: unknown): Pick<ClusterNode, SystemField> {
  const read = (field: SystemField): string => textOf(fieldOf(info, field)) ?? '';
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
    const pressure = PRESSURES.get(type);
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
