/**
 * Debug pods of this window: a connection of its own for each command that makes one, so that a kubeconfig that changes
 * or a context that is closed meanwhile does not keep a pod from being removed. Remembers which pods live, ends all
 * work when the window closes, and sweeps what other windows left.
 */
import type { PodRunner } from '../cluster/podPorts.js';
import type { ClusterConnection } from '../cluster/clusterPorts.js';
import { DebugPods } from '../debugpod/debugPods.js';
import type { Audit, IntentStore, PodClock } from '../debugpod/debugPodPorts.js';
import { removePod, type RemovablePod } from '../debugpod/removePod.js';
import { sweepPods, type SweepOptions, type SweepReport } from '../debugpod/sweeper.js';

/** A debug pod of this window that lives right now. */
export interface LivePod {
  readonly context: string;
  readonly node: string;
  readonly namespace: string;
  readonly name: string;
}

/** This window, as its intents and pods name it. */
export interface PodOwner {
  /** UUID. */
  readonly session: string;
  readonly host: string;
  readonly pid: number;
}

export interface PodLoansDeps {
  /** A connection that the caller disposes. Made for pods that must be removable whatever becomes of the context. */
  readonly connect: (context: string) => Promise<ClusterConnection>;
  /** The one that the views use, where the context is connected: no credential plugin runs for a mere look. */
  readonly shared: (context: string) => Promise<ClusterConnection> | undefined;
  readonly intents: IntentStore;
  readonly audit: Audit;
  readonly clock: PodClock;
  readonly owner: PodOwner;
  /** Told of each pod from before its POST; the result is called when it is known to be gone. */
  readonly live: { add(pod: LivePod): () => void };
  readonly randomSuffix: () => string;
  readonly isProcessAlive: (pid: number) => boolean;
}

const REMOVAL_LIMIT_MS = 30_000;

export interface PodLoan {
  readonly connection: ClusterConnection;
  readonly maker: DebugPods;
}

export class PodLoans {
  private readonly makers = new Set<DebugPods>();
  private readonly closing = new AbortController();

  constructor(private readonly deps: PodLoansDeps) {}

  /** Aborted when the window closes: part of every signal that work in a pod is given. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  /** Runs `body` with a connection and a maker; both go when the body has ended and every pod is gone. */
  async lend<T>(context: string, body: (loan: PodLoan) => Promise<T>): Promise<T> {
    const connection = await this.deps.connect(context);
    const maker = this.newMaker(context, connection);
    this.makers.add(maker);
    try {
      return await body({ connection, maker });
    } finally {
      void maker.settled().then(() => {
        this.makers.delete(maker);
        connection.dispose();
      });
    }
  }

  /** Removes pods whose owner is gone from the cluster of a context. Rejects as the connection does. */
  sweep(context: string, options: SweepOptions, signal: AbortSignal): Promise<SweepReport> {
    const { intents, audit, clock, owner, isProcessAlive } = this.deps;
    const { session, host } = owner;
    return this.withConnection(context, ({ pods, context: { server } }) =>
      sweepPods({ pods, server, audit, clock, intents, session, host, isProcessAlive }, options, signal),
    );
  }

  /** Asks something of a cluster's pods. */
  withPods<T>(context: string, ask: (pods: PodRunner) => Promise<T>): Promise<T> {
    return this.withConnection(context, ({ pods }) => ask(pods));
  }

  /** Removes one pod because a person said so, and waits until it is gone. Rejects as PodRunner.remove. */
  remove(context: string, pod: RemovablePod, signal: AbortSignal): Promise<void> {
    const { audit, clock, intents } = this.deps;
    return this.withConnection(context, async ({ pods, context: { server } }) => {
      await removePod({ pods, server, audit, clock }, pod, REMOVAL_LIMIT_MS, signal);
      await intents.forget(pod.name);
    });
  }

  /** Ends all work; resolves when every pod is gone. What takes longer stays written down. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([...this.makers].map(maker => maker.settled()));
  }

  /** Ends all work, and does not wait: the connections go when the pods are gone. */
  dispose(): void {
    this.closing.abort();
  }

  /** The views' connection, else one for this question alone. */
  private async withConnection<T>(
    context: string,
    ask: (connection: ClusterConnection) => Promise<T>,
  ): Promise<T> {
    const shared = this.deps.shared(context);
    if (shared !== undefined) return ask(await shared);
    const connection = await this.deps.connect(context);
    try {
      return await ask(connection);
    } finally {
      connection.dispose();
    }
  }

  private newMaker(context: string, connection: ClusterConnection): DebugPods {
    const { intents, audit, clock, owner, randomSuffix, live } = this.deps;
    const shown = new Map<string, () => void>();
    const maker = new DebugPods(
      {
        context,
        server: connection.context.server,
        pods: connection.pods,
        intents,
        audit,
        clock,
        owner,
        randomSuffix,
      },
      () => {
        const living = new Map(maker.living().map(pod => [pod.name, pod]));
        for (const [name, hide] of shown)
          if (!living.has(name)) {
            hide();
            shown.delete(name);
          }
        for (const [name, pod] of living)
          if (!shown.has(name)) shown.set(name, live.add({ context, ...pod }));
      },
    );
    return maker;
  }
}
