/**
 * *Triage Node*, as far as the API alone goes: what the API server and the kubelet say, and a CPU profile meanwhile, as one
 * folder. Each step may fail or be refused by itself; the folder appears with the first answers, and grows. Judges
 * nothing: the reader of the folder does.
 */
import { describeError, isTriageError, throwIfCancelled, TriageError } from '../base/errors.js';
import { untilAny } from '../base/linkedSignal.js';
import { plainLine } from '../base/plainLine.js';
import {
  NODE_ANSWERS,
  type KubeletMetrics,
  type KubeletProfiler,
  type NodeAnswerName,
  type NodeAnswers,
} from '../cluster/clusterPorts.js';
import {
  formatTriageManifest,
  TRIAGE_FILE,
  type StepOutcome,
  type TriageStep,
} from '../material/triageManifest.js';
import { keepObject, type KeptObject } from './keptObjects.js';
import {
  CAPTURE_SCHEMA,
  type CapturedCase,
  type CapturedProcessCpu,
  type CaptureRecord,
} from './captureRecord.js';
import { capturedNode } from './capturedNode.js';
import { writeWholeCapture, type CaptureWriter } from './captureWriter.js';
import { withLimit, type Clock } from './clock.js';
import { lateAnswer, ProcessCpuMeter } from './processCpu.js';
import type { TargetOnNode } from './profileTarget.js';

/** Word for the record's `profile`, and part of the folder's name. */
export const TRIAGE_PROFILE = 'triage';

export interface TriagePorts {
  readonly answers: NodeAnswers;
  readonly profiler: KubeletProfiler;
  readonly metrics: KubeletMetrics;
  readonly clock: Clock;
}

export interface TriageRequest extends TargetOnNode {
  readonly context: string;
  /** Of the CPU profile, which also parts the two readings of the metrics. */
  readonly seconds: number;
  /** Absolute path of the folder of all captures. */
  readonly root: string;
  /** `node-triage 0.1.0`. */
  readonly writtenBy: string;
  readonly case?: CapturedCase | undefined;
}

export interface TriageSignals {
  /** Ends it and removes everything. */
  readonly cancel: AbortSignal;
  /** Ends it and keeps what there is. */
  readonly stop: AbortSignal;
}

export interface TriageProgress {
  readonly phase: 'asking' | 'profiling' | 'saving';
  readonly stepsDone: number;
  readonly stepsPlanned: number;
  readonly secondsLeft: number;
  /** Absolute path. */
  readonly folder: string;
  /** The list of what was taken is in it: the first answers can be looked at. */
  readonly isOpenable: boolean;
}

export interface TriageOutcome {
  readonly folder: string;
  readonly record: CaptureRecord;
}

type StepName = NodeAnswerName | 'metrics-later' | 'cpu';

/** In the order of the list that people see. The second metrics and the profile come when their time has passed. */
const STEPS: readonly StepName[] = [...NODE_ANSWERS, 'metrics-later', 'cpu'];

const FILES: Readonly<Record<StepName, string>> = {
  node: 'node.json',
  'node-events': 'node-events.json',
  'pod-events': 'pod-events.json',
  pods: 'pods.json',
  configz: 'configz.json',
  metrics: 'metrics-1.txt',
  'metrics-cadvisor': 'metrics-cadvisor.txt',
  'stats-summary': 'stats-summary.json',
  goroutines: 'goroutines.txt',
  'kubelet-log': 'kubelet.log',
  'metrics-later': 'metrics-2.txt',
  cpu: 'cpu.pb.gz',
};

/** What is cut down to what may be kept. */
const CUT: ReadonlySet<StepName> = new Set(['node', 'node-events', 'pod-events', 'pods', 'configz']);
/** Answers at a time: a kubelet that is slow already is not asked for all at once. */
const AT_ONCE = 4;
const ANSWER_SECONDS = 10;
/** Beyond its window, as for every profile. */
const PROFILE_MARGIN_SECONDS = 30;

/**
 * Rejects with `cancelled` (nothing kept), `capture-write-failed`, and, where not one step gave anything, with what the first
 * of them met.
 */
