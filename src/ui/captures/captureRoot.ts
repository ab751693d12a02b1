/** Where captures are kept: the setting, else the extension's global storage; and what a new one says of itself. */
import path from 'node:path';
import type * as vscode from 'vscode';
import { randomHex } from '../../base/randomHex.js';
import type { CaptureIndex } from '../../capture/captureIndex.js';
import { caseOfCapture } from '../../capture/captureCases.js';
import type { CapturedCase } from '../../capture/captureRecord.js';
import { CurrentCases } from '../../capture/currentCases.js';
import { TRIAGE_FILE } from '../../material/triageManifest.js';
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

/** Another for each call. */
export function newCaseId(): string {
  return randomHex(8);
}

/** What every new capture is given besides what it captures. */
export interface CaptureDestination {
  /** Absolute path of the folder of all captures. */
  readonly root: string;
  /** `node-triage 0.1.0`. */
  readonly writtenBy: string;
  readonly case: CapturedCase | undefined;
}

/** Never rejects. */
export type FindDestination = (ref: NodeRef) => Promise<CaptureDestination>;

export function createDestinations(
  root: () => string,
  extension: Pick<vscode.ExtensionContext, 'extension'>,
  index: CaptureIndex,
): FindDestination {
  const { version } = extension.extension.packageJSON as { readonly version: string };
  const cases = new CurrentCases(index, newCaseId);
  return async ({ context, node }) => ({
    root: root(),
    writtenBy: `node-triage ${version}`,
    case: await cases.caseFor({ context, node: node.name }, Date.now()),
  });
}

/** Absolute path of the newest triage of the case that a capture belongs to; undefined where it has none. Never rejects. */
export type FindTriage = (capture: { readonly folder: string }) => Promise<string | undefined>;

export function createTriageFinder(index: CaptureIndex): FindTriage {
  return async ({ folder }) => {
    const { captures } = await index.list().catch(() => ({ captures: [] }));
    const triage = caseOfCapture(captures, folder)?.captures.find(({ record }) =>
      record.files.some(({ name }) => name === TRIAGE_FILE),
    );
    return triage === undefined ? undefined : path.join(triage.folder, TRIAGE_FILE);
  };
}
