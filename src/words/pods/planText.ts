/** The plan of a debug pod in words: why this image, what is unusual about the node and what is done about it. */
import { parseImageName } from '../../debugpod/imageName.js';
import type { NodeWarning } from '../../debugpod/nodeFitness.js';
import type { NodeReady } from '../../cluster/podPorts.js';
import type { ImageChoice } from '../../debugpod/debugPodPorts.js';
import type { Translate } from '../translate.js';

/** Sentences about the image, the alternatives included. */
export function imageReasons(images: readonly ImageChoice[], t: Translate): readonly string[] {
  const [first, ...others] = images;
  if (first === undefined) return [];
  return [
    ...(first.origin === 'setting' ? [t('Named by your setting "debugPod.image".')] : []),
    ...(first.pullPolicy === 'Never' ? onNodeText(first, t) : pulledText(first, t)),
    ...(first.strace === 'host' ? [t("strace is the node's own, used from its disk.")] : []),
    ...others.map(other => otherText(other, t)),
  ];
}

/** A digest is the image; a tag is what a registry or a node calls one today. */
function digestOf({ reference }: ImageChoice): string | undefined {
  return parseImageName(reference)?.digest;
}

function onNodeText(image: ImageChoice, t: Translate): readonly string[] {
  const megabytes = String(Math.round((image.bytes ?? 0) / 1e6));
  const digest = digestOf(image);
  return [
    image.bytes === undefined
      ? t('On the node already; nothing is pulled.')
      : t('On the node already ({0} MB); nothing is pulled.', megabytes),
    digest === undefined
      ? t('The node lists no digest: what it has under this tag runs.')
      : t('Runs as {0}', digest),
  ];
}

function pulledText(image: ImageChoice, t: Translate): readonly string[] {
  const registry = parseImageName(image.reference)?.registry ?? image.reference;
  return [
    image.origin === 'setting'
      ? t('Pulled from {0} where the node does not have it.', registry)
      : t('Pulled from {0}: the node has no image that is known to do.', registry),
    ...(digestOf(image) === undefined ? [t('A tag can be moved; a digest ("debugPod.image") cannot.')] : []),
  ];
}

function otherText(other: ImageChoice, t: Translate): string {
  if (other.strace === 'host') return t("If it cannot be had: {0} with the node's own strace.", other.name);
  return other.pullPolicy === 'Never'
    ? t('If it cannot be had: {0}, which the node has.', other.name)
    : t('If it cannot be had: {0}, pulled.', other.name);
}

/** Whether a pod starts there at all: said before anything else. */
export function isAboutReadiness(warning: NodeWarning): boolean {
  return warning === 'kubelet-silent' || warning === 'not-ready';
}

/** One sentence a warning, two where it says what works instead. `ready`: of the node, as it was read at `nowMs`. */
export function warningText(
  warning: NodeWarning,
  { ready, nowMs }: { readonly ready: NodeReady | undefined; readonly nowMs: number },
  t: Translate,
): string {
  switch (warning) {
    case 'kubelet-silent':
      return `${silenceText(ready, nowMs, t)} ${t(
        'While it is silent no pod starts and no profile comes: look at it on the node, with "systemctl status kubelet" and "journalctl -u kubelet".',
      )}`;
    case 'not-ready':
      return t(
        'The node is not ready ({0}); its kubelet reports, so that a profile, which needs no pod, is likely to work. The pod may not start.',
        [ready?.reason, ready?.message].filter(part => part !== undefined && part !== '').join(': ') ||
          t('not known'),
      );
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

function silenceText(ready: NodeReady | undefined, nowMs: number, t: Translate): string {
  const minutes = Math.floor((nowMs - Date.parse(ready?.heartbeatAt ?? '')) / 60_000);
  if (!(minutes >= 1)) return t('The kubelet reports nothing.');
  const hours = Math.floor(minutes / 60);
  if (hours < 2) return t('The kubelet has reported nothing for {0} min.', minutes);
  return hours < 48
    ? t('The kubelet has reported nothing for {0} h.', hours)
    : t('The kubelet has reported nothing for {0} d.', Math.floor(hours / 24));
}
