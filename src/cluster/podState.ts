/** A Pod object of the API as the PodState a debug pod's life is decided by. Reads JSON, asks nobody. */
import type { PodState } from './podPorts.js';

/** The fields of a v1.Pod that are read here; a real one has many more. */
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
  readonly terminated?: { readonly exitCode?: number; readonly reason?: string };
}

/** Missing parts read as what they mean: no labels, phase `Unknown`, a container not known yet. */
export function describePod(pod: PodObject): PodState {
  const { metadata = {}, spec = {}, status = {} } = pod;
  const { containers = [] } = spec;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    node: spec.nodeName,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    createdAt: metadata.creationTimestamp ?? undefined,
    deletionAt: metadata.deletionTimestamp ?? undefined,
    phase: phaseOf(status.phase),
    reason: status.reason,
    message: status.message,
    hostPid: spec.hostPID === true,
    isPrivileged: containers.some(({ securityContext }) => securityContext?.privileged === true),
    images: containers.flatMap(({ image }) => image ?? []),
    container: describeContainer(pod),
  };
}

const PHASES: readonly (string | undefined)[] = [
  'Pending',
  'Running',
  'Succeeded',
  'Failed',
] satisfies PodState['phase'][];

function phaseOf(phase: string | undefined): PodState['phase'] {
  return PHASES.includes(phase) ? (phase as PodState['phase']) : 'Unknown';
}

/** containerStatuses are in no promised order: the first container's is found by its name. */
function describeContainer({ spec, status }: PodObject): PodState['container'] {
  const first = spec?.containers?.[0]?.name;
  const found = status?.containerStatuses?.find(({ name }) => first === undefined || name === first);
  return found?.state === undefined ? undefined : describeState(found.state);
}

function describeState({ running, terminated, waiting }: ContainerState): PodState['container'] {
  if (running !== undefined) return { state: 'running' };
  if (terminated !== undefined)
    return { state: 'terminated', exitCode: terminated.exitCode ?? 0, reason: terminated.reason };
  return { state: 'waiting', reason: waiting?.reason ?? '', message: waiting?.message };
}
