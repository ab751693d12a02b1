/**
 * What is known of debug pods that others left, by cluster and user and not by the name of a context: two contexts of
 * one cluster are looked at once, and a context that names another cluster now is looked at anew.
 */
import type { ContextInfo } from '../cluster/clusterPorts.js';

export class LeftoverCounts {
  /** By cluster; there once it was looked at or given out to be. */
  private readonly counts = new Map<string, number>();

  /** `contexts`: of the kubeconfig, as it is now. */
  constructor(private readonly contexts: () => readonly ContextInfo[]) {}

  /** Of these contexts, one of each cluster that was not looked at yet. Each is given out once. */
  takeUnseen(connected: readonly string[]): readonly string[] {
    return connected.filter(context => {
      const cluster = this.clusterOf(context);
      if (this.counts.has(cluster)) return false;
      this.counts.set(cluster, 0);
      return true;
    });
  }

  /** Debug pods left in a context's cluster, as far as it was looked for. */
  count(context: string): number {
    return this.counts.get(this.clusterOf(context)) ?? 0;
  }

  /** So many were found; returns the contexts whose count is another one now. */
  found(context: string, count: number): readonly string[] {
    if (this.count(context) === count) return [];
    const cluster = this.clusterOf(context);
    this.counts.set(cluster, count);
    return this.contexts()
      .map(({ name }) => name)
      .filter(name => this.clusterOf(name) === cluster);
  }

  /** Another user of the same cluster may see more. A context that is gone has no cluster, and goes by its name. */
  private clusterOf(context: string): string {
    const info = this.contexts().find(({ name }) => name === context);
    return info === undefined ? context : `${info.server}\n${info.user}`;
  }
}
