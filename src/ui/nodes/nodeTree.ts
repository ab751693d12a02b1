/**
 * The Nodes view: draws the model, redraws single rows, connects contexts when they are opened, and has CPU measured
 * only for rows on show while the view is visible. A window in the background counts as visible: on call, it stands on
 * the second screen.
 */
import * as vscode from 'vscode';
import type { ClusterNode, ContextInfo } from '../../cluster/clusterPorts.js';
import type { ClusterChange } from '../../nodes/clusterChange.js';
import { CurrentContext } from '../../nodes/currentContext.js';
import type { LiveClusters } from './clusters.js';
import type { ContextKeys } from '../shell/contextKeys.js';
import { SETTINGS, VIEWS } from '../../words/ids.js';
import type { KubeconfigState } from '../../nodes/kubeconfigState.js';
import { parseNodeFilter } from '../../nodes/nodeFilter.js';
import { nodeFace, type NodeFacts } from '../../nodes/nodeText.js';
import { OrderClock } from '../../nodes/orderClock.js';
import type { LiveDebugPods, RunningCapture, RunningCaptures } from '../shell/services.js';
import type { Settings } from '../shell/settings.js';
import { contextError, contextItem, nodeItem, nodeTooltip, noticeItem, pageItem } from './nodeTreeItems.js';
import {
  type NodeElement,
  type NodeOrder,
  NodeTreeModel,
  type Redraw,
  type TreeElement,
} from '../../nodes/nodeTreeModel.js';
import { RowUpdates } from '../../nodes/rowUpdates.js';
import { commonDomain, shortName } from '../../nodes/shortNames.js';
import { RedrawWatch } from '../../nodes/redrawWatch.js';
import { t } from '../shell/l10n.js';
import { setTreeMessage, showTree, type TreeRow, type TreeRows, withTooltip } from '../shell/treeRows.js';

export interface NodeTreeDeps {
  readonly clusters: LiveClusters;
  readonly running: RunningCaptures;
  readonly settings: Settings;
  readonly contextKeys: ContextKeys;
  readonly debugPods: LiveDebugPods;
  readonly countLeftovers: (context: string) => number;
  /** The workspace's: which order was chosen. */
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
}

const ORDER_KEY = 'nodes.order';

