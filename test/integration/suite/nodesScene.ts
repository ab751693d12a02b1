/** The Nodes view without its place in the window: the real tree on the replayed cluster, its rows read as an editor does. */
import * as vscode from 'vscode';
import type { KubeletProfileName } from '../../../src/cluster/clusterPorts.js';
import { LiveClusters } from '../../../src/ui/nodes/clusters.js';
import { type ContextKeyName, createContextKeys } from '../../../src/ui/shell/contextKeys.js';
import type { NodeRef } from '../../../src/nodes/nodeRef.js';
import type { RunningCapture, RunningCaptures } from '../../../src/ui/shell/services.js';
import { createSettings, type Settings } from '../../../src/ui/shell/settings.js';
import { NodeTree } from '../../../src/ui/nodes/nodeTree.js';
import type { TreeElement } from '../../../src/nodes/nodeTreeModel.js';
import { createLog } from '../../../src/ui/shell/log.js';

/** A view that is visible from the start; the extension's own stays where it is. */
class FakeTreeView {
  readonly visible = true;
  message = '';
  readonly expand = new vscode.EventEmitter<{ element: TreeElement }>();
  readonly collapse = new vscode.EventEmitter<{ element: TreeElement }>();
  readonly onDidExpandElement = this.expand.event;
  readonly onDidCollapseElement = this.collapse.event;
  readonly onDidChangeVisibility = new vscode.EventEmitter().event;
  readonly onDidChangeSelection = new vscode.EventEmitter().event;
  dispose(): void {
    this.expand.dispose();
    this.collapse.dispose();
  }
}

/** Captures as another part of the extension would report them. */
export class FakeRunningCaptures implements RunningCaptures {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private captures: readonly RunningCapture[] = [];

  report(ref: NodeRef | undefined, profile: KubeletProfileName = 'cpu', secondsLeft = 40): void {
    const none = (): void => undefined;
    this.captures =
      ref === undefined ? [] : [{ ref, profile, secondsLeft, folder: '', stopAndKeep: none, cancel: none }];
    this.changed.fire();
  }
  list(): readonly RunningCapture[] {
    return this.captures;
  }
  dispose(): void {
    this.changed.dispose();
  }
}

export class NodesScene {
  readonly running = new FakeRunningCaptures();
  readonly view = new FakeTreeView();
  readonly clusters: LiveClusters;
  readonly tree: NodeTree;
  readonly log = createLog('Node Triage test');
  /** Keys set so far; the extension's own objects set the same keys of the window. */
  readonly keys = new Map<ContextKeyName, string | boolean>();
  private readonly settings: Settings & { dispose(): void };

  constructor(kubeconfig: string) {
    this.settings = { ...createSettings(), kubeconfig: () => kubeconfig };
    const contextKeys = createContextKeys();
    const recorded = {
      set: (name: ContextKeyName, value: string | boolean) => {
        this.keys.set(name, value);
        contextKeys.set(name, value);
      },
      dispose: () => contextKeys.dispose(),
    };
    this.clusters = new LiveClusters({
      settings: this.settings,
      log: this.log,
      contextKeys: recorded,
      consent: { answerTo: () => 'unanswered' },
    });
    const window = vscode.window as { createTreeView: unknown };
    const original = window.createTreeView;
    window.createTreeView = () => this.view;
    try {
      this.tree = new NodeTree({
        clusters: this.clusters,
        running: this.running,
        settings: this.settings,
        debugPods: { onDidChange: () => new vscode.Disposable(() => undefined), list: () => [] },
        countLeftovers: () => 0,
        memory: { get: () => undefined, update: () => Promise.resolve() },
        contextKeys: recorded,
      });
    } finally {
      window.createTreeView = original;
    }
  }

  /** The row of a context. */
  async context(name: string): Promise<TreeElement> {
    const roots = await this.tree.getChildren();
    const found = roots.find(element => element.kind === 'context' && element.context === name);
    if (found === undefined) throw new Error(`no context ${name}`);
    return found;
  }

  /** As a person opens a row. */
  async open(name: string): Promise<void> {
    this.view.expand.fire({ element: await this.context(name) });
  }

  async rows(context: string): Promise<readonly vscode.TreeItem[]> {
    const children = await this.tree.getChildren(await this.context(context));
    return children.map(element => this.tree.getTreeItem(element));
  }

  /** `label | description` of the rows below a context. */
  async texts(context: string): Promise<readonly string[]> {
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    return (await this.rows(context)).map(item => `${text(item.label)} | ${text(item.description)}`);
  }

  dispose(): void {
    for (const part of [this.tree, this.clusters, this.running, this.settings, this.log]) part.dispose();
  }
}
