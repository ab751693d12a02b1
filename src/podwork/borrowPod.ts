/** A debug pod as it was agreed to: made, lent to `body`, removed. Where its image cannot be had, the next one. */
import { isTriageError } from '../base/errors.js';
import { isImageReason } from '../debugpod/podImage.js';
import type {
  DebugPod,
  DebugPodMaker,
  DebugPodProgress,
  DebugPodRequest,
  ImageChoice,
} from '../debugpod/debugPodPorts.js';
import { aboutNode } from './aboutNode.js';

export interface AgreedPod {
  readonly request: DebugPodRequest;
  /** To be tried, in order: the consent named them all. */
  readonly images: readonly ImageChoice[];
}

/** Rejects as {@link DebugPodMaker.withPod}, with the node named. */
export function borrowPod<T>(
  maker: Pick<DebugPodMaker, 'withPod'>,
  agreed: AgreedPod,
  body: (pod: DebugPod, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  onProgress: (progress: DebugPodProgress) => void,
): Promise<T> {
  const borrow = (image: ImageChoice) =>
    maker.withPod({ ...agreed.request, image }, body, signal, onProgress);
  return aboutNode(agreed.request.node, withAnyImage(agreed, borrow));
}

async function withAnyImage<T>(
  { request, images }: AgreedPod,
  borrow: (image: ImageChoice) => Promise<T>,
): Promise<T> {
  const [first = request.image, ...others] = images;
  let image = first;
  for (;;) {
    try {
      return await borrow(image);
    } catch (error) {
      const next = others.shift();
      if (next === undefined || !isImageFault(error)) throw error;
      image = next;
    }
  }
}

function isImageFault(error: unknown): boolean {
  return (
    isTriageError(error) &&
    error.code === 'pod-not-started' &&
    isImageReason(String(error.facts['reason'] ?? ''))
  );
}
