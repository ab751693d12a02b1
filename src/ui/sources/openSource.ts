/** Opens sources: a page of a repository in the browser, or a file of this machine beside the editor. */
import path from 'node:path';
import * as vscode from 'vscode';
import { requireRegularFile } from '../../files/regularFile.js';
import type { Translate } from '../../words/translate.js';
import type { LocalSource } from '../../checkouts/localSource.js';
import { t } from '../shell/l10n.js';
import { showStatus } from '../shell/messages.js';

export type OpenTarget =
  { readonly kind: 'web'; readonly url: string } | { readonly kind: 'local'; readonly source: LocalSource };

/** False where the user or the system declined, or what is told as a page is none. Rejects with `file-unreadable` where a local file went away. */
export async function openSource(target: OpenTarget): Promise<boolean> {
  if (target.kind === 'web')
    return isWebAddress(target.url) && vscode.env.openExternal(vscode.Uri.parse(target.url, true));
  const { source } = target;
  // Opening a pipe would hold up the editor's own file service.
  await requireRegularFile(source.file, 'refuse');
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(source.file));
  const at = document.lineAt(Math.min(Math.max(source.line, 1), document.lineCount) - 1).range;
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    selection: new vscode.Range(at.start, at.start),
  });
  const doubt = versionDoubt(source, t);
  if (doubt !== '') showStatus(doubt, 10_000);
  return true;
}

/** `memory.go:130 on this machine`, and what may not fit; behind what the link to the web is called, where that is said. */
export function localText(local: LocalSource, link: string | undefined, t: Translate): string {
  const place = t('{0}:{1} on this machine', path.basename(local.file), local.line);
  const doubt = versionDoubt(local, t);
  const from = link === undefined ? '' : `${link} · `;
  return doubt === '' ? from + place : `${from}${place} · ${doubt}`;
}

function versionDoubt({ isSameVersion, revision, isMoved }: LocalSource, t: Translate): string {
  if (isSameVersion === true && !isMoved) return '';
  if (isSameVersion === true) return t('line moved with the function');
  return isSameVersion === false
    ? t('another version than {0}: line moved with the function', revision)
    : t('version not known: line moved with the function');
}

/** Whether a command's argument is a target; commands can be run by any extension. */
export function isOpenTarget(value: unknown): value is OpenTarget {
  if (!isRecord(value)) return false;
  const { kind, url, source } = value;
  if (kind === 'web') return typeof url === 'string' && isWebAddress(url);
  return (
    kind === 'local' &&
    isRecord(source) &&
    typeof source['file'] === 'string' &&
    typeof source['line'] === 'number'
  );
}

/** Addresses of other schemes may run something: `command:`, `vscode:`, `file:`. */
function isWebAddress(url: string): boolean {
  return /^https?:\/\//u.test(url);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