export function captureTriage(
  ports: TriagePorts,
  request: TriageRequest,
  signals: TriageSignals,
  onProgress: (progress: TriageProgress) => void,
): Promise<TriageOutcome> {
  const { clock } = ports;
  const startedMs = clock.nowMs();
  const identity = { root: request.root, startedMs, target: request.target, profile: TRIAGE_PROFILE };
  return writeWholeCapture(identity, clock, signals.cancel, async writer => {
    const run = new TriageRun({ ports, request, signals, writer, onProgress, startedMs });
    const stopTicking = clock.every(1000, () => run.report());
    try {
      return await run.go();
    } finally {
      stopTicking();
    }
  });
}

interface TriageParts {
  readonly ports: TriagePorts;
  readonly request: TriageRequest;
  readonly signals: TriageSignals;
  readonly writer: CaptureWriter;
  readonly onProgress: (progress: TriageProgress) => void;
  readonly startedMs: number;
}

class TriageRun {
  private readonly steps = new Map<StepName, TriageStep>();
  private readonly meter: ProcessCpuMeter;
  private readonly profileUntilMs: number;
  private isOpenable = false;
  private firstFault: TriageError | undefined;
  private processCpu: CapturedProcessCpu | undefined;
  private phase: TriageProgress['phase'] = 'asking';
  /** One file at a time is written: the writer makes the folder with the first. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: TriageParts) {
    const { ports, request } = parts;
    this.meter = new ProcessCpuMeter(ports.metrics, ports.clock, request.node.name);
    this.profileUntilMs = ports.clock.monotonicMs() + request.seconds * 1000;
  }

  async go(): Promise<TriageOutcome> {
    const { signals } = this.parts;
    throwIfCancelled(signals.cancel);
    // Whatever ends one part ends the others: a profile that came later would bring a removed folder back.
    const failed = new AbortController();
    return untilAny([signals.cancel, signals.stop, failed.signal], async ended => {
      await this.meter.readBefore(ended);
      const parts = [this.profile(ended), this.askInTwoTurns(ended)];
      try {
        await Promise.all(parts);
      } finally {
        failed.abort();
        await Promise.allSettled(parts);
      }
      throwIfCancelled(signals.cancel);
      this.phase = 'saving';
      this.report();
      return this.finish();
    });
  }

  report(): void {
    const { onProgress, writer, ports } = this.parts;
    onProgress({
      phase: this.phase,
      stepsDone: this.steps.size,
      stepsPlanned: STEPS.length,
      secondsLeft: Math.max(0, Math.ceil((this.profileUntilMs - ports.clock.monotonicMs()) / 1000)),
      folder: writer.folder,
      isOpenable: this.isOpenable,
    });
  }

  private profile(ended: AbortSignal): Promise<void> {
    const { ports, request } = this.parts;
    return this.step('cpu', ended, inner =>
      ports.profiler.fetchProfile(request.node.name, { profile: 'cpu', seconds: request.seconds }, inner),
    );
  }

  private async askInTwoTurns(ended: AbortSignal): Promise<void> {
    await this.askAll(ended);
    this.phase = 'profiling';
    // Without an answer there is nothing to look at yet; the profile may still come.
    if (this.hasAnyTaken()) await this.saveManifest('running');
    this.report();
    // Refused all round, the profile too: nothing to wait for.
    if (this.hasAnyTaken() || !this.steps.has('cpu')) await this.askAgain(ended);
  }

  private async askAll(ended: AbortSignal): Promise<void> {
    const waiting = [...NODE_ANSWERS];
    const askNext = async (): Promise<void> => {
      for (let answer = waiting.shift(); answer !== undefined; answer = waiting.shift()) {
        const asked = answer;
        await this.step(asked, ended, inner => this.read(asked, inner));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, askNext));
  }

  /** What grows between two readings is what the kubelet does now; since its start tells little. */
  private async askAgain(ended: AbortSignal): Promise<void> {
    const { clock } = this.parts.ports;
    try {
      await clock.sleep(Math.max(0, this.profileUntilMs - clock.monotonicMs()), ended);
    } catch {
      return; // ended early: the step stays pending
    }
    await this.step('metrics-later', ended, inner => this.read('metrics', inner));
    this.processCpu = (await this.meter.measure(ended)).cpu;
  }

