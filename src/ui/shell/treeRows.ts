/**
 * The one door to rows of tree views: names of nodes, of contexts and of folders, and words of clusters, become labels,
 * grey text, tooltips and what a screen reader says. All of it is taken for text of others. A view takes no other rows.
 */
import * as vscode from 'vscode';
import { OUTSIDE_TEXT } from '../../base/limits.js';
import { outsideText } from '../../base/outsideText.js';
import type { MarkdownText } from './markdown.js';

declare const isMadeHere: unique symbol;
/** Made by {@link treeRow}. */
export type TreeRow = vscode.TreeItem & { readonly [isMadeHere]: true };

export interface RowText {
  readonly label: string;
  /** Grey, behind the label. */
  readonly description?: string;
  /** One line each, or Markdown. The label's own words where there is none. */
  readonly tooltip?: readonly string[] | MarkdownText;
  /** Instead of label and grey text, for screen readers. */
  readonly spoken?: string;
}

/** What a row does and looks like; nothing of it is shown as words. */
export type RowLook = Pick<vscode.TreeItem, 'id' | 'iconPath' | 'contextValue' | 'command'>;

/** A row without children, unless `children` says whether they show. */
export function treeRow(
  { label, description, tooltip, spoken }: RowText,
  look: RowLook,
  children = vscode.TreeItemCollapsibleState.None,
): TreeRow {
  const item = new vscode.TreeItem(outsideText(label), children);
  Object.assign(item, look);
  if (description !== undefined) item.description = outsideText(description);
  if (tooltip !== undefined) item.tooltip = tooltipOf(tooltip);
  if (spoken !== undefined)
    item.accessibilityInformation = { label: outsideText(spoken, OUTSIDE_TEXT.paragraph) };
  return item as TreeRow;
}

/** The same row with a tooltip that is made when it is asked for. */
export function withTooltip(row: vscode.TreeItem, tooltip: MarkdownText): vscode.TreeItem {
  row.tooltip = tooltip.build();
  return row;
}

/** A provider whose rows come from here. */
export interface TreeRows<T> extends vscode.TreeDataProvider<T> {
  getTreeItem(element: T): TreeRow;
}

export interface TreeLook {
  /** A button for it in the view's head. */
  readonly showCollapseAll?: boolean;
  /** Several rows at once; commands get them beside the one that was clicked. */
  readonly canSelectMany?: boolean;
  /** Takes what is dropped on the view; nothing where it is not given. */
  readonly onDidDrop?: (data: vscode.DataTransfer) => Promise<void>;
}

export function showTree<T>(
  view: string,
  rows: TreeRows<T>,
  { onDidDrop, ...look }: TreeLook = {},
): vscode.TreeView<T> {
  const options = { treeDataProvider: rows, ...look };
  if (onDidDrop === undefined) return vscode.window.createTreeView(view, options);
  const dragAndDropController = {
    dragMimeTypes: [],
    // Of the explorer and of editors; `files`: of the system.
    dropMimeTypes: ['text/uri-list', 'files'],
    handleDrop: (_target: T | undefined, data: vscode.DataTransfer) => onDidDrop(data),
  };
  return vscode.window.createTreeView(view, { ...options, dragAndDropController });
}

/** A sentence above the rows; none where `text` is empty. */
export function setTreeMessage(view: vscode.TreeView<unknown>, text: string): void {
  // Each time it is set, the editor is told, and draws the view's head anew.
  const message = outsideText(text);
  if ((view.message ?? '') !== message) view.message = message;
}

function tooltipOf(tooltip: readonly string[] | MarkdownText): string | vscode.MarkdownString {
  if ('build' in tooltip) return tooltip.build();
  return tooltip.map(line => outsideText(line, OUTSIDE_TEXT.paragraph)).join('\n');
}
