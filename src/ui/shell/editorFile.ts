/**
 * Bytes of files that only the editor reaches (a virtual workspace, a settings sync, an archive): asked for type and size
 * first, as reading gives all of it at once. Files of this machine do not come here: src/files reads them.
 */
import * as vscode from 'vscode';
import { TriageError } from '../../base/errors.js';
import { unreadableBy, unreadableFile } from '../../files/regularFile.js';
import type { ProfileSource } from '../../worker/workerPorts.js';

/** Where the bytes of a file are. Rejects with `file-unreadable` or `file-too-large` on a file system of the editor's. */
export async function sourceOfFile(uri: vscode.Uri, maxBytes: number): Promise<ProfileSource> {
  if (uri.scheme === 'file') return { kind: 'file', path: uri.fsPath };
  return { kind: 'bytes', name: uri.path, bytes: await readEditorFile(uri, maxBytes) };
}

async function readEditorFile(uri: vscode.Uri, maxBytes: number): Promise<Uint8Array> {
  const file = uri.toString(true);
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0) throw unreadableFile(file, 'no-file');
    if (size > maxBytes) throw tooLarge(file, maxBytes);
    const bytes = await vscode.workspace.fs.readFile(uri);
    if (bytes.length > maxBytes) throw tooLarge(file, maxBytes);
    return bytes;
  } catch (error) {
    throw unreadableBy(file, error);
  }
}

function tooLarge(file: string, limitBytes: number): TriageError {
  return new TriageError('file-too-large', `${file} is larger than ${limitBytes} bytes.`, {
    facts: { file, limitBytes },
  });
}
