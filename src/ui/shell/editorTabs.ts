/** Tabs of the profile and the report editor: opening one, and closing those whose file went away on purpose. */
import * as vscode from 'vscode';
import { ANY_PROFILE_EDITOR, ANY_REPORT_EDITOR, PROFILE_EDITOR, REPORT_EDITOR } from '../../words/ids.js';

const VIEW_TYPES: readonly string[] = [PROFILE_EDITOR, ANY_PROFILE_EDITOR, REPORT_EDITOR, ANY_REPORT_EDITOR];

/** Opens the profile in an editor tab of its own (no preview, which the next click would replace). */
export async function openProfileTab(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, PROFILE_EDITOR, { preview: false });
}

/** The same for a trace, samples or a health file. */
export async function openReportTab(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, REPORT_EDITOR, { preview: false });
}

/** Closes the tabs of all profiles and reports inside `folder`. */
export async function closeProfileTabs(folder: vscode.Uri): Promise<void> {
  const inside = `${folder.path.replace(/\/$/, '')}/`;
  const tabs = vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .filter(
      ({ input }) =>
        input instanceof vscode.TabInputCustom &&
        VIEW_TYPES.includes(input.viewType) &&
        input.uri.scheme === folder.scheme &&
        input.uri.path.startsWith(inside),
    );
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
}
