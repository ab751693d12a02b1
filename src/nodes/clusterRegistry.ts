/**
 * All contexts with their links and the CPU of their kubelets: the model behind the tree, the picker and the commands.
 * Loads the cluster room on first use. Knows no editor: clusters.ts gives it files to watch and a view to watch for.
 */
import { TriageError } from '../base/errors.js';
import type {
  ClusterAccess,
  ClusterConnection,
  ClusterLog,
  ClusterNode,
  ContextInfo,
  CredentialConsent,
  KubeconfigLocation,
} from '../cluster/clusterPorts.js';
import { ChangeCollector, type ClusterChange } from './clusterChange.js';
import { ContextLink, type ContextState } from './contextLink.js';
import {
  type KubeconfigState,
  LOADING,
  isSameContext,
  kubeconfigStateOf,
  kubeconfigStateOfError,
} from './kubeconfigState.js';
import { type CpuSamplerOptions, type CpuTarget, KubeletCpuSampler } from './kubeletCpuSampler.js';
import type { KubeletCpu, NodeRef } from './nodeRef.js';

export interface RegistryDeps {
  /** Loads src/cluster; called once something is asked of a cluster. */
  access(): Promise<ClusterAccess>;
  location(): KubeconfigLocation;
  log(context: string): ClusterLog;
  readonly consent: CredentialConsent;
  cpuOptions(): CpuSamplerOptions;
  /** Why there is no CPU, for a tooltip. */
  explain(error: unknown): string;
  changed(change: ClusterChange): void;
  random(): number;
}

export class ClusterRegistry {
  private state: KubeconfigState = LOADING;
  private readonly links = new Map<string, ContextLink>();
  private readonly changes: ChangeCollector;
  private readonly sampler: KubeletCpuSampler;
  private first: Promise<void> | undefined;
  private reading = 0;
  private sampled: (context: string) => readonly ClusterNode[] = () => [];
  private isDisposed = false;

  constructor(private readonly deps: RegistryDeps) {
    this.changes = new ChangeCollector(change => {
      this.forgetGoneNodes(change.contexts);
      this.chooseTargets();
      deps.changed(change);
    });
    this.sampler = new KubeletCpuSampler({
      read: async (target, signal) =>
        (await this.open(target.context)).metrics.readProcess(target.node, signal),
      options: () => deps.cpuOptions(),
      changed: target => this.changes.nodeChanged(target.context, target.node),
      explain: error => deps.explain(error),
      random: () => deps.random(),
    });
  }

  get kubeconfig(): KubeconfigState {
    return this.state;
  }

  /** Reads the kubeconfig the first time; later calls give the same promise. Never rejects. */
  load(): Promise<void> {
    this.first ??= this.reload();
    return this.first;
  }

  /**
   * Reads it anew. Contexts of the same cluster and user keep their connections, and what runs on them, and list their
   * nodes with what the kubeconfig says now. Never rejects.
   */
  async reload(): Promise<void> {
    const reading = ++this.reading;
    const state = await this.read();
    // A later reading overtook this one, or the window closed.
    if (reading !== this.reading || this.isDisposed) return;
    this.state = state;
    const wanted = new Map(state.contexts.map(context => [context.name, context]));
    // A copy: what replaces a link would be visited as well.
    for (const [name, link] of [...this.links]) {
      const context = wanted.get(name);
      if (context === undefined || !isSameContext(context, link.info)) this.replace(name, link, context);
      else link.kubeconfigChanged();
    }
    for (const context of state.contexts)
      if (!this.links.has(context.name)) this.links.set(context.name, this.newLink(context));
    this.changes.kubeconfigChanged();
  }

  /** What the Refresh button does: kubeconfig, nodes and rights, all asked anew. */
  async refresh(): Promise<void> {
    this.first ??= Promise.resolve();
    await this.reload();
    for (const [name, link] of this.links) {
      if (link.state.kind !== 'disconnected') link.retry();
      this.sampler.forgive(name);
    }
  }

  contextState(context: string): ContextState {
    return this.links.get(context)?.state ?? { kind: 'disconnected' };
  }

  nodesOf(context: string): readonly ClusterNode[] {
    return this.links.get(context)?.nodes ?? [];
  }

  node(context: string, name: string): ClusterNode | undefined {
    return this.links.get(context)?.node(name);
  }

