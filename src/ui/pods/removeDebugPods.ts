/**
 * Remove Debug Pods…: every pod of ours on the connected clusters, and those that other machines and other tools left
 * behind. None is chosen before a person marks it: a label says who made a pod only as far as one believes those who could
 * set it. Nothing is removed before it is listed.
 */
import type * as vscode from 'vscode';
import { describeError } from '../../base/errors.js';
import type { PodLoans } from '../../podwork/podLoans.js';
import type { FoundPod, PodFinder } from '../../podwork/podFinder.js';
import type { CommandRunner } from '../shell/runCommand.js';
import { t } from '../shell/l10n.js';
import { showInformation, showWarning } from '../shell/messages.js';
import { pickHeading, pickRow, showPickMany } from '../shell/quickPick.js';

export interface RemoveDebugPodsDeps {
  readonly run: CommandRunner;
  readonly loans: PodLoans;
  readonly finder: PodFinder;
}

interface PodItem extends vscode.QuickPickItem {
  readonly pod?: FoundPod;
}

/** `argument`: a row of the Nodes view names the one context to look at. */
export async function removeDebugPods(deps: RemoveDebugPodsDeps, argument: unknown): Promise<void> {
  const found = await deps.run.run(
    { title: t('Looking for debug pods'), location: 'notification', cancellable: true },
    signal => deps.finder.find(contextOf(argument), signal),
  );
  if (found === undefined) return;
  if (found.pods.length === 0) {
    const seen = t('No debug pods are left in {0}.', found.contexts.join(', '));
    void showInformation([seen, ...found.notes].join(' '));
    return;
  }
  const chosen = await showPickMany(buildItems(found.pods), {
    title: t('Remove Debug Pods'),
    placeHolder: found.notes[0] ?? t('Chosen pods are deleted at once.'),
  });
  const pods = (chosen ?? []).flatMap(({ pod }) => pod ?? []);
  if (pods.length > 0) await removeAll(deps, pods);
}

function contextOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { context } = argument as { readonly context?: unknown };
  return typeof context === 'string' ? context : undefined;
}

function buildItems(pods: readonly FoundPod[]): PodItem[] {
  const ours = pods.filter(pod => pod.tool === undefined);
  const others = pods.filter(pod => pod.tool !== undefined);
  const heading = (label: string, of: readonly FoundPod[]): PodItem[] =>
    of.length === 0 ? [] : [pickHeading(label), ...of.map(podItem)];
  return [...heading(t('made by Node Triage'), ours), ...heading(t('made by other tools'), others)];
}

function podItem(pod: FoundPod): PodItem {
  const words = {
    icon: 'bug',
    label: `${pod.namespace}/${pod.name}`,
    description: [pod.node, pod.context].filter(word => word !== undefined).join(' · '),
    detail: [
      ...(pod.tool === undefined ? [] : [t('looks like {0}', pod.tool)]),
      ...(pod.createdAt === undefined ? [] : [t('since {0}', new Date(pod.createdAt).toLocaleString())]),
      ...(pod.inUse ? [t('a window of Node Triage is working in it')] : []),
      ...(pod.isForgotten ? [t('labelled as ours, not made on this machine, and its time is over')] : []),
    ].join(' · '),
    pod,
  };
  return pickRow(words, { picked: pod.tool === undefined && !pod.inUse, pod });
}

async function removeAll(deps: RemoveDebugPodsDeps, pods: readonly FoundPod[]): Promise<void> {
  const failures = await deps.run.run(
    { title: t('Removing debug pods'), location: 'notification', cancellable: true },
    async (signal, report) => {
      const failed: string[] = [];
      for (const pod of pods) {
        report(`${pod.namespace}/${pod.name}`);
        try {
          await deps.loans.remove(pod.context, pod, signal);
        } catch (error) {
          if (signal.aborted) throw error;
          failed.push(t('{0}: {1}', `${pod.namespace}/${pod.name}`, describeError(error).message));
        }
      }
      return failed;
    },
  );
  deps.finder.refresh();
  if (failures === undefined) return;
  const removed = pods.length - failures.length;
  if (failures.length === 0) void showInformation(t('Debug pods removed: {0}.', removed));
  else void showWarning([t('Debug pods removed: {0}.', removed), ...failures].join(' '));
}
