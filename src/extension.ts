/** Composition root: builds the objects, joins them, registers them. No logic, and no work before it is asked for. */
import type * as vscode from 'vscode';
import { LiveClusters } from './ui/nodes/clusters.js';
import { registerNodeCommands } from './ui/nodes/nodeCommands.js';
import { createCredentialConsent } from './ui/nodes/askCredentialUse.js';
import { createContextKeys } from './ui/shell/contextKeys.js';
import { registerDebugPods } from './ui/pods/debugPods.js';
import { createLog } from './ui/shell/log.js';
import { createNodePicker } from './ui/nodes/nodePicker.js';
import { registerProfiling } from './ui/profiling.js';
import { createCommandRunner } from './ui/shell/runCommand.js';
import { createSettings } from './ui/shell/settings.js';
import { NodeTree } from './ui/nodes/nodeTree.js';

/** What has to be waited for when the window closes. */
let close: (() => Promise<void>) | undefined;

export function activate(extension: vscode.ExtensionContext): void {
  const log = createLog('Node Triage');
  const settings = createSettings();
  const contextKeys = createContextKeys();
  const run = createCommandRunner(log);
  const consent = createCredentialConsent(extension.globalState);
  const clusters = new LiveClusters({ settings, log, contextKeys, consent });
  const picker = createNodePicker(clusters, settings);
  const profiling = registerProfiling({ extension, clusters, picker, run, settings, log, contextKeys });
  const debugPods = registerDebugPods({
    extension,
    clusters,
    picker,
    run,
    settings,
    samples: profiling.samples,
    destination: profiling.destination,
    findTriage: profiling.findTriage,
    log,
  });
  // The editor disposes the subscriptions without waiting for `deactivate`: what the removal of pods needs is not among
  // them.
  close = async () => {
    await debugPods.close();
    log.dispose();
  };
  const tree = new NodeTree({
    clusters,
    running: profiling.running,
    settings,
    contextKeys,
    debugPods: debugPods.live,
    memory: extension.workspaceState,
    countLeftovers: context => debugPods.countLeftovers(context),
  });
  const commands = registerNodeCommands({
    clusters,
    consent,
    tree,
    picker,
    run,
    log,
    extensionId: extension.extension.id,
  });
  // The editor disposes in this order: what uses comes before what is used.
  extension.subscriptions.push(commands, tree, profiling, debugPods, clusters, contextKeys, settings);
}

/** The editor waits a few seconds for it: long enough for a pod to be asked to go. The pod's own bounds do the rest. */
export async function deactivate(): Promise<void> {
  await close?.();
  close = undefined;
}