  private read(answer: NodeAnswerName, signal: AbortSignal): Promise<Uint8Array> {
    return this.parts.ports.answers.read(this.parts.request.node.name, answer, signal);
  }

  /** Never rejects, but with what the disk says. */
  private async step(
    name: StepName,
    ended: AbortSignal,
    take: (signal: AbortSignal) => Promise<Uint8Array>,
  ): Promise<void> {
    const { ports, request } = this.parts;
    const seconds = name === 'cpu' ? request.seconds + PROFILE_MARGIN_SECONDS : ANSWER_SECONDS;
    const limit = { ms: seconds * 1000, error: () => lateAnswer(request.node.name, seconds) };
    let bytes: Uint8Array;
    try {
      const answer = await withLimit(ports.clock, limit, ended, take);
      bytes = CUT.has(name) ? keepObject(name as KeptObject, answer, request.node.name) : answer;
    } catch (error) {
      if (ended.aborted) return;
      if (isTriageError(error)) this.firstFault ??= error;
      this.settle(name, outcomeOf(error), plainLine(describeError(error).message));
      return;
    }
    await this.save(FILES[name], bytes);
    this.settle(name, 'taken', undefined);
  }

  private settle(name: StepName, outcome: StepOutcome, reason: string | undefined): void {
    const file = outcome === 'taken' ? FILES[name] : undefined;
    this.steps.set(name, { step: name, outcome, file, reason });
    this.report();
  }

  private async save(name: string, bytes: Uint8Array): Promise<void> {
    const { writer, signals } = this.parts;
    const write = this.writing.then(() => {
      throwIfCancelled(signals.cancel);
      return writer.save({ name, bytes }, this.record('running'));
    });
    this.writing = write.catch(() => undefined);
    await write;
  }

  private async saveManifest(state: CaptureRecord['state']): Promise<void> {
    const text = formatTriageManifest({ steps: this.listSteps(state) });
    await this.save(TRIAGE_FILE, new TextEncoder().encode(text));
    this.isOpenable = true;
    this.report();
  }

  private hasAnyTaken(): boolean {
    return [...this.steps.values()].some(({ outcome }) => outcome === 'taken');
  }

  private listSteps(state: CaptureRecord['state']): readonly TriageStep[] {
    return STEPS.map(
      step =>
        this.steps.get(step) ?? {
          step,
          outcome: 'pending',
          file: undefined,
          reason: state === 'running' ? undefined : 'stopped before it was taken',
        },
    );
  }

  private async finish(): Promise<TriageOutcome> {
    const { writer, signals } = this.parts;
    if (!this.hasAnyTaken())
      throw this.firstFault ?? new TriageError('cancelled', 'Stopped before anything was taken.');
    const state = signals.stop.aborted ? 'stopped' : 'complete';
    await this.saveManifest(state);
    const record = this.record(state);
    await writer.saveRecord(record);
    return { folder: writer.folder, record };
  }

  private record(state: CaptureRecord['state']): CaptureRecord {
    const { request, ports, startedMs } = this.parts;
    return {
      schema: CAPTURE_SCHEMA,
      state,
      profile: TRIAGE_PROFILE,
      context: request.context,
      node: capturedNode(request.node, this.meter.goVersion),
      target: request.target,
      case: request.case,
      startedAt: new Date(startedMs).toISOString(),
      ...(state !== 'running' && { endedAt: new Date(ports.clock.nowMs()).toISOString() }),
      secondsPlanned: request.seconds,
      processCpu: this.processCpu,
      files: [
        { name: TRIAGE_FILE, kind: TRIAGE_PROFILE },
        ...[...this.steps.values()].flatMap(({ step, file }) =>
          file === undefined ? [] : [{ name: file, kind: step === 'cpu' ? 'cpu' : 'material' }],
        ),
      ],
      issues: [],
      writtenBy: request.writtenBy,
    };
  }
}

/** What cannot be had is no fault of the node's. */
function outcomeOf(error: unknown): 'skipped' | 'failed' {
  if (!isTriageError(error)) return 'failed';
  const isNotServed = error.code === 'request-rejected' && error.facts.status === 404;
  return error.code === 'forbidden' || error.code === 'profiling-disabled' || isNotServed
    ? 'skipped'
    : 'failed';
}
