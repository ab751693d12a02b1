/** Where captures are kept: the setting, else the extension's global storage; and what a new one says of itself. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type * as vscode from 'vscode';
import { chooseCase } from '../../capture/captureCases.js';
import type { CaptureIndex } from '../../capture/captureIndex.js';
import type { CapturedCase } from '../../capture/captureRecord.js';
import type { NodeRef } from '../../nodes/nodeRef.js';
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

/** What every new capture is given besides what it captures. */
export interface CaptureDestination {
  /** Absolute path of the folder of all captures. */
  readonly root: string;
  /** `node-triage 0.1.0`. */
  readonly writtenBy: string;
  readonly case: CapturedCase | undefined;
}

export interface CaptureDestinationDeps {
  readonly settings: Pick<Settings, 'captureFolder'>;
  readonly extension: Pick<vscode.ExtensionContext, 'globalStorageUri' | 'extension'>;
  readonly index: CaptureIndex;
}

/** Never rejects: a folder that cannot be listed may still be written, and says so itself where not. */
export async function captureDestination(
  { settings, extension, index }: CaptureDestinationDeps,
  { context, node }: NodeRef,
): Promise<CaptureDestination> {
  const { version } = extension.extension.packageJSON as { readonly version: string };
  const root = captureRoot(settings, extension);
  const { captures } = await index.list().catch(() => ({ captures: [] }));
  const target = { context, node: node.name };
  const chosen = chooseCase(captures, target, Date.now(), () => randomBytes(8).toString('hex'));
  return { root, writtenBy: `node-triage ${version}`, case: chosen };
}
