/**
 * One profile of one kubelet, from the first reading to the finished capture folder. CPU comes in slices that are
 * merged as they arrive, so that a growing file can be looked at and what is finished outlives a crash
 * (growingFile.ts). Where it stands is told by `onProgress`; what a person sees of it, and the files' format, are not made here.
 */
import { describeError, isTriageError, throwIfCancelled, TriageError } from '../base/errors.js';
import { linkSignals } from '../base/linkedSignal.js';
import type { KubeletMetrics, KubeletProfileName, KubeletProfiler } from '../cluster/clusterPorts.js';
import type { MergedSlices, ProfileDecoder } from '../worker/workerPorts.js';
import { wholeProgramOfVersion } from '../kubelet/wholeProgram.js';
import { captureIssue } from './captureIssues.js';
import { wholeProgramIssues } from './passedOver.js';
import {
  CAPTURE_SCHEMA,
  type CapturedCase,
  type CapturedProcessCpu,
  type CaptureRecord,
  type CaptureState,
} from './captureRecord.js';
import { capturedNode } from './capturedNode.js';
import { createCaptureWriter, type CaptureWriter } from './captureWriter.js';
import { withLimit, type Clock } from './clock.js';
import { GrowingFile } from './growingFile.js';
import { lateAnswer, ProcessCpuMeter } from './processCpu.js';
import type { TargetOnNode } from './profileTarget.js';
import { keepTrace } from './profileBytes.js';
import { sliceLengths } from './sliceLengths.js';

export interface CapturePorts {
  readonly profiler: KubeletProfiler;
  readonly metrics: KubeletMetrics;
  readonly decoder: Pick<ProfileDecoder, 'mergeSlices'>;
  readonly clock: Clock;
}

export interface CaptureRequest extends TargetOnNode {
  readonly context: string;
  readonly profile: KubeletProfileName;
  /** Of cpu and trace; the other profiles are of one moment. */
  readonly seconds: number;
  /** Of cpu; 0: one long shot. */
  readonly sliceSeconds: number;
  /** What to do while another client is profiling the kubelet: reject with `profiler-busy`, or wait until cancelled. */
  readonly whenBusy: 'fail' | 'wait';
  /** Raw bytes a profile may have. */
  readonly maxBytes: number;
  /** Absolute path of the folder of all captures. */
  readonly root: string;
  /** `node-triage 0.1.0`. */
  readonly writtenBy: string;
  /** Undefined: joined with others by the time between them. */
  readonly case?: CapturedCase | undefined;
}

export interface CaptureSignals {
  /** Ends it and removes everything. */
  readonly cancel: AbortSignal;
  /** Ends it and keeps the finished slices. */
  readonly stop: AbortSignal;
}

export interface CaptureProgress {
  readonly phase: 'preparing' | 'waiting' | 'profiling' | 'saving' | 'finishing';
  /** Slice under way, from 1. */
  readonly slice: number;
  /** Fetched and merged; the file may have some less. */
  readonly slicesDone: number;
  readonly slicesPlanned: number;
  /** Of profiling, whole seconds. */
  readonly secondsLeft: number;
  /** Absolute path of the capture's folder; exists from the first finished slice on. */
  readonly folder: string;
}

export type CaptureOutcome =
  | {
      readonly kind: 'kept';
      readonly folder: string;
      readonly record: CaptureRecord;
      /** What ended a capture in state `failed`. */
      readonly fault: TriageError | undefined;
    }
  /** Stopped before anything was finished; nothing is on the disk. */
  | { readonly kind: 'nothing' };

/** What an answer may take beyond the seconds it was asked for: a stopped kubelet alone costs 10 s of TLS handshake. */
const ANSWER_LIMIT_SECONDS = 30;
const BUSY_RETRY_MS = 3_000;
/** Between slices another user may take the profiler; a minute-long profile of theirs is worth waiting for. */
const BUSY_PATIENCE_MS = 120_000;

/**
 * Rejects with `cancelled` (within a second, nothing kept) or with what made the first slice fail (nothing kept).
 * Later faults end the capture in state `failed` and resolve.
 */
export async function captureProfile(
  ports: CapturePorts,
  request: CaptureRequest,
  signals: CaptureSignals,
  onProgress: (progress: CaptureProgress) => void,
): Promise<CaptureOutcome> {
  throwIfCancelled(signals.cancel);
  const startedMs = ports.clock.nowMs();
  const identity = { root: request.root, startedMs, target: request.target, profile: request.profile };
  const writer = await createCaptureWriter(identity, ports.clock);
  const run = new CaptureRun({ ports, request, signals, writer, onProgress, startedMs });
  const stopTicking = ports.clock.every(1000, () => run.report());
  try {
    return await run.go();
  } catch (error) {
    await writer.discard();
    // Whatever the abort made fail first, the reason is the abort.
    throwIfCancelled(signals.cancel);
    throw error;
  } finally {
    stopTicking();
    run.dispose();
    await writer.close();
  }
}