export class NodeTree implements TreeRows<TreeElement> {
  private readonly changed = new vscode.EventEmitter<TreeElement | TreeElement[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly model: NodeTreeModel;
  private readonly view: vscode.TreeView<TreeElement>;
  private readonly disposables: readonly { dispose(): unknown }[];
  private filterText = '';
  /** `context\nnode` of the captures drawn last. */
  private capturing = new Map<string, RunningCapture>();
  /** `context\nnode` of the debug pods drawn last, by their names. */
  private debugPods = new Map<string, string>();
  /** That all names of a list have in common. */
  private readonly domains = new WeakMap<readonly ClusterNode[], string>();
  private hotCores: number;
  private readonly current = new CurrentContext();
  /** The contexts in the tree are of this one. */
  private drawnKubeconfig: KubeconfigState | undefined;
  /** Of contexts alone: their state is told once, CPU of nodes again and again. */
  private readonly watch = new RedrawWatch<TreeElement>(() => this.redraw('all'));
  private readonly updates = new RowUpdates<NodeElement>({
    faceOf: ({ context, node }) => nodeFace(this.facts(context, node), t),
    redraw: rows => this.redraw(rows),
  });
  private readonly clock = new OrderClock({
    isRead: () => this.updates.isAnyRead,
    sort: () => this.redraw(this.model.sort()),
  });

  constructor(private readonly deps: NodeTreeDeps) {
    const { registry } = deps.clusters;
    this.hotCores = deps.settings.kubeletCpu().hotCores;
    this.model = new NodeTreeModel({
      source: registry,
      facts: (context, node) => this.facts(context, node),
      countActions: context => contextError(registry.contextState(context))?.actions.length ?? 0,
      countLeftovers: deps.countLeftovers,
    });
    if (deps.memory.get(ORDER_KEY) === 'cpu') this.model.setOrder('cpu');
    deps.contextKeys.set('isSortedByCpu', deps.memory.get(ORDER_KEY) === 'cpu');
    this.view = showTree(VIEWS.nodes, this, { showCollapseAll: true, canSelectMany: true });
    this.disposables = [
      this.view,
      this.changed,
      this.watch,
      this.updates,
      this.clock,
      this.view.onDidChangeVisibility(({ visible }) => this.showCpu(visible)),
      this.view.onDidExpandElement(({ element }) => this.opened(element)),
      this.view.onDidCollapseElement(({ element }) => this.closed(element)),
      this.view.onDidChangeSelection(({ selection }) => this.selected(selection)),
      deps.clusters.onDidChangeDetail(change => this.clustersChanged(change)),
      deps.running.onDidChange(() => this.capturesChanged()),
      deps.debugPods.onDidChange(() => this.debugPodsChanged()),
      deps.settings.onDidChange(name => this.settingChanged(name)),
    ];
    if (this.view.visible) this.showCpu(true);
  }

  get filter(): string {
    return this.filterText;
  }

  /** Shows the nodes that match; an empty text shows all. */
  setFilter(text: string): void {
    this.filterText = text.trim();
    const predicate = parseNodeFilter(this.filterText, t);
    this.model.setFilter(predicate);
    this.deps.contextKeys.set('hasNodeFilter', predicate !== undefined);
    this.redraw('all');
    this.showCpu(this.view.visible);
  }

  setOrder(order: NodeOrder): void {
    void this.deps.memory.update(ORDER_KEY, order);
    this.deps.contextKeys.set('isSortedByCpu', order === 'cpu');
    this.redraw(this.model.setOrder(order));
  }

  async getChildren(element?: TreeElement): Promise<TreeElement[]> {
    if (element !== undefined) return [...this.model.children(element)];
    await this.deps.clusters.registry.load();
    this.openCurrentContext();
    this.drawnKubeconfig = this.deps.clusters.registry.kubeconfig;
    return [...this.model.roots()];
  }

  getTreeItem(element: TreeElement): TreeRow {
    const { registry } = this.deps.clusters;
    switch (element.kind) {
      case 'node': {
        const facts = this.facts(element.context, element.node);
        this.updates.drawn(element, nodeFace(facts, t));
        const { name } = element.node;
        return nodeItem(element, facts, shortName(name, this.domainOf(element.context)));
      }
      case 'page': {
        const facts = this.model.nodesOfPage(element).map(node => this.facts(element.context, node));
        return pageItem(element, facts, this.model.isOpen(element));
      }
      case 'notice': {
        const context = 'context' in element ? element.context : '';
        return noticeItem(element, {
          source: registry.kubeconfig.source,
          server: this.info(context).server,
          state: registry.contextState(context),
        });
      }
      case 'context':
        this.watch.drawn(element);
        return contextItem(element, {
          info: this.info(element.context),
          state: registry.contextState(element.context),
          nodeCount: registry.nodesOf(element.context).length,
          isOpen: this.model.isOpen(element),
        });
    }
  }

  resolveTreeItem(item: vscode.TreeItem, element: TreeElement): vscode.TreeItem {
    if (element.kind !== 'node') return item;
    this.updates.asked(element);
    return withTooltip(item, nodeTooltip(element, this.facts(element.context, element.node)));
  }

  getParent(element: TreeElement): TreeElement | undefined {
    return this.model.parent(element);
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private info(context: string): ContextInfo {
    const known = this.deps.clusters.contexts().find(one => one.name === context);
    return known ?? { name: context, cluster: '', user: '', isCurrent: false, server: '' };
  }

  private facts(context: string, node: ClusterNode): NodeFacts {
    return {
      node,
      cpu: this.deps.clusters.registry.kubeletCpu(context, node.name),
      hotCores: this.hotCores,
      capturing: this.capturing.get(`${context}\n${node.name}`),
      debugPod: this.debugPods.get(`${context}\n${node.name}`),
    };
  }

  /** The list is the same one until a node of it changes. */
  private domainOf(context: string): string {
    const nodes = this.deps.clusters.registry.nodesOf(context);
    let domain = this.domains.get(nodes);
    if (domain === undefined) {
      domain = commonDomain(nodes.map(({ name }) => name));
      this.domains.set(nodes, domain);
    }
    return domain;
  }

  private openCurrentContext(): void {
    const name = this.current.takeToOpen(this.deps.clusters.contexts());
    if (name !== undefined) this.opened(this.model.context(name));
  }

  private opened(element: TreeElement): void {
    this.model.setOpen(element, true);
    if (element.kind === 'context') this.deps.clusters.registry.connect(element.context);
    this.showCpu(this.view.visible);
  }

  private closed(element: TreeElement): void {
    this.model.setOpen(element, false);
    this.showCpu(this.view.visible);
  }

  private selected(selection: readonly TreeElement[]): void {
    for (const element of selection)
      if (element.kind === 'node') this.deps.clusters.registry.askCpu(element.context, element.node.name);
  }

  private showCpu(isVisible: boolean): void {
    this.deps.clusters.registry.showCpu(isVisible, context => this.model.onShow(context));
  }

  private clustersChanged(change: ClusterChange): void {
    if (change.kubeconfig) {
      const redraw = this.model.kubeconfigChanged();
      // The tree itself asked for the first one, and VS Code would forget the rows that it is just drawing.
      if (this.deps.clusters.registry.kubeconfig !== this.drawnKubeconfig) this.redraw(redraw);
    }
    for (const context of change.contexts) this.redraw(this.model.contextChanged(context));
    for (const [context, names] of change.nodes)
      this.redraw(this.chooseRows(this.model.nodesChanged(context, names)));
    if (change.nodes.size > 0 || change.contexts.size > 0) this.clock.changed();
  }

  private capturesChanged(): void {
    const before = this.capturing;
    this.capturing = new Map(
      this.deps.running.list().map(capture => [`${capture.ref.context}\n${capture.ref.node.name}`, capture]),
    );
    this.redrawNodes([...before.keys(), ...this.capturing.keys()]);
  }

  private debugPodsChanged(): void {
    const before = this.debugPods;
    this.debugPods = new Map(
      this.deps.debugPods
        .list()
        .map(({ context, node, namespace, name }) => [`${context}\n${node}`, `${namespace}/${name}`]),
    );
    this.redrawNodes([...before.keys(), ...this.debugPods.keys()]);
  }

  /** `keys`: `context\nnode`. */
  private redrawNodes(keys: readonly string[]): void {
    const rows = [...new Set(keys)].flatMap(key => {
      const [context = '', node = ''] = key.split('\n');
      return this.model.findNode(context, node) ?? [];
    });
    this.redraw(this.updates.choose(rows));
  }

  /** Of a redraw, what shows something else than before. */
  private chooseRows(what: Redraw): Redraw {
    if (what === 'all') return what;
    const nodes = new Set<TreeElement>(
      this.updates.choose(what.filter((row): row is NodeElement => row.kind === 'node')),
    );
    return what.filter(row => row.kind !== 'node' || nodes.has(row));
  }

  private settingChanged(name: string): void {
    if (name !== SETTINGS.hotCores) return;
    this.hotCores = this.deps.settings.kubeletCpu().hotCores;
    this.redraw('all');
  }

  private redraw(what: Redraw): void {
    if (what === 'all') this.changed.fire(undefined);
    else if (what.length > 0) this.changed.fire([...what]);
    // Without roots the tree was never asked for, and there is nothing to draw anew.
    if (what !== 'all' && this.drawnKubeconfig !== undefined)
      for (const row of what) if (row.kind === 'context') this.watch.told(row);
    setTreeMessage(this.view, this.filterText === '' ? '' : this.filterMessage());
  }

  private filterMessage(): string {
    const { shown, all } = this.model.count();
    return t('Filter "{0}": {1} of {2} nodes', this.filterText, shown, all);
  }
}
