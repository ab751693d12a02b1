/**
 * The Captures view: what is on the disk by node and case, newest first, and what is being captured. Its folder is
 * watched while the view shows, and read only when something in it has changed: a capture under way redraws its own
 * rows. Rows are made in captureRow.ts.
 */
import * as vscode from 'vscode';
import { groupCaptures } from '../../capture/captureCases.js';
import type { CaptureList, StoredCapture } from '../../capture/captureFolder.js';
import type { CaptureIndex } from '../../capture/captureIndex.js';
import { parseCaptureFilter } from '../../words/captureFilter.js';
import { COMMANDS, VIEWS } from '../../words/ids.js';
import { describeForUser } from '../shell/errorMessages.js';
import { t } from '../shell/l10n.js';
import type { ContextKeys } from '../shell/contextKeys.js';
import { setTreeMessage, showTree, type TreeRow, type TreeRows } from '../shell/treeRows.js';
import { captureRowItem, type CaptureRow, type CaseRow, type NodeRow } from './captureRow.js';
import type { ActiveCapture, CaptureRegistry } from './runningCaptures.js';

export interface CapturesTreeDeps {
  readonly registry: CaptureRegistry;
  readonly index: CaptureIndex;
  /** Absolute path of the folder of all captures, as the settings say now. */
  readonly root: () => string;
  readonly onDidChangeRoot: vscode.Event<unknown>;
  readonly contextKeys: ContextKeys;
  /** What was dropped on the view. */
  readonly onDidDrop: (data: vscode.DataTransfer) => Promise<void>;
}

export interface CapturesTree {
  /** What it is filtered by; empty: all are shown. */
  readonly filter: string;
  setFilter(text: string): void;
  refresh(): void;
  dispose(): void;
  /** Rows a person selected. */
  selection(): readonly CaptureRow[];
  /** Opens the view at a capture, by the absolute path of its folder, and selects it. */
  show(folder: string): Promise<void>;
}

type StoredRow = Extract<CaptureRow, { kind: 'stored' }>;

/** Files change in bursts: temporary file, rename, record. */
const SETTLE_MS = 150;

export function createCapturesTree(deps: CapturesTreeDeps): CapturesTree {
  return new Tree(deps);
}

