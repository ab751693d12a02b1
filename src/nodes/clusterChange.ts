/** What changed in the clusters, collected and told at most once in 200 ms: a tree is redrawn once, not 10,000 times. */

export interface ClusterChange {
  /** The kubeconfig was read anew: everything may be different. */
  readonly kubeconfig: boolean;
  /** Contexts whose state or set of nodes changed. */
  readonly contexts: ReadonlySet<string>;
  /** Nodes of other contexts whose facts or CPU changed: context → names. */
  readonly nodes: ReadonlyMap<string, ReadonlySet<string>>;
}

export const COALESCE_MS = 200;

export class ChangeCollector {
  private kubeconfig = false;
  private contexts = new Set<string>();
  private nodes = new Map<string, Set<string>>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastToldMs = -Infinity;

  constructor(private notify: (change: ClusterChange) => void) {}

  kubeconfigChanged(): void {
    this.kubeconfig = true;
    this.schedule();
  }

  contextChanged(context: string): void {
    this.contexts.add(context);
    this.schedule();
  }

  nodeChanged(context: string, node: string): void {
    const names = this.nodes.get(context);
    if (names === undefined) this.nodes.set(context, new Set([node]));
    else names.add(node);
    this.schedule();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.notify = () => undefined;
  }

  /** The first change after a quiet time is told at once (after the present turn), the next ones together. */
  private schedule(): void {
    if (this.timer !== undefined) return;
    const wait = Math.max(0, this.lastToldMs + COALESCE_MS - performance.now());
    this.timer = setTimeout(() => this.flush(), wait);
  }

  private flush(): void {
    this.timer = undefined;
    this.lastToldMs = performance.now();
    for (const context of this.contexts) this.nodes.delete(context);
    const change = { kubeconfig: this.kubeconfig, contexts: this.contexts, nodes: this.nodes };
    this.kubeconfig = false;
    this.contexts = new Set();
    this.nodes = new Map();
    this.notify(change);
  }
}
