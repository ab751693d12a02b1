/**
 * The life of one debug pod: written down, made, waited for, watched while it is lent, and taken away. Each of the
 * steps may fail or be cancelled; `end` is called once after any of them and leaves nothing behind:
 *
 *     check ── write down ── create ── start ── lend ──┐
 *       │          │           │         │             │
 *       ▼          ▼           ▼         ▼             ▼
 *     nothing    forget     look for it ─── remove ─── forget
 *
 * What cannot be removed stays written down, for the sweeper (sweeper.ts).
 */
import { describeError, throwIfCancelled, TriageError, type TriageErrorCode } from '../base/errors.js';
import { linkSignals, untilAny } from '../base/linkedSignal.js';
import type { PodManifest, PodRunner, PodState } from '../cluster/podPorts.js';
import { OpenPod } from './openPod.js';
import { buildPodManifest, debugPodName, formatTime, GRACE_SECONDS, SESSION_LABEL } from './podSpec.js';
import type {
  Audit,
  DebugPodInfo,
  DebugPodProgress,
  DebugPodRequest,
  IntentStore,
  PodClock,
  PodIntent,
} from './debugPodPorts.js';
import { preflight } from './preflight.js';
import { describeEnd, isAlive, judgeStart, startedTooLate, type PodEnd } from './rejection.js';
import { isWorthRetrying, ownSignal, removePod, writeAudit } from './removePod.js';

export interface DebugPodDeps {
  readonly context: string;
  /** URL of the API server. */
  readonly server: string;
  readonly pods: PodRunner;
  readonly intents: IntentStore;
  readonly audit: Audit;
  readonly clock: PodClock;
  /** This window: a UUID, where it runs. */
  readonly owner: { readonly session: string; readonly host: string; readonly pid: number };
  /** Lower-case letters and digits, other ones each time: 48 bits or more. */
  readonly randomSuffix: () => string;
}

type Report = (progress: DebugPodProgress) => void;

/** An image that is there starts in seconds also on a slow node; one that is pulled may take minutes. */
const START_SECONDS = 60;
const START_WITH_PULL_SECONDS = 240;
/** A kubelet that lives says within seconds that it has the pod, whatever the image takes after that. */
const UNTAKEN_SECONDS = 60;
/** One that reported nothing for a minute is tried, as it may come back at this moment, and not waited for. */
const UNTAKEN_OF_SILENT_SECONDS = 20;
const FIRST_LOOK_MS = 200;
const LONGEST_LOOK_MS = 2000;
/** While it is lent: how often it is looked after, and every how many times it is told that we live. */
const WATCH_MS = 5000;
const LOOKS_PER_BEAT = 6;
const LOOK_FOR_END_MS = 1000;
const LOOKS_FOR_END = 4;
const ASK_LIMIT_MS = 15_000;
/** Beyond the longest that an API server takes. */
const CREATE_LIMIT_MS = 100_000;
/** An answer that was lost may belong to a POST that is still under way: a webhook may take 30 s, a request 60 s. */
const LOOK_FOR_IT_MS = 75_000;
const GONE_LIMIT_MS = 60_000;
const LONGEST_RETRY_MS = 15_000;
/** Beyond its own bounds: what a slow node needs to notice them. */
const EXPIRY_MARGIN_SECONDS = 60;

/** Answers of the cluster to a POST that say that nothing was made. */
const REFUSALS: ReadonlySet<TriageErrorCode> = new Set<TriageErrorCode>([
  'pod-refused',
  'pod-name-taken',
  'forbidden',
  'unauthorized',
  'node-not-found',
]);

