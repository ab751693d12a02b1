/** Commands about hot frames and their sources. What they open is made elsewhere. */
import * as vscode from 'vscode';
import type { ProfileEditor } from './profileEditor.js';
import { COMMANDS, SETTINGS, SETTINGS_SECTION } from '../../words/ids.js';
import { framesUri } from '../sources/hotFramesDocuments.js';
import type { CommandRunner } from '../shell/runCommand.js';
import type { Settings } from '../shell/settings.js';
import { isOpenTarget, openSource } from '../sources/openSource.js';
import type { CaptureRow } from '../captures/captureRow.js';
import { t } from '../shell/l10n.js';

export interface SourceCommandDeps {
  readonly run: CommandRunner;
  readonly editor: Pick<ProfileEditor, 'activeProfile' | 'showFunction'>;
  readonly settings: Pick<Settings, 'showSourceCosts'>;
  readonly rowOf: (argument: unknown) => CaptureRow | undefined;
  /** Whether a file lies where sources of this machine are looked for. */
  readonly holdsSource: (file: string) => Promise<boolean>;
}

export function registerSourceCommands({
  run,
  editor,
  settings,
  rowOf,
  holdsSource,
}: SourceCommandDeps): vscode.Disposable {
  const register = (
    command: string,
    title: string,
    body: (...args: readonly unknown[]) => Promise<unknown>,
  ) =>
    vscode.commands.registerCommand(command, (...args: readonly unknown[]) =>
      run.run({ title, location: 'none', cancellable: false }, () => body(...args)),
    );
  return vscode.Disposable.from(
    register(COMMANDS.openHotFrames, t('Opening the hot frames'), async argument => {
      const profile = editor.activeProfile();
      // The editor's title button hands over the file it stands above, the Captures view its row.
      const chosen = argument instanceof vscode.Uri ? argument : (fileOf(rowOf, argument) ?? profile);
      if (chosen !== undefined) await openHotFrames(chosen);
    }),
    register(COMMANDS.showInFlameGraph, t('Showing the function'), async (profile, name) => {
      if (typeof profile === 'string' && typeof name === 'string')
        await editor.showFunction(vscode.Uri.parse(profile, true), name);
    }),
    register(COMMANDS.openSource, t('Opening the source'), async target => {
      if (isOpenTarget(target) && (target.kind === 'web' || (await holdsSource(target.source.file))))
        await openSource(target);
    }),
    register(COMMANDS.toggleSourceCosts, t('Showing costs in source files'), () =>
      toggle(SETTINGS.showSourceCosts, !settings.showSourceCosts()),
    ),
    register(COMMANDS.copyPermalink, t('Copying the permalink'), async url => {
      if (typeof url === 'string') await vscode.env.clipboard.writeText(url);
    }),
  );
}

/** The profile of a row of the Captures view; only where the command was given one. */
function fileOf(rowOf: SourceCommandDeps['rowOf'], argument: unknown): vscode.Uri | undefined {
  const row = argument === undefined ? undefined : rowOf(argument);
  if (row?.kind !== 'stored' || row.stored.kind !== 'capture' || row.stored.mainFile === undefined)
    return undefined;
  return vscode.Uri.file(row.stored.mainFile);
}

async function openHotFrames(profile: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(await framesUri(profile));
  await vscode.window.showTextDocument(document, { preview: false });
}

/** The user's own setting, where no workspace has one that would hide it. */
async function toggle(name: string, value: boolean): Promise<void> {
  const section = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const inWorkspace = section.inspect(name)?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await section.update(name, value, target);
}
