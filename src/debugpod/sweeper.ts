/**
 * Removes debug pods that this machine has written down (intents) and whose owner is gone. What only bears
 * our label, another machine's or a namesake, is found and left to a person: a user who may label pods could otherwise have
 * it deleted with our rights. Asked at activation and on demand, per context. Pods of a living window are left alone, and
 * so is every cluster but the one that the context reaches now.
 */
import { describeError, isTriageError } from '../base/errors.js';
import type { PodState } from '../cluster/podPorts.js';
import { EXPIRES_ANNOTATION, MANAGED_BY, MANAGED_BY_LABEL, SESSION_LABEL } from './podSpec.js';
import type { IntentOwner, IntentStore, PodIntent } from './debugPodPorts.js';
import { removePod, type RemovablePod, type RemovalDeps } from './removePod.js';

export interface SweepDeps extends RemovalDeps {
  readonly intents: IntentStore;
  /** This window. */
  readonly session: string;
  readonly host: string;
  /** Whether a process of this machine runs; true where that is not known. */
  readonly isProcessAlive: (pid: number) => boolean;
}

export interface SweepOptions {
  /** Namespaces to look in by label where the user may not list pods of all. */
  readonly namespaces: readonly string[];
  /** For a look that was not asked for: what is removed is read anew first. */
  readonly mayBeCached?: boolean | undefined;
}

export interface SweepReport {
  readonly removed: readonly RemovablePod[];
  /** Could not be removed now; each is tried again by the next sweep. */
  readonly failed: readonly { readonly pod: Omit<RemovablePod, 'uid'>; readonly reason: string }[];
  /** Ours by label, and perhaps in use: not touched. */
  readonly living: readonly RemovablePod[];
  /** Ours by label, not written down here, and by their own annotation over: not touched either, a person decides. */
  readonly forgotten: readonly RemovablePod[];
}

/** An owner says that it lives every 30 s; three of them may be late. */
const OWNER_SILENCE_MS = 100_000;
/** Clocks of machines differ: a pod of another one has to be over for so long. */
const FOREIGN_MARGIN_MS = 120_000;
const GONE_LIMIT_MS = 30_000;

/** Never rejects but with `cancelled`: what cannot be done now stays written down. */
export async function sweepPods(
  deps: SweepDeps,
  options: SweepOptions,
  signal: AbortSignal,
): Promise<SweepReport> {
  const here = (await deps.intents.list()).filter(intent => intent.server === deps.server);
  const sweep = new Sweep(deps, signal);
  for (const intent of here) if (isOrphan(intent, deps)) await sweep.settle(intent);
  const known = new Map(here.map(intent => [intent.name, intent]));
  for (const pod of await listOurs(deps, options, signal)) {
    if (sweep.hasSeen(pod) || pod.deletionAt !== undefined) continue;
    // Written down on this machine and not an orphan: its window lives.
    if (!isKnown(pod, known.get(pod.name)) && isOverdue(pod, deps)) sweep.offer(removable(pod));
    else sweep.leave(removable(pod));
  }
  return sweep.report;
}

class Sweep {
  private readonly removed: RemovablePod[] = [];
  private readonly failed: { readonly pod: Omit<RemovablePod, 'uid'>; readonly reason: string }[] = [];
  private readonly living: RemovablePod[] = [];
  private readonly forgotten: RemovablePod[] = [];
  private readonly seen = new Set<string>();

  constructor(
    private readonly deps: SweepDeps,
    private readonly signal: AbortSignal,
  ) {}

  get report(): SweepReport {
    const { removed, failed, living, forgotten } = this;
    return { removed, failed, living, forgotten };
  }

  hasSeen({ namespace, name }: { readonly namespace: string; readonly name: string }): boolean {
    return this.seen.has(`${namespace}/${name}`);
  }

  leave(pod: RemovablePod): void {
    this.living.push(pod);
  }

  offer(pod: RemovablePod): void {
    this.forgotten.push(pod);
  }

