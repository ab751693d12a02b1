/** What a report's buttons do on the node that its capture is of: the commands of that node's row, with the same questions. */
import * as vscode from 'vscode';
import { TriageError } from '../../base/errors.js';
import type { NodeRef } from '../../nodes/nodeRef.js';
import type { NodeStep } from '../../protocol/reportMessages.js';
import type { RemediedRule } from '../../remedy/model.js';
import { COMMANDS, type CommandId } from '../../words/ids.js';
import { t } from '../shell/l10n.js';
import type { CommandRunner } from '../shell/runCommand.js';
import type { Clusters } from '../shell/services.js';

/** As a capture names it. */
export interface NamedNode {
  readonly context: string;
  readonly node: string;
}

/** Nothing here rejects: what fails is shown by the command runner. */
export interface NodeSteps {
  run(step: NodeStep, node: NamedNode): Promise<void>;
  applyRemedy(node: NamedNode, rule: RemediedRule): Promise<void>;
  /** `file`: absolute path of the remedy's record. */
  checkRemedy(node: NamedNode, file: string): Promise<void>;
}

const STEP_COMMANDS: Readonly<Record<NodeStep, CommandId>> = {
  triage: COMMANDS.triageNode,
  calls: COMMANDS.traceCalls,
  profile: COMMANDS.profileCpu,
  threads: COMMANDS.sampleThreads,
  cgroups: COMMANDS.checkCgroups,
  examine: COMMANDS.examineNode,
};

export function createNodeSteps(deps: {
  readonly clusters: Clusters;
  readonly run: CommandRunner;
}): NodeSteps {
  const onNode = async (command: CommandId, named: NamedNode, more: object): Promise<void> => {
    const title = t('Looking for {0}', named.node);
    const found = await deps.run.run(
      { title, location: 'window', cancellable: false, node: named.node },
      signal => findNode(deps.clusters, named, signal),
    );
    if (found !== undefined) await vscode.commands.executeCommand(command, { ...found, ...more });
  };
  return {
    run: (step, node) => onNode(STEP_COMMANDS[step], node, {}),
    applyRemedy: (node, rule) => onNode(COMMANDS.applyRemedy, node, { rule }),
    checkRemedy: (node, file) => onNode(COMMANDS.checkRemedy, node, { file }),
  };
}

/** Rejects with `node-not-found`, and as the connection does. */
async function findNode(
  clusters: Clusters,
  { context, node }: NamedNode,
  signal: AbortSignal,
): Promise<NodeRef> {
  const shown = clusters.nodes().find(ref => ref.context === context && ref.node.name === node);
  if (shown !== undefined) return shown;
  const { nodes } = await clusters.connection(context);
  const found = (await nodes.list(signal)).find(({ name }) => name === node);
  if (found === undefined) throw new TriageError('node-not-found', `no node ${node} in ${context}`, { node });
  return { context, node: found };
}
