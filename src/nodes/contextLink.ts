/**
 * One context of the kubeconfig: its connection, its watch, and the nodes known now. It keeps the rows while a
 * connection is interrupted or replaced; it does not decide when to connect.
 */
import { isShallowEqual } from '../base/shallowEqual.js';
import { TriageError, restoreError, describeError, isTriageError } from '../base/errors.js';
import type {
  ClusterConnection,
  ClusterNode,
  ContextInfo,
  CredentialRenewal,
  NodeWatch,
  NodeWatchEvent,
} from '../cluster/clusterPorts.js';
import { sortByName } from './naturalOrder.js';

export type ContextState =
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** The nodes shown are those of `sinceMs` (Date.now()); tried again at `retryAtMs`, or never by itself. */
  | {
      readonly kind: 'interrupted';
      readonly error: TriageError;
      readonly sinceMs: number;
      readonly retryAtMs: number | undefined;
    }
  /** No node was ever listed. */
  | { readonly kind: 'failed'; readonly error: TriageError; readonly retryAtMs: number | undefined };

export interface ContextLinkDeps {
  connect(context: string): Promise<ClusterConnection>;
  /** State, or set of nodes. */
  contextChanged(context: string): void;
  /** Facts of one node. */
  nodeChanged(context: string, node: string): void;
}

export class ContextLink {
  state: ContextState = { kind: 'disconnected' };
  private readonly byName = new Map<string, ClusterNode>();
  /** Names in natural order; sorted anew when the set changes, not when a node does. */
  private order: readonly string[] | undefined;
  private sorted: readonly ClusterNode[] | undefined;
  private opening: Promise<ClusterConnection> | undefined;
  private opened: ClusterConnection | undefined;
  private watch: NodeWatch | undefined;
  /** Raised by every disconnect: what an older attempt brings is thrown away. */
  private attempt = 0;

  constructor(
    readonly info: ContextInfo,
    private readonly deps: ContextLinkDeps,
  ) {}

  /** In natural order of their names. The same array until the set or a node changes. */
  get nodes(): readonly ClusterNode[] {
    this.order ??= sortByName(this.byName.keys(), name => name);
    this.sorted ??= this.order.flatMap(name => this.byName.get(name) ?? []);
    return this.sorted;
  }

  node(name: string): ClusterNode | undefined {
    return this.byName.get(name);
  }

  /**
   * The open connection, or a new one with a watch on its nodes. Rejects with TriageError; with `cancelled` where the
   * context is closed before it is connected.
   */
  connect(): Promise<ClusterConnection> {
    this.opening ??= this.open();
    return this.opening;
  }

  /** A person asks: tries now instead of later, with kubeconfig and credentials read anew. */
  retry(): void {
    this.listAnew('now');
  }

  /** Takes what the kubeconfig says now, for all requests from here on. Rows stay until the first answer. */
  kubeconfigChanged(): void {
    if (this.state.kind === 'disconnected') return;
    // What is still being connected may have read the file of before.
    if (this.opened === undefined) this.close();
    this.listAnew('if-changed');
  }

  private listAnew(when: CredentialRenewal): void {
    if (this.watch === undefined || this.opened === undefined) {
      this.connect().catch(ignoreAsStateHasIt);
      return;
    }
    if (this.state.kind === 'failed') this.setState({ kind: 'connecting' });
    this.opened.renewCredentials(when);
    this.watch.retryNow();
  }

  disconnect(): void {
    this.close();
    this.byName.clear();
    this.setChanged();
    this.setState({ kind: 'disconnected' });
  }

  /** Like {@link disconnect}, and says nothing any more. */
  dispose(): void {
    this.close();
    this.byName.clear();
  }

  private close(): void {
    this.attempt++;
    this.watch?.close();
    this.opened?.dispose();
    this.watch = undefined;
    this.opened = undefined;
    this.opening = undefined;
  }

  private async open(): Promise<ClusterConnection> {
    const attempt = this.attempt;
    if (this.byName.size === 0) this.setState({ kind: 'connecting' });
    try {
      const connection = await this.deps.connect(this.info.name);
      if (attempt !== this.attempt) {
        connection.dispose();
        // Only a changed kubeconfig has begun anew; a context that was closed meanwhile stays closed.
        if (this.opening === undefined)
          throw new TriageError('cancelled', `${this.info.name} was closed while it was being connected`);
        return await this.opening;
      }
      this.opened = connection;
      this.watch = connection.nodes.watch(event => {
        if (attempt === this.attempt) this.apply(event);
      });
      return connection;
    } catch (error) {
      if (attempt === this.attempt) {
        this.opening = undefined;
        this.interrupt(isTriageError(error) ? error : restoreError(describeError(error)), undefined);
      }
      throw error;
    }
  }

  private apply(event: NodeWatchEvent): void {
    switch (event.kind) {
      case 'synced':
        this.replaceAll(event.nodes);
        return;
      case 'changed':
        this.put(event.node);
        return;
      case 'removed':
        if (!this.byName.delete(event.name)) return;
        this.setChanged();
        this.deps.contextChanged(this.info.name);
        return;
      case 'disconnected':
        this.interrupt(event.error, event.retryInMs);
    }
  }

  private replaceAll(nodes: readonly ClusterNode[]): void {
    const isSameSet = nodes.length === this.byName.size && nodes.every(node => this.byName.has(node.name));
    const known = new Map(this.byName);
    this.byName.clear();
    for (const node of nodes) {
      const before = known.get(node.name);
      const isSame = before !== undefined && isShallowEqual(before, node);
      this.byName.set(node.name, isSame ? before : node);
      if (!isSame && isSameSet) this.deps.nodeChanged(this.info.name, node.name);
    }
    if (isSameSet) this.sorted = undefined;
    else this.setChanged();
    if (!isSameSet || this.state.kind !== 'connected') this.setState({ kind: 'connected' });
  }

  private put(node: ClusterNode): void {
    const before = this.byName.get(node.name);
    // A kubelet reports its status every few minutes, mostly without news: no redraw for those.
    if (before !== undefined && isShallowEqual(before, node)) return;
    this.byName.set(node.name, node);
    if (before !== undefined) {
      this.sorted = undefined;
      this.deps.nodeChanged(this.info.name, node.name);
      return;
    }
    this.setChanged();
    this.deps.contextChanged(this.info.name);
  }

  /** The set of nodes, and so their order. */
  private setChanged(): void {
    this.order = undefined;
    this.sorted = undefined;
  }

  private interrupt(error: TriageError, retryInMs: number | undefined): void {
    const retryAtMs = retryInMs === undefined ? undefined : Date.now() + retryInMs;
    if (this.byName.size === 0) this.setState({ kind: 'failed', error, retryAtMs });
    else {
      const sinceMs = this.state.kind === 'interrupted' ? this.state.sinceMs : Date.now();
      this.setState({ kind: 'interrupted', error, sinceMs, retryAtMs });
    }
  }

  private setState(state: ContextState): void {
    this.state = state;
    this.deps.contextChanged(this.info.name);
  }
}

/** `interrupt` has put the error into the state, where the tree shows it. */
function ignoreAsStateHasIt(): void {
  return undefined;
}
