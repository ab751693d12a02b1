/**
 * The two ways to trace a kubelet's system calls in a debug pod that runs already, and what both give. Reads nothing of
 * the traces themselves, and writes no capture.
 */
import { isTriageError, throwIfCancelled, TriageError } from '../base/errors.js';
import { findKubelet, type KubeletProcess } from '../kubelet/findKubelet.js';
import { wholeProgramOf } from '../kubelet/wholeProgram.js';
import type { JobEnd, PodJob } from '../base/podCommand.js';
import type { DebugPod } from '../debugpod/debugPodPorts.js';
import { kernelTraceJob, readKernelTraceEnd, requireKernelTracing } from '../ktrace/kernelTrace.js';
import {
  checkTraced,
  probeStrace,
  readStraceEnd,
  straceJob,
  type CpuWindow,
  type StraceEnd,
  type StracePass,
  type StraceTool,
  type TraceCpu,
} from '../strace/straceJobs.js';
import { captureIssue } from './captureIssues.js';
import { passedOverIssues, wholeProgramIssues } from './passedOver.js';
import type { CapturedTrace } from './captureRecord.js';
import type { SavedFile } from './captureWriter.js';

export type TraceEngine = CapturedTrace['engine'];

/** A strace of the user's. */
export interface StraceUpload {
  readonly bytes: Uint8Array;
  /** Of them: 64 digits. */
  readonly sha256: string;
}

export interface TracePhase {
  readonly phase: 'uploading' | 'finding' | 'tracing' | 'fetching' | 'checking';
  /** Of strace: the table of all calls, then the log of the futex calls. */
  readonly pass: StracePass | 'kernel' | undefined;
  /** Of all tracing, this pass and those to come. */
  readonly secondsLeft: number;
  readonly bytes: number;
}

export interface TraceRun {
  readonly pod: DebugPod;
  readonly node: string;
  /** Whole seconds of tracing, both passes of strace together. */
  readonly seconds: number;
  /** Names the tracing instance: letters and digits, another for each run. */
  readonly id: string;
  readonly straceFile: StraceUpload | undefined;
  readonly report: (phase: TracePhase) => void;
}

export interface TraceResult {
  readonly files: readonly (SavedFile & { readonly kind: 'strace' | 'ktrace' })[];
  readonly trace: CapturedTrace;
  readonly cpu: TraceCpu | undefined;
  readonly secondsCaptured: number;
  readonly issues: readonly string[];
}

const QUIET_SECONDS = 2;
/** strace stops the kubelet twice a call: the time agreed on is that of both passes. */
const SUMMARY_SHARE = 0.4;

/** Rejects with `trace-refused`, `tool-missing`, `kubelet-not-found`, and what the debug pod rejects with. */
export async function traceKubelet(
  engine: TraceEngine,
  run: TraceRun,
  signal: AbortSignal,
): Promise<TraceResult> {
  return engine === 'kernel' ? traceByKernel(run, signal) : traceByStrace(run, signal);
}

async function traceByKernel(run: TraceRun, signal: AbortSignal): Promise<TraceResult> {
  const { pod, seconds, id } = run;
  if (pod.info.level !== 'privileged')
    throw new TriageError('trace-refused', 'The kernel’s tracing needs a privileged pod.', {
      node: run.node,
      facts: { reason: 'the debug pod is not privileged' },
    });
  reportFinding(run);
  const { job, end, found } = await withKubelet(run, signal, async kubelet => {
    requireKernelTracing(kubelet);
    const job = kernelTraceJob(kubelet, { seconds, quietSeconds: QUIET_SECONDS, id });
    const jobEnd = await runPass(run, { job, pass: 'kernel', later: 0 }, signal);
    return { job, end: readKernelTraceEnd(jobEnd), found: kubelet };
  });
  const bytes = await fetchFile(run, { job, file: end.file, pass: 'kernel' }, signal);
  const { existing, traced } = end.threads;
  return {
    files: [{ name: end.file, bytes, kind: 'ktrace' }],
    trace: {
      engine: 'kernel',
      threadsExisting: existing,
      threadsTraced: traced,
      lostEvents: end.lost,
    },
    cpu: end.cpu,
    secondsCaptured: end.seconds,
    issues: [
      ...(end.lost > 0 ? [captureIssue('traceEvents', end.lost)] : []),
      ...(end.isFull ? [captureIssue('traceFull', end.seconds.toFixed(1))] : []),
      ...(traced < existing ? [captureIssue('traceThreads', traced, existing)] : []),
      ...(end.isFilesCut ? [captureIssue('traceFiles')] : []),
      ...(end.isRemoved ? [] : [captureIssue('traceInstance')]),
      ...processIssues(found),
    ],
  };
}

