/**
 * What a pod's state says about why its container does not run: the kubelet's and the runtime's reasons, and for each
 * what helps. Reads states; waits for nothing.
 */
import { TriageError } from '../base/errors.js';
import type { PodState } from '../cluster/podPorts.js';

export type StartVerdict =
  | { readonly kind: 'running' }
  /** `reason`: in Kubernetes' words. */
  | { readonly kind: 'waiting'; readonly reason: string | undefined }
  | { readonly kind: 'failed'; readonly error: TriageError };

/** Reasons of a waiting container that do not pass by themselves in a time that anybody waits (kubelet's images and kuberuntime packages). */
const HOPELESS_WAITS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'CreateContainerConfigError',
  'CreateContainerError',
  'PreCreateHookError',
  'RunContainerError',
  'CrashLoopBackOff',
]);

const IMAGE = 'Choose an image that the node has, or one from a registry it reaches ("debugPod.image").';
const RESOURCES = 'Free some of the node, or agree to a critical pod: the kubelet may end another for it.';
const CONFINED = 'The node or its runtime does not allow a pod without confinement.';

/** By status.reason (pkg/kubelet, lifecycle/predicate.go and eviction) or the container's reason. English: shown as it is. */
const ADVICE: Readonly<Record<string, string>> = {
  OutOfpods: 'All pod slots of the node are taken. Agree to a critical pod, or delete one there.',
  OutOfcpu: RESOURCES,
  OutOfmemory: RESOURCES,
  'OutOfephemeral-storage': RESOURCES,
  NodeAffinity: 'The node does not match: it may have been made again under its name. Refresh the nodes.',
  NodePorts: 'Another pod has a port of the node that this one asks for.',
  Evicted: 'The node is short of something and takes critical pods only. Agree to a critical pod.',
  Preempting: 'The node made room for a more important pod. Retry.',
  NodeShutdown: 'The node is shutting down.',
  Terminated: 'The node is shutting down.',
  NodeLost: 'The control plane does not hear of the node.',
  AppArmor: CONFINED,
  SysctlForbidden: CONFINED,
  DeadlineExceeded: 'It took the whole of its lifetime to start. The log of the kubelet says why.',
  UnexpectedAdmissionError: 'The kubelet could not decide. Its log says why.',
  ErrImagePull: IMAGE,
  ImagePullBackOff: IMAGE,
  ErrImageNeverPull:
    'The image is not on the node any more. Retry, or set one to be pulled ("debugPod.image").',
  InvalidImageName: 'Correct the setting "debugPod.image".',
  ImageInspectError: IMAGE,
  RegistryUnavailable: IMAGE,
  SignatureValidationFailed: IMAGE,
  CreateContainerConfigError: 'A secret or service account that the settings name may not exist there.',
  CreateContainerError: 'The container runtime refuses it. Its log on the node says why.',
  RunContainerError: 'The image may have no shell. Choose another one ("debugPod.image").',
  StartError: 'The image may have no shell. Choose another one ("debugPod.image").',
  ContainerCannotRun: 'The image may have no shell. Choose another one ("debugPod.image").',
  OOMKilled: 'The node or the pod ran out of memory.',
};

/** How a pod stands on its way to a running container. */
export function judgeStart(pod: PodState): StartVerdict {
  const { container, phase } = pod;
  if (pod.deletionAt !== undefined)
    return failed(pod, 'Deleted', 'somebody or something deleted it while it started');
  if (phase === 'Failed' || phase === 'Succeeded') return failed(pod, ...whyEnded(pod));
  switch (container?.state) {
    case 'running':
      return { kind: 'running' };
    case 'terminated':
      return failed(pod, ...whyEnded(pod));
    case 'waiting':
      return HOPELESS_WAITS.has(container.reason)
        ? failed(pod, container.reason, container.message)
        : { kind: 'waiting', reason: container.reason };
    case undefined:
      return { kind: 'waiting', reason: pod.reason };
  }
}

/** When the time limit for starting is over; what it was waiting for is the reason. */
export function startedTooLate(pod: PodState | undefined, node: string, seconds: number): TriageError {
  const verdict = pod === undefined ? undefined : judgeStart(pod);
  const reason = (verdict?.kind === 'waiting' ? verdict.reason : undefined) ?? 'Pending';
  const waitsFor = pod?.container?.state === 'waiting' ? pod.container.message : pod?.message;
  return notStarted(node, {
    reason,
    message: waitsFor ?? `not running after ${seconds} s`,
    advice:
      'The kubelet of the node may be too slow or not running: take a profile of it, which needs no pod.',
  });
}

/** Why a pod that ran does not any more, for `pod-ended`. */
export function endReason(pod: PodState | undefined): string {
  if (pod === undefined) return 'deleted';
  if (pod.deletionAt !== undefined) return 'being deleted';
  const [reason, message] = whyEnded(pod);
  return message === undefined ? reason : `${reason}: ${message}`;
}

/** True while the pod's container can still do something for us. */
export function isAlive(pod: PodState | undefined): pod is PodState {
  if (pod === undefined || pod.deletionAt !== undefined) return false;
  return pod.phase !== 'Failed' && pod.phase !== 'Succeeded' && pod.container?.state !== 'terminated';
}

function whyEnded({ reason, message, container, phase }: PodState): [string, string | undefined] {
  if (container?.state === 'terminated') {
    const status = `exit status ${container.exitCode}`;
    return [reason ?? container.reason ?? phase, message ?? status];
  }
  return [reason ?? phase, message];
}

function failed(pod: PodState, reason: string, message: string | undefined): StartVerdict {
  const error = notStarted(pod.node ?? '', { reason, message, advice: ADVICE[reason] });
  return { kind: 'failed', error };
}

function notStarted(
  node: string,
  facts: {
    readonly reason: string;
    readonly message: string | undefined;
    readonly advice: string | undefined;
  },
): TriageError {
  const { reason, message, advice } = facts;
  const sentences = [`The debug pod did not start: ${reason}`, message, advice].filter(
    part => part !== undefined && part !== '',
  );
  return new TriageError('pod-not-started', sentences.join('. '), { node, facts });
}
