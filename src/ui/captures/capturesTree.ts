/**
 * The Captures view: what is on the disk, newest first, and what is being captured. Its folder is watched while the
 * view shows. Rows are made in captureRow.ts, commands live in ../commands.
 */
import * as vscode from 'vscode';
import { listCaptures, type CaptureList } from '../../capture/captureFolder.js';
import { describeForUser } from '../shell/errorMessages.js';
import { VIEWS } from '../../words/ids.js';
import { t } from '../shell/l10n.js';
import type { CaptureRegistry } from './runningCaptures.js';
import { captureRowItem, type CaptureRow } from './captureRow.js';

export interface CapturesTreeDeps {
  readonly registry: CaptureRegistry;
  /** Absolute path of the folder of all captures, as the settings say now. */
  readonly root: () => string;
  readonly onDidChangeRoot: vscode.Event<unknown>;
}

export interface CapturesTree {
  refresh(): void;
  dispose(): void;
  /** Rows a person selected. */
  selection(): readonly CaptureRow[];
}

/** Files change in bursts: temporary file, rename, record. */
const SETTLE_MS = 150;
/** "3 minutes ago" grows old. */
const AGE_MS = 60_000;

export function createCapturesTree(deps: CapturesTreeDeps): CapturesTree {
  return new Tree(deps);
}

class Tree implements CapturesTree, vscode.TreeDataProvider<CaptureRow> {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<CaptureRow>;
  private readonly subscriptions: readonly { dispose(): unknown }[];
  private watcher: vscode.Disposable | undefined;
  private settling: NodeJS.Timeout | undefined;
  private aging: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly deps: CapturesTreeDeps) {
    this.view = vscode.window.createTreeView(VIEWS.captures, { treeDataProvider: this });
    this.subscriptions = [
      this.view,
      this.changed,
      this.view.onDidChangeVisibility(({ visible }) => {
        this.follow(visible);
        if (visible) this.refresh();
      }),
      deps.registry.onDidChange(() => this.refresh()),
      deps.onDidChangeRoot(() => {
        this.follow(this.view.visible);
        this.refresh();
      }),
    ];
    this.follow(this.view.visible);
  }

  getTreeItem(row: CaptureRow): vscode.TreeItem {
    return captureRowItem(row, Date.now());
  }

  async getChildren(parent?: CaptureRow): Promise<CaptureRow[]> {
    if (parent !== undefined) return [];
    try {
      return this.rows(await listCaptures(this.deps.root(), Date.now()));
    } catch (error) {
      return [{ kind: 'notice', text: describeForUser(error).text }];
    }
  }

  refresh(): void {
    clearTimeout(this.settling);
    this.settling = undefined;
    this.changed.fire();
  }

  selection(): readonly CaptureRow[] {
    return this.view.selection;
  }

  dispose(): void {
    this.follow(false);
    clearTimeout(this.settling);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private rows({ captures, isCut }: CaptureList): CaptureRow[] {
    const running = this.deps.registry.list();
    const onDisk = new Set(captures.map(({ folder }) => folder));
    return [
      ...running
        .filter(({ folder }) => !onDisk.has(folder))
        .map(each => ({ kind: 'starting', running: each }) as const),
      ...captures.map(
        stored =>
          ({
            kind: 'stored',
            stored,
            running: running.find(({ folder }) => folder === stored.folder),
          }) as const,
      ),
      ...(isCut ? [cutNotice(captures.length)] : []),
    ];
  }

  private follow(isVisible: boolean): void {
    this.watcher?.dispose();
    this.watcher = undefined;
    clearInterval(this.aging);
    if (!isVisible) return;
    this.aging = setInterval(() => this.refresh(), AGE_MS);
    const root = vscode.Uri.file(this.deps.root());
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(root, '**'));
    const soon = () => {
      this.settling ??= setTimeout(() => this.refresh(), SETTLE_MS);
    };
    this.watcher = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(soon),
      watcher.onDidChange(soon),
      watcher.onDidDelete(soon),
    );
  }
}

function cutNotice(shown: number): CaptureRow {
  const text = t('The folder has more; the {0} newest by name are shown.', shown);
  return { kind: 'notice', text };
}
