/** Takes one pod away and looks until it is gone; every request that changes the cluster is told to the audit. */
import { describeError, isTriageError, TriageError } from '../base/errors.js';
import type { PodRunner } from '../cluster/podPorts.js';
import { GRACE_SECONDS, formatTime } from './podSpec.js';
import type { Audit, AuditEntry, PodClock } from './debugPodPorts.js';

export interface RemovalDeps {
  readonly pods: PodRunner;
  /** URL of the API server. */
  readonly server: string;
  readonly audit: Audit;
  readonly clock: PodClock;
}

export interface RemovablePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string | undefined;
}

/** Between two looks at a pod that is being deleted. */
const LOOK_MS = 300;

/**
 * Asks for its deletion, with its uid as precondition, and resolves when it is gone; `deleting`: the API server has
 * taken it, and after `limitMs` the object is still there, as its kubelet has not said yes. Rejects as PodRunner.
 */
export async function removePod(
  deps: RemovalDeps,
  pod: RemovablePod,
  limitMs: number,
  signal: AbortSignal,
): Promise<'gone' | 'deleting'> {
  const say = (outcome: AuditEntry['outcome'], reason?: string) => {
    writeAudit(deps, { verb: 'delete', pod, outcome, reason });
  };
  let outcome: 'removed' | 'gone';
  try {
    outcome = await deps.pods.remove(pod, GRACE_SECONDS, signal);
  } catch (error) {
    const { code, message } = describeError(error);
    say(code === 'connection-lost' || code === 'timed-out' ? 'unknown' : 'failed', message);
    throw error;
  }
  if (outcome === 'gone') {
    say('gone');
    return 'gone';
  }
  say('done');
  const end = deps.clock.monotonicMs() + limitMs;
  for (;;) {
    const left = await deps.pods.read(pod, signal);
    if (left?.uid !== pod.uid) return 'gone';
    if (deps.clock.monotonicMs() >= end) return 'deleting';
    await deps.clock.sleep(LOOK_MS, signal);
  }
}

/** Writes one line of the audit. */
export function writeAudit(
  { audit, server, clock }: Pick<RemovalDeps, 'audit' | 'server' | 'clock'>,
  {
    verb,
    pod,
    outcome,
    reason,
  }: Pick<AuditEntry, 'verb' | 'outcome' | 'reason'> & {
    readonly pod: Omit<RemovablePod, 'uid'> & { readonly uid: string | undefined };
  },
): void {
  const { namespace, name, uid, node } = pod;
  audit({ verb, server, namespace, name, uid, node, at: formatTime(clock.nowMs()), outcome, reason });
}

/** True where a later try may do what this one could not: the cluster did not say no. */
export function isWorthRetrying(error: unknown): boolean {
  return !(isTriageError(error) && (error.code === 'forbidden' || error.code === 'internal'));
}

/** A signal for what has to be done whatever became of the caller: aborted only by its own time limit. */
export function ownSignal(limitMs: number): AbortSignal {
  return AbortSignal.timeout(limitMs);
}

/** Rejects with `cancelled` as soon as the signal is aborted; `release` lets go of it. */
export function whenAborted(signal: AbortSignal): { readonly rejected: Promise<never>; release(): void } {
  let abort: () => void = () => undefined;
  const rejected = new Promise<never>((_, reject) => {
    abort = () => {
      reject(new TriageError('cancelled', 'Cancelled.'));
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
  rejected.catch(() => undefined); // Raced: there may be no handler left when it rejects.
  return {
    rejected,
    release: () => {
      signal.removeEventListener('abort', abort);
    },
  };
}
