/** Elements of the Nodes view as rows of the editor: label, grey text, icon, tooltip, what a screen reader says. */
import * as vscode from 'vscode';
import type { ContextInfo, KubeconfigSource } from '../../cluster/clusterPorts.js';
import type { ContextState } from '../../nodes/contextLink.js';
import { type ErrorAction, type ErrorText, describeForUser } from '../shell/errorMessages.js';
import { COMMANDS, ITEM } from '../../words/ids.js';
import {
  chooseNodeIcon,
  describeNode,
  isHot,
  type NodeFacts,
  nodeFactRows,
  speakNode,
} from '../../nodes/nodeText.js';
import type { ContextElement, NodeElement, NoticeElement, PageElement } from '../../nodes/nodeTreeModel.js';
import { t } from '../shell/l10n.js';
import { chooseContextIcon, writeContext } from '../../nodes/contextText.js';
import { isKubeconfigNotice, kubeconfigNotice } from './kubeconfigNotices.js';
import type { Notice } from './notice.js';
import { MarkdownText } from '../shell/markdown.js';
import { treeRow, type TreeRow } from '../shell/treeRows.js';

const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** `shownName`: shorter than the node's own where that has a domain like all others. */
export function nodeItem(element: NodeElement, facts: NodeFacts, shownName: string): TreeRow {
  const icon = chooseNodeIcon(facts);
  return treeRow(
    { label: shownName, description: describeNode(facts, t), spoken: speakNode(facts, t) },
    {
      id: `node:${element.context}:${element.node.name}`,
      iconPath: new vscode.ThemeIcon(
        icon.id,
        icon.color === undefined ? undefined : new vscode.ThemeColor(icon.color),
      ),
      contextValue: facts.capturing === undefined ? ITEM.node : `${ITEM.node}.capturing`,
    },
  );
}

/** Made when the pointer rests on the row, not for each of thousands of rows. */
export function nodeTooltip(element: NodeElement, facts: NodeFacts): MarkdownText {
  return new MarkdownText()
    .heading(element.node.name, element.context)
    .table(nodeFactRows(facts, Date.now(), t));
}

export interface ContextView {
  readonly info: ContextInfo;
  readonly state: ContextState;
  readonly nodeCount: number;
  readonly isOpen: boolean;
}

export function contextItem(element: ContextElement, view: ContextView): TreeRow {
  const { info, state } = view;
  const { description, tooltip, spoken } = writeContext(info, contextWords(view), t);
  const icon = chooseContextIcon(state.kind, info.serverDoubt !== undefined);
  return treeRow(
    { label: element.context, description, tooltip, spoken },
    {
      id: `context:${element.context}`,
      iconPath: new vscode.ThemeIcon(
        icon.id,
        icon.color === undefined ? undefined : new vscode.ThemeColor(icon.color),
      ),
      contextValue: `${ITEM.context}.${contextValue(state)}`,
    },
    view.isOpen ? Expanded : Collapsed,
  );
}

function contextWords({ state, nodeCount, info }: ContextView): readonly string[] {
  const nodes = nodeCount === 1 ? t('1 node') : t('{0} nodes', nodeCount);
  switch (state.kind) {
    case 'disconnected':
      return [info.server];
    case 'connecting':
      return [t('connecting…')];
    case 'connected':
      return [nodes];
    case 'interrupted':
      return [t('connection lost'), nodes];
    case 'failed':
      return [t('not connected')];
  }
}

function contextValue(state: ContextState): 'connected' | 'disconnected' | 'failed' {
  switch (state.kind) {
    case 'disconnected':
      return 'disconnected';
    // Disconnect is what one can do while it connects.
    case 'connecting':
    case 'connected':
      return 'connected';
    case 'interrupted':
    case 'failed':
      return 'failed';
  }
}

/** `first`, `last`: names; `facts`: of all nodes of the page. */
export function pageItem(element: PageElement, facts: readonly NodeFacts[], isOpen: boolean): TreeRow {
  const first = facts[0]?.node.name ?? '';
  const last = facts.at(-1)?.node.name ?? '';
  const notReady = facts.filter(one => one.node.readiness !== 'ready').length;
  const hot = facts.filter(isHot).length;
  const description = [
    t('{0} nodes', facts.length),
    ...(notReady > 0 ? [t('{0} not ready', notReady)] : []),
    ...(hot > 0 ? [t('{0} hot', hot)] : []),
  ].join(' · ');
  return treeRow(
    {
      label: `${first} … ${last}`,
      description,
      spoken: t('nodes {0} to {1}, {2}', first, last, description),
    },
    {
      id: `page:${element.context}:${element.index}`,
      iconPath: new vscode.ThemeIcon('list-tree'),
      contextValue: 'page',
    },
    isOpen ? Expanded : Collapsed,
  );
}

