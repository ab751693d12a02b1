/**
 * Applying a remedy to a node through the privileged debug pod that runs already: measure, ask once more with what was
 * measured, drop caches, measure again; the node's readiness is watched meanwhile. From the first change on what was
 * done is on the disk, whatever comes after: a cancel keeps it.
 */
import { describeError, throwIfCancelled, TriageError } from '../base/errors.js';
import { untilAny } from '../base/linkedSignal.js';
import { plainLine } from '../base/plainLine.js';
import type { KubeletMetrics } from '../cluster/clusterPorts.js';
import type { NodeDetails } from '../cluster/podPorts.js';
import type { DebugPod } from '../debugpod/debugPodPorts.js';
import { dropCaches, readDropSeconds } from '../remedy/dropCaches.js';
import { isStillThere } from '../remedy/judgeRemedy.js';
import type {
  DropValue,
  RemediedRule,
  Remedy,
  RemedyDrop,
  RemedyEnd,
  RemedyReading,
  SeenReadiness,
} from '../remedy/model.js';
import { formatRemedy, REMEDY_FILE } from '../remedy/remedyJson.js';
import { CAPTURE_SCHEMA, REMEDY_PROFILE, type CaptureRecord } from './captureRecord.js';
import { capturedNode } from './capturedNode.js';
import { writeWholeCapture, type CaptureWriter } from './captureWriter.js';
import type { Clock } from './clock.js';
import type { PodCaptureOutcome, PodCaptureRequest } from './podCapture.js';
import { countOnNode, measureRemedy } from './measureRemedy.js';

export interface RemedyPorts {
  /** Of level `privileged`: /proc/sys is writable there. */
  readonly pod: DebugPod;
  readonly metrics: KubeletMetrics;
  readonly nodes: { nodeDetails(node: string, signal: AbortSignal): Promise<NodeDetails> };
  readonly clock: Clock;
}

export interface RemedyRequest extends PodCaptureRequest {
  readonly rule: RemediedRule;
  /** Asked with what was measured, right before anything changes; false: nothing is done, nothing kept. */
  readonly confirm: (before: RemedyReading) => Promise<boolean>;
  /** Told of each change of the node, with its end. Never rejects. */
  readonly audit: (drop: RemedyDrop) => void;
  /** Says on the cluster what was done. Never rejects. */
  readonly announce: (drops: readonly RemedyDrop[]) => Promise<Remedy['event']>;
}

export interface RemedyProgress {
  readonly phase: 'before' | 'asking' | 'dropping' | 'after' | 'saving';
  /** Of measuring, whole seconds; 0 where it is not known. */
  readonly secondsLeft: number;
}

const READINESS_PAUSE_MS = 5_000;

/**
 * Rejects with `cancelled` (also where `confirm` said no), `command-failed`, `capture-write-failed`, and what the pod
 * rejects with; nothing is on the disk then, unless caches were dropped: then it resolves with what there is.
 */
export function captureRemedy(
  ports: RemedyPorts,
  request: RemedyRequest,
  signal: AbortSignal,
  onProgress: (progress: RemedyProgress) => void,
): Promise<PodCaptureOutcome & { readonly remedy: Remedy }> {
  const startedMs = ports.clock.nowMs();
  const identity = { root: request.root, startedMs, target: request.target, profile: REMEDY_PROFILE };
  // Not the caller's signal: a cancel after a change must not take its record away.
  return writeWholeCapture(identity, ports.clock, new AbortController().signal, writer =>
    new RemedyRun({ ports, request, signal, writer, onProgress, startedMs }).go(),
  );
}

interface RunParts {
  readonly ports: RemedyPorts;
  readonly request: RemedyRequest;
  readonly signal: AbortSignal;
  readonly writer: CaptureWriter;
  readonly onProgress: (progress: RemedyProgress) => void;
  readonly startedMs: number;
}

