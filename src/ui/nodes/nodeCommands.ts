/** The commands of the Nodes view and the shell: one small function each, of explicit dependencies. */
import * as vscode from 'vscode';
import { fieldOf, textOf } from '../../base/jsonFields.js';
import { untilAny } from '../../base/linkedSignal.js';
import type { LiveClusters } from './clusters.js';
import type { RuleRequest } from '../../words/errors/errorTexts.js';
import type { ConsentBook } from '../../nodes/credentialConsent.js';
import { COMMANDS, type CommandId, SETTINGS, SETTINGS_SECTION } from '../../words/ids.js';
import { buildRbacRule, type MissingRight } from '../../words/errors/rbacRule.js';
import { type CommandRunner, logError } from '../shell/runCommand.js';
import type { NodePicker } from '../shell/services.js';
import type { NodeTree } from './nodeTree.js';
import { t } from '../shell/l10n.js';
import type { Log } from '../shell/log.js';
import { showInformation } from '../shell/messages.js';
import { askFilter } from '../shell/quickPick.js';

export interface NodeCommandDeps {
  readonly clusters: LiveClusters;
  readonly consent: ConsentBook;
  readonly tree: NodeTree;
  readonly picker: NodePicker;
  readonly run: CommandRunner;
  readonly log: Log;
  /** `publisher.name`, for the settings editor's filter. */
  readonly extensionId: string;
}

/** Registers them all; dispose the result with the extension. */
export function registerNodeCommands(deps: NodeCommandDeps): vscode.Disposable {
  const { registry } = deps.clusters;
  const commands: Partial<Record<CommandId, (argument: unknown) => unknown>> = {
    [COMMANDS.refreshNodes]: () => refreshNodes(deps),
    [COMMANDS.filterNodes]: () => filterNodes(deps.tree),
    [COMMANDS.clearNodeFilter]: () => deps.tree.setFilter(''),
    [COMMANDS.sortNodesByCpu]: () => deps.tree.setOrder('cpu'),
    [COMMANDS.sortNodesByName]: () => deps.tree.setOrder('name'),
    [COMMANDS.connectContext]: onContext(context => registry.connect(context)),
    [COMMANDS.disconnectContext]: onContext(context => registry.disconnect(context)),
    [COMMANDS.retryContext]: onContext(context => retryContext(deps, context)),
    [COMMANDS.allowCredentials]: onContext(context => askAndRetry(deps, context)),
    [COMMANDS.chooseKubeconfig]: () => chooseKubeconfig(deps),
    [COMMANDS.copyNodeName]: argument => copyNodeName(deps, argument),
    [COMMANDS.copyRbac]: argument => copyRbac(deps, argument),
    [COMMANDS.showLog]: () => deps.log.show(),
    [COMMANDS.openSettings]: argument => openSettings(deps.extensionId, argument),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, command]) => vscode.commands.registerCommand(id, command)),
  );
}

/** Context rows and notices hand over `{ context }`. */
function onContext(act: (context: string) => void): (argument: unknown) => void {
  return argument => {
    const context = fieldOf(argument, 'context');
    if (typeof context === 'string') act(context);
  };
}

/** Where it waits for a yes, trying again without the question would change nothing. */
function retryContext(deps: NodeCommandDeps, context: string): void {
  const { registry } = deps.clusters;
  const state = registry.contextState(context);
  const isWaiting = 'error' in state && state.error.code === 'credentials-not-allowed';
  if (isWaiting) askAndRetry(deps, context);
  else registry.retry(context);
}

function askAndRetry({ clusters, consent, run }: NodeCommandDeps, context: string): void {
  void run.run(
    { title: t('Asking about the login of {0}', context), location: 'none', cancellable: false },
    async () => {
      await consent.ask(context);
      clusters.registry.retry(context);
    },
  );
}

function refreshNodes({ clusters, run }: NodeCommandDeps): Promise<void> {
  return run.run({ title: t('Refreshing the nodes'), location: 'window', cancellable: false }, () =>
    clusters.registry.refresh(),
  );
}

function filterNodes(tree: NodeTree): void {
  const ask = {
    title: t('Filter Nodes'),
    placeholder: t('hot !cordoned v1.32'),
    prompt: t(
      'Words that must all match: name, role, version, OS, runtime, IP, or a state (ready, notready, unknown, cordoned, pressure, hot, profiling). ! excludes.',
    ),
  };
  askFilter(ask, tree.filter, text => tree.setFilter(text));
}

