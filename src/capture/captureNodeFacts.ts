/** *Node Facts*, from the debug pod that runs already to the finished capture folder. */
import { formatSentence } from '../base/sentence.js';
import type { DebugPod } from '../debugpod/debugPodPorts.js';
import type { NodeFactsEvidence } from '../evidence/model.js';
import { readNodeFacts as readEvidence } from '../evidence/readNodeFacts.js';
import { FACTS_FILE, readNodeFacts } from '../nodefacts/command.js';
import { maskFactLogs } from '../nodefacts/maskFactLogs.js';
import {
  fetchJobText,
  savePodCapture,
  type PodCaptureOutcome,
  type PodCapturePorts,
  type PodCaptureRequest,
  type ReportProgress,
} from './podCapture.js';

/** Word for the record's `profile`, and part of the folder's name. */
export const FACTS_PROFILE = 'facts';

export interface ReadFacts {
  /** As the script wrote it, with what looks like a credential masked in logs and command lines. */
  readonly text: string;
  readonly evidence: NodeFactsEvidence;
}

/**
 * Looks and judges; nothing is written, on the node or here. Level `facts` reads all of it, `sample` all but what takes
 * the node's own programs (journal, versions) or CAP_SYSLOG (the kernel's log). Rejects with `cancelled`, `command-failed`, `timed-out`, and what the pod rejects with.
 */
export async function lookAtNode(
  pod: DebugPod,
  signal: AbortSignal,
  onProgress: ReportProgress,
): Promise<ReadFacts> {
  const text = maskFactLogs(await fetchJobText(pod, readNodeFacts(), FACTS_FILE, signal, onProgress));
  return { text, evidence: readEvidence(text) };
}

/** As {@link lookAtNode}, kept as a capture; rejects with `capture-write-failed` besides. */
export async function captureNodeFacts(
  ports: PodCapturePorts,
  request: PodCaptureRequest,
  signal: AbortSignal,
  onProgress: ReportProgress,
): Promise<PodCaptureOutcome & { readonly evidence: NodeFactsEvidence }> {
  const { finding, ...outcome } = await savePodCapture(
    ports,
    { ...request, profile: FACTS_PROFILE },
    async () => {
      const { text, evidence } = await lookAtNode(ports.pod, signal, onProgress);
      const { seconds, warnings } = evidence.facts;
      return {
        finding: evidence,
        files: [{ name: FACTS_FILE, kind: 'node-facts', bytes: new TextEncoder().encode(text) }],
        secondsPlanned: undefined,
        secondsCaptured: seconds === undefined ? undefined : Math.round(seconds * 100) / 100,
        issues: warnings.map(formatSentence),
      };
    },
    signal,
  );
  return { ...outcome, evidence: finding };
}