interface CaptureParts {
  readonly ports: CapturePorts;
  readonly request: CaptureRequest;
  readonly signals: CaptureSignals;
  readonly writer: CaptureWriter;
  readonly onProgress: (progress: CaptureProgress) => void;
  readonly startedMs: number;
}

class CaptureRun {
  private readonly lengths: readonly number[];
  private readonly fileName: string;
  private readonly meter: ProcessCpuMeter;
  /** Aborted by either way to end. */
  private readonly ended: AbortSignal;
  private readonly issues: string[] = [];
  private phase: CaptureProgress['phase'] = 'preparing';
  private slicesDone = 0;
  private sliceStartedMs = 0;
  private waitedMs = 0;
  private readonly file: GrowingFile;
  private clockSkewSeconds: number | undefined;

  constructor(private readonly parts: CaptureParts) {
    const { ports, request, signals } = parts;
    const { profile, seconds, sliceSeconds, node } = request;
    if (profile === 'cpu') this.lengths = sliceLengths(seconds, sliceSeconds);
    else this.lengths = [profile === 'trace' ? seconds : 0];
    this.fileName = profile === 'trace' ? 'trace.out' : `${profile}.pb.gz`;
    this.meter = new ProcessCpuMeter(ports.metrics, ports.clock, node.name);
    // Both end with this capture: there is nothing to be released earlier.
    this.ended = linkSignals([signals.cancel, signals.stop]).signal;
    const isTrace = profile === 'trace';
    const merger = isTrace ? keepTrace(node.name) : ports.decoder.mergeSlices({ maxBytes: request.maxBytes });
    this.file = new GrowingFile(merger, ports.clock, (bytes, slices) =>
      parts.writer.save({ name: this.fileName, bytes }, this.buildRecord('running', slices, undefined)),
    );
    this.issues.push(...wholeProgramIssues(wholeProgramOfVersion(node.kubeletVersion)));
  }

  async go(): Promise<CaptureOutcome> {
    const { cancel } = this.parts.signals;
    this.report();
    const issues = await this.meter.readBefore(this.ended);
    // For the other profiles the reading only tells the Go version: not worth a word where it fails.
    if (this.parts.request.profile === 'cpu') this.issues.push(...issues);
    const taken = await this.takeSlices();
    // What ended it may have come between a slice and its turn to be written.
    const fault = (await this.faultOf(() => this.file.save(cancel))) ?? taken;
    throwIfCancelled(cancel);
    const { slicesSaved } = this.file;
    if (slicesSaved === 0) {
      if (fault !== undefined) throw fault;
      return { kind: 'nothing' };
    }
    if (fault !== undefined)
      this.issues.push(captureIssue('sliceFailed', slicesSaved + 1, this.lengths.length, fault.message));
    this.enter('finishing');
    const record = this.buildRecord(this.endState(fault), slicesSaved, await this.measureProcessCpu());
    throwIfCancelled(cancel);
    const outcome = await this.saveLast(record, fault);
    throwIfCancelled(cancel);
    return outcome;
  }

  report(): void {
    const planned = this.lengths.length;
    this.parts.onProgress({
      phase: this.phase,
      slice: Math.min(this.slicesDone + 1, planned),
      slicesDone: this.slicesDone,
      slicesPlanned: planned,
      secondsLeft: this.secondsLeft(),
      folder: this.parts.writer.folder,
    });
  }

  dispose(): void {
    this.file.dispose();
  }

  private enter(phase: CaptureProgress['phase']): void {
    this.phase = phase;
    this.report();
  }

  private secondsLeft(): number {
    const current = this.lengths[this.slicesDone] ?? 0;
    const later = sum(this.lengths.slice(this.slicesDone + 1));
    if (this.phase === 'finishing') return 0;
    if (this.phase === 'saving') return later;
    if (this.phase !== 'profiling') return current + later;
    const elapsed = (this.parts.ports.clock.monotonicMs() - this.sliceStartedMs) / 1000;
    return later + Math.max(0, Math.ceil(current - elapsed));
  }

  private isEnded(): boolean {
    return this.ended.aborted;
  }

