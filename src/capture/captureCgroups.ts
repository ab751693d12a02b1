/** *Check Cgroup Health*, from the debug pod that runs already to the finished capture folder. */
import { formatSentence } from '../base/sentence.js';
import { checkCgroupHealth, HEALTH_FILE } from '../cgroup/command.js';
import type { CgroupAssessment, CgroupHealth } from '../cgroup/model.js';
import type { ClusterNode } from '../cluster/clusterPorts.js';
import type { DebugPod } from '../debugpod/debugPodPorts.js';
import { readCgroups } from '../evidence/readCgroups.js';
import {
  fetchJobText,
  savePodCapture,
  type PodCaptureOutcome,
  type PodCapturePorts,
  type PodCaptureRequest,
  type ReportProgress,
} from './podCapture.js';

/** Word for the record's `profile`, and part of the folder's name. */
export const CGROUPS_PROFILE = 'cgroups';

export interface CheckedCgroups {
  /** As the script wrote it. */
  readonly text: string;
  readonly assessment: CgroupAssessment;
}

/**
 * Measures and judges; nothing is written, on the node or here. Rejects with `cancelled`, `command-failed`, `timed-out`,
 * and what the pod rejects with.
 */
export async function checkCgroups(
  pod: DebugPod,
  node: Pick<ClusterNode, 'osImage'>,
  signal: AbortSignal,
  onProgress: ReportProgress,
): Promise<CheckedCgroups> {
  const job = checkCgroupHealth({ osName: node.osImage });
  const text = await fetchJobText(pod, job, HEALTH_FILE, signal, onProgress);
  return { text, assessment: readCgroups(text).assessment };
}

/** As {@link checkCgroups}, kept as a capture; rejects with `capture-write-failed` besides. */
export async function captureCgroups(
  ports: PodCapturePorts,
  request: PodCaptureRequest,
  signal: AbortSignal,
  onProgress: ReportProgress,
): Promise<PodCaptureOutcome & { readonly assessment: CgroupAssessment }> {
  const { finding, ...outcome } = await savePodCapture(
    ports,
    { ...request, profile: CGROUPS_PROFILE },
    async () => {
      const { text, assessment } = await checkCgroups(ports.pod, request.node, signal, onProgress);
      return {
        finding: assessment,
        files: [{ name: HEALTH_FILE, kind: 'cgroup-health', bytes: new TextEncoder().encode(text) }],
        secondsPlanned: undefined,
        secondsCaptured: assessment.health.checkSeconds,
        issues: assessment.health.warnings.map(formatSentence),
        findings: { slowestReadSeconds: slowestRead(assessment.health) },
      };
    },
    signal,
  );
  return { ...outcome, assessment: finding };
}

/** Of the cgroups that were read often: a single slow read is chance. */
function slowestRead({ reads }: CgroupHealth): number | undefined {
  return reads.length === 0 ? undefined : Math.max(...reads.map(({ medianSeconds }) => medianSeconds));
}