class RemedyRun {
  private readonly drops: RemedyDrop[] = [];
  private readonly readiness: SeenReadiness[] = [];
  private readonly unready = new AbortController();
  private before: RemedyReading | undefined;
  private after: RemedyReading | undefined;
  private event: Remedy['event'] = 'none';

  constructor(private readonly parts: RunParts) {}

  async go(): Promise<PodCaptureOutcome & { readonly remedy: Remedy }> {
    const watched = new AbortController();
    const watching = this.watchReadiness(watched.signal);
    const { signal, request } = this.parts;
    try {
      return await untilAny([signal, this.unready.signal], ended => this.apply(ended));
    } catch (error) {
      if (!this.unready.signal.aborted || signal.aborted) throw error;
      const { name } = request.node;
      throw new TriageError('node-not-ready', `${name} became not ready; nothing was changed.`, {
        node: name,
      });
    } finally {
      watched.abort();
      await watching;
    }
  }

  private async apply(ended: AbortSignal): Promise<PodCaptureOutcome & { readonly remedy: Remedy }> {
    const { request } = this.parts;
    const before = await this.measure('before', ended);
    this.before = before;
    if (!isStillThere(request.rule, before)) return this.finish('not-needed');
    await this.askOnce(before, ended);
    try {
      await this.dropAsFarAsNeeded(ended);
      this.after = await this.measure('after', ended);
    } catch (error) {
      // What was begun is told, whatever ended it; what cannot be written is in the audit.
      if (this.drops.length === 0 || describeError(error).code === 'capture-write-failed') throw error;
      return this.finish(this.endOf(error));
    }
    return this.finish(this.drops.every(({ outcome }) => outcome === 'failed') ? 'failed' : 'complete');
  }

  private async askOnce(before: RemedyReading, ended: AbortSignal): Promise<void> {
    this.parts.onProgress({ phase: 'asking', secondsLeft: 0 });
    const isAgreed = await this.parts.request.confirm(before);
    throwIfCancelled(ended);
    if (!isAgreed) throw new TriageError('cancelled', 'Not agreed.');
  }

  /** Directory entries and inodes first; page cache too where that was not enough. */
  private async dropAsFarAsNeeded(ended: AbortSignal): Promise<void> {
    const first = await this.drop(2, ended);
    if (first.outcome !== 'done') return;
    const { rule } = this.parts.request;
    const reading = await this.check(ended);
    if (isStillThere(rule, reading)) await this.drop(3, ended);
  }

  private async drop(value: DropValue, ended: AbortSignal): Promise<RemedyDrop> {
    const { ports, request, onProgress } = this.parts;
    throwIfCancelled(ended);
    onProgress({ phase: 'dropping', secondsLeft: 0 });
    const at = this.now();
    const settle = async (drop: Pick<RemedyDrop, 'outcome' | 'seconds' | 'reason'>): Promise<RemedyDrop> => {
      const done: RemedyDrop = { value, at, ...drop };
      this.drops.push(done);
      request.audit(done);
      await this.save('running');
      return done;
    };
    try {
      const end = await ports.pod.runJob(dropCaches(value), ended);
      if (end.exitCode === 0)
        return await settle({ outcome: 'done', seconds: readDropSeconds(end.stdout), reason: undefined });
      const reason = plainLine(end.stderr.trim() || `exit status ${end.exitCode}`);
      return await settle({
        outcome: end.exitCode === KILLED ? 'stopped' : 'failed',
        seconds: undefined,
        reason,
      });
    } catch (error) {
      // Whether the kernel was through is not known: it may have been.
      if (describeError(error).code === 'capture-write-failed') throw error;
      await settle({
        outcome: 'stopped',
        seconds: undefined,
        reason: plainLine(describeError(error).message),
      });
      throw error;
    }
  }