  /** All slices, or as many as there were until an abort (undefined) or a fault (returned). */
  private async takeSlices(): Promise<TriageError | undefined> {
    for (const seconds of this.lengths) {
      if (this.isEnded()) return undefined;
      const fault = await this.faultOf(() => this.takeSlice(seconds));
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** What makes the work fail, but for an end that was asked for. */
  private async faultOf(work: () => Promise<void>): Promise<TriageError | undefined> {
    try {
      await work();
      return undefined;
    } catch (error) {
      return isCancelled(error) && this.isEnded() ? undefined : asTriageError(error);
    }
  }

  private async takeSlice(seconds: number): Promise<void> {
    const slice = await this.fetchSlice(seconds);
    throwIfCancelled(this.parts.signals.cancel);
    this.enter('saving');
    await this.addSlice(slice, seconds);
    throwIfCancelled(this.parts.signals.cancel);
    await this.file.saveIfDue(this.parts.signals.cancel);
    this.slicesDone++;
  }

  /** Bytes of one slice, after waiting for the profiler where it is busy. */
  private async fetchSlice(seconds: number): Promise<Uint8Array> {
    const { clock } = this.parts.ports;
    const firstTryMs = clock.monotonicMs();
    for (;;) {
      this.sliceStartedMs = clock.monotonicMs();
      this.enter('profiling');
      try {
        return await this.fetchOnce(seconds);
      } catch (error) {
        if (!isBusy(error) || !this.mayWait(clock.monotonicMs() - firstTryMs)) throw error;
        this.enter('waiting');
        await this.file.save(this.parts.signals.cancel);
        await clock.sleep(BUSY_RETRY_MS, this.ended);
        this.waitedMs = clock.monotonicMs() - firstTryMs;
      }
    }
  }

  private fetchOnce(seconds: number): Promise<Uint8Array> {
    const { profile, node } = this.parts.request;
    const { clock, profiler } = this.parts.ports;
    const limitSeconds = seconds + ANSWER_LIMIT_SECONDS;
    const limit = { ms: limitSeconds * 1000, error: () => lateAnswer(node.name, limitSeconds) };
    return withLimit(clock, limit, this.ended, signal =>
      profiler.fetchProfile(node.name, { profile, seconds }, signal),
    );
  }

  private mayWait(waitedMs: number): boolean {
    return this.slicesDone === 0 ? this.parts.request.whenBusy === 'wait' : waitedMs < BUSY_PATIENCE_MS;
  }

  private async addSlice(slice: Uint8Array, seconds: number): Promise<void> {
    const { ports, request, signals } = this.parts;
    this.noteWait();
    const sliceStartedAt = ports.clock.nowMs() - (ports.clock.monotonicMs() - this.sliceStartedMs);
    const merged = await this.file.add(slice, seconds, signals.cancel);
    if (this.slicesDone === 0 && request.profile === 'cpu' && merged.timeMs > 0)
      this.clockSkewSeconds = Math.round((merged.timeMs - sliceStartedAt) / 10) / 100;
    if (this.slicesDone + 1 === this.lengths.length) this.noteEmpty(merged);
  }

  private noteWait(): void {
    const waitedSeconds = Math.round(this.waitedMs / 1000);
    if (waitedSeconds > 0) this.issues.push(captureIssue('waited', this.slicesDone + 1, waitedSeconds));
    this.waitedMs = 0;
  }

  private noteEmpty(merged: MergedSlices): void {
    if (merged.sampleCount > 0) return;
    const { profile } = this.parts.request;
    if (profile === 'cpu') this.issues.push(captureIssue('noSamples'));
    if (profile === 'block' || profile === 'mutex') this.issues.push(captureIssue('noContention'));
  }

  private async measureProcessCpu(): Promise<CapturedProcessCpu | undefined> {
    if (this.parts.request.profile !== 'cpu') return undefined;
    const { cpu, issues } = await this.meter.measure(this.parts.signals.cancel);
    this.issues.push(...issues);
    return cpu;
  }

  /** A disk that fills up at the very end loses the last facts, not the slices. */
  private async saveLast(record: CaptureRecord, fault: TriageError | undefined): Promise<CaptureOutcome> {
    const { writer } = this.parts;
    try {
      await writer.saveRecord(record);
      return { kind: 'kept', folder: writer.folder, record, fault };
    } catch (error) {
      const worst = fault ?? asTriageError(error);
      return { kind: 'kept', folder: writer.folder, record: { ...record, state: 'failed' }, fault: worst };
    }
  }

  private endState(fault: TriageError | undefined): CaptureState {
    if (fault !== undefined) return 'failed';
    return this.file.slicesSaved < this.lengths.length ? 'stopped' : 'complete';
  }

  private buildRecord(
    state: CaptureState,
    slicesDone: number,
    processCpu: CapturedProcessCpu | undefined,
  ): CaptureRecord {
    const { request, ports, startedMs } = this.parts;
    const { node, profile, context, writtenBy } = request;
    const isOverTime = profile === 'cpu' || profile === 'trace';
    const { goVersion } = this.meter;
    return {
      schema: CAPTURE_SCHEMA,
      state,
      profile,
      context,
      node: capturedNode(node, goVersion),
      target: request.target,
      case: request.case,
      startedAt: new Date(startedMs).toISOString(),
      endedAt: state === 'running' ? undefined : new Date(ports.clock.nowMs()).toISOString(),
      secondsPlanned: isOverTime ? sum(this.lengths) : undefined,
      secondsCaptured: isOverTime ? sum(this.lengths.slice(0, slicesDone)) : undefined,
      slicesPlanned: this.lengths.length,
      slicesDone,
      processCpu,
      clockSkewSeconds: this.clockSkewSeconds,
      files: [{ name: this.fileName, kind: profile }],
      issues: [...this.issues],
      writtenBy,
    };
  }
}

function isBusy(error: unknown): boolean {
  return isTriageError(error) && error.code === 'profiler-busy';
}

function isCancelled(error: unknown): boolean {
  return isTriageError(error) && error.code === 'cancelled';
}

function asTriageError(error: unknown): TriageError {
  if (isTriageError(error)) return error;
  const { code, message } = describeError(error);
  return new TriageError(code, message, { cause: error });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
