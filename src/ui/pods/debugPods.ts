/**
 * The debug-pod half of the extension as far as activation pays for it: its commands, the status bar item, and what is
 * known of leftovers. The work itself is loaded when it is first needed (pods/debugPodWork.ts).
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { listIntentFiles } from '../../capture/podIntentFolder.js';
import { LeftoverCounts } from '../../podwork/leftoverCounts.js';
import type { FindDestination, FindTriage } from '../captures/captureRoot.js';
import type { SampleReader } from '../../worker/workerPorts.js';
import type { LiveClusters } from '../nodes/clusters.js';
import { COMMANDS } from '../../words/ids.js';
import type { DebugPodWork } from './debugPodWork.js';
import { LivePods } from './livePods.js';
import { logError, type CommandRunner } from '../shell/runCommand.js';
import type { LiveDebugPods, NodePicker } from '../shell/services.js';
import type { Settings } from '../shell/settings.js';
import type { Log } from '../shell/log.js';

export interface DebugPodsDeps {
  readonly extension: vscode.ExtensionContext;
  readonly clusters: LiveClusters;
  readonly picker: NodePicker;
  readonly run: CommandRunner;
  readonly settings: Settings;
  readonly samples: SampleReader;
  readonly destination: FindDestination;
  readonly findTriage: FindTriage;
  readonly log: Log;
}

export interface DebugPodParts {
  readonly live: LiveDebugPods;
  /** Debug pods that others left in a context, as far as it was looked for. */
  countLeftovers(context: string): number;
  /** Ends all work and resolves when every pod of this window is gone. */
  close(): Promise<void>;
  dispose(): void;
}

const CAPTURES = [
  'traceCalls',
  'sampleThreads',
  'checkCgroups',
  'readNodeFacts',
  'examineNode',
  'applyRemedy',
  'checkRemedy',
] as const;

export function registerDebugPods(deps: DebugPodsDeps): DebugPodParts {
  const { clusters, extension, log } = deps;
  const intentFolder = path.join(extension.globalStorageUri.fsPath, 'debug-pods');
  const live = new LivePods();
  const leftovers = new LeftoverCounts(() => clusters.contexts());
  const work = lazily(async () =>
    (await import('./debugPodWork.js')).createDebugPodWork({
      ...deps,
      live,
      intentFolder,
      connect: context => clusters.registry.openConnection(context),
      shared: context =>
        connectedContexts(clusters).includes(context) ? clusters.connection(context) : undefined,
      contexts: () => connectedContexts(clusters),
      foundLeftovers: (context, count) => {
        for (const changed of leftovers.found(context, count)) clusters.registry.leftoversChanged(changed);
      },
    }),
  );
  const lookAround = (): void => {
    for (const context of leftovers.takeUnseen(connectedContexts(clusters)))
      void work
        .get()
        .then(loaded => loaded.lookAround(context))
        .catch((error: unknown) => logError(log, 'Looking for debug pods', error));
  };
  const parts = [
    ...CAPTURES.map(command =>
      vscode.commands.registerCommand(COMMANDS[command], async (argument: unknown) =>
        (await work.get()).capture(command, argument),
      ),
    ),
    vscode.commands.registerCommand(COMMANDS.removeDebugPods, async (argument: unknown) =>
      (await work.get()).removePods(argument),
    ),
    clusters.onDidChangeDetail(lookAround),
    live,
  ];
  void sweepAfterCrash(intentFolder, work).catch((error: unknown) =>
    logError(log, 'Looking for debug pods', error),
  );
  return {
    live,
    countLeftovers: context => leftovers.count(context),
    close: async () => (await work.started())?.close(),
    dispose() {
      for (const part of parts) part.dispose();
      void work.started()?.then(loaded => loaded.dispose());
    },
  };
}

/** A pod that is still written down at the start outlived its window: also where the Nodes view is not opened. */
async function sweepAfterCrash(folder: string, work: Lazy<DebugPodWork>): Promise<void> {
  if ((await listIntentFiles(folder)).length > 0) await (await work.get()).sweepWrittenDown();
}

interface Lazy<T> {
  get(): Promise<T>;
  /** Undefined where it was not asked for. */
  started(): Promise<T> | undefined;
}

function lazily<T>(load: () => Promise<T>): Lazy<T> {
  let started: Promise<T> | undefined;
  return { get: () => (started ??= load()), started: () => started };
}

function connectedContexts({ registry }: LiveClusters): readonly string[] {
  return registry.kubeconfig.contexts
    .map(({ name }) => name)
    .filter(name => registry.contextState(name).kind === 'connected');
}
