/** What helps where a debug pod did not start, in words: src/debugpod/rejection.ts decides which. */
import type { StartAdvice } from '../../debugpod/rejection.js';
import type { Translate } from '../translate.js';

const TEXTS = {
  image: t => t('Choose an image that the node has, or one from a registry it reaches ("debugPod.image").'),
  'image-gone': t =>
    t('The image is not on the node any more. Retry, or set one to be pulled ("debugPod.image").'),
  'image-name': t => t('Correct the setting "debugPod.image".'),
  'no-shell': t => t('The image may have no shell. Choose another one ("debugPod.image").'),
  resources: t => t('Free some of the node, or agree to a critical pod: the kubelet may end another for it.'),
  slots: t => t('All pod slots of the node are taken. Agree to a critical pod, or delete one there.'),
  pressure: t => t('The node is short of something and takes critical pods only. Agree to a critical pod.'),
  confined: t => t('The node or its runtime does not allow a pod without confinement.'),
  settings: t => t('A secret or service account that the settings name may not exist there.'),
  runtime: t => t('The container runtime refuses it. Its log on the node says why.'),
  shutdown: t => t('The node is shutting down.'),
  slow: t =>
    t(
      'The kubelet took the pod and did not start it in time: it or the container runtime is slow. A profile of it needs no pod.',
    ),
  untaken: t =>
    t(
      'The kubelet of the node did not take the pod: it is stopped, hangs, or does not reach the API server. Profiles go through it, too: look at it on the node, with "systemctl status kubelet" and "journalctl -u kubelet".',
    ),
  memory: t => t('The node or the pod ran out of memory.'),
  'node-changed': t =>
    t('The node does not match: it may have been made again under its name. Refresh the nodes.'),
  retry: t => t('The node made room for something more important. Retry.'),
  deleted: t => t('A user or a controller deleted it. Retry.'),
  undecided: t => t('The kubelet could not decide. Its log says why.'),
} satisfies Record<StartAdvice, (t: Translate) => string>;

/** Undefined for a word that is none of ours. */
export function startAdviceText(advice: string, t: Translate): string | undefined {
  return Object.hasOwn(TEXTS, advice) ? TEXTS[advice as StartAdvice](t) : undefined;
}
