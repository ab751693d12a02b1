/**
 * Which debug pods there are on the connected clusters: ours by label, those of other tools by what they are called.
 * Looks cheaply when a context is connected (by label, and in what the API server holds in memory: it goes over all pods
 * there, as it has no index of labels, but reads nothing from etcd and sends only what matches), and thoroughly when a
 * person asks. Removes nothing but pods that this machine wrote down and whose owner is gone.
 */
import { describeError, isTriageError } from '../base/errors.js';
import type { PodRunner, PodState } from '../cluster/podPorts.js';
import { findForeignLeftovers, findLabelledLeftovers } from '../debugpod/foreignLeftovers.js';
import type { PodLoans } from './podLoans.js';

export interface FoundPod {
  readonly context: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string | undefined;
  /** RFC 3339. */
  readonly createdAt: string | undefined;
  /** Undefined: ours. */
  readonly tool: string | undefined;
  /** A living window works in it. */
  readonly inUse: boolean;
  /** Bears our label, is over by its own word, and was not written down on this machine. */
  readonly isForgotten: boolean;
}

export interface FoundPods {
  readonly contexts: readonly string[];
  readonly pods: readonly FoundPod[];
  /** What could not be looked at, in sentences. */
  readonly notes: readonly string[];
}

export interface PodFinderDeps {
  readonly loans: PodLoans;
  /** Contexts that are connected now. */
  readonly contexts: () => readonly string[];
  /** Where debug pods are made: looked into where not all namespaces may be. */
  readonly namespace: () => string;
  /** An error as a sentence, in the user's language. */
  readonly explain: (error: unknown) => string;
  readonly log: (message: string) => void;
  /** How many pods other tools or other machines left in a context. */
  readonly found: (context: string, count: number) => void;
}

export class PodFinder {
  /** Looked at so far. */
  private readonly contexts = new Set<string>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly looking = new AbortController();

  constructor(private readonly deps: PodFinderDeps) {}

  /**
   * After connecting: sweeps what this machine wrote down, counts what others left. Once at a time. Never rejects.
   * `mayBeCached`: no, right after something was removed.
   */
  lookAround(context: string, mayBeCached = true): Promise<void> {
    const running = this.running.get(context);
    if (running !== undefined) return running;
    const look = this.look(context, mayBeCached).finally(() => this.running.delete(context));
    this.running.set(context, look);
    return look;
  }

  private async look(context: string, mayBeCached: boolean): Promise<void> {
    try {
      const { forgotten } = await this.sweep(context, mayBeCached, this.looking.signal);
      this.remember(context, forgotten.length + (await this.countLabelled(context, mayBeCached)));
    } catch (error) {
      this.deps.log(`Looking for leftover debug pods in ${context}: ${describeError(error).message}`);
    }
  }

  /** Those who may not list pods of all namespaces have nothing to be told. */
  private async countLabelled(context: string, mayBeCached: boolean): Promise<number> {
    try {
      const { signal } = this.looking;
      const find = (pods: PodRunner) => findLabelledLeftovers(pods, { mayBeCached }, signal);
      return (await this.deps.loans.withPods(context, find)).length;
    } catch (error) {
      if (!isTriageError(error) || error.code !== 'forbidden') throw error;
      return 0;
    }
  }

  /** Of one context, or of all that are connected. Rejects with `cancelled`, or where no context could be looked at. */
  async find(context: string | undefined, signal: AbortSignal): Promise<FoundPods> {
    const contexts = context === undefined ? this.deps.contexts() : [context];
    const pods: FoundPod[] = [];
    const notes: string[] = [];
    for (const name of contexts)
      try {
        pods.push(...(await this.findIn(name, signal, notes)));
      } catch (error) {
        if (signal.aborted || contexts.length === 1) throw error;
        notes.push(`${name}: ${this.deps.explain(error)}`);
      }
    return { contexts, pods, notes };
  }

  /** Numbers are of before: what was removed is looked for again. */
  refresh(): void {
    for (const context of this.contexts) void this.lookAround(context, false);
  }

  dispose(): void {
    this.looking.abort();
  }

  private async findIn(context: string, signal: AbortSignal, notes: string[]): Promise<FoundPod[]> {
    const { living, forgotten } = await this.sweep(context, false, signal);
    const about = { context, createdAt: undefined, tool: undefined };
    const ours = [
      ...living.map((pod): FoundPod => ({ ...pod, ...about, inUse: true, isForgotten: false })),
      ...forgotten.map((pod): FoundPod => ({ ...pod, ...about, inUse: false, isForgotten: true })),
    ];
    const foreign = await this.deps.loans.withPods(context, async pods => {
      try {
        return await findForeignLeftovers(pods, signal);
      } catch (error) {
        if (!isTriageError(error) || error.code !== 'forbidden') throw error;
        notes.push(`${context}: ${this.deps.explain(error)}`);
        return [];
      }
    });
    this.remember(context, forgotten.length + foreign.length);
    return [
      ...ours,
      ...foreign.map(({ pod, tool }): FoundPod => ({
        ...identity(pod),
        context,
        tool,
        inUse: false,
        isForgotten: false,
      })),
    ];
  }

  private async sweep(
    context: string,
    mayBeCached: boolean,
    signal: AbortSignal,
  ): ReturnType<PodLoans['sweep']> {
    const options = { namespaces: [this.deps.namespace()], mayBeCached };
    const report = await this.deps.loans.sweep(context, options, signal);
    for (const pod of report.removed)
      this.deps.log(`Removed debug pod ${pod.namespace}/${pod.name}, whose owner is gone`);
    return report;
  }

  private remember(context: string, count: number): void {
    this.contexts.add(context);
    this.deps.found(context, count);
  }
}

function identity({
  namespace,
  name,
  uid,
  node,
  createdAt,
}: PodState): Pick<FoundPod, 'namespace' | 'name' | 'uid' | 'node' | 'createdAt'> {
  return { namespace, name, uid, node, createdAt };
}