  private measure(phase: 'before' | 'after', ended: AbortSignal): Promise<RemedyReading> {
    const { ports, request, onProgress } = this.parts;
    return measureRemedy(ports, request.node, ended, secondsLeft => onProgress({ phase, secondsLeft }));
  }

  private check(ended: AbortSignal): Promise<RemedyReading> {
    const { ports, request } = this.parts;
    return countOnNode(ports, request.node, ended);
  }

  /** Never rejects. One look that fails says nothing: the cluster may be slow to answer. */
  private async watchReadiness(watched: AbortSignal): Promise<void> {
    const { ports, request } = this.parts;
    for (;;) {
      const seen = await lookAt(ports.nodes, request.node.name, watched);
      if (watched.aborted) return;
      const last = this.readiness.at(-1);
      if (last?.status !== seen.status) this.readiness.push({ at: this.now(), ...seen });
      const wasReady = this.readiness.some(({ status }) => status === 'True');
      // A node that was not ready before is not made worse by what frees memory.
      if (wasReady && (seen.status === 'False' || seen.status === 'Unknown')) this.unready.abort();
      await ports.clock.sleep(READINESS_PAUSE_MS, watched).catch(() => undefined);
    }
  }

  private endOf(error: unknown): RemedyEnd {
    if (this.unready.signal.aborted) return 'not-ready';
    return this.parts.signal.aborted || describeError(error).code === 'cancelled' ? 'stopped' : 'failed';
  }

  private async finish(ended: RemedyEnd): Promise<PodCaptureOutcome & { readonly remedy: Remedy }> {
    const { request, onProgress, writer } = this.parts;
    onProgress({ phase: 'saving', secondsLeft: 0 });
    if (this.drops.length > 0) this.event = await request.announce(this.drops);
    await this.save(ended);
    const record = this.record(ended);
    await writer.saveRecord(record);
    return { folder: writer.folder, record, remedy: this.remedy(ended) };
  }

  private save(ended: RemedyEnd): Promise<void> {
    const bytes = new TextEncoder().encode(formatRemedy(this.remedy(ended)));
    return this.parts.writer.save({ name: REMEDY_FILE, bytes }, this.record(ended));
  }

  private remedy(ended: RemedyEnd): Remedy {
    const { request } = this.parts;
    const { before, after, drops, readiness, event } = this;
    if (before === undefined) throw new TriageError('internal', 'Saved before anything was measured.');
    return {
      node: request.node.name,
      rule: request.rule,
      ended,
      before,
      drops,
      after,
      again: [],
      readiness,
      event,
    };
  }

  private record(ended: RemedyEnd): CaptureRecord {
    const { request, startedMs } = this.parts;
    return {
      schema: CAPTURE_SCHEMA,
      state: STATES[ended],
      profile: REMEDY_PROFILE,
      context: request.context,
      node: capturedNode(request.node),
      target: request.target,
      case: request.case,
      startedAt: new Date(startedMs).toISOString(),
      ...(ended !== 'running' && { endedAt: this.now() }),
      files: [{ name: REMEDY_FILE, kind: REMEDY_PROFILE }],
      issues: [],
      writtenBy: request.writtenBy,
    };
  }

  private now(): string {
    return new Date(this.parts.ports.clock.nowMs()).toISOString();
  }
}

const KILLED = 137;

const STATES: Readonly<Record<RemedyEnd, CaptureRecord['state']>> = {
  running: 'running',
  complete: 'complete',
  'not-needed': 'complete',
  stopped: 'stopped',
  'not-ready': 'stopped',
  failed: 'failed',
};

/** Rejects never. */
async function lookAt(
  nodes: RemedyPorts['nodes'],
  node: string,
  signal: AbortSignal,
): Promise<Pick<SeenReadiness, 'status' | 'reason'>> {
  try {
    const { ready } = await nodes.nodeDetails(node, signal);
    return { status: ready?.status ?? 'not-known', reason: ready?.reason };
  } catch {
    return { status: 'not-known', reason: undefined };
  }
}
