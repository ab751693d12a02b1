/** Opens a file that lies beside a report: text at a line, everything else in the editor that its content asks for. */
import * as vscode from 'vscode';
import { requireRegularFile } from '../../files/regularFile.js';
import type { OpenByContent } from '../shell/openByContent.js';

/** Names of what a person reads as text; profiles and traces have editors of their own. */
const TEXT = /\.(?:txt|log|json|md|ya?ml|out)$/iu;

/** Beside a capture of a colleague's lies what the colleague put there: no link is followed. Never rejects. */
export async function openBeside(
  uri: vscode.Uri,
  line: number | undefined,
  openByContent: OpenByContent,
): Promise<boolean> {
  try {
    if (uri.scheme === 'file') await requireRegularFile(uri.fsPath, 'refuse');
    if (!TEXT.test(uri.path)) {
      await openByContent(uri);
      return true;
    }
    const place = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
    await vscode.window.showTextDocument(uri, {
      viewColumn: vscode.ViewColumn.Beside,
      selection: new vscode.Range(place, place),
      preview: true,
    });
    return true;
  } catch {
    return false; // gone, or too large for the text editor: the place is still named in the report
  }
}
