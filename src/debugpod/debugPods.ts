/**
 * Debug pods of one window on one cluster: lends them, and answers for the removal of every one, also after the one
 * who asked has left.
 */
import { throwIfCancelled } from '../base/errors.js';
import { PodLife, type DebugPodDeps } from './podLife.js';
import type {
  DebugPod,
  DebugPodMaker,
  DebugPodProgress,
  DebugPodRequest,
  LiveDebugPod,
} from './debugPodPorts.js';
import { whenAborted } from './removePod.js';

/** A caller with a result does not wait longer for the removal, which goes on. */
const REMOVAL_WAIT_MS = 20_000;
/** A body that was cancelled has so long for ending its job; then its pod goes all the same. */
const BODY_END_MS = 8000;

const ignore = () => undefined;

export class DebugPods implements DebugPodMaker {
  private readonly removals = new Set<Promise<void>>();
  private readonly lives = new Set<LiveDebugPod>();
  private readonly disposed = new AbortController();

  constructor(
    private readonly deps: DebugPodDeps,
    /** Called when {@link living} has changed. */
    private readonly onDidChange: () => void = ignore,
  ) {}

  async withPod<T>(
    request: DebugPodRequest,
    body: (pod: DebugPod, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
    onProgress: (progress: DebugPodProgress) => void = ignore,
  ): Promise<T> {
    throwIfCancelled(signal);
    const life = new PodLife(this.deps, request, onProgress);
    const entry = { namespace: request.namespace, name: life.name, node: request.node };
    this.note(() => this.lives.add(entry));
    const lived = life.live(body, signal);
    const removed = this.endAfter(life, lived, signal).finally(() => {
      this.note(() => this.lives.delete(entry));
    });
    this.keepTrack(removed);
    const cancelled = whenAborted(signal);
    try {
      return await Promise.race([lived, cancelled.rejected]);
    } finally {
      await this.atMost(REMOVAL_WAIT_MS, Promise.race([removed, cancelled.rejected.catch(ignore)]));
      cancelled.release();
    }
  }

  async settled(): Promise<void> {
    while (this.removals.size > 0) await Promise.all(this.removals);
  }

  living(): readonly LiveDebugPod[] {
    return [...this.lives];
  }

  /** Stops trying to remove what cannot be removed; it stays written down. For the end of the window. */
  dispose(): void {
    this.disposed.abort();
  }

  private async endAfter(life: PodLife, lived: Promise<unknown>, signal: AbortSignal): Promise<void> {
    const cancelled = whenAborted(signal);
    const over = lived.then(ignore, ignore);
    await Promise.race([over, cancelled.rejected.catch(() => this.atMost(BODY_END_MS, over))]);
    cancelled.release();
    await life.end(this.disposed.signal);
  }

  private keepTrack(removal: Promise<void>): void {
    this.removals.add(removal);
    void removal.finally(() => this.removals.delete(removal));
  }

  private async atMost(ms: number, wait: Promise<unknown>): Promise<void> {
    const settled = new AbortController();
    const late = this.deps.clock.sleep(ms, settled.signal).catch(ignore);
    await Promise.race([wait, late]);
    settled.abort();
  }

  private note(change: () => void): void {
    change();
    this.onDidChange();
  }
}
