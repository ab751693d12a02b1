/** Renames and deletes captures. */
import path from 'node:path';
import * as vscode from 'vscode';
import { renameCapture, type StoredCapture } from '../../capture/captureFolder.js';
import { writeFailed } from '../../capture/captureWriter.js';
import { isRealFolder } from '../../files/folderEntries.js';
import { COMMANDS } from '../../words/ids.js';
import { closeProfileTabs } from '../shell/editorTabs.js';
import type { CommandRunner } from '../shell/runCommand.js';
import { captureTitle, type CaptureRow } from './captureRow.js';
import { t } from '../shell/l10n.js';
import { askModal } from '../shell/messages.js';
import { askText } from '../shell/quickPick.js';

export interface CapturesChangeDeps {
  readonly run: CommandRunner;
  /** The row a command means: its argument, else the selected one. */
  readonly rowOf: (argument: unknown) => CaptureRow | undefined;
  readonly refresh: () => void;
}

export function registerCapturesChange(deps: CapturesChangeDeps): vscode.Disposable {
  const change = (title: string, argument: unknown, body: (stored: StoredCapture) => Promise<void>) => {
    const row = deps.rowOf(argument);
    if (row?.kind !== 'stored') return undefined;
    return deps.run.run({ title, location: 'none', cancellable: false }, async () => {
      await body(row.stored);
      deps.refresh();
    });
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.renameCapture, (argument: unknown) =>
      change(t('Renaming the capture'), argument, askAndRename),
    ),
    vscode.commands.registerCommand(COMMANDS.deleteCapture, (argument: unknown) =>
      change(t('Deleting the capture'), argument, askAndDelete),
    ),
  );
}

async function askAndRename(stored: StoredCapture): Promise<void> {
  if (stored.kind === 'invalid') throw stored.error;
  const name = await askText({
    title: t('Rename Capture'),
    prompt: t('Leave it empty for the default name.'),
    value: captureTitle(stored.record),
  });
  if (name === undefined) return;
  await renameCapture(stored, name.trim() === '' ? undefined : name.trim());
}

async function askAndDelete(stored: StoredCapture): Promise<void> {
  const title = stored.kind === 'capture' ? captureTitle(stored.record) : path.basename(stored.folder);
  const yes = { title: t('Delete') };
  const chosen = await askModal(
    {
      message: t('Delete the capture "{0}"?', title),
      detail: t(
        'Its folder goes to the trash where the system has one, else it is gone for good:\n{0}',
        stored.folder,
      ),
    },
    yes,
  );
  if (chosen !== yes) return;
  const folder = vscode.Uri.file(stored.folder);
  await closeProfileTabs(folder);
  await deleteFolder(folder);
}

async function deleteFolder(folder: vscode.Uri): Promise<void> {
  // What was listed may be a link by now: what is behind it is not the capture that was asked about.
  if (!(await isRealFolder(folder.fsPath))) throw writeFailed(folder.fsPath, new Error(t('it is no folder')));
  try {
    await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: true });
    return;
  } catch {
    // No trash on this machine (a server, a container): the question said what happens then.
  }
  try {
    await vscode.workspace.fs.delete(folder, { recursive: true });
  } catch (error) {
    throw writeFailed(folder.fsPath, error);
  }
}