async function traceByStrace(run: TraceRun, signal: AbortSignal): Promise<TraceResult> {
  const { tool, ...found } = await findStrace(run, signal);
  const summarySeconds = Math.max(1, Math.round(run.seconds * SUMMARY_SHARE));
  const futexSeconds = Math.max(1, run.seconds - summarySeconds);
  const summary = await stracePass(
    run,
    { pass: 'summary', tool, seconds: summarySeconds, later: futexSeconds },
    signal,
  );
  const futex = await stracePass(run, { pass: 'futex', tool, seconds: futexSeconds, later: 0 }, signal);
  const ends = [futex.end, summary.end];
  const threads = futex.end.threads ?? summary.end.threads;
  return {
    // The log opens first: the table is one page, and stands beside it.
    files: [...futex.files, ...summary.files],
    trace: {
      engine: 'strace',
      straceVersion: `${tool.version.major}.${tool.version.minor}`,
      straceOrigin: found.origin,
      straceSha256: found.origin === 'uploaded' ? run.straceFile?.sha256 : undefined,
      threadsExisting: threads?.existing,
      threadsTraced: threads?.traced,
    },
    cpu: joinCpu(summary.end.cpu, futex.end.cpu),
    secondsCaptured: summary.end.seconds + futex.end.seconds,
    issues: [...found.issues, ...straceIssues(ends), ...processIssues(futex.found)],
  };
}

interface FoundStrace {
  readonly tool: StraceTool;
  readonly origin: NonNullable<CapturedTrace['straceOrigin']>;
  readonly issues: readonly string[];
}

/** Uploads the user's own where there is one; where that does not run, another one does. */
async function findStrace(run: TraceRun, signal: AbortSignal): Promise<FoundStrace> {
  const uploaded = await uploadStrace(run, signal);
  reportFinding(run);
  const paths = uploaded === undefined ? [] : [uploaded];
  const tool = await run.pod.run(probeStrace(run.pod.info.image, paths), signal).catch((error: unknown) => {
    throw uploaded === undefined ? error : describeMissing(run, error);
  });
  if (tool.root !== undefined) return { tool, origin: 'node', issues: unusable(uploaded, tool) };
  if (tool.path === uploaded) return { tool, origin: 'uploaded', issues: [] };
  return { tool, origin: 'image', issues: unusable(uploaded, tool) };
}

/** That there is none would surprise the one who has brought one. */
function describeMissing({ pod, node }: TraceRun, error: unknown): unknown {
  if (!isTriageError(error) || error.code !== 'tool-missing' || error.facts['tool'] !== 'strace')
    return error;
  const reason = `the uploaded strace does not run in ${pod.info.image}, and there is no other`;
  return new TriageError('exec-refused', reason, { node, facts: { reason }, cause: error });
}

function unusable(uploaded: string | undefined, { root = '', path }: StraceTool): readonly string[] {
  return uploaded === undefined ? [] : [captureIssue('straceUnusable', root + path)];
}

async function uploadStrace(run: TraceRun, signal: AbortSignal): Promise<string | undefined> {
  const { straceFile } = run;
  if (straceFile === undefined) return undefined;
  const report = (bytes: number) =>
    run.report({ phase: 'uploading', pass: undefined, secondsLeft: run.seconds, bytes });
  report(0);
  return run.pod.upload({ name: 'strace', bytes: straceFile.bytes }, signal, report);
}

function reportFinding(run: TraceRun): void {
  run.report({ phase: 'finding', pass: undefined, secondsLeft: run.seconds, bytes: 0 });
}

interface StraceStep {
  readonly pass: StracePass;
  readonly tool: StraceTool;
  readonly seconds: number;
  /** Of the passes to come. */
  readonly later: number;
}

