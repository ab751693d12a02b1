/**
 * What the Nodes view shows, as data: contexts, their nodes (filtered, in pages where there are many), notices where
 * something is wrong. Elements are the same objects from one redraw to the next, so that the editor can redraw one row.
 * Knows no editor; nodeTreeItems.ts turns an element into a row.
 */
import type { ClusterNode, KubeconfigProblem } from '../cluster/clusterPorts.js';
import type { ContextState } from './contextLink.js';
import type { KubeconfigState } from './kubeconfigState.js';
import type { NodePredicate } from './nodeFilter.js';
import { sortByCpu, type NodeFacts } from './nodeText.js';

export interface ContextElement {
  readonly kind: 'context';
  readonly context: string;
}

/** A run of nodes of a large context. */
export interface PageElement {
  readonly kind: 'page';
  readonly context: string;
  readonly index: number;
}

/** Also a NodeRef: commands get it as their argument. */
export interface NodeElement {
  readonly kind: 'node';
  readonly context: string;
  /** As known now. */
  node: ClusterNode;
}

export type NoticeElement =
  | {
      readonly kind: 'notice';
      readonly notice: 'connecting' | 'no-match' | 'no-nodes' | 'not-connected';
      readonly context: string;
    }
  | {
      readonly kind: 'notice';
      readonly notice: 'failed' | 'interrupted' | 'next-step';
      readonly context: string;
    }
  /** One button of the error's, by its place in ErrorText.actions. */
  | { readonly kind: 'notice'; readonly notice: 'action'; readonly context: string; readonly action: number }
  /** Debug pods that other tools (or other people) left behind in this cluster. */
  | {
      readonly kind: 'notice';
      readonly notice: 'leftovers';
      readonly context: string;
      readonly count: number;
    }
  /** A kubeconfig file that could not be used beside others that could. */
  | { readonly kind: 'notice'; readonly notice: 'problem'; readonly problem: KubeconfigProblem }
  /** One that is named and not there, where there is no other. */
  | { readonly kind: 'notice'; readonly notice: 'missing'; readonly file: string }
  /** What named it, and what a person can do about it. */
  | {
      readonly kind: 'notice';
      readonly notice: 'kubeconfig-action';
      readonly action: 'named-by' | 'settings' | 'choose' | 'again';
    };

export type TreeElement = ContextElement | PageElement | NodeElement | NoticeElement;

/** Rows of one page. The editor draws a run of 500 rows within a frame; 10,000 at once stall it for half a second. */
export const PAGE_SIZE = 500;

/** What the model is drawn from; the registry of clusters fits. */
export interface NodeTreeSource {
  readonly kubeconfig: KubeconfigState;
  contextState(context: string): ContextState;
  nodesOf(context: string): readonly ClusterNode[];
  node(context: string, name: string): ClusterNode | undefined;
}

export interface NodeTreeModelDeps {
  readonly source: NodeTreeSource;
  facts(context: string, node: ClusterNode): NodeFacts;
  /** Number of buttons an error offers in the tree. */
  countActions(context: string): number;
  /** Debug pods in this cluster that were not removed, as far as it was looked for. */
  countLeftovers(context: string): number;
}

interface Rows {
  readonly nodes: readonly ClusterNode[];
  /** The same nodes, where a filter chose them. */
  readonly filtered?: FilteredNodes;
}

/** Nodes that passed a filter, as they are now. */
class FilteredNodes {
  private readonly places: ReadonlyMap<string, number>;

  constructor(readonly nodes: ClusterNode[]) {
    this.places = new Map(nodes.map(({ name }, place) => [name, place]));
  }

  has(name: string): boolean {
    return this.places.has(name);
  }

  /** The node of that name, where it is one of them. */
  replace(node: ClusterNode): void {
    const place = this.places.get(node.name);
    if (place !== undefined) this.nodes[place] = node;
  }
}

/** By name, or the kubelet that uses most first. */
export type NodeOrder = 'name' | 'cpu';

/** Elements whose rows have to be drawn anew; `all`: everything. */
export type Redraw = 'all' | readonly TreeElement[];

export class NodeTreeModel {
  private readonly contexts = new Map<string, ContextElement>();
  private readonly nodes = new Map<string, Map<string, NodeElement>>();
  private readonly pages = new Map<string, PageElement[]>();
  /** Nodes of a context that are shown, in their order; dropped when its set changes. */
  private readonly rows = new Map<string, Rows>();
  private readonly open = new Set<ContextElement | PageElement>();
  private filter: NodePredicate | undefined;
  private order: NodeOrder = 'name';
  /** Of a context sorted by CPU: names in the order of the last {@link sort}, which numbers since then do not change. */
  private readonly ranks = new Map<string, ReadonlyMap<string, number>>();

  constructor(private readonly deps: NodeTreeModelDeps) {}

  /** Shows only nodes that pass. */
  setFilter(filter: NodePredicate | undefined): void {
    this.filter = filter;
    this.rows.clear();
  }