/** What a notice may be about. */
export interface NoticeView {
  /** What names the kubeconfig files. */
  readonly source: KubeconfigSource | undefined;
  readonly server: string;
  readonly state: ContextState;
}

export function noticeItem(element: NoticeElement, view: NoticeView): TreeRow {
  const { label, icon, command, tooltip = label } = noticeText(element, view);
  return treeRow(
    { label, tooltip: [tooltip], spoken: tooltip },
    { contextValue: ITEM.notice, iconPath: icon, ...(command === undefined ? {} : { command }) },
  );
}

function noticeText(element: NoticeElement, view: NoticeView): Notice {
  if (isKubeconfigNotice(element)) return kubeconfigNotice(element, view.source);
  switch (element.notice) {
    case 'connecting':
      return { label: t('Connecting to {0}…', view.server), icon: new vscode.ThemeIcon('loading~spin') };
    case 'not-connected':
      return {
        label: t('Not connected. Connect'),
        icon: new vscode.ThemeIcon('plug'),
        command: contextCommand(t('Connect'), COMMANDS.connectContext, element.context),
      };
    case 'no-nodes':
      return { label: t('This cluster has no nodes.'), icon: new vscode.ThemeIcon('info') };
    case 'no-match':
      return {
        label: t('No node matches the filter. Clear it'),
        icon: new vscode.ThemeIcon('filter'),
        command: { title: t('Clear Filter'), command: COMMANDS.clearNodeFilter },
      };
    case 'leftovers':
      return leftoversNotice(element);
    case 'failed':
    case 'interrupted':
    case 'next-step':
    case 'action':
      return errorNotice(element, view.state);
  }
}

function leftoversNotice({ context, count }: Extract<NoticeElement, { notice: 'leftovers' }>): Notice {
  return {
    label: count === 1 ? t('1 debug pod was left behind') : t('{0} debug pods were left behind', count),
    tooltip: t(
      'Pods with the rights of root on a node, made by tools such as kubectl debug or by Node Triage on another machine. Click to see them.',
    ),
    icon: new vscode.ThemeIcon('bug', new vscode.ThemeColor('list.warningForeground')),
    command: contextCommand(t('Remove Debug Pods…'), COMMANDS.removeDebugPods, context),
  };
}

function errorNotice(
  element: Extract<NoticeElement, { notice: 'failed' | 'interrupted' | 'next-step' | 'action' }>,
  state: ContextState,
): Notice {
  const error = state.kind === 'failed' || state.kind === 'interrupted' ? contextError(state) : undefined;
  // The state changed between the list of rows and this row; the next redraw has the right ones.
  if (error === undefined) return { label: t('connecting…'), icon: new vscode.ThemeIcon('loading~spin') };
  switch (element.notice) {
    case 'failed':
      return {
        label: error.text,
        icon: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
      };
    case 'interrupted':
      return {
        label: t('Connection lost, rows are as of {0}. Retry now', formatSince(state)),
        tooltip: `${error.text} ${error.nextStep ?? ''}`.trim(),
        icon: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
        command: contextCommand(t('Retry'), COMMANDS.retryContext, element.context),
      };
    case 'next-step':
      return { label: error.nextStep ?? t('The log has more.'), icon: new vscode.ThemeIcon('lightbulb') };
    case 'action':
      return actionNotice(error.actions[element.action], element.context);
  }
}

function formatSince(state: ContextState): string {
  const time = new Date(state.kind === 'interrupted' ? state.sinceMs : Date.now());
  return time.toLocaleTimeString(vscode.env.language);
}

function actionNotice(action: ErrorAction | undefined, context: string): Notice {
  if (action === undefined || action.kind === 'retry')
    return {
      label: t('Retry'),
      icon: new vscode.ThemeIcon('refresh'),
      command: contextCommand(t('Retry'), COMMANDS.retryContext, context),
    };
  return {
    label: action.label,
    icon: new vscode.ThemeIcon(ACTION_ICONS[action.command] ?? 'arrow-right'),
    command: { title: action.label, command: action.command, arguments: [...action.arguments] },
  };
}

const ACTION_ICONS: Readonly<Record<string, string>> = {
  [COMMANDS.showLog]: 'output',
  [COMMANDS.copyRbac]: 'copy',
  [COMMANDS.chooseKubeconfig]: 'folder-opened',
  [COMMANDS.openSettings]: 'gear',
};

function contextCommand(title: string, command: string, context: string): vscode.Command {
  return { title, command, arguments: [{ kind: 'context', context }] };
}

/** The error of a context in words, with the buttons the tree shows as rows. */
export function contextError(state: ContextState): ErrorText | undefined {
  return state.kind === 'failed' || state.kind === 'interrupted' ? describeForUser(state.error) : undefined;
}
