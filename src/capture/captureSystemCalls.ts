/**
 * One trace of a kubelet's system calls, from the debug pod that runs already to the finished capture folder. Cancelled
 * in any phase it leaves nothing: jobs end with the pod's own means, the folder appears only with the result.
 */
import { describeError, throwIfCancelled, TriageError } from '../base/errors.js';
import type {
  DurationSum,
  KubeletDelays,
  KubeletMetrics,
  KubeletProcessReading,
} from '../cluster/clusterPorts.js';
import type { DebugPod } from '../debugpod/debugPodPorts.js';
import type { CpuWindow } from '../strace/straceJobs.js';
import { captureIssue } from './captureIssues.js';
import {
  CAPTURE_SCHEMA,
  type CapturedCase,
  type CapturedTraceCost,
  type CaptureRecord,
} from './captureRecord.js';
import { capturedNode } from './capturedNode.js';
import { writeWholeCapture, type CaptureWriter } from './captureWriter.js';
import { withLimit, type Clock } from './clock.js';
import type { TargetOnNode } from './profileTarget.js';
import { lateAnswer } from './processCpu.js';
import {
  traceKubelet,
  type StraceUpload,
  type TraceEngine,
  type TracePhase,
  type TraceResult,
} from './traceEngines.js';

export type { StraceUpload, TraceEngine } from './traceEngines.js';

/** Word for the record's `profile`, and part of the folder's name. */
export const TRACE_PROFILE = 'futex';

export interface TraceCapturePorts {
  /** Level `privileged` for the kernel's tracing, `ptrace` is enough for strace. */
  readonly pod: DebugPod;
  readonly metrics: KubeletMetrics;
  readonly clock: Clock;
  /** Letters and digits, another for each call. */
  readonly randomId: () => string;
}

export interface TraceCaptureRequest extends TargetOnNode {
  readonly context: string;
  readonly engine: TraceEngine;
  /** Whole seconds of tracing; strace divides them between its two passes. */
  readonly seconds: number;
  /** To be uploaded, and used before any other; the kernel's tracing has no use for it. */
  readonly straceFile?: StraceUpload | undefined;
  /** Absolute path of the folder of all captures. */
  readonly root: string;
  readonly writtenBy: string;
  /** Undefined: joined with others by the time between them. */
  readonly case?: CapturedCase | undefined;
}

export interface TraceCaptureProgress {
  readonly phase: TracePhase['phase'] | 'saving';
  readonly pass: TracePhase['pass'];
  /** Of tracing, whole seconds, with the quiet ones around it. */
  readonly secondsLeft: number;
  /** Uploaded or fetched so far. */
  readonly bytes: number;
}

export interface TraceCaptureOutcome {
  /** Absolute path. */
  readonly folder: string;
  readonly record: CaptureRecord;
}

const READING_LIMIT_MS = 5_000;

/**
 * Rejects with `cancelled` within a second, `kubelet-not-found`, `tool-missing`, `trace-refused`, `capture-write-failed`,
 * and what the debug pod rejects with; then nothing is on the disk.
 */
export function captureSystemCalls(
  ports: TraceCapturePorts,
  request: TraceCaptureRequest,
  signal: AbortSignal,
  onProgress: (progress: TraceCaptureProgress) => void,
): Promise<TraceCaptureOutcome> {
  const startedMs = ports.clock.nowMs();
  const { root, node, target } = request;
  const identity = { root, startedMs, target, profile: TRACE_PROFILE };
  return writeWholeCapture(identity, ports.clock, signal, async writer => {
    const before = await readMetrics(ports, node.name, signal);
    const result = await traceKubelet(
      request.engine,
      {
        pod: ports.pod,
        node: node.name,
        seconds: request.seconds,
        id: ports.randomId(),
        straceFile: request.straceFile,
        report: onProgress,
      },
      signal,
    );
    throwIfCancelled(signal);
    onProgress({ phase: 'saving', pass: undefined, secondsLeft: 0, bytes: 0 });
    const after = await readMetrics(ports, node.name, signal);
    const record = buildRecord({ request, result, startedMs, endedMs: ports.clock.nowMs(), before, after });
    await saveAll(writer, result, record, signal);
    return { folder: writer.folder, record };
  });
}