  /** Contexts with more nodes than a page keep the order of names: only nodes in opened pages are measured. */
  setOrder(order: NodeOrder): Redraw {
    this.order = order;
    this.rows.clear();
    this.ranks.clear();
    if (order === 'cpu') this.sort();
    return 'all';
  }

  /** Takes the numbers of now; contexts whose nodes stand in another order than before. Nothing where names are sorted. */
  sort(): readonly ContextElement[] {
    if (this.order === 'name') return [];
    return this.deps.source.kubeconfig.contexts.flatMap(({ name }) => {
      const all = this.deps.source.nodesOf(name);
      if (all.length > PAGE_SIZE) return [];
      const before = this.visible(name);
      const sorted = sortByCpu(all, node => this.deps.facts(name, node).cpu);
      this.ranks.set(name, new Map(sorted.map((node, rank) => [node.name, rank])));
      this.rows.delete(name);
      const isSame = this.visible(name).every((node, place) => node.name === before[place]?.name);
      return isSame ? [] : [this.context(name)];
    });
  }

  /** How many nodes are shown of how many. */
  count(): { readonly shown: number; readonly all: number } {
    let shown = 0;
    let all = 0;
    for (const { name } of this.deps.source.kubeconfig.contexts) {
      shown += this.visible(name).length;
      all += this.deps.source.nodesOf(name).length;
    }
    return { shown, all };
  }

  roots(): readonly TreeElement[] {
    const { contexts, problems, kind } = this.deps.source.kubeconfig;
    if (kind === 'missing') return this.missingNotices();
    // Without a context the view's welcome text says what is wrong; a row would hide it.
    if (contexts.length === 0) return [];
    return [
      ...problems.map((problem): TreeElement => ({ kind: 'notice', notice: 'problem', problem })),
      ...contexts.map(({ name }) => this.context(name)),
    ];
  }

  /** A welcome text cannot name a path. */
  private missingNotices(): readonly TreeElement[] {
    const { files, source } = this.deps.source.kubeconfig;
    const ways = source === 'setting' ? (['settings', 'choose'] as const) : (['choose', 'again'] as const);
    const actions = ['named-by', ...ways] as const;
    return [
      ...files.map((file): TreeElement => ({ kind: 'notice', notice: 'missing', file })),
      ...actions.map((action): TreeElement => ({ kind: 'notice', notice: 'kubeconfig-action', action })),
    ];
  }

  children(element: TreeElement): readonly TreeElement[] {
    if (element.kind === 'context') return this.childrenOfContext(element.context);
    if (element.kind === 'page')
      return this.nodesOfPage(element).map(node => this.node(element.context, node));
    return [];
  }

  parent(element: TreeElement): TreeElement | undefined {
    if (element.kind === 'context') return undefined;
    if (element.kind === 'notice') return 'context' in element ? this.context(element.context) : undefined;
    if (element.kind === 'page' || !this.isPaged(element.context)) return this.context(element.context);
    const index = this.visible(element.context).findIndex(node => node.name === element.node.name);
    return this.pagesOf(element.context)[Math.floor(index / PAGE_SIZE)];
  }

  context(name: string): ContextElement {
    let element = this.contexts.get(name);
    if (element === undefined) {
      element = { kind: 'context', context: name };
      this.contexts.set(name, element);
    }
    return element;
  }

  /** The element of a node that was drawn before. */
  findNode(context: string, name: string): NodeElement | undefined {
    return this.nodes.get(context)?.get(name);
  }

  nodesOfPage(page: PageElement): readonly ClusterNode[] {
    return this.visible(page.context).slice(page.index * PAGE_SIZE, (page.index + 1) * PAGE_SIZE);
  }

  /** The user opened or closed a row that has children. */
  setOpen(element: TreeElement, isOpen: boolean): void {
    if (element.kind !== 'context' && element.kind !== 'page') return;
    if (isOpen) this.open.add(element);
    else this.open.delete(element);
  }

  isOpen(element: ContextElement | PageElement): boolean {
    return this.open.has(element);
  }

  /** Nodes in opened rows: the only ones whose CPU is worth asking. */
  onShow(context: string): readonly ClusterNode[] {
    if (!this.open.has(this.context(context))) return [];
    if (!this.isPaged(context)) return this.visible(context);
    return this.pagesOf(context)
      .filter(page => this.open.has(page))
      .flatMap(page => this.nodesOfPage(page));
  }

  /** The kubeconfig was read anew. */
  kubeconfigChanged(): Redraw {
    const names = new Set(this.deps.source.kubeconfig.contexts.map(context => context.name));
    for (const name of this.contexts.keys()) {
      if (names.has(name)) continue;
      this.open.delete(this.context(name));
      for (const map of [this.contexts, this.nodes, this.pages, this.rows, this.ranks]) map.delete(name);
    }
    return 'all';
  }

  /** State or set of nodes of a context. */
  contextChanged(context: string): Redraw {
    this.rows.delete(context);
    const known = this.nodes.get(context);
    for (const name of known?.keys() ?? []) {
      const node = this.deps.source.node(context, name);
      if (node === undefined) known?.delete(name);
      else this.node(context, node);
    }
    return [this.context(context)];
  }

