/**
 * Tells when a kubeconfig file appears, changes or goes, also by rename (how kubectl and most tools write it). Watches
 * the folders, not the files; reads nothing.
 */
import path from 'node:path';
import * as vscode from 'vscode';

/** Tools write the file in several steps; one reading after the last is enough. */
const SETTLE_MS = 300;

export class KubeconfigWatcher {
  private watchers: vscode.Disposable[] = [];
  private watched = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly changed: () => void) {}

  /** Replaces the files to watch; nothing happens where they are the same. */
  watch(files: readonly string[]): void {
    const wanted = JSON.stringify(files);
    if (wanted === this.watched) return;
    this.watched = wanted;
    this.close();
    for (const file of files) {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(path.dirname(file)), path.basename(file));
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const changed = (): void => this.schedule();
      watcher.onDidCreate(changed);
      watcher.onDidChange(changed);
      watcher.onDidDelete(changed);
      this.watchers.push(watcher);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.close();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.changed, SETTLE_MS);
  }

  private close(): void {
    for (const watcher of this.watchers) watcher.dispose();
    this.watchers = [];
  }
}
