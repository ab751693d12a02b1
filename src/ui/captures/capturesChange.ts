/** Renames and deletes captures. */
import path from 'node:path';
import * as vscode from 'vscode';
import { renameCapture, type StoredCapture } from '../../capture/captureFolder.js';
import { writeFailed } from '../../capture/captureWriter.js';
import { isRealFolder } from '../../files/folderEntries.js';
import { timeText } from '../../words/captureText.js';
import { COMMANDS } from '../../words/ids.js';
import { closeProfileTabs } from '../shell/editorTabs.js';
import type { CommandRunner } from '../shell/runCommand.js';
import { captureTitle, storedOf, type CaptureRow } from './captureRow.js';
import { t } from '../shell/l10n.js';
import { askModal } from '../shell/messages.js';
import { askText } from '../shell/quickPick.js';

/** In a question about many. */
const NAMED = 10;

export interface CapturesChangeDeps {
  readonly run: CommandRunner;
  /** The row a command means: its argument, else the selected one. */
  readonly rowOf: (argument: unknown) => CaptureRow | undefined;
  /** All rows that it means. `selected`: what the view gives beside the row that was clicked. */
  readonly rowsOf: (argument: unknown, selected: unknown) => readonly CaptureRow[];
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

async function askAndDelete(captures: readonly StoredCapture[]): Promise<void> {
  const [first] = captures;
  if (first === undefined) return;
  const names = captures.map(stored => {
    const startedAt = stored.kind === 'capture' ? stored.record.startedAt : stored.startedAt;
    const title = stored.kind === 'capture' ? captureTitle(stored.record) : path.basename(stored.folder);
    return `${title}, ${timeText(startedAt, Date.now())}`;
  });
  const yes = { title: t('Delete') };
  const isOne = captures.length === 1;
  const shown = [...names.slice(0, NAMED), ...andMore(names.length - NAMED)];
  const gone = isOne
    ? t('Its folder goes to the trash where the system has one, else it is gone for good:\n{0}', first.folder)
    : t(
        'Their folders go to the trash where the system has one, else they are gone for good:\n{0}',
        shown.join('\n'),
      );
  const message = isOne
    ? t('Delete the capture "{0}"?', names[0] ?? '')
    : t('Delete {0} captures?', captures.length);
  if ((await askModal({ message, detail: gone }, yes)) !== yes) return;
  for (const { folder } of captures) {
    const uri = vscode.Uri.file(folder);
    await closeProfileTabs(uri);
    await deleteFolder(uri);
  }
}

function andMore(count: number): readonly string[] {
  return count <= 0 ? [] : [t('and {0} more', count)];
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
