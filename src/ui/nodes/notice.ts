/** What a row says that is no context and no node. */
import type * as vscode from 'vscode';

export interface Notice {
  readonly label: string;
  readonly icon: vscode.ThemeIcon;
  readonly tooltip?: string;
  /** Runs on click and on Enter. */
  readonly command?: vscode.Command;
}
