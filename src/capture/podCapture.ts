/**
 * What the captures of one job in a debug pod have in common: run it, fetch its file, save all of it as one folder.
 * Cancelled in any phase it leaves nothing: the job ends with the pod's own means, the folder appears with the result.
 */
import { throwIfCancelled, TriageError } from '../base/errors.js';
import type { JobEnd, PodJob } from '../base/podCommand.js';
import type { DebugPod } from '../debugpod/debugPodPorts.js';
import {
  CAPTURE_SCHEMA,
  type CapturedCase,
  type CapturedFile,
  type CapturedFindings,
  type CaptureRecord,
} from './captureRecord.js';
import { capturedNode } from './capturedNode.js';
import { writeWholeCapture, type SavedFile } from './captureWriter.js';
import type { Clock } from './clock.js';
import { inflateText } from './inflateText.js';
import type { TargetOnNode } from './profileTarget.js';
import { isGzip } from './profileBytes.js';

export interface PodCapturePorts {
  /** Level `read` is enough for cgroups, `sample` for threads. */
  readonly pod: DebugPod;
  readonly clock: Clock;
}

export interface PodCaptureRequest extends TargetOnNode {
  readonly context: string;
  /** Absolute path of the folder of all captures. */
  readonly root: string;
  /** `node-triage 0.1.0`. */
  readonly writtenBy: string;
  /** Undefined: joined with others by the time between them. */
  readonly case?: CapturedCase | undefined;
}

export interface PodCaptureProgress {
  readonly phase: 'finding' | 'measuring' | 'fetching' | 'saving';
  /** Of measuring, whole seconds. */
  readonly secondsLeft: number;
  /** Fetched so far. */
  readonly bytes: number;
}

export type ReportProgress = (progress: PodCaptureProgress) => void;

export interface PodCaptureResult<T> {
  /** What the files say; for the caller, in no record. */
  readonly finding: T;
  /** In the record's order: the first opens. */
  readonly files: readonly (SavedFile & Pick<CapturedFile, 'kind'>)[];
  readonly secondsPlanned: number | undefined;
  readonly secondsCaptured: number | undefined;
  readonly issues: readonly string[];
  /** For telling captures apart without opening them. */
  readonly findings?: CapturedFindings | undefined;
}

export interface PodCaptureOutcome {
  /** Absolute path. */
  readonly folder: string;
  readonly record: CaptureRecord;
}

/** What a file may hold; sampleScript.ts and healthScript.ts end at 64 MiB. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * Saves what `take` gives. Rejects with `cancelled`, `capture-write-failed`, and what `take` rejects with; then nothing
 * is on the disk.
 */
export function savePodCapture<T>(
  ports: PodCapturePorts,
  request: PodCaptureRequest & { readonly profile: string },
  take: () => Promise<PodCaptureResult<T>>,
  signal: AbortSignal,
): Promise<PodCaptureOutcome & { readonly finding: T }> {
  const startedMs = ports.clock.nowMs();
  const { root, target, profile } = request;
  const identity = { root, startedMs, target, profile };
  return writeWholeCapture(identity, ports.clock, signal, async writer => {
    const result = await take();
    const record = buildRecord(request, result, { startedMs, endedMs: ports.clock.nowMs() });
    for (const { name, bytes } of result.files) {
      throwIfCancelled(signal);
      await writer.save({ name, bytes }, record);
    }
    throwIfCancelled(signal);
    return { folder: writer.folder, record, finding: result.finding };
  });
}

/**
 * Runs a job to its end and fetches `file`, or `file.gz` as it is. Rejects with `command-failed`, `timed-out` where the
 * watchdog killed it, and what the pod rejects with.
 */
export async function fetchJobFile(
  pod: DebugPod,
  job: PodJob,
  file: string,
  signal: AbortSignal,
  onProgress: ReportProgress,
): Promise<Uint8Array> {
  onProgress({ phase: 'measuring', secondsLeft: job.seconds, bytes: 0 });
  const end = await pod.runJob(job, signal, secondsLeft => {
    onProgress({ phase: 'measuring', secondsLeft, bytes: 0 });
  });
  requireSuccess(pod, job, end);
  const name = end.files.map(each => each.name).find(each => each === file || each === `${file}.gz`);
  if (name === undefined) throw failed(pod, job, end, 'it wrote no file');
  onProgress({ phase: 'fetching', secondsLeft: 0, bytes: 0 });
  const bytes = await pod.fetch(job, name, signal, received => {
    onProgress({ phase: 'fetching', secondsLeft: 0, bytes: received });
  });
  onProgress({ phase: 'saving', secondsLeft: 0, bytes: bytes.length });
  return bytes;
}

/** As {@link fetchJobFile}, inflated (as inflateText.ts rejects) and decoded. */
export async function fetchJobText(...request: Parameters<typeof fetchJobFile>): Promise<string> {
  const bytes = await fetchJobFile(...request);
  const [, , , signal] = request;
  return isGzip(bytes) ? inflateText(bytes, MAX_FILE_BYTES, signal) : new TextDecoder().decode(bytes);
}

const KILLED = 137;

function requireSuccess(pod: DebugPod, job: PodJob, end: JobEnd): void {
  if (end.exitCode === 0) return;
  if (end.exitCode === KILLED)
    throw new TriageError(
      'timed-out',
      `${job.name} did not end in ${job.limitSeconds} s on ${pod.info.node}.`,
      {
        node: pod.info.node,
        facts: { seconds: job.limitSeconds },
      },
    );
  throw failed(pod, job, end, end.stderr.trim());
}

/** Said the way pods say that a command failed. */
export function failed(pod: DebugPod, job: PodJob, end: JobEnd, reason: string): TriageError {
  return new TriageError('command-failed', `${job.name} failed on ${pod.info.node}: ${reason}`, {
    node: pod.info.node,
    facts: { command: job.name, exitCode: end.exitCode, stderr: reason },
  });
}

function buildRecord(
  request: PodCaptureRequest & { readonly profile: string },
  result: PodCaptureResult<unknown>,
  times: { readonly startedMs: number; readonly endedMs: number },
): CaptureRecord {
  return {
    schema: CAPTURE_SCHEMA,
    state: 'complete',
    profile: request.profile,
    context: request.context,
    node: capturedNode(request.node),
    target: request.target,
    case: request.case,
    startedAt: new Date(times.startedMs).toISOString(),
    endedAt: new Date(times.endedMs).toISOString(),
    secondsPlanned: result.secondsPlanned,
    secondsCaptured: result.secondsCaptured,
    findings: result.findings,
    files: result.files.map(file => ({ name: file.name, kind: file.kind })),
    issues: result.issues,
    writtenBy: request.writtenBy,
  };
}
