/** Commands that the page of the active profile editor carries out. */
import * as vscode from 'vscode';
import type { ViewAction } from '../../protocol/messages.js';
import { COMMANDS } from '../../words/ids.js';

export function registerEditorView(act: (action: ViewAction) => void): vscode.Disposable {
  const register = (command: string, action: ViewAction) =>
    vscode.commands.registerCommand(command, () => act(action));
  return vscode.Disposable.from(
    register(COMMANDS.searchProfile, 'search'),
    register(COMMANDS.resetZoom, 'resetZoom'),
    register(COMMANDS.toggleOrientation, 'toggleOrientation'),
    register(COMMANDS.toggleBottomUp, 'toggleBottomUp'),
    register(COMMANDS.exportFolded, 'exportFolded'),
    register(COMMANDS.focusTable, 'focusTable'),
  );
}
