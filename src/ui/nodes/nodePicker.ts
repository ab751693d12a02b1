/**
 * The node a command is about: the tree row it was called on, else a quick pick over the nodes of all connected contexts,
 * live while it is open. Connects the current context where none is; the others are offered as rows that connect.
 */
import * as vscode from 'vscode';
import type { LiveClusters } from './clusters.js';
import { describeForUser } from '../shell/errorMessages.js';
import { COMMANDS } from '../../words/ids.js';
import { describeNode, isHot, type NodeFacts } from '../../nodes/nodeText.js';
import type { NodeRef } from '../../nodes/nodeRef.js';
import { readNodeArgument } from '../../nodes/selectedNodes.js';
import type { NodePicker } from '../shell/services.js';
import type { Settings } from '../shell/settings.js';
import { t } from '../shell/l10n.js';
import { openPick, pickHeading, pickRow } from '../shell/quickPick.js';

interface PickItem extends vscode.QuickPickItem {
  readonly pick?: PickTarget;
}

type PickTarget =
  | { readonly kind: 'node'; readonly ref: NodeRef }
  | { readonly kind: 'connect'; readonly context: string }
  | { readonly kind: 'choose-kubeconfig' };

export function createNodePicker(clusters: LiveClusters, settings: Settings): NodePicker {
  return {
    async resolve(argument, placeHolder) {
      const named = readNodeArgument(argument);
      if (named === undefined) return pickNode(clusters, settings, placeHolder);
      await clusters.registry.load();
      const node = clusters.registry.node(named.context, named.node.name) ?? named.node;
      return { context: named.context, node };
    },
  };
}

function pickNode(
  clusters: LiveClusters,
  settings: Settings,
  placeHolder: string,
): Promise<NodeRef | undefined> {
  const { registry } = clusters;
  const pick = openPick<PickItem>(placeHolder);
  pick.matchOnDescription = true;
  pick.busy = true;
  let hasConnected = false;
  const redraw = (): void => {
    // The kubeconfig may be on its way yet; as soon as it has contexts, the current one is connected, once.
    if (!hasConnected) hasConnected = connectCurrent(clusters);
    const active = pick.activeItems[0]?.label;
    pick.items = buildItems(clusters, settings);
    // The list changes under the user's fingers: what was marked stays marked.
    const again = pick.items.find(item => item.label === active && item.pick !== undefined);
    if (again !== undefined) pick.activeItems = [again];
    pick.busy =
      registry.kubeconfig.kind === 'loading' ||
      clusters.contexts().some(context => registry.contextState(context.name).kind === 'connecting');
  };
  const subscription = clusters.onDidChange(redraw);
  void registry.load().then(redraw);
  pick.show();
  return new Promise(resolve => {
    pick.onDidAccept(() => {
      const target = pick.selectedItems[0]?.pick;
      if (target === undefined) return;
      if (target.kind === 'connect') {
        registry.retry(target.context);
        return;
      }
      if (target.kind === 'choose-kubeconfig') void vscode.commands.executeCommand(COMMANDS.chooseKubeconfig);
      resolve(target.kind === 'node' ? target.ref : undefined);
      pick.hide();
    });
    pick.onDidHide(() => {
      subscription.dispose();
      pick.dispose();
      resolve(undefined);
    });
  });
}

/** Connects the current context where none is connected; false while there is no context. */
function connectCurrent(clusters: LiveClusters): boolean {
  const contexts = clusters.contexts();
  const first = contexts.find(context => context.isCurrent) ?? contexts[0];
  if (first === undefined) return false;
  if (!contexts.some(({ name }) => clusters.registry.contextState(name).kind === 'connected'))
    clusters.registry.connect(first.name);
  return true;
}

function buildItems(clusters: LiveClusters, settings: Settings): PickItem[] {
  const { registry } = clusters;
  if (registry.kubeconfig.kind !== 'loading' && clusters.contexts().length === 0)
    return [
      pickRow(
        { icon: 'folder-opened', label: t('Choose Kubeconfig…') },
        { pick: { kind: 'choose-kubeconfig' } as const },
      ),
    ];
  const { hotCores } = settings.kubeletCpu();
  const items: PickItem[] = [];
  const others: PickItem[] = [];
  for (const { name } of clusters.contexts()) {
    const nodes = registry.nodesOf(name);
    if (nodes.length === 0) {
      others.push(connectItem(clusters, name));
      continue;
    }
    items.push(pickHeading(name));
    for (const node of nodes) {
      const cpu = registry.kubeletCpu(name, node.name);
      items.push(nodeItem(name, { node, cpu, hotCores, capturing: undefined, debugPod: undefined }));
    }
  }
  if (others.length > 0) items.push(pickHeading(t('other contexts')), ...others);
  return items;
}

function nodeItem(context: string, facts: NodeFacts): PickItem {
  const words = {
    icon: isHot(facts) ? 'flame' : 'server',
    label: facts.node.name,
    // A leading "-" would become a bullet: the hover reads this as Markdown.
    description: describeNode(facts, t).replace(/^- · /, ''),
  };
  return pickRow(words, { pick: { kind: 'node', ref: { context, node: facts.node } } as const });
}

function connectItem(clusters: LiveClusters, context: string): PickItem {
  const state = clusters.registry.contextState(context);
  const target = { kind: 'connect', context } as const;
  switch (state.kind) {
    case 'connecting':
      return pickRow({ icon: 'loading~spin', label: context, description: t('connecting…') }, {});
    case 'failed':
    case 'interrupted':
      return pickRow(
        {
          icon: 'refresh',
          label: context,
          description: t('Retry: {0}', describeForUser(state.error).text),
        },
        { pick: target },
      );
    case 'connected':
      return pickRow({ icon: 'info', label: context, description: t('This cluster has no nodes.') }, {});
    case 'disconnected':
      return pickRow({ icon: 'plug', label: context, description: t('Connect') }, { pick: target });
  }
}
