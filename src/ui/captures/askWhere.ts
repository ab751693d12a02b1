/** Asks where an export goes. */
import * as vscode from 'vscode';
import { t } from '../shell/l10n.js';

/** `name`: proposed for the file, in the first folder of the workspace. Undefined where the person left. */
export function askWhere(
  name: string,
  filters?: Readonly<Record<string, readonly string[]>>,
): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    title: t('Export'),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
    ...(filters === undefined
      ? {}
      : { filters: Object.fromEntries(Object.entries(filters).map(([label, of]) => [label, [...of]])) }),
  });
}
