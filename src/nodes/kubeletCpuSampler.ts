/**
 * Kubelet CPU in cores from pairs of scrapes: who is asked when, how many at once, how often, and when not at all.
 * Asks through the given reader; knows no cluster, no tree and no setting by name.
 *
 *   scrape 1 ── 5 s ── scrape 2 ── interval ± 10 % ── scrape 3 …      one node
 *   at most `parallelRequests` at once, one start every 100 ms         all nodes together
 */
import { isTriageError, TriageError } from '../base/errors.js';
import type { KubeletProcessReading } from '../cluster/clusterPorts.js';
import type { KubeletCpu } from './nodeRef.js';

export interface CpuTarget {
  readonly context: string;
  readonly node: string;
}

export interface CpuSamplerOptions {
  readonly enabled: boolean;
  readonly intervalSeconds: number;
  readonly parallelRequests: number;
}

export interface CpuSamplerDeps {
  /** Rejects with TriageError. */
  read(target: CpuTarget, signal: AbortSignal): Promise<KubeletProcessReading>;
  options(): CpuSamplerOptions;
  /** The value of this node is another one now. */
  changed(target: CpuTarget): void;
  /** Why there is no value, for the tooltip. */
  explain(error: unknown): string;
  /** 0 to 1; spreads the requests of several windows. */
  random(): number;
}

/** Clusters of thousands of nodes must not feel us: about 150 KB an answer, so 1.5 MB/s at most. */
export const MIN_START_GAP_MS = 100;
/** The first pair is close together, so that a number is there soon; 10 ms ticks make it exact to 0.002 cores. */
export const FIRST_PAIR_MS = 5_000;
/** Longer than the 10 s after which an API server gives up on a kubelet that hangs. */
export const READ_LIMIT_SECONDS = 20;
/** A node that does not answer is asked less and less often, at last every five minutes. */
export const MAX_BACKOFF_MS = 300_000;
/** Refused this often and never allowed: the rest of the context is not asked, to keep the audit log quiet. */
export const REFUSALS_TO_GIVE_UP = 3;

interface Entry {
  readonly target: CpuTarget;
  /** Among the targets now. */
  isWanted: boolean;
  reading: KubeletProcessReading | undefined;
  readAtMs: number;
  value: KubeletCpu | undefined;
  /** performance.now() of the next scrape; Infinity: not by itself. */
  dueAtMs: number;
  failures: number;
  inFlight: AbortController | undefined;
}

/** What a context said about nodes/proxy so far. */
interface Permission {
  allowed: boolean;
  refused: number;
  /** Set when the context has been given up. */
  reason: string | undefined;
}

const keyOf = (target: CpuTarget): string => `${target.context}\n${target.node}`;