interface StracePassed {
  readonly end: StraceEnd;
  readonly files: TraceResult['files'];
  readonly found: KubeletProcess;
}

async function stracePass(
  run: TraceRun,
  { pass, tool, seconds, later }: StraceStep,
  signal: AbortSignal,
): Promise<StracePassed> {
  const { found, job, end } = await withKubelet(run, signal, async kubelet => {
    const traced = straceJob(pass, tool, kubelet, { seconds, quietSeconds: QUIET_SECONDS });
    const jobEnd = await runPass(run, { job: traced, pass, later }, signal);
    return { found: kubelet, job: traced, end: readStraceEnd(pass, jobEnd) };
  });
  run.report({ phase: 'checking', pass, secondsLeft: later, bytes: 0 });
  // The script has looked; a second look from outside of it costs one exec and trusts nothing.
  const { process } = await run.pod.run(checkTraced(found.pid), signal);
  const left = process === undefined ? end.left : { traced: process.traced, stopped: process.stopped };
  const { file } = end;
  if (file === undefined) return { end: { ...end, left }, files: [], found };
  const bytes = await fetchFile(run, { job, file, pass }, signal);
  return { end: { ...end, left }, files: [{ name: file, bytes, kind: 'strace' }], found };
}

function straceIssues(ends: readonly StraceEnd[]): readonly string[] {
  return ends.flatMap(end => {
    const { existing = 0, traced = 0 } = end.threads ?? {};
    const { left } = end;
    return [
      ...(traced < existing ? [captureIssue('traceThreads', traced, existing)] : []),
      ...(end.isFull ? [captureIssue('traceFull', end.seconds.toFixed(1))] : []),
      ...(end.wasKilled ? [captureIssue('traceKilled')] : []),
      ...(end.wasContinued ? [captureIssue('traceContinued')] : []),
      ...(left.traced + left.stopped > 0 ? [captureIssue('traceHeld', left.traced, left.stopped)] : []),
    ];
  });
}

function processIssues({ comm, passedOver }: KubeletProcess): readonly string[] {
  return [...wholeProgramIssues(wholeProgramOf(comm)), ...passedOverIssues(passedOver)];
}

/** Finds the kubelet right before `body`; once more where it restarted in between. */
async function withKubelet<T>(
  run: TraceRun,
  signal: AbortSignal,
  body: (kubelet: KubeletProcess) => Promise<T>,
): Promise<T> {
  const find = () => run.pod.run(findKubelet(run.node), signal);
  const kubelet = await find();
  try {
    return await body(kubelet);
  } catch (error) {
    if (!isTriageError(error) || error.code !== 'kubelet-not-found') throw error;
    throwIfCancelled(signal);
    return body(await find());
  }
}

interface Pass {
  readonly job: PodJob;
  readonly pass: TracePhase['pass'];
  /** Seconds of the passes to come. */
  readonly later: number;
}

async function runPass(run: TraceRun, { job, pass, later }: Pass, signal: AbortSignal): Promise<JobEnd> {
  const report = (secondsLeft: number) =>
    run.report({ phase: 'tracing', pass, secondsLeft: Math.ceil(secondsLeft) + later, bytes: 0 });
  report(job.seconds);
  return run.pod.runJob(job, signal, report);
}

async function fetchFile(
  run: TraceRun,
  { job, file, pass }: { readonly job: PodJob; readonly file: string; readonly pass: TracePhase['pass'] },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const report = (bytes: number) => run.report({ phase: 'fetching', pass, secondsLeft: 0, bytes });
  report(0);
  return run.pod.fetch(job, file, signal, report);
}

/** Before the first pass, during both, after the second. */
function joinCpu(first: TraceCpu | undefined, second: TraceCpu | undefined): TraceCpu | undefined {
  if (first === undefined || second === undefined) return undefined;
  const add = (a: CpuWindow, b: CpuWindow): CpuWindow => ({
    cpuSeconds: a.cpuSeconds + b.cpuSeconds,
    seconds: a.seconds + b.seconds,
  });
  return { before: first.before, during: add(first.during, second.during), after: second.after };
}