  nodes(): readonly NodeRef[] {
    return this.state.contexts.flatMap(({ name }) =>
      this.nodesOf(name).map(node => ({ context: name, node })),
    );
  }

  kubeletCpu(context: string, node: string): KubeletCpu | undefined {
    return this.sampler.valueOf(context, node);
  }

  /**
   * For what a person asked for: credentials that do not work are read anew by its first request. Connects on first use.
   * Rejects with TriageError.
   */
  async connection(context: string): Promise<ClusterConnection> {
    const connection = await this.open(context);
    connection.renewCredentials('if-failing');
    return connection;
  }

  private async open(context: string): Promise<ClusterConnection> {
    await this.load();
    const link = this.links.get(context);
    if (link === undefined)
      throw new TriageError('context-missing', `the kubeconfig has no context ${context}`, {
        facts: { context },
      });
    return link.connect();
  }

  /** One that lives on when the context is closed or the kubeconfig changes; the caller disposes it. */
  async openConnection(context: string): Promise<ClusterConnection> {
    await this.load();
    return this.connectTo(context);
  }

  /** A row about them comes or goes. */
  leftoversChanged(context: string): void {
    this.changes.contextChanged(context);
  }

  /** Starts to connect; the outcome is seen in {@link contextState}. */
  connect(context: string): void {
    const link = this.links.get(context);
    if (link?.state.kind === 'disconnected') link.retry();
  }

  disconnect(context: string): void {
    this.links.get(context)?.disconnect();
    this.sampler.forget(context);
  }

  retry(context: string): void {
    this.links.get(context)?.retry();
    this.sampler.forgive(context);
  }

  /**
   * The CPU of these nodes is wanted while `isVisible`. `sampled` is called again after every change: it says which of a
   * context's nodes are on show.
   */
  showCpu(isVisible: boolean, sampled: (context: string) => readonly ClusterNode[]): void {
    this.sampled = sampled;
    this.chooseTargets();
    this.sampler.setActive(isVisible);
  }

  /** Asks for the CPU of a node whose context was given up: rights may be given for single nodes. */
  askCpu(context: string, node: string): void {
    this.sampler.ask(context, node);
  }

  cpuOptionsChanged(): void {
    this.sampler.optionsChanged();
  }

  dispose(): void {
    this.isDisposed = true;
    this.changes.dispose();
    this.sampler.dispose();
    for (const link of this.links.values()) link.dispose();
    this.links.clear();
  }

  private async read(): Promise<KubeconfigState> {
    try {
      return kubeconfigStateOf(await (await this.deps.access()).readKubeconfig(this.deps.location()));
    } catch (error) {
      return kubeconfigStateOfError(error, this.state.files);
    }
  }

  /** The context is another one, or gone. One that was connected is connected again. */
  private replace(name: string, old: ContextLink, context: ContextInfo | undefined): void {
    const wasConnected = old.state.kind !== 'disconnected';
    old.dispose();
    this.sampler.forget(name);
    this.links.delete(name);
    if (context === undefined) return;
    const link = this.newLink(context);
    this.links.set(name, link);
    if (wasConnected) link.retry();
  }

  private newLink(info: ContextInfo): ContextLink {
    return new ContextLink(info, {
      connect: context => this.connectTo(context),
      contextChanged: context => this.changes.contextChanged(context),
      nodeChanged: (context, node) => this.changes.nodeChanged(context, node),
    });
  }

  private async connectTo(context: string): Promise<ClusterConnection> {
    const { deps } = this;
    return (await deps.access()).connect(deps.location(), context, deps.log(context), deps.consent);
  }

  /** Not of a context whose list is not known at the moment: its nodes are there again when it is. */
  private forgetGoneNodes(contexts: Iterable<string>): void {
    for (const context of contexts) {
      const link = this.links.get(context);
      if (link?.state.kind !== 'connected') continue;
      this.sampler.keepNodes(context, node => link.node(node) !== undefined);
    }
  }

  private chooseTargets(): void {
    const targets: CpuTarget[] = [];
    for (const [context, link] of this.links) {
      if (link.state.kind !== 'connected') continue;
      for (const node of this.sampled(context)) targets.push({ context, node: node.name });
    }
    this.sampler.setTargets(targets);
  }
}
