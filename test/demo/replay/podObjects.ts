/** Pod objects of the replay cluster: as the API server completes a manifest, and as a kubelet reports on it. */
import { randomUUID } from 'node:crypto';
import type { PodObject } from '../../../src/cluster/pods/podState.js';

/** A v1.Pod as sent: what the extension reads, and whatever else the manifest holds. */
export type PodJson = PodObject & {
  readonly metadata: NonNullable<PodObject['metadata']> & {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
  };
  readonly spec: NonNullable<PodObject['spec']> & {
    readonly activeDeadlineSeconds?: number;
    readonly terminationGracePeriodSeconds?: number;
  };
};

/** What stands in the place of a pod that was not accepted. */
export interface Invalid {
  readonly message: string;
}

/** The manifest with what the API server adds, or why it is no pod. */
export function completePod(manifest: unknown, namespace: string, now: Date): PodJson | Invalid {
  const { metadata = {}, spec = {} } = (manifest ?? {}) as PodObject;
  const { name = '' } = metadata;
  if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name))
    return { message: `Pod "${name}" is invalid: metadata.name: Invalid value: "${name}"` };
  if ((spec.containers ?? []).length === 0)
    return { message: `Pod "${name}" is invalid: spec.containers: Required value` };
  const creationTimestamp = formatTime(now);
  return {
    ...(manifest as PodObject),
    metadata: { ...metadata, name, namespace, uid: randomUUID(), creationTimestamp },
    spec,
    status: { phase: 'Pending' },
  };
}

/** API times have whole seconds. */
export function formatTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z/, 'Z');
}

type Status = NonNullable<PodObject['status']>;
type ContainerState = NonNullable<NonNullable<Status['containerStatuses']>[number]['state']>;

/** How a kubelet sees a pod `ageMs` after it got it. */
export function statusOf(pod: PodJson, ageMs: number, startMs: number): Status {
  const { containers = [], activeDeadlineSeconds = Infinity } = pod.spec;
  const all = (phase: string, state: ContainerState): Status => ({
    phase,
    containerStatuses: containers.map(({ name = '' }) => ({ name, state })),
  });
  if (containers.some(({ image = '' }) => image.includes('no-such-image')))
    return all('Pending', {
      waiting: {
        reason: 'ErrImagePull',
        message: `failed to pull and unpack image "${containers[0]?.image ?? ''}": not found`,
      },
    });
  if (ageMs < startMs) return all('Pending', { waiting: { reason: 'ContainerCreating' } });
  if (ageMs > activeDeadlineSeconds * 1000)
    return {
      ...all('Failed', { terminated: { exitCode: 137, reason: 'Error' } }),
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
  return all('Running', { running: {} });
}
