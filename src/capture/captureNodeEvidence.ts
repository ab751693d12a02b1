/**
 * What a triage wants from the node itself, through the one debug pod that runs already: each job kept as a capture of its
 * own, in the case that the request names. What one job meets does not keep the others from being taken.
 */
import { isTriageError, throwIfCancelled, type TriageError } from '../base/errors.js';
import { captureCgroups } from './captureCgroups.js';
import { captureNodeFacts } from './captureNodeFacts.js';
import { captureThreads, type ThreadCapturePorts } from './captureThreads.js';
import type { PodCaptureOutcome, PodCaptureProgress, PodCaptureRequest } from './podCapture.js';

/** In the order in which they are taken: what disturbs the node least first, what takes longest last. */
export const NODE_EVIDENCE = ['facts', 'cgroups', 'threads'] as const;
export type NodeEvidenceStep = (typeof NODE_EVIDENCE)[number];

export interface NodeEvidenceRequest extends PodCaptureRequest {
  /** Of the thread sample; whole seconds. */
  readonly threadSeconds: number;
}

export interface NodeEvidenceProgress extends PodCaptureProgress {
  readonly step: NodeEvidenceStep;
}

export interface NodeEvidenceOutcome {
  /** In the order in which they were taken; at least one. */
  readonly captures: readonly PodCaptureOutcome[];
  /** What could not be taken, and what it met. */
  readonly failed: readonly { readonly step: NodeEvidenceStep; readonly error: TriageError }[];
}

/**
 * Needs a pod of level `facts`: cgroups and the node's own programs are reached through the root of its process 1. Rejects with `cancelled`
 * (captures that were finished before stay), and, where not one job gave anything, with what the first of them met.
 */
export async function captureNodeEvidence(
  ports: ThreadCapturePorts,
  request: NodeEvidenceRequest,
  signal: AbortSignal,
  onProgress: (progress: NodeEvidenceProgress) => void,
): Promise<NodeEvidenceOutcome> {
  const captures: PodCaptureOutcome[] = [];
  const failed: { readonly step: NodeEvidenceStep; readonly error: TriageError }[] = [];
  for (const step of NODE_EVIDENCE) {
    throwIfCancelled(signal);
    try {
      captures.push(await TAKE[step](ports, request, signal, part => onProgress({ step, ...part })));
    } catch (error) {
      // The pod's end aborts the signal, too: nothing more can be taken then.
      if (signal.aborted || !isTriageError(error)) throw error;
      failed.push({ step, error });
    }
  }
  const [first] = failed;
  if (captures.length === 0 && first !== undefined) throw first.error;
  return { captures, failed };
}

type Take = (
  ports: ThreadCapturePorts,
  request: NodeEvidenceRequest,
  signal: AbortSignal,
  onProgress: (progress: PodCaptureProgress) => void,
) => Promise<PodCaptureOutcome>;

const TAKE: Readonly<Record<NodeEvidenceStep, Take>> = {
  facts: captureNodeFacts,
  cgroups: captureCgroups,
  threads: (ports, { threadSeconds, ...request }, signal, onProgress) =>
    captureThreads(ports, { ...request, seconds: threadSeconds }, signal, onProgress),
};
