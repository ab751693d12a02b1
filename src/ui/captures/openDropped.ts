/** Opens what is dropped on the Captures view: profiles and reports in their editor; bundles are imported. */
import * as vscode from 'vscode';
import { isZipHead } from '../../evidence/zipHead.js';
import type { OpenByContent } from '../shell/openByContent.js';
import type { CommandRunner } from '../shell/runCommand.js';
import { t } from '../shell/l10n.js';
import { showInformation } from '../shell/messages.js';
import type { ImportBundle } from './bundles.js';

/** More at once is a slip of the hand. */
const AT_ONCE = 20;

export interface DroppedDeps {
  readonly run: CommandRunner;
  readonly open: OpenByContent;
  readonly importBundle: ImportBundle;
}

export async function openDropped(deps: DroppedDeps, data: vscode.DataTransfer): Promise<void> {
  const title = t('Opening what was dropped');
  // Before the first wait: what is dropped is there for this moment.
  const files = [...data].flatMap(([, item]) => item.asFile() ?? []);
  await deps.run.run({ title, location: 'none', cancellable: false }, async () => {
    const uris = await listedUris(data);
    for (const uri of uris.slice(0, AT_ONCE)) await deps.open(uri);
    if (uris.length === 0) for (const file of files.slice(0, AT_ONCE)) await openFile(deps, file);
  });
}

async function openFile({ open, importBundle }: DroppedDeps, file: vscode.DataTransferFile): Promise<void> {
  if (file.uri !== undefined) {
    await open(file.uri);
    return;
  }
  // In a browser a file of the system has content and no place, and an editor needs one.
  const bytes = await file.data();
  if (isZipHead(bytes)) await importBundle({ kind: 'bytes', name: file.name, bytes });
  else void showInformation(t('{0} has to be in a folder of the workspace to be opened.', file.name));
}

async function listedUris(data: vscode.DataTransfer): Promise<readonly vscode.Uri[]> {
  const listed = (await data.get('text/uri-list')?.asString()) ?? '';
  // RFC 2483: lines, those that begin with a hash are comments.
  const lines = listed.split(/\r?\n/).filter(line => line !== '' && !line.startsWith('#'));
  return lines.map(line => vscode.Uri.parse(line));
}