  /** What became of a pod that was written down: found by its name where the answer with its uid was lost. */
  async settle(intent: PodIntent): Promise<void> {
    const { namespace, name, node } = intent;
    this.seen.add(`${namespace}/${name}`);
    try {
      const pod = await this.deps.pods.read(intent, this.signal);
      // A POST without an answer may still be under way while its time runs; after that there is nothing to come.
      if (pod === undefined && intent.uid === undefined && !isExpired(intent.expiresAt, this.deps)) return;
      if (pod !== undefined && isOfIntent(pod, intent)) {
        if (!(await this.tryRemove({ namespace, name, uid: pod.uid, node }))) return;
      }
      await this.deps.intents.forget(name);
    } catch (error) {
      this.fail({ namespace, name, node }, error);
    }
  }

  private async tryRemove(pod: RemovablePod): Promise<boolean> {
    const outcome = await removePod(this.deps, pod, GONE_LIMIT_MS, this.signal);
    if (outcome === 'gone') this.removed.push(pod);
    else this.failed.push({ pod, reason: 'it is being deleted, and its node does not answer' });
    return outcome === 'gone';
  }

  private fail(pod: Omit<RemovablePod, 'uid'>, error: unknown): void {
    if (isTriageError(error) && error.code === 'cancelled' && this.signal.aborted) throw error;
    this.failed.push({ pod, reason: describeError(error).message });
  }
}

/**
 * The very pod that was written down: by its uid, which only the API server chooses. Only where the answer with it was lost, by
 * what the manifest had, the window's UUID among it, under a name with 80 random bits.
 */
function isOfIntent(pod: PodState, { uid, node, owner }: PodIntent): boolean {
  if (uid !== undefined) return pod.uid === uid;
  const { labels } = pod;
  return (
    labels[MANAGED_BY_LABEL] === MANAGED_BY &&
    labels[SESSION_LABEL] === owner.session &&
    (pod.node === undefined || pod.node === node)
  );
}

function isKnown(pod: PodState, intent: PodIntent | undefined): boolean {
  return intent !== undefined && intent.namespace === pod.namespace && isOfIntent(pod, intent);
}

/** True where no owner is left to remove it: its time is over, or its window is gone. */
function isOrphan({ owner, expiresAt }: PodIntent, deps: SweepDeps): boolean {
  if (owner.session === deps.session) return false;
  return isExpired(expiresAt, deps) || isOwnerGone(owner, deps);
}

function isOwnerGone(owner: IntentOwner, { clock, host, isProcessAlive }: SweepDeps): boolean {
  if (owner.host === host && !isProcessAlive(owner.pid)) return true;
  return Date.parse(owner.aliveAt) + OWNER_SILENCE_MS < clock.nowMs();
}

function isExpired(expiresAt: string, { clock }: SweepDeps): boolean {
  return Date.parse(expiresAt) < clock.nowMs();
}

/** Of a pod that was not written down here: what its own annotation says. */
function isOverdue(pod: PodState, { clock, session }: SweepDeps): boolean {
  if (pod.labels[SESSION_LABEL] === session) return false;
  const expiresAt = Date.parse(pod.annotations[EXPIRES_ANNOTATION] ?? '');
  return expiresAt + FOREIGN_MARGIN_MS < clock.nowMs();
}

function removable({ namespace, name, uid, node }: PodState): RemovablePod {
  return { namespace, name, uid, node };
}

/** Pods with our label; those of the given namespaces where not all may be listed, none where not even that. */
async function listOurs(
  { pods }: SweepDeps,
  { namespaces, mayBeCached }: SweepOptions,
  signal: AbortSignal,
): Promise<readonly PodState[]> {
  const labelSelector = `${MANAGED_BY_LABEL}=${MANAGED_BY}`;
  const found: PodState[] = [];
  for (const namespace of [undefined, ...new Set(namespaces)])
    try {
      found.push(...(await pods.list({ namespace, labelSelector, mayBeCached }, signal)));
      if (namespace === undefined) break;
    } catch (error) {
      if (signal.aborted) throw error;
      // Forbidden there, or the cluster is away: the intents stay, and the next sweep asks again.
    }
  return found;
}
