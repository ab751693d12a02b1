/** The plan of a debug pod in words: why this image, what is unusual about the node and what is done about it. */
import type { NodeWarning } from '../../debugpod/nodeFitness.js';
import type { ImageChoice } from '../../debugpod/ports.js';
import type { Translate } from '../translate.js';

/** Sentences about the image, the alternatives included. */
export function imageReasons(images: readonly ImageChoice[], t: Translate): readonly string[] {
  const [first, ...others] = images;
  if (first === undefined) return [];
  return [
    originText(first, t),
    ...(first.strace === 'host' ? [t("strace is the node's own, used from its disk.")] : []),
    ...others.map(other =>
      other.strace === 'host'
        ? t("If it cannot be had: {0} with the node's own strace.", other.reference)
        : t('If it cannot be had: {0}.', other.reference),
    ),
  ];
}

function originText(image: ImageChoice, t: Translate): string {
  const megabytes = image.bytes === undefined ? undefined : Math.round(image.bytes / 1e6);
  if (image.pullPolicy === 'Never')
    return megabytes === undefined
      ? t('The node has it already; nothing is pulled.')
      : t('The node has it already ({0} MB); nothing is pulled.', megabytes);
  return image.origin === 'setting'
    ? t('Named by your setting; the node pulls it where it does not have it.')
    : t('The node has no image that would do, so it pulls this one.');
}

/** One sentence a warning. */
export function warningText(warning: NodeWarning, t: Translate): string {
  switch (warning) {
    case 'not-ready':
      return t('The node is not ready: the pod may not start. Waiting for it is limited.');
    case 'cordoned':
      return t('The node is cordoned; the pod is bound to it all the same.');
    case 'memory-pressure':
      return t('The node is short of memory; the pod asks for little of it.');
    case 'disk-pressure':
      return t('The node is short of disk: its kubelet takes critical pods only.');
    case 'pid-pressure':
      return t('The node is short of process IDs: its kubelet takes critical pods only.');
    case 'slots-full':
      return t('All pod slots of the node are taken: only a critical pod gets in.');
  }
}
