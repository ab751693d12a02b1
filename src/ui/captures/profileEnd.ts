/** Stop and Keep, and Cancel: for the capture that a tree item or an editor tab means, or for one that is picked. */
import * as vscode from 'vscode';
import { COMMANDS } from '../../words/ids.js';
import { profileTitle } from '../../words/profileNames.js';
import type { ActiveCapture, CaptureRegistry } from './runningCaptures.js';
import { t } from '../shell/l10n.js';
import { pickRow, showPick } from '../shell/quickPick.js';

export interface ProfileEndDeps {
  readonly registry: CaptureRegistry;
  /** File of the profile editor that has the focus. */
  readonly activeProfile: () => vscode.Uri | undefined;
}

export function registerProfileEnd(deps: ProfileEndDeps): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.stopAndKeep, async (argument: unknown) => {
      const placeHolder = t('Capture to stop; its finished slices are kept');
      (await chooseCapture(deps, argument, placeHolder))?.stopAndKeep();
    }),
    vscode.commands.registerCommand(COMMANDS.cancelCapture, async (argument: unknown) => {
      const placeHolder = t('Capture to cancel; nothing of it is kept');
      (await chooseCapture(deps, argument, placeHolder))?.cancel();
    }),
  );
}

async function chooseCapture(
  deps: ProfileEndDeps,
  argument: unknown,
  placeHolder: string,
): Promise<ActiveCapture | undefined> {
  const captures = deps.registry.list();
  const meant = captures.filter(capture => isMeant(capture, argument));
  if (meant.length > 0) return meant[0];
  // An item whose capture has just ended must not stop another one.
  if (argument instanceof Object && !(argument instanceof vscode.Uri)) return undefined;
  const active = deps.activeProfile();
  const shown = captures.find(capture => active !== undefined && isInside(active, capture.folder));
  if (shown !== undefined) return shown;
  if (captures.length < 2) return captures[0];
  const picked = await showPick(
    captures.map(capture =>
      pickRow(
        {
          label: capture.ref.node.name,
          description: profileTitle(capture.profile, t),
          detail: t('{0}, {1} s left', capture.ref.context, capture.secondsLeft),
        },
        { capture },
      ),
    ),
    placeHolder,
  );
  return picked?.capture;
}

/** Arguments are a file, a captures row, or a nodes row, which is a NodeRef. */
function isMeant(capture: ActiveCapture, argument: unknown): boolean {
  if (argument instanceof vscode.Uri) return isInside(argument, capture.folder);
  if (!isFields(argument)) return false;
  if (argument['running'] === capture) return true;
  const { context, node } = capture.ref;
  return (
    argument['context'] === context && isFields(argument['node']) && argument['node']['name'] === node.name
  );
}

function isInside(file: vscode.Uri, folder: string): boolean {
  return folder !== '' && vscode.Uri.joinPath(file, '..').fsPath === vscode.Uri.file(folder).fsPath;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
