/**
 * Builds the debug-pod half of the extension: loans, live pods, the finder of leftovers, and the commands. No behaviour
 * of its own.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { systemClock } from '../capture/clock.js';
import { PodIntentFolder } from '../capture/podIntentFolder.js';
import type { LiveClusters } from './clusters.js';
import { registerPodCaptures } from './commands/podCaptures.js';
import { removeDebugPods } from './commands/removeDebugPods.js';
import { describeForUser } from './errorMessages.js';
import { COMMANDS } from './ids.js';
import { auditLog } from './pods/auditLog.js';
import { LivePods } from './pods/livePods.js';
import { PodFinder } from './pods/podFinder.js';
import { PodLoans } from './pods/podLoans.js';
import type { CommandRunner } from './runCommand.js';
import type { NodePicker } from './services.js';
import type { Settings } from './settings.js';

export interface DebugPodsDeps {
  readonly extension: vscode.ExtensionContext;
  readonly clusters: LiveClusters;
  readonly picker: NodePicker;
  readonly run: CommandRunner;
  readonly settings: Settings;
  readonly log: vscode.LogOutputChannel;
}

export interface DebugPodParts {
  /** Debug pods that others left in a context, as far as it was looked for. */
  countLeftovers(context: string): number;
  /** Ends all work and resolves when every pod of this window is gone. */
  close(): Promise<void>;
  dispose(): void;
}

export function registerDebugPods(deps: DebugPodsDeps): DebugPodParts {
  const { extension, clusters, run, settings, log } = deps;
  const live = new LivePods();
  const loans = new PodLoans({
    connect: context => clusters.registry.openConnection(context),
    intents: new PodIntentFolder(path.join(extension.globalStorageUri.fsPath, 'debug-pods')),
    audit: auditLog(log),
    clock: systemClock,
    owner: { session: randomUUID(), host: hostname(), pid: process.pid },
    live,
    randomSuffix: randomId,
    isProcessAlive,
  });
  const finder = new PodFinder({
    loans,
    contexts: () => connectedContexts(clusters),
    namespace: () => settings.podNamespace(),
    explain: error => describeForUser(error).text,
    log: message => log.info(message),
    changed: context => clusters.registry.leftoversChanged(context),
  });
  const seen = new Set<string>();
  const parts = [
    registerPodCaptures({ ...deps, loans, randomId }),
    vscode.commands.registerCommand(COMMANDS.removeDebugPods, (argument: unknown) =>
      removeDebugPods({ run, loans, finder }, argument),
    ),
    clusters.onDidChangeDetail(() => {
      for (const context of connectedContexts(clusters)) {
        if (seen.has(context)) continue;
        seen.add(context);
        void finder.lookAround(context);
      }
    }),
    finder,
    loans,
    live,
  ];
  return {
    countLeftovers: context => finder.countLeftovers(context),
    close: () => loans.close(),
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

function connectedContexts({ registry }: LiveClusters): readonly string[] {
  return registry.kubeconfig.contexts
    .map(({ name }) => name)
    .filter(name => registry.contextState(name).kind === 'connected');
}

/** 80 bits in lower-case letters and digits. */
function randomId(): string {
  return randomBytes(10).toString('hex');
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