export class KubeletCpuSampler {
  private readonly entries = new Map<string, Entry>();
  private readonly permissions = new Map<string, Permission>();
  private isActive = false;
  private running = 0;
  private nextStartMs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly deps: CpuSamplerDeps) {}

  /** The last known value; undefined for a node that was never a target. */
  valueOf(context: string, node: string): KubeletCpu | undefined {
    return this.entries.get(keyOf({ context, node }))?.value;
  }

  /** Replaces the nodes to ask. Those that are left out keep their last value, those that stay their readings. */
  setTargets(targets: readonly CpuTarget[]): void {
    const wanted = new Set<string>();
    for (const target of targets) {
      const key = keyOf(target);
      wanted.add(key);
      const entry = this.entries.get(key);
      if (entry === undefined) this.entries.set(key, this.newEntry(target));
      else if (!entry.isWanted) this.resume(entry);
    }
    for (const [key, entry] of this.entries) {
      if (!entry.isWanted || wanted.has(key)) continue;
      entry.isWanted = false;
      entry.inFlight?.abort();
    }
    this.pump();
  }

  /** Drops all that is known of a context, what it refused too. */
  forget(context: string): void {
    this.permissions.delete(context);
    for (const [key, entry] of this.entries) {
      if (entry.target.context !== context) continue;
      entry.inFlight?.abort();
      this.entries.delete(key);
    }
  }

  /** Drops what is known of nodes of a context that are gone. */
  keepNodes(context: string, exists: (node: string) => boolean): void {
    for (const [key, entry] of this.entries) {
      if (entry.target.context !== context || exists(entry.target.node)) continue;
      entry.inFlight?.abort();
      this.entries.delete(key);
    }
  }

  /** While inactive nothing is asked; values stay. */
  setActive(isActive: boolean): void {
    if (this.isActive === isActive) return;
    this.isActive = isActive;
    if (!isActive) {
      for (const entry of this.entries.values()) entry.inFlight?.abort();
      this.stopTimer();
      return;
    }
    for (const entry of this.entries.values()) if (entry.isWanted) this.resume(entry);
    this.pump();
  }

  /** The settings changed: a new interval counts from now. */
  optionsChanged(): void {
    const latest = performance.now() + this.intervalMs();
    for (const entry of this.entries.values())
      if (entry.failures === 0 && entry.dueAtMs !== Infinity) entry.dueAtMs = Math.min(entry.dueAtMs, latest);
    this.pump();
  }

  /** Asks again where the answer was no, or none: rights and networks change. */
  forgive(context: string): void {
    this.permissions.delete(context);
    for (const entry of this.entries.values()) {
      if (entry.target.context !== context || entry.value?.kind !== 'unavailable') continue;
      entry.failures = 0;
      entry.dueAtMs = 0;
    }
    this.pump();
  }

  /** Asks this node although its context was given up: the right may be given for single nodes. */
  ask(context: string, node: string): void {
    const entry = this.entries.get(keyOf({ context, node }));
    if (entry?.value?.kind !== 'unavailable' || entry.dueAtMs !== Infinity || entry.failures > 0) return;
    entry.dueAtMs = 0;
    this.pump();
  }

  dispose(): void {
    this.setActive(false);
    this.entries.clear();
  }

  private newEntry(target: CpuTarget): Entry {
    const givenUp = this.permissions.get(target.context)?.reason;
    return {
      target,
      isWanted: true,
      reading: undefined,
      readAtMs: 0,
      value: givenUp === undefined ? undefined : { kind: 'unavailable', reason: givenUp },
      dueAtMs: givenUp === undefined ? 0 : Infinity,
      failures: 0,
      inFlight: undefined,
    };
  }

  /** After a pause: a difference over a long time is not what the kubelet does now, so a new pair is taken. */
  private resume(entry: Entry): void {
    entry.isWanted = true;
    if (entry.reading === undefined || entry.readAtMs >= performance.now() - 2 * this.intervalMs()) return;
    entry.reading = undefined;
    entry.dueAtMs = 0;
  }

  private intervalMs(): number {
    return this.deps.options().intervalSeconds * 1000;
  }

  private stopTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Starts what may start now and sets the timer for what may start next. */
  private pump(): void {
    this.stopTimer();
    const options = this.deps.options();
    if (!this.isActive || !options.enabled || this.running >= options.parallelRequests) return;
    const next = this.nextEntry(performance.now());
    if (next === undefined) return;
    const wait = Math.max(next.dueAtMs, this.nextStartMs) - performance.now();
    if (wait > 0) {
      this.timer = setTimeout(() => this.pump(), wait);
      return;
    }
    this.nextStartMs = performance.now() + MIN_START_GAP_MS;
    void this.scrape(next);
    this.pump();
  }

  /** Of those due now, the second scrapes first (they give a number at once); else the one due soonest. */
  private nextEntry(now: number): Entry | undefined {
    let best: Entry | undefined;
    const rank = (entry: Entry): number =>
      entry.dueAtMs <= now && entry.value?.kind === 'pending' ? -Infinity : entry.dueAtMs;
    for (const entry of this.entries.values()) {
      if (!entry.isWanted || entry.inFlight !== undefined || entry.dueAtMs === Infinity) continue;
      if (best === undefined || rank(entry) < rank(best)) best = entry;
    }
    return best;
  }

  private async scrape(entry: Entry): Promise<void> {
    const controller = new AbortController();
    const limit = setTimeout(() => controller.abort(timedOut(entry.target.node)), READ_LIMIT_SECONDS * 1000);
    entry.inFlight = controller;
    this.running++;
    try {
      this.accept(entry, await this.deps.read(entry.target, controller.signal));
    } catch (error) {
      if (isTriageError(controller.signal.reason)) this.reject(entry, controller.signal.reason);
      // Paused or no longer a target: nothing was learnt about the node.
      else if (controller.signal.aborted) entry.dueAtMs = 0;
      else this.reject(entry, error);
    } finally {
      clearTimeout(limit);
      entry.inFlight = undefined;
      this.running--;
      this.pump();
    }
  }

  private accept(entry: Entry, reading: KubeletProcessReading): void {
    const permission = this.permission(entry.target.context);
    permission.allowed = true;
    const previous = entry.reading;
    entry.reading = reading;
    entry.readAtMs = performance.now();
    entry.failures = 0;
    const measured = previous === undefined ? undefined : coresBetween(previous, reading);
    const jitter = 0.9 + 0.2 * this.deps.random();
    entry.dueAtMs =
      performance.now() +
      (measured === undefined ? Math.min(FIRST_PAIR_MS, this.intervalMs()) : this.intervalMs() * jitter);
    // A number that stood before a pause stays until the next pair is complete; a restart ends it.
    if (measured === undefined && previous === undefined && entry.value?.kind === 'measured') return;
    this.publish(entry, measured ?? { kind: 'pending' });
  }

  private reject(entry: Entry, error: unknown): void {
    entry.reading = undefined;
    const reason = this.deps.explain(error);
    if (isTriageError(error) && (error.code === 'forbidden' || error.code === 'kubelet-forbidden')) {
      entry.dueAtMs = Infinity;
      entry.failures = 1;
      this.publish(entry, { kind: 'unavailable', reason });
      this.countRefusal(entry.target.context, reason);
      return;
    }
    entry.failures++;
    const backoff = this.intervalMs() * 2 ** Math.min(entry.failures, 6);
    entry.dueAtMs = performance.now() + Math.min(MAX_BACKOFF_MS, backoff) * (0.9 + 0.2 * this.deps.random());
    this.publish(entry, { kind: 'unavailable', reason });
  }

  private countRefusal(context: string, reason: string): void {
    const permission = this.permission(context);
    permission.refused++;
    if (permission.allowed || permission.refused < REFUSALS_TO_GIVE_UP) return;
    permission.reason = reason;
    for (const entry of this.entries.values()) {
      if (entry.target.context !== context || entry.value !== undefined) continue;
      entry.dueAtMs = Infinity;
      this.publish(entry, { kind: 'unavailable', reason });
    }
  }

  private permission(context: string): Permission {
    let permission = this.permissions.get(context);
    if (permission === undefined) {
      permission = { allowed: false, refused: 0, reason: undefined };
      this.permissions.set(context, permission);
    }
    return permission;
  }

  private publish(entry: Entry, value: KubeletCpu): void {
    entry.value = value;
    this.deps.changed(entry.target);
  }
}

function timedOut(node: string): TriageError {
  return new TriageError('timed-out', `${node} did not answer within ${READ_LIMIT_SECONDS} s`, {
    node,
    facts: { seconds: READ_LIMIT_SECONDS },
  });
}

/**
 * Cores used between two readings; undefined where the kubelet restarted between them (another start time, or a
 * counter that went back) or they are too close together to divide.
 */
export function coresBetween(
  first: KubeletProcessReading,
  second: KubeletProcessReading,
): Extract<KubeletCpu, { kind: 'measured' }> | undefined {
  const overSeconds = (second.atMs - first.atMs) / 1000;
  const used = second.cpuSeconds - first.cpuSeconds;
  if (first.startTimeSeconds !== second.startTimeSeconds || used < 0 || overSeconds < 0.5) return undefined;
  return { kind: 'measured', cores: used / overSeconds, overSeconds };
}