async function saveAll(
  writer: CaptureWriter,
  { files }: TraceResult,
  record: CaptureRecord,
  signal: AbortSignal,
): Promise<void> {
  if (files.length === 0)
    throw new TriageError('trace-refused', 'The trace gave no file.', {
      node: record.node.name,
      facts: { reason: 'the tracer wrote no file' },
    });
  for (const { name, bytes } of files) {
    throwIfCancelled(signal);
    await writer.save({ name, bytes }, record);
  }
}

/** A reading that cannot be had, or not soon, is no reason to give up: the user may not be allowed to read metrics. */
async function readMetrics(
  { metrics, clock }: TraceCapturePorts,
  node: string,
  signal: AbortSignal,
): Promise<KubeletProcessReading | TriageError> {
  const seconds = READING_LIMIT_MS / 1000;
  const limit = { ms: READING_LIMIT_MS, error: () => lateAnswer(node, seconds) };
  try {
    return await withLimit(clock, limit, signal, inner => metrics.readProcess(node, inner));
  } catch (error) {
    throwIfCancelled(signal);
    const { code, message } = describeError(error);
    return new TriageError(code, message, { node, cause: error });
  }
}

interface RecordParts {
  readonly request: TraceCaptureRequest;
  readonly result: TraceResult;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly before: KubeletProcessReading | TriageError;
  readonly after: KubeletProcessReading | TriageError;
}

function buildRecord(parts: RecordParts): CaptureRecord {
  const { request, result, before, after } = parts;
  const readings = bothReadings(before, after);
  return {
    schema: CAPTURE_SCHEMA,
    state: 'complete',
    profile: TRACE_PROFILE,
    context: request.context,
    node: capturedNode(request.node, before instanceof TriageError ? undefined : before.goVersion),
    target: request.target,
    case: request.case,
    startedAt: new Date(parts.startedMs).toISOString(),
    endedAt: new Date(parts.endedMs).toISOString(),
    secondsPlanned: request.seconds,
    secondsCaptured: Math.round(result.secondsCaptured * 100) / 100,
    trace: result.trace,
    traceCost: costOf(result, readings),
    files: result.files.map(({ name: file, kind }) => ({ name: file, kind })),
    issues: [...result.issues, ...(readings === 'restarted' ? [captureIssue('restarted')] : [])],
    writtenBy: request.writtenBy,
  };
}

type Readings =
  { readonly before: KubeletProcessReading; readonly after: KubeletProcessReading } | 'restarted' | undefined;

function bothReadings(before: RecordParts['before'], after: RecordParts['after']): Readings {
  if (before instanceof TriageError || after instanceof TriageError) return undefined;
  return before.startTimeSeconds === after.startTimeSeconds ? { before, after } : 'restarted';
}

function costOf({ cpu }: TraceResult, readings: Readings): CapturedTraceCost | undefined {
  if (cpu === undefined) return undefined;
  const cost = { cpuBefore: cores(cpu.before), cpuDuring: cores(cpu.during), cpuAfter: cores(cpu.after) };
  if (readings === undefined || readings === 'restarted') return cost;
  const { before, after } = readings;
  const usual = (of: keyof KubeletDelays) => mean(before.delays?.[of], undefined);
  const during = (of: keyof KubeletDelays) => mean(after.delays?.[of], before.delays?.[of]);
  return {
    ...cost,
    relistSecondsUsual: usual('podRelist'),
    relistSecondsDuring: during('podRelist'),
    cgroupSecondsUsual: usual('cgroupManager'),
    cgroupSecondsDuring: during('cgroupManager'),
  };
}

/** Mean of what was added since; undefined where nothing was. */
function mean(sum: DurationSum | undefined, since: DurationSum | undefined): number | undefined {
  if (sum === undefined) return undefined;
  const count = sum.count - (since?.count ?? 0);
  const seconds = sum.seconds - (since?.seconds ?? 0);
  return count <= 0 ? undefined : Math.round((seconds / count) * 1e6) / 1e6;
}

function cores({ cpuSeconds, seconds }: CpuWindow): number {
  return seconds <= 0 ? 0 : Math.round((cpuSeconds / seconds) * 1000) / 1000;
}