  /** Facts, CPU or capture of some nodes; the filter may let others pass now. */
  nodesChanged(context: string, names: Iterable<string>): Redraw {
    const redrawn: TreeElement[] = [];
    const filter = this.filter;
    const filtered = this.rows.get(context)?.filtered;
    let isMoved = false;
    for (const name of names) {
      const node = this.deps.source.node(context, name);
      const element = this.findNode(context, name);
      if (node === undefined) continue;
      if (filter !== undefined)
        isMoved ||= (filtered?.has(name) ?? false) !== filter(this.deps.facts(context, node));
      filtered?.replace(node);
      if (element === undefined) continue;
      element.node = node;
      redrawn.push(element);
    }
    if (isMoved) return this.contextChanged(context);
    // The rows hold the nodes themselves, which are others now; filtering all of 50,000 anew would take a tenth of a second.
    if (filtered === undefined) this.rows.delete(context);
    return redrawn;
  }

  private childrenOfContext(context: string): readonly TreeElement[] {
    const state = this.deps.source.contextState(context);
    const notice = (name: 'connecting' | 'not-connected' | 'no-nodes' | 'no-match'): TreeElement => ({
      kind: 'notice',
      notice: name,
      context,
    });
    switch (state.kind) {
      case 'disconnected':
        return [notice('not-connected')];
      case 'connecting':
        return [notice('connecting')];
      case 'failed':
        return this.errorNotices(context, 'failed', true);
      case 'interrupted':
        return [
          ...this.errorNotices(context, 'interrupted', state.retryAtMs === undefined),
          ...this.nodeRows(context),
        ];
      case 'connected': {
        const rows = this.nodeRows(context);
        if (rows.length > 0) return [...rows, ...this.leftoverNotices(context)];
        return [notice(this.deps.source.nodesOf(context).length === 0 ? 'no-nodes' : 'no-match')];
      }
    }
  }

  /** What a person can do stands below the fault where it does not go away by itself. */
  private errorNotices(
    context: string,
    notice: 'failed' | 'interrupted',
    needsPerson: boolean,
  ): readonly TreeElement[] {
    const count = needsPerson ? this.deps.countActions(context) : 0;
    return [
      { kind: 'notice', notice, context },
      ...(needsPerson ? [{ kind: 'notice', notice: 'next-step', context } as const] : []),
      ...Array.from({ length: count }, (_, action): TreeElement => ({
        kind: 'notice',
        notice: 'action',
        context,
        action,
      })),
    ];
  }

  /** Behind the nodes: nothing urgent, but a root shell was left on a node. */
  private leftoverNotices(context: string): readonly TreeElement[] {
    const count = this.deps.countLeftovers(context);
    return count === 0 ? [] : [{ kind: 'notice', notice: 'leftovers', context, count }];
  }

  private nodeRows(context: string): readonly TreeElement[] {
    if (this.isPaged(context)) return this.pagesOf(context);
    return this.visible(context).map(node => this.node(context, node));
  }

  private isPaged(context: string): boolean {
    return this.visible(context).length > PAGE_SIZE;
  }

  private pagesOf(context: string): readonly PageElement[] {
    const pages = this.pages.get(context) ?? [];
    this.pages.set(context, pages);
    const wanted = Math.ceil(this.visible(context).length / PAGE_SIZE);
    while (pages.length < wanted) pages.push({ kind: 'page', context, index: pages.length });
    return pages.slice(0, wanted);
  }

  private visible(context: string): readonly ClusterNode[] {
    let rows = this.rows.get(context);
    if (rows === undefined) {
      const all = this.inOrder(context, this.deps.source.nodesOf(context));
      const filter = this.filter;
      if (filter === undefined) rows = { nodes: all };
      else {
        const filtered = new FilteredNodes(all.filter(node => filter(this.deps.facts(context, node))));
        rows = { nodes: filtered.nodes, filtered };
      }
      this.rows.set(context, rows);
    }
    return rows.nodes;
  }

  /** A node that came since the last sort stands last. */
  private inOrder(context: string, nodes: readonly ClusterNode[]): readonly ClusterNode[] {
    const ranks = this.ranks.get(context);
    if (ranks === undefined || nodes.length > PAGE_SIZE) return nodes;
    const rankOf = ({ name }: ClusterNode): number => ranks.get(name) ?? ranks.size;
    return [...nodes].sort((a, b) => rankOf(a) - rankOf(b));
  }

  private node(context: string, node: ClusterNode): NodeElement {
    let elements = this.nodes.get(context);
    if (elements === undefined) {
      elements = new Map<string, NodeElement>();
      this.nodes.set(context, elements);
    }
    let element = elements.get(node.name);
    if (element === undefined) {
      element = { kind: 'node', context, node };
      elements.set(node.name, element);
    }
    element.node = node;
    return element;
  }
}
