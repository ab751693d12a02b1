/** *Sample Threads*, from the debug pod that runs already to the finished capture folder. */
import { findKubelet } from '../kubelet/findKubelet.js';
import type { PassedOver } from '../kubelet/kubeletCandidates.js';
import { formatSentence } from '../base/sentence.js';
import { TriageError, isTriageError } from '../base/errors.js';
import type { DebugPod } from '../debugpod/debugPodPorts.js';
import { DEFAULT_ROUNDS, DEFAULT_SECONDS, SAMPLES_FILE, sampleThreads } from '../threads/command.js';
import type { ThreadReport } from '../threads/model.js';
import type { FoldedSamples, SampleReader } from '../worker/workerPorts.js';
import { passedOverIssues } from './passedOver.js';
import {
  fetchJobFile,
  MAX_FILE_BYTES,
  savePodCapture,
  type PodCaptureOutcome,
  type PodCapturePorts,
  type PodCaptureRequest,
  type ReportProgress,
} from './podCapture.js';

/** Word for the record's `profile`, and part of the folder's name. */
export const THREADS_PROFILE = 'threads';
export const FOLDED_FILE = 'threads.folded';

export interface SampleChoice {
  /** Whole seconds; 10 where undefined. */
  readonly seconds?: number | undefined;
  /** Rounds of samples in 10 seconds; 50 where undefined. */
  readonly roundsPerTenSeconds?: number | undefined;
}

export interface ThreadCapturePorts extends PodCapturePorts {
  readonly samples: SampleReader;
}

/**
 * Samples the node's kubelet; nothing is written. Rejects with `cancelled`, `kubelet-not-found` (also where it ended
 * before the first sample), `command-failed`, `timed-out`, and what the pod rejects with.
 */
export async function sampleKubelet(
  { pod, samples }: Pick<ThreadCapturePorts, 'pod' | 'samples'>,
  choice: SampleChoice,
  signal: AbortSignal,
  onProgress: ReportProgress,
): Promise<FoldedSamples & { readonly passedOver: PassedOver }> {
  const { seconds = DEFAULT_SECONDS, roundsPerTenSeconds = DEFAULT_ROUNDS } = choice;
  onProgress({ phase: 'finding', secondsLeft: seconds, bytes: 0 });
  const { pid, startTicks, passedOver } = await pod.run(findKubelet(pod.info.node), signal);
  const rounds = Math.max(1, Math.round((roundsPerTenSeconds * seconds) / 10));
  const job = sampleThreads({ pid, startTicks, seconds, rounds });
  try {
    const bytes = await fetchJobFile(pod, job, SAMPLES_FILE, signal, onProgress);
    const source = { kind: 'bytes', name: SAMPLES_FILE, bytes } as const;
    const folded = await samples.foldSamples(source, { maxBytes: MAX_FILE_BYTES }, signal);
    return { ...folded, passedOver };
  } catch (error) {
    throw isGone(error) ? gone(pod, pid) : error;
  }
}

/** Of sampleScript.ts. */
const NO_SUCH_PROCESS = 3;

function isGone(error: unknown): boolean {
  return (
    isTriageError(error) && error.code === 'command-failed' && error.facts['exitCode'] === NO_SUCH_PROCESS
  );
}

function gone(pod: DebugPod, pid: number): TriageError {
  const reason = `process ${pid} ended before it could be sampled`;
  return new TriageError('kubelet-not-found', `The kubelet of ${pod.info.node} was not found: ${reason}.`, {
    node: pod.info.node,
    facts: { reason },
  });
}

/** As {@link sampleKubelet}, kept as a capture; rejects with `capture-write-failed` besides. */
export async function captureThreads(
  ports: ThreadCapturePorts,
  request: PodCaptureRequest & SampleChoice,
  signal: AbortSignal,
  onProgress: ReportProgress,
): Promise<PodCaptureOutcome & { readonly report: ThreadReport }> {
  const { finding, ...outcome } = await savePodCapture(
    ports,
    { ...request, profile: THREADS_PROFILE },
    async () => {
      const sampled = await sampleKubelet(ports, request, signal, onProgress);
      const { report, raw, folded, passedOver } = sampled;
      return {
        finding: report,
        files: [
          { name: SAMPLES_FILE, kind: 'thread-samples', bytes: raw },
          { name: FOLDED_FILE, kind: 'folded', bytes: folded },
        ],
        secondsPlanned: report.facts.secondsAsked,
        secondsCaptured: Math.round(report.facts.seconds * 100) / 100,
        issues: [...report.warnings.map(formatSentence), ...passedOverIssues(passedOver)],
      };
    },
    signal,
  );
  return { ...outcome, report: finding };
}
