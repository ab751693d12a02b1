/**
 * Tells when another capture of the same case was finished, changed or deleted: a triage is judged with all of them.
 * Watches the folder of all captures as long as it lives.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { CAPTURE_FILE, type CaptureRecord } from '../../capture/captureRecord.js';
import { isEvidenceFor } from '../../capture/captureCases.js';
import { readCapture } from '../../capture/captureFolder.js';

/** A capture's files and its record are written one after the other. */
const SETTLE_MS = 300;

export class CaseFollower {
  private readonly watcher: vscode.Disposable;
  private settling: NodeJS.Timeout | undefined;

  /** `file`: of a capture, on this machine's disk. `onChange`: at most one call at a time settles. */
  constructor(
    private readonly file: vscode.Uri,
    private readonly onChange: () => void,
  ) {
    const own = vscode.Uri.joinPath(file, '..');
    const captures = vscode.Uri.joinPath(own, '..');
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(captures, '**'));
    /** Its record, whether it appeared by itself or with its folder, by a rename. */
    const recordAt = (uri: vscode.Uri): vscode.Uri | undefined => {
      const [name = '', ...inside] = uri.path.slice(captures.path.length + 1).split('/');
      const folder = vscode.Uri.joinPath(captures, name);
      const isRecord = inside.length === 0 || (inside.length === 1 && inside[0] === CAPTURE_FILE);
      return isRecord && folder.path !== own.path ? vscode.Uri.joinPath(folder, CAPTURE_FILE) : undefined;
    };
    const notice = (uri: vscode.Uri): void => {
      const record = recordAt(uri);
      if (record !== undefined) void this.look(record);
    };
    this.watcher = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(notice),
      watcher.onDidChange(notice),
      // Of what is gone nothing tells the case.
      watcher.onDidDelete(uri => {
        if (recordAt(uri) !== undefined) this.tellSoon();
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.settling);
    this.watcher.dispose();
  }

  private async look(record: vscode.Uri): Promise<void> {
    const [mine, other] = await Promise.all([recordOf(this.file), recordOf(record)]);
    if (mine !== undefined && other !== undefined && isEvidenceFor(mine, other)) this.tellSoon();
  }

  private tellSoon(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(this.onChange, SETTLE_MS);
  }
}

/** Of the capture that a file lies in. */
async function recordOf({ fsPath }: vscode.Uri): Promise<CaptureRecord | undefined> {
  const capture = await readCapture(path.dirname(fsPath), Date.now()).catch(() => undefined);
  return capture?.kind === 'capture' ? capture.record : undefined;
}
