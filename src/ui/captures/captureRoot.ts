/** Where captures are kept: the setting, else the extension's global storage. */
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Settings } from '../shell/settings.js';

/** Absolute path of the folder of all captures; it may not exist yet. */
export function captureRoot(
  settings: Pick<Settings, 'captureFolder'>,
  extension: Pick<vscode.ExtensionContext, 'globalStorageUri'>,
): string {
  const chosen = settings.captureFolder();
  // A relative path would mean another folder in each window.
  if (chosen !== undefined && path.isAbsolute(chosen)) return path.normalize(chosen);
  return path.join(extension.globalStorageUri.fsPath, 'captures');
}