type Made =
  | { readonly kind: 'no' }
  /** A POST was sent and its answer did not come. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'yes'; readonly pod: PodState };

export class PodLife {
  readonly name: string;
  private readonly manifest: PodManifest;
  private readonly expiresAtMs: number;
  private made: Made = { kind: 'no' };
  private isWrittenDown = false;
  private isAlarmTold = false;

  constructor(
    private readonly deps: DebugPodDeps,
    readonly request: DebugPodRequest,
    private readonly report: Report,
  ) {
    const startSeconds = this.startSeconds();
    this.name = debugPodName(request.node, deps.randomSuffix());
    this.expiresAtMs =
      deps.clock.nowMs() +
      (startSeconds + request.lifetimeSeconds + GRACE_SECONDS + EXPIRY_MARGIN_SECONDS) * 1000;
    const { session } = deps.owner;
    const { name, expiresAtMs } = this;
    this.manifest = buildPodManifest(request, { name, session, expiresAtMs });
  }

  /** Checks, makes it, waits until it runs, lends it to `body`. Removes nothing: that is {@link end}. */
  async live<T>(body: (pod: OpenPod, signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    this.report({ phase: 'checking' });
    const { pods } = this.deps;
    const warnings = await preflight(pods, this.manifest, this.request, signal);
    throwIfCancelled(signal);
    await this.writeDown();
    throwIfCancelled(signal);
    this.report({ phase: 'creating', ...this.where() });
    throwIfCancelled(signal);
    const created = await this.create();
    const state = await this.waitUntilRunning(created, signal);
    const info = this.describe(state);
    this.report({ phase: 'running', pod: info, warnings });
    return this.lend(new OpenPod(info, pods, this.deps.clock), body, signal);
  }

  /**
   * Leaves nothing behind, or what it could not remove written down. Never rejects; tries for as long as the pod may
   * live. `disposed` ends the trying.
   */
  async end(disposed: AbortSignal): Promise<void> {
    if (this.made.kind !== 'no') this.report({ phase: 'removing', ...this.where() });
    const { clock } = this.deps;
    for (let pauseMs = 500; ; pauseMs = Math.min(2 * pauseMs, LONGEST_RETRY_MS)) {
      try {
        if (!(await this.takeAway(disposed))) return;
        if (this.isWrittenDown) await this.deps.intents.forget(this.name);
        return;
      } catch (error) {
        if (!isWorthRetrying(error) || disposed.aborted || clock.nowMs() > this.expiresAtMs) return;
      }
      await clock.sleep(pauseMs, disposed).catch(() => undefined);
    }
  }

  private async writeDown(uid?: string): Promise<void> {
    const { context, server, owner, clock, intents } = this.deps;
    const intent: PodIntent = {
      context,
      server,
      ...this.where(),
      uid,
      node: this.request.node,
      expiresAt: formatTime(this.expiresAtMs),
      owner: { ...owner, aliveAt: formatTime(clock.nowMs()) },
    };
    await intents.write(intent);
    this.isWrittenDown = true;
  }

  /** By its own signal: a POST that is broken off may have been done, one that ends is known. Who cancels does not wait. */
  private async create(): Promise<PodState> {
    this.made = { kind: 'unknown' };
    const about = { ...this.where(), uid: undefined, node: this.request.node };
    try {
      const pod = await this.deps.pods.create(this.manifest, ownSignal(CREATE_LIMIT_MS));
      this.made = { kind: 'yes', pod };
      writeAudit(this.deps, { verb: 'create', pod: { ...about, uid: pod.uid }, outcome: 'done' });
      await this.writeDown(pod.uid);
      return pod;
    } catch (error) {
      const { code, message } = describeError(error);
      if (this.made.kind === 'yes') throw error;
      if (REFUSALS.has(code)) this.made = { kind: 'no' };
      const outcome = REFUSALS.has(code) ? 'failed' : 'unknown';
      writeAudit(this.deps, { verb: 'create', pod: about, outcome, reason: message });
      throw error;
    }
  }

  private async waitUntilRunning(created: PodState, signal: AbortSignal): Promise<PodState> {
    const { clock } = this.deps;
    const startedAt = clock.monotonicMs();
    let pod: PodState = created;
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(1.5 * pauseMs, LONGEST_LOOK_MS)) {
      throwIfCancelled(signal);
      const verdict = judgeStart(pod);
      if (verdict.kind === 'running') return pod;
      if (verdict.kind === 'failed') throw verdict.error;
      const seconds = this.patienceFor(pod);
      const leftMs = startedAt + seconds * 1000 - clock.monotonicMs();
      if (leftMs <= 0) throw startedTooLate(pod, this.request.node, seconds);
      this.report({ phase: 'starting', reason: verdict.reason, secondsLeft: Math.ceil(leftMs / 1000) });
      await clock.sleep(pauseMs, signal);
      pod = await this.lookAgain(pod, signal);
    }
  }

  /** As it is now; as it was where the cluster cannot be asked for a moment. */
  private async lookAgain(last: PodState, signal: AbortSignal): Promise<PodState> {
    let pod: PodState | undefined;
    try {
      pod = await this.deps.pods.read(last, signal);
    } catch (error) {
      throwIfCancelled(signal);
      if (!isWorthRetrying(error)) throw error;
      return last;
    }
    if (pod?.uid === last.uid) return pod;
    this.made = { kind: 'no' };
    throw new TriageError('pod-not-started', 'The debug pod was deleted while it started.', {
      node: this.request.node,
      facts: { reason: 'Deleted' },
    });
  }

  private async lend<T>(
    pod: OpenPod,
    body: (pod: OpenPod, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const over = new AbortController();
    const { signal: lent, release } = linkSignals([signal, over.signal]);
    // A pod that was deleted can leave an exec open and silent (kubernetes#89233): the pod is looked after, too.
    let ended: TriageError | undefined;
    const watched = this.watch(pod, lent).then(end => {
      ended = this.ended(end, pod.info);
      over.abort(); // The body hears `cancelled`, and may say so before us.
      throw ended;
    });
    watched.catch(() => undefined); // Raced below, and late ones are of no use.
    try {
      return await Promise.race([body(pod, lent), watched]);
    } catch (error) {
      throw ended ?? (await this.explain(pod, error, signal));
    } finally {
      over.abort();
      release();
    }
  }

  /** Resolves when the pod lives no more, with why; never while it cannot be known. Ends with the signal. */
  private async watch(pod: OpenPod, signal: AbortSignal): Promise<PodEnd> {
    for (let look = 1; ; look++) {
      // Woken by the end of the loan: this side of the race stays silent.
      await this.deps.clock.sleep(WATCH_MS, signal).catch(() => new Promise<never>(() => undefined));
      const state = await this.readPatiently(pod.info, signal);
      if (state !== 'unknown' && !this.isThis(pod.info, state)) return describeEnd(state);
      if (look % LOOKS_PER_BEAT !== 0) continue;
      await this.writeDown(pod.info.uid).catch(() => undefined); // The pod is bounded without it, too.
      if (pod.isInJob) continue;
      const beat = untilAny([signal, ownSignal(ASK_LIMIT_MS)], limited => pod.beat(limited));
      await beat.catch(() => undefined); // The next one may arrive.
    }
  }

  private async readPatiently(
    info: DebugPodInfo,
    signal: AbortSignal,
  ): Promise<PodState | undefined | 'unknown'> {
    const read = untilAny([signal, ownSignal(ASK_LIMIT_MS)], limited => this.deps.pods.read(info, limited));
    return read.catch(() => 'unknown' as const);
  }

  private isThis(info: DebugPodInfo, state: PodState | undefined): boolean {
    return state?.uid === info.uid && isAlive(state);
  }

  /**
   * What broke may have broken because its pod is no more: that is what a person should hear. The kubelet tells it a
   * moment later: PLEG looks every second (pkg/kubelet/pleg/generic.go).
   */
  private async explain(pod: OpenPod, error: unknown, signal: AbortSignal): Promise<unknown> {
    if (!mayBeItsEnd(error)) return error;
    for (let look = 1; !signal.aborted; look++) {
      const state = await this.readPatiently(pod.info, signal);
      if (state !== 'unknown' && !this.isThis(pod.info, state))
        return this.ended(describeEnd(state), pod.info);
      if (look === LOOKS_FOR_END) break;
      await this.deps.clock.sleep(LOOK_FOR_END_MS, signal).catch(() => undefined);
    }
    return error;
  }

  private ended(end: PodEnd, { uid }: DebugPodInfo): TriageError {
    const { node } = this.request;
    const { reason } = end;
    // Seen by the watch and in the wake of a broken exec, and told once.
    if (end.stranger !== undefined && !this.isAlarmTold)
      writeAudit(this.deps, { verb: 'end', pod: { ...this.where(), uid, node }, outcome: 'alarm', reason });
    this.isAlarmTold ||= end.stranger !== undefined;
    return new TriageError('pod-ended', `The debug pod on ${node} ended while it was needed: ${reason}`, {
      node,
      facts: { ...end },
    });
  }

  /** Resolves with whether the pod is gone; false: it is being deleted by a node that does not answer. */
  private async takeAway(disposed: AbortSignal): Promise<boolean> {
    if (this.made.kind === 'unknown') await this.lookForIt(disposed);
    if (this.made.kind !== 'yes') return true;
    const { uid } = this.made.pod;
    const pod = { ...this.where(), uid, node: this.request.node };
    return (await removePod(this.deps, pod, GONE_LIMIT_MS, disposed)) === 'gone';
  }

  /** Settles what an unanswered POST has done. Rejects where the cluster cannot be asked. */
  private async lookForIt(disposed: AbortSignal): Promise<void> {
    const { clock, pods, owner } = this.deps;
    const giveUpAt = clock.monotonicMs() + LOOK_FOR_IT_MS;
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_RETRY_MS)) {
      const pod = await pods.read(this.where(), disposed);
      if (pod?.labels[SESSION_LABEL] === owner.session) {
        this.made = { kind: 'yes', pod };
        return;
      }
      if (clock.monotonicMs() > giveUpAt) break;
      await clock.sleep(pauseMs, disposed);
    }
    this.made = { kind: 'no' };
  }

  private describe(state: PodState): DebugPodInfo {
    const { node, image, level } = this.request;
    return { ...this.where(), uid: state.uid, node, image: image.reference, level };
  }

  private where(): { readonly namespace: string; readonly name: string } {
    return { namespace: this.request.namespace, name: this.name };
  }

  /** Since its creation, by how far it has come. */
  private patienceFor(pod: PodState): number {
    const isTaken = pod.container !== undefined;
    const untaken = this.request.isKubeletSilent === true ? UNTAKEN_OF_SILENT_SECONDS : UNTAKEN_SECONDS;
    return isTaken ? this.startSeconds() : Math.min(untaken, this.startSeconds());
  }

  private startSeconds(): number {
    return this.request.image.pullPolicy === 'Never' ? START_SECONDS : START_WITH_PULL_SECONDS;
  }
}

/** A command that is killed with its container has a status like any other: 128 and KILL or TERM. */
function mayBeItsEnd(error: unknown): boolean {
  const { code, facts } = describeError(error);
  if (code === 'command-failed') return facts['exitCode'] === 137 || facts['exitCode'] === 143;
  return code === 'exec-lost' || code === 'exec-refused' || code === 'timed-out';
}
