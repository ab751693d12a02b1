/** Renames and deletes captures. */
import * as vscode from 'vscode';
import type { StoredCapture } from '../../capture/captureFolder.js';
import { renameCapture, renameCase } from '../../capture/renameCaptures.js';
import { writeFailed } from '../../capture/captureWriter.js';
import { isRealFolder } from '../../files/folderEntries.js';
import { deleteQuestion } from '../../words/deleteQuestion.js';
import { COMMANDS } from '../../words/ids.js';
import { closeProfileTabs } from '../shell/editorTabs.js';
import type { CommandRunner } from '../shell/runCommand.js';
import { newCaseId } from './captureRoot.js';
import { captureTitle, storedOf, type CaptureRow, type CaseRow } from './captureRow.js';
import { t } from '../shell/l10n.js';
import { askModal } from '../shell/messages.js';
import { askText } from '../shell/quickPick.js';

export interface CapturesChangeDeps {
  readonly run: CommandRunner;
  /** The row a command means: its argument, else the selected one. */
  readonly rowOf: (argument: unknown) => CaptureRow | undefined;
  /** All rows that it means. `selected`: what the view gives beside the row that was clicked. */
  readonly rowsOf: (argument: unknown, selected: unknown) => readonly CaptureRow[];
  readonly refresh: () => void;
}

export function registerCapturesChange(deps: CapturesChangeDeps): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.renameCapture, (argument: unknown) => {
      const row = deps.rowOf(argument);
      if (row?.kind !== 'stored' && row?.kind !== 'case') return undefined;
      const title = row.kind === 'case' ? t('Renaming the case') : t('Renaming the capture');
      return deps.run.run({ title, location: 'none', cancellable: false }, async () => {
        await (row.kind === 'case' ? askAndRenameCase(row) : askAndRename(row.stored));
        deps.refresh();
      });
    }),
    vscode.commands.registerCommand(COMMANDS.deleteCapture, (argument: unknown, selected: unknown) => {
      const stored = storedOf(deps.rowsOf(argument, selected));
      if (stored.length === 0) return undefined;
      const title =
        stored.length === 1 ? t('Deleting the capture') : t('Deleting {0} captures', stored.length);
      return deps.run.run({ title, location: 'none', cancellable: false }, async () => {
        await askAndDelete(stored);
        deps.refresh();
      });
    }),
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

async function askAndRenameCase({ of }: CaseRow): Promise<void> {
  const name = await askText({
    title: t('Rename Case'),
    prompt: t('All its captures carry the name. Leave it empty for none.'),
    value: of.title ?? '',
  });
  if (name === undefined) return;
  await renameCase(of.captures, name.trim() === '' ? undefined : name.trim(), newCaseId());
}

async function askAndDelete(captures: readonly StoredCapture[]): Promise<void> {
  const yes = { title: t('Delete') };
  if ((await askModal(deleteQuestion(captures, Date.now(), t), yes)) !== yes) return;
  for (const { folder } of captures) {
    const uri = vscode.Uri.file(folder);
    await closeProfileTabs(uri);
    await deleteFolder(uri);
  }
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