class Tree implements CapturesTree, TreeRows<CaptureRow> {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<CaptureRow>;
  private readonly subscriptions: readonly { dispose(): unknown }[];
  private watcher: vscode.Disposable | undefined;
  private settling: NodeJS.Timeout | undefined;
  private filterText = '';
  /** What was listed last; undefined where the folder has changed since. */
  private listed: CaptureList | undefined;
  /** Captures under way when it was listed, and how many of their slices were on the disk. */
  private known: ReadonlyMap<ActiveCapture, number> = new Map();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly deps: CapturesTreeDeps) {
    const { onDidDrop } = deps;
    this.view = showTree(VIEWS.captures, this, { showCollapseAll: true, canSelectMany: true, onDidDrop });
    this.subscriptions = [
      this.view,
      this.changed,
      this.view.onDidChangeVisibility(({ visible }) => {
        this.follow(visible);
        if (visible) this.refresh();
      }),
      deps.registry.onDidChange(() => this.runningChanged()),
      deps.onDidChangeRoot(() => {
        this.follow(this.view.visible);
        this.refresh();
      }),
    ];
    this.follow(this.view.visible);
  }

  getTreeItem(row: CaptureRow): TreeRow {
    return captureRowItem(row, Date.now());
  }

  async getChildren(parent?: CaptureRow): Promise<CaptureRow[]> {
    switch (parent?.kind) {
      case undefined:
        return this.topRows();
      case 'node':
        return casesOf(parent);
      case 'case':
        return parent.of.captures.map(stored => this.storedRow(stored, parent));
      case 'stored':
      case 'starting':
      case 'notice':
        return [];
    }
  }

  /** For reveal alone: rows are known by their ids, not by who they are. */
  getParent(row: CaptureRow): CaptureRow | undefined {
    if (row.kind === 'case') return { kind: 'node', group: row.group, isFiltered: row.isFiltered };
    return row.kind === 'stored' ? row.below : undefined;
  }

  get filter(): string {
    return this.filterText;
  }

  setFilter(text: string): void {
    this.filterText = text.trim();
    this.deps.contextKeys.set('hasCaptureFilter', this.filterText !== '');
    this.changed.fire();
  }

  refresh(): void {
    clearTimeout(this.settling);
    this.settling = undefined;
    this.listed = undefined;
    this.changed.fire();
  }

  selection(): readonly CaptureRow[] {
    return this.view.selection;
  }

  async show(folder: string): Promise<void> {
    this.setFilter('');
    this.refresh();
    const row = (await this.allRows()).find(({ stored }) => stored.folder === folder);
    if (row !== undefined) await this.view.reveal(row, { select: true, focus: true });
  }

  dispose(): void {
    this.follow(false);
    clearTimeout(this.settling);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async topRows(): Promise<CaptureRow[]> {
    this.known = new Map(this.deps.registry.list().map(each => [each, slicesOf(each)]));
    try {
      this.listed ??= await this.deps.index.list();
      return this.rows(this.listed);
    } catch (error) {
      return [{ kind: 'notice', text: describeForUser(error).text }];
    }
  }

  private rows({ captures: all, isCut }: CaptureList): CaptureRow[] {
    const passes = parseCaptureFilter(this.filterText, Date.now(), t);
    const captures = passes === undefined ? all : all.filter(passes);
    const isFiltered = passes !== undefined;
    setTreeMessage(
      this.view,
      isFiltered ? t('Filter "{0}": {1} of {2} captures', this.filterText, captures.length, all.length) : '',
    );
    const onDisk = new Set(all.map(({ folder }) => folder));
    const starting = this.deps.registry
      .list()
      .filter(({ folder }) => !onDisk.has(folder))
      .map(running => ({ kind: 'starting', running }) as const);
    const { nodes, invalid } = groupCaptures(captures);
    return [
      ...starting,
      ...invalid.map(stored => this.storedRow(stored)),
      ...nodes.map(group => ({ kind: 'node', group, isFiltered }) as const),
      ...(isFiltered && captures.length === 0 ? [noMatch()] : []),
      ...(isCut ? [cutNotice(all.length)] : []),
    ];
  }

  private async allRows(): Promise<readonly StoredRow[]> {
    return (await this.topRows()).flatMap(row => {
      if (row.kind === 'stored') return [row];
      if (row.kind !== 'node') return [];
      return casesOf(row).flatMap(below => below.of.captures.map(stored => this.storedRow(stored, below)));
    });
  }

  private storedRow(stored: StoredCapture, below?: CaseRow): StoredRow {
    const running = this.deps.registry.list().find(({ folder }) => folder === stored.folder);
    return { kind: 'stored', stored, running, below };
  }

  /** Once a second while captures run. Where none came, went or wrote, the rows are drawn anew from memory. */
  private runningChanged(): void {
    const now = this.deps.registry.list();
    const isSame =
      this.known.size === now.length && now.every(each => this.known.get(each) === slicesOf(each));
    if (isSame) this.changed.fire();
    else this.refresh();
  }

  private follow(isVisible: boolean): void {
    this.watcher?.dispose();
    this.watcher = undefined;
    if (!isVisible) return;
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

function casesOf({ group, isFiltered }: NodeRow): CaseRow[] {
  return group.cases.map((of, index) => ({ kind: 'case', group, of, isOpen: index === 0, isFiltered }));
}

/** A view without rows would say that there are no captures yet. */
function noMatch(): CaptureRow {
  return {
    kind: 'notice',
    text: t('No capture matches the filter. Clear it'),
    command: COMMANDS.clearCaptureFilter,
  };
}

function slicesOf({ progress }: ActiveCapture): number {
  return progress?.slicesDone ?? 0;
}

function cutNotice(shown: number): CaptureRow {
  const text = t('The folder has more; the {0} newest by name are shown.', shown);
  return { kind: 'notice', text };
}