async function chooseKubeconfig({ clusters, run }: NodeCommandDeps): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    title: t('Choose Kubeconfig'),
    openLabel: t('Use'),
    canSelectMany: false,
  });
  const file = chosen?.[0];
  if (file === undefined) return;
  await run.run({ title: t('Choosing the kubeconfig'), location: 'none', cancellable: false }, async () => {
    const section = vscode.workspace.getConfiguration(SETTINGS_SECTION);
    const inspected = section.inspect(SETTINGS.kubeconfig);
    // A workspace that names its own kubeconfig goes before the user's choice: it is changed where it stands.
    const target =
      inspected?.workspaceValue === undefined
        ? vscode.ConfigurationTarget.Global
        : vscode.ConfigurationTarget.Workspace;
    await section.update(SETTINGS.kubeconfig, file.fsPath, target);
    await clusters.registry.reload();
  });
}

async function copyNodeName({ picker }: NodeCommandDeps, argument: unknown): Promise<void> {
  const ref = await picker.resolve(argument, t('Node whose name is copied'));
  if (ref !== undefined) await vscode.env.clipboard.writeText(ref.node.name);
}

/** From an error: the right that was refused. From a row or the palette: the right to read a kubelet. */
async function copyRbac(deps: NodeCommandDeps, argument: unknown): Promise<void> {
  const request = readRuleRequest(argument) ?? (await askForNode(deps.picker, argument));
  if (request === undefined) return;
  const { right, context } = request;
  const isCopied = await deps.run.run(
    { title: t('Copying the RBAC rule'), location: 'window', cancellable: false },
    async signal => {
      const user = context === undefined ? undefined : await findUser(deps, context, signal);
      await vscode.env.clipboard.writeText(buildRbacRule(right, user));
      return true;
    },
  );
  if (isCopied !== true) return;
  const text = describeRight(right);
  void showInformation(text);
}

/** The user is asked for by name, and the rule waits for it. */
const WHO_AM_I_MS = 10_000;

/** Undefined where the API server does not tell: the rule has a place for the name then. */
async function findUser(
  { clusters, log }: NodeCommandDeps,
  context: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const connection = await clusters.registry.connection(context);
    const limit = AbortSignal.timeout(WHO_AM_I_MS);
    return await untilAny([signal, limit], until => connection.whoAmI(until));
  } catch (error) {
    logError(log, 'no user name for the RBAC rule', error);
    return undefined;
  }
}

function describeRight(right: MissingRight): string {
  switch (right.kind) {
    case 'nodes':
      return t(
        'The RBAC rule that lets you list nodes is on the clipboard, for a cluster administrator to apply.',
      );
    case 'nodes-proxy':
      return t(
        'The RBAC rule for the kubelet of {0} is on the clipboard. Mind its warning: it is as good as root on that node.',
        right.node,
      );
    case 'debug-pod':
      return t(
        'The RBAC rule for debug pods in namespace {0} is on the clipboard. Mind its warning: where privileged pods are allowed, it is as good as root on every node.',
        right.namespace,
      );
    case 'list-pods':
      return t(
        'The RBAC rule that lets you list pods is on the clipboard, for a cluster administrator to apply.',
      );
  }
}

function readRuleRequest(argument: unknown): RuleRequest | undefined {
  const given = fieldOf(argument, 'right');
  const text = (name: string): string | undefined => textOf(fieldOf(given, name));
  const [kind, node, namespace] = [text('kind'), text('node'), text('namespace')];
  const context = textOf(fieldOf(argument, 'context'));
  if (kind === 'nodes' || kind === 'list-pods') return { right: { kind }, context };
  if (kind === 'debug-pod' && namespace !== undefined) return { right: { kind, namespace }, context };
  return kind === 'nodes-proxy' && node !== undefined ? { right: { kind, node }, context } : undefined;
}

async function askForNode(picker: NodePicker, argument: unknown): Promise<RuleRequest | undefined> {
  const ref = await picker.resolve(argument, t('Node whose kubelet you want to read'));
  return ref === undefined
    ? undefined
    : { right: { kind: 'nodes-proxy', node: ref.node.name }, context: ref.context };
}

/**
 * On a remote machine its own settings: the user's first tab leaves those out that belong to a machine (14 of ours), the
 * remote one has all.
 */
function openSettings(extensionId: string, argument: unknown): Thenable<unknown> {
  const query = typeof argument === 'string' ? argument : `@ext:${extensionId}`;
  if (vscode.env.remoteName !== undefined)
    return vscode.commands.executeCommand('workbench.action.openRemoteSettings', { query });
  return vscode.commands.executeCommand('workbench.action.openSettings', query);
}
