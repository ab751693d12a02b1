/** A Pod object of the API as the PodState a debug pod's life is decided by. Reads JSON, sends nothing. */
import { fieldAt, fieldOf, listOf, textOf, textTableOf, wholeOf } from '../../base/jsonFields.js';
import type { PodState } from '../podPorts.js';

/** The fields of a v1.Pod that are read here, for those who write one; a real one has many more. */
export interface PodObject {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>> | null;
    readonly annotations?: Readonly<Record<string, string>> | null;
    readonly creationTimestamp?: string | null;
    readonly deletionTimestamp?: string | null;
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly hostPID?: boolean;
    readonly containers?: readonly {
      readonly name?: string;
      readonly image?: string;
      readonly securityContext?: { readonly privileged?: boolean } | null;
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly containerStatuses?: readonly {
      readonly name?: string;
      readonly state?: ContainerState;
    }[];
  };
}

/** One of the three is set; none of them means waiting (k8s.io/api core/v1, ContainerState). */
interface ContainerState {
  readonly running?: object;
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly exitCode?: number; readonly reason?: string; readonly message?: string };
}

/**
 * Takes any value. Missing parts, and those of another type, read as what they mean: no labels, phase `Unknown`, a
 * container not known yet. Name and namespace are '' where they are missing.
 */
export function describePod(pod: unknown): PodState {
  const metadata = fieldOf(pod, 'metadata');
  const spec = fieldOf(pod, 'spec');
  const status = fieldOf(pod, 'status');
  const containers = listOf(fieldOf(spec, 'containers'));
  const text = (part: unknown, name: string): string | undefined => textOf(fieldOf(part, name));
  return {
    namespace: text(metadata, 'namespace') ?? '',
    name: text(metadata, 'name') ?? '',
    uid: text(metadata, 'uid') ?? '',
    node: text(spec, 'nodeName'),
    labels: textTableOf(fieldOf(metadata, 'labels')),
    annotations: textTableOf(fieldOf(metadata, 'annotations')),
    createdAt: text(metadata, 'creationTimestamp'),
    deletionAt: text(metadata, 'deletionTimestamp'),
    phase: phaseOf(fieldOf(status, 'phase')),
    reason: text(status, 'reason'),
    message: text(status, 'message'),
    hostPid: fieldOf(spec, 'hostPID') === true,
    isPrivileged: containers.some(one => fieldAt(one, 'securityContext', 'privileged') === true),
    images: containers.flatMap(one => text(one, 'image') ?? []),
    container: describeContainer(containers[0], listOf(fieldOf(status, 'containerStatuses'))),
  };
}

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const satisfies PodState['phase'][];

function phaseOf(phase: unknown): PodState['phase'] {
  return PHASES.find(one => one === phase) ?? 'Unknown';
}

/** containerStatuses are in no promised order: the first container's is found by its name. */
function describeContainer(container: unknown, statuses: readonly unknown[]): PodState['container'] {
  const first = fieldOf(container, 'name');
  const found = statuses.find(one => first === undefined || fieldOf(one, 'name') === first);
  const state = fieldOf(found, 'state');
  return isObject(state) ? describeState(state) : undefined;
}

function describeState(state: object): PodState['container'] {
  if (isObject(fieldOf(state, 'running'))) return { state: 'running' };
  const [terminated, waiting] = [fieldOf(state, 'terminated'), fieldOf(state, 'waiting')];
  if (isObject(terminated))
    return {
      state: 'terminated',
      exitCode: wholeOf(fieldOf(terminated, 'exitCode')) ?? 0,
      reason: textOf(fieldOf(terminated, 'reason')),
      message: textOf(fieldOf(terminated, 'message')),
    };
  return {
    state: 'waiting',
    reason: textOf(fieldOf(waiting, 'reason')) ?? '',
    message: textOf(fieldOf(waiting, 'message')),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
