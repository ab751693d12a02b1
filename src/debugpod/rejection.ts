/**
 * What a pod's state says about why its container does not run: the kubelet's and the runtime's reasons, and for each
 * what helps. Reads states; waits for nothing.
 */
import { entryOf } from '../base/jsonFields.js';
import { TriageError } from '../base/errors.js';
import type { PodState } from '../cluster/podPorts.js';
import { parseLastWords, STATUS_STRANGER } from './strangerScript.js';

export type StartVerdict =
  | { readonly kind: 'running' }
  /** `reason`: in Kubernetes' words. */
  | { readonly kind: 'waiting'; readonly reason: string | undefined }
  | { readonly kind: 'failed'; readonly error: TriageError };

/** Reasons of a waiting container that do not pass by themselves within the time that is waited (kubelet's images and kuberuntime packages). */
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

/** What helps; src/ui has the sentence. */
export type StartAdvice = keyof typeof SENTENCES;

/** For logs and the command line. */
const SENTENCES = {
  image: 'Choose an image that the node has, or one from a registry it reaches ("debugPod.image").',
  'image-gone': 'The image is not on the node any more. Retry, or set one to be pulled ("debugPod.image").',
  'image-name': 'Correct the setting "debugPod.image".',
  'no-shell': 'The image may have no shell. Choose another one ("debugPod.image").',
  resources: 'Free some of the node, or agree to a critical pod: the kubelet may end another for it.',
  slots: 'All pod slots of the node are taken. Agree to a critical pod, or delete one there.',
  pressure: 'The node is short of something and takes critical pods only. Agree to a critical pod.',
  confined: 'The node or its runtime does not allow a pod without confinement.',
  settings: 'A secret or service account that the settings name may not exist there.',
  runtime: 'The container runtime refuses it. Its log on the node says why.',
  shutdown: 'The node is shutting down.',
  slow: 'The kubelet took the pod and did not start it in time: it or the container runtime is slow. A profile of it needs no pod.',
  untaken:
    'The kubelet of the node did not take the pod: it is stopped, hangs, or does not reach the API server. Profiles go through it, too: look at it on the node, with "systemctl status kubelet" and "journalctl -u kubelet".',
  memory: 'The node or the pod ran out of memory.',
  'node-changed': 'The node does not match: it may have been made again under its name. Refresh the nodes.',
  retry: 'The node made room for something more important. Retry.',
  deleted: 'A user or a controller deleted it. Retry.',
  undecided: 'The kubelet could not decide. Its log says why.',
} as const;

/** By status.reason (pkg/kubelet, lifecycle/predicate.go, eviction, nodeshutdown) or the container's reason. */
const ADVICE: Readonly<Record<string, StartAdvice>> = {
  OutOfpods: 'slots',
  OutOfcpu: 'resources',
  OutOfmemory: 'resources',
  'OutOfephemeral-storage': 'resources',
  NodeAffinity: 'node-changed',
  NodePorts: 'undecided',
  Evicted: 'pressure',
  Preempting: 'retry',
  NodeShutdown: 'shutdown',
  Terminated: 'shutdown',
  NodeLost: 'untaken',
  AppArmor: 'confined',
  SysctlForbidden: 'confined',
  DeadlineExceeded: 'slow',
  UnexpectedAdmissionError: 'undecided',
  ErrImagePull: 'image',
  ImagePullBackOff: 'image',
  ErrImageNeverPull: 'image-gone',
  InvalidImageName: 'image-name',
  ImageInspectError: 'image',
  RegistryUnavailable: 'image',
  SignatureValidationFailed: 'image',
  CreateContainerConfigError: 'settings',
  CreateContainerError: 'runtime',
  RunContainerError: 'no-shell',
  StartError: 'no-shell',
  ContainerCannotRun: 'no-shell',
  OOMKilled: 'memory',
  Deleted: 'deleted',
};

/** How a pod stands on its way to a running container. */
export function judgeStart(pod: PodState): StartVerdict {
  const { container, phase } = pod;
  if (pod.deletionAt !== undefined)
    return failed(pod, 'Deleted', 'a user or a controller deleted it while it started');
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
export function startedTooLate(pod: PodState, node: string, seconds: number): TriageError {
  const verdict = judgeStart(pod);
  const reason = (verdict.kind === 'waiting' ? verdict.reason : undefined) ?? 'Pending';
  const waitsFor = pod.container?.state === 'waiting' ? pod.container.message : pod.message;
  return notStarted(node, {
    reason,
    message: waitsFor ?? `not running after ${seconds} s`,
    // The kubelet writes down the container's state as soon as it has the pod.
    advice: pod.container === undefined ? 'untaken' : 'slow',
  });
}

/** Why a pod that ran does not any more: facts of `pod-ended`. */
export interface PodEnd {
  readonly reason: string;
  /** PID 1 ended it because of this process, which was not ours; its number is the node's. */
  readonly stranger?: string;
  readonly pid?: number;
}

export function describeEnd(pod: PodState | undefined): PodEnd {
  if (pod === undefined) return { reason: 'deleted' };
  const stranger = findStranger(pod);
  if (stranger !== undefined) {
    const { process, pid } = stranger;
    return { reason: `another process was started in it: ${process} (${pid})`, stranger: process, pid };
  }
  if (pod.deletionAt !== undefined) return { reason: 'being deleted' };
  const [reason, message] = whyEnded(pod);
  return { reason: message === undefined ? reason : `${reason}: ${message}` };
}

function findStranger({ container }: PodState): ReturnType<typeof parseLastWords> {
  if (container?.state !== 'terminated' || container.exitCode !== STATUS_STRANGER) return undefined;
  return parseLastWords(container.message ?? '');
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
  const error = notStarted(pod.node ?? '', { reason, message, advice: entryOf(ADVICE, reason) });
  return { kind: 'failed', error };
}

function notStarted(
  node: string,
  facts: {
    readonly reason: string;
    readonly message: string | undefined;
    readonly advice: StartAdvice | undefined;
  },
): TriageError {
  const { reason, message } = facts;
  const advice = facts.advice === undefined ? undefined : SENTENCES[facts.advice];
  const sentences = [`The debug pod did not start: ${reason}`, message, advice].filter(
    part => part !== undefined && part !== '',
  );
  return new TriageError('pod-not-started', sentences.join('. '), { node, facts });
}
