/** Composition root: builds the objects, joins them, registers them. No logic, and no work before it is asked for. */
import type * as vscode from 'vscode';
import { LiveClusters } from './ui/clusters.js';
import { registerNodeCommands } from './ui/commands/nodes.js';
import { createContextKeys } from './ui/contextKeys.js';
import { createLog } from './ui/log.js';
import { createNodePicker } from './ui/nodePicker.js';
import { registerProfiling } from './ui/profiling.js';
import { createCommandRunner } from './ui/runCommand.js';
import { createSettings } from './ui/settings.js';
import { NodeTree } from './ui/views/nodeTree.js';

export function activate(extension: vscode.ExtensionContext): void {
  const log = createLog();
  const settings = createSettings();
  const contextKeys = createContextKeys();
  const run = createCommandRunner(log);
  const clusters = new LiveClusters({ settings, log, contextKeys });
  const picker = createNodePicker(clusters, settings);
  const profiling = registerProfiling({ extension, clusters, picker, run, settings, log });
  const tree = new NodeTree({ clusters, running: profiling.running, settings, contextKeys });
  const commands = registerNodeCommands({
    clusters,
    tree,
    picker,
    run,
    log,
    extensionId: extension.extension.id,
  });
  // The editor disposes in this order: what uses comes before what is used.
  extension.subscriptions.push(commands, tree, profiling, clusters, contextKeys, settings, log);
}
