/**
 * *Triage Node*: from the choice of the node to the report that opens with the first answers. What is taken is
 * capture/captureTriage.ts's; what it comes to, the report's. Cancel keeps what there is.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import type { TriageProgress } from '../../capture/captureTriage.js';
import { systemClock } from '../../capture/clock.js';
import { kubeletOn } from '../../capture/profileTarget.js';
import { TRIAGE_FILE } from '../../material/triageManifest.js';
import type { NodeRef } from '../../nodes/nodeRef.js';
import { MOST_AT_ONCE, onMarkedNodes } from '../../nodes/selectedNodes.js';
import { COMMANDS } from '../../words/ids.js';
import { openReportTab } from '../shell/editorTabs.js';
import { t } from '../shell/l10n.js';
import type { Log } from '../shell/log.js';
import { showInformation, type Report } from '../shell/messages.js';
import { logError, type CommandRunner } from '../shell/runCommand.js';
import type { Clusters, NodePicker } from '../shell/services.js';
import type { FindDestination } from './captureRoot.js';

export interface TriageNodeDeps {
  readonly clusters: Clusters;
  readonly picker: NodePicker;
  readonly run: CommandRunner;
  readonly destination: FindDestination;
  readonly log: Log;
  /** The view of captures: shows a new one at once. */
  readonly refresh: () => void;
}

/** Of the CPU profile: with the answers before it, a first verdict stands after 20 seconds. */
const PROFILE_SECONDS = 15;

export function registerTriageNode(deps: TriageNodeDeps): vscode.Disposable {
  // Each of several marked nodes has a progress, a case and a page of its own; what differs is seen side by side.
  return vscode.commands.registerCommand(COMMANDS.triageNode, (argument: unknown, selected: unknown) =>
    onMarkedNodes(
      argument,
      selected,
      async each => {
        const ref = await deps.picker.resolve(each, t('Node to triage'));
        if (ref !== undefined) await triage(deps, ref);
      },
      marked =>
        void showInformation(
          t('{0} nodes are marked; {1} at most are triaged at once. Mark fewer.', marked, MOST_AT_ONCE),
        ),
    ),
  );
}

async function triage(deps: TriageNodeDeps, ref: NodeRef): Promise<void> {
  const { run, clusters, destination } = deps;
  await run.run(
    {
      title: t('Triage of {0}', ref.node.name),
      location: 'notification',
      cancellable: true,
      node: ref.node.name,
      retry: () => void triage(deps, ref),
    },
    async (signal, report) => {
      report(t('Connecting…'));
      const { answers, profiler, metrics } = await clusters.connection(ref.context);
      const opening = new FirstOpening(deps, report);
      const { captureTriage } = await import('../../capture/nodeCaptures.js');
      const outcome = await captureTriage(
        { answers, profiler, metrics, clock: systemClock },
        {
          context: ref.context,
          ...kubeletOn(ref.node),
          seconds: PROFILE_SECONDS,
          ...(await destination(ref)),
        },
        { cancel: new AbortController().signal, stop: signal },
        progress => opening.show(progress),
      );
      await opening.open(outcome.folder);
      deps.refresh();
    },
  );
}

/** Opens the report with the first answers, once; it follows its file from there. */
class FirstOpening {
  private opening: Promise<void> | undefined;

  constructor(
    private readonly deps: TriageNodeDeps,
    private readonly report: Report,
  ) {}

  show(progress: TriageProgress): void {
    this.report(progressText(progress));
    if (progress.phase !== 'profiling' || !progress.isOpenable) return;
    void this.open(progress.folder);
  }

  open(folder: string): Promise<void> {
    this.opening ??= openReportTab(vscode.Uri.file(path.join(folder, TRIAGE_FILE))).catch((error: unknown) =>
      logError(this.deps.log, 'Opening the triage', error),
    );
    return this.opening;
  }
}

function progressText({ phase, stepsDone, stepsPlanned, secondsLeft }: TriageProgress): string {
  switch (phase) {
    case 'asking':
      return t('Asking the API server and the kubelet: {0} of {1}…', stepsDone, stepsPlanned);
    case 'profiling':
      return t('Profiling the kubelet: {0} s left…', secondsLeft);
    case 'saving':
      return t('Saving…');
  }
}
