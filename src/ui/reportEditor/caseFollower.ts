/**
 * Tells when another capture of the same case was finished, changed or deleted: a triage is judged with all of them.
 * Watches the folder of all captures as long as it lives.
 */
import * as vscode from 'vscode';
import { CAPTURE_FILE, type CaptureRecord } from '../../capture/captureRecord.js';
import { findCaptureOf } from '../../capture/captureFolder.js';

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
    const captures = vscode.Uri.joinPath(file, '..', '..');
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(captures, `*/${CAPTURE_FILE}`),
    );
    const own = vscode.Uri.joinPath(file, '..', CAPTURE_FILE).path;
    const notice = (uri: vscode.Uri): void => {
      if (uri.path !== own) void this.look(uri);
    };
    this.watcher = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(notice),
      watcher.onDidChange(notice),
      // Of what is gone nothing tells the case.
      watcher.onDidDelete(uri => uri.path !== own && this.tellSoon()),
    );
  }

  dispose(): void {
    clearTimeout(this.settling);
    this.watcher.dispose();
  }

  private async look(record: vscode.Uri): Promise<void> {
    const [mine, other] = await Promise.all([recordOf(this.file), recordOf(record)]);
    if (mine !== undefined && other !== undefined && isEvidence(mine, other)) this.tellSoon();
  }

  private tellSoon(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(this.onChange, SETTLE_MS);
  }
}

/** What is under way is evidence when it is whole. */
function isEvidence(mine: CaptureRecord, other: CaptureRecord): boolean {
  return (
    other.state !== 'running' &&
    mine.case !== undefined &&
    other.case?.id === mine.case.id &&
    other.node.name === mine.node.name
  );
}

async function recordOf({ fsPath }: vscode.Uri): Promise<CaptureRecord | undefined> {
  return findCaptureOf(fsPath, Date.now()).catch(() => undefined);
}
