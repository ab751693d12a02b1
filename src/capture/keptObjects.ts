/**
 * What a capture keeps of API objects and of a kubelet's configuration: the fields that tell why a node is slow. Environments,
 * annotations, commands of probes, image lists and headers stay behind: they may hold secrets, and a capture is sent to
 * colleagues.
 */
import { TriageError } from '../base/errors.js';
import { fieldAt, fieldOf, listOf, textOf } from '../base/jsonFields.js';

/** A larger text is not looked through for what must not be kept, and so is not kept: 250 pods of 20 kB are 5 MB. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Kinds of answers that are cut down; others are text without secrets. */
export type KeptObject = 'node' | 'node-events' | 'pod-events' | 'pods' | 'configz';

/**
 * The answer with nothing but what is kept, as JSON text. Rejects with `answer-too-large`, or `request-rejected` where it
 * is no JSON.
 */
export function keepObject(kind: KeptObject, bytes: Uint8Array, node: string): Uint8Array {
  if (bytes.length > MOST_BYTES)
    throw new TriageError('answer-too-large', `What was answered about ${node} has ${bytes.length} bytes.`, {
      node,
      facts: { what: kind, limit: MOST_BYTES, counted: 'bytes' },
    });
  const kept = KEEP[kind](parse(bytes, node), node);
  return new TextEncoder().encode(`${JSON.stringify(kept, undefined, 1)}\n`);
}

function parse(bytes: Uint8Array, node: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (error) {
    throw new TriageError('request-rejected', `What was answered about ${node} is no JSON.`, {
      node,
      facts: { status: 200, body: '' },
      cause: error,
    });
  }
}

const KEEP: Readonly<Record<KeptObject, (value: unknown, node: string) => unknown>> = {
  node: keepNode,
  'node-events': value => keepList(value, 'EventList', () => true, keepEvent),
  // Events say which kubelet sent them; those of other nodes are none of ours.
  'pod-events': (value, node) => keepList(value, 'EventList', event => hostOf(event) === node, keepEvent),
  pods: value => keepList(value, 'PodList', () => true, keepPod),
  configz: keepConfig,
};

function keepList(
  value: unknown,
  kind: string,
  isKept: (item: unknown) => boolean,
  keep: (item: unknown) => object,
): object {
  const items = listOf(fieldOf(value, 'items')).filter(isKept).map(keep);
  const isCut = textOf(fieldAt(value, 'metadata', 'continue')) !== undefined;
  return { kind, apiVersion: 'v1', ...(isCut && { isCut }), items };
}

/** The named fields of an object, as they are. */
function pick(value: unknown, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap(name => {
      const field = fieldOf(value, name);
      return field === undefined ? [] : [[name, field] as const];
    }),
  );
}

function keepNode(value: unknown): object {
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: pick(fieldOf(value, 'metadata'), 'name', 'creationTimestamp', 'labels'),
    spec: pick(fieldOf(value, 'spec'), 'taints', 'unschedulable', 'podCIDR'),
    status: pick(
      fieldOf(value, 'status'),
      'capacity',
      'allocatable',
      'conditions',
      'nodeInfo',
      'volumesInUse',
    ),
  };
}

function hostOf(event: unknown): string | undefined {
  const host = textOf(fieldAt(event, 'source', 'host'));
  return host === undefined || host === '' ? textOf(fieldOf(event, 'reportingInstance')) : host;
}

function keepEvent(value: unknown): object {
  return {
    involvedObject: pick(fieldOf(value, 'involvedObject'), 'kind', 'namespace', 'name'),
    ...pick(value, 'type', 'reason', 'message', 'count', 'firstTimestamp', 'lastTimestamp', 'eventTime'),
    source: pick(fieldOf(value, 'source'), 'component', 'host'),
  };
}

function keepPod(value: unknown): object {
  const spec = fieldOf(value, 'spec');
  return {
    metadata: pick(fieldOf(value, 'metadata'), 'name', 'namespace', 'creationTimestamp', 'deletionTimestamp'),
    spec: {
      ...pick(spec, 'nodeName', 'hostNetwork', 'hostPID', 'priority'),
      volumes: listOf(fieldOf(spec, 'volumes')).map(keepVolume),
      containers: listOf(fieldOf(spec, 'containers')).map(keepContainer),
    },
    status: {
      ...pick(fieldOf(value, 'status'), 'phase', 'reason', 'startTime', 'qosClass'),
      containerStatuses: listOf(fieldAt(value, 'status', 'containerStatuses')).map(status =>
        pick(status, 'name', 'restartCount', 'ready', 'state'),
      ),
    },
  };
}

/** Of what kind it is; names of secrets and claims are none of a triage's business. */
function keepVolume(value: unknown): object {
  const kinds = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return Object.fromEntries(kinds.map(kind => (kind === 'name' ? ['name', ''] : [kind, {}])));
}

function keepContainer(value: unknown): object {
  return {
    ...pick(value, 'name', 'resources'),
    ...keepProbe(value, 'livenessProbe'),
    ...keepProbe(value, 'readinessProbe'),
    ...keepProbe(value, 'startupProbe'),
  };
}

const PROBES = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;

function keepProbe(container: unknown, name: string): object {
  const probe = fieldOf(container, name);
  if (probe === undefined) return {};
  const kinds = PROBES.filter(kind => fieldOf(probe, kind) !== undefined).map(kind => [kind, {}] as const);
  return {
    [name]: {
      ...Object.fromEntries(kinds),
      ...pick(probe, 'periodSeconds', 'timeoutSeconds', 'failureThreshold'),
    },
  };
}

function keepConfig(value: unknown): object {
  const config = fieldOf(value, 'kubeletconfig');
  const entries = typeof config === 'object' && config !== null ? Object.entries(config) : [];
  // It may carry an Authorization header (KubeletConfiguration, staticPodURLHeader).
  return { kubeletconfig: Object.fromEntries(entries.filter(([name]) => name !== 'staticPodURLHeader')) };
}
