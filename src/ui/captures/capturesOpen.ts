/** Opens a capture from its row, and shows its folder in the system's file browser. */
import * as vscode from 'vscode';
import path from 'node:path';
import { TriageError } from '../../base/errors.js';
import { COMMANDS } from '../../words/ids.js';
import type { OpenByContent } from '../shell/openByContent.js';
import type { CommandRunner } from '../shell/runCommand.js';
import type { CaptureRow } from './captureRow.js';
import { offerTrace } from './profileNode.js';
import { t } from '../shell/l10n.js';
import { showInformation } from '../shell/messages.js';

export interface CapturesOpenDeps {
  readonly run: CommandRunner;
  /** The row a command means: its argument, else the selected one. */
  readonly rowOf: (argument: unknown) => CaptureRow | undefined;
  readonly open: OpenByContent;
}

export function registerCapturesOpen(deps: CapturesOpenDeps): vscode.Disposable {
  const openTitle = t('Opening the capture');
  const options = { title: openTitle, location: 'none', cancellable: false } as const;
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.openCapture, (argument: unknown) =>
      deps.run.run(options, () => openCapture(deps.rowOf(argument), deps.open)),
    ),
    vscode.commands.registerCommand(COMMANDS.revealCapture, (argument: unknown) =>
      deps.run.run({ ...options, title: t('Revealing the capture') }, () =>
        reveal(typeof argument === 'string' ? argument : folderOf(deps.rowOf(argument))),
      ),
    ),
  );
}

async function openCapture(row: CaptureRow | undefined, open: OpenByContent): Promise<void> {
  if (row?.kind !== 'stored') return;
  const { stored } = row;
  if (stored.kind === 'invalid') throw stored.error;
  if (stored.mainFile === undefined) {
    const reason = t('none of the files it lists is in its folder');
    throw new TriageError('capture-invalid', `${stored.folder} holds none of the files that it lists.`, {
      facts: { file: stored.folder, reason },
    });
  }
  if (isTrace(stored.mainFile, stored.record.files)) void offerTrace(stored.mainFile);
  else await open(vscode.Uri.file(stored.mainFile));
}

function isTrace(file: string, files: readonly { readonly name: string; readonly kind: string }[]): boolean {
  return files.some(({ name, kind }) => name === path.basename(file) && kind === 'trace');
}

/** Absolute path of a row's folder; undefined where there is none on the disk. */
export function folderOf(row: CaptureRow | undefined): string | undefined {
  return row?.kind === 'stored' ? row.stored.folder : undefined;
}

async function reveal(folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const uri = vscode.Uri.file(folder);
  // On a remote machine there is no file browser of the system: the folder opens where the editor can show it.
  if (vscode.env.remoteName === undefined) await vscode.commands.executeCommand('revealFileInOS', uri);
  else await revealRemote(uri);
}

async function revealRemote(uri: vscode.Uri): Promise<void> {
  if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) {
    await vscode.commands.executeCommand('revealInExplorer', uri);
    return;
  }
  const copy = t('Copy Path');
  const open = t('Open in New Window');
  const chosen = await showInformation(
    t('The capture is in {0} on the remote machine.', uri.fsPath),
    copy,
    open,
  );
  if (chosen === copy) await vscode.env.clipboard.writeText(uri.fsPath);
  if (chosen === open)
    await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
}
