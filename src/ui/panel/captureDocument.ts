/**
 * One open profile, or report: where its bytes are, what capture it belongs to, and when either changes. It keeps no tables: they
 * are decoded for each page that asks and forgotten when sent.
 */
import * as vscode from 'vscode';
import type { TriageError } from '../../base/errors.js';
import { findCaptureOf } from '../../capture/captureFolder.js';
import { CAPTURE_FILE, type CaptureRecord } from '../../capture/captureRecord.js';
import { unreadableFile } from '../../files/regularFile.js';
import type { ProfileSource } from '../../worker/workerPorts.js';
import { sourceOfFile } from '../shell/editorFile.js';

/** A replaced file shows as one to three events, and a growing capture changes two files. */
const SETTLE_MS = 120;
/** The editor's watchers begin some time after they were asked for; what changed before is found by looking. */
const WATCHER_STARTS_MS = 2_000;

const GONE = 'gone';

export type DocumentChange = 'profile' | 'capture' | 'deleted';

export class CaptureDocument implements vscode.CustomDocument {
  private readonly changed = new vscode.EventEmitter<DocumentChange>();
  private readonly closed = new vscode.EventEmitter<void>();
  private readonly watcher: vscode.Disposable;
  private readonly settling = new Map<'start' | 'profile' | 'capture', NodeJS.Timeout>();
  /** Of the bytes that were read or told last. */
  private version: string | undefined;
  /** Counts the states of the file: what was derived from another one is out of date. */
  private states = 0;
  readonly onDidChange = this.changed.event;
  readonly onDidClose = this.closed.event;

  constructor(readonly uri: vscode.Uri) {
    this.watcher = this.watch();
    this.settling.set(
      'start',
      setTimeout(() => this.look(), WATCHER_STARTS_MS),
    );
  }

  /** File name. */
  get name(): string {
    return this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1);
  }

  get state(): number {
    return this.states;
  }

  /** Tells of a change that no watcher told. */
  look(): void {
    this.changed.fire('capture');
    // Nothing was read yet: the next reader sees it as it is.
    if (this.version !== undefined) this.tellProfile();
  }

  /** Where the bytes are. Rejects with `file-unreadable` or `file-too-large` on a file system of the editor's that fails. */
  async source(maxBytes: number): Promise<ProfileSource> {
    this.version = await this.currentVersion();
    return sourceOfFile(this.uri, maxBytes);
  }

  /** The capture it belongs to; captures are folders on this machine's disk. */
  async capture(): Promise<CaptureRecord | undefined> {
    return this.uri.scheme === 'file' ? findCaptureOf(this.uri.fsPath, Date.now()) : undefined;
  }

  /** What a page says of its file when it is told `deleted`. */
  deletion(): TriageError {
    const file = this.uri.scheme === 'file' ? this.uri.fsPath : this.uri.path;
    return unreadableFile(file, 'gone');
  }

  dispose(): void {
    this.closed.fire();
    this.watcher.dispose();
    for (const timer of this.settling.values()) clearTimeout(timer);
    this.changed.dispose();
    this.closed.dispose();
  }

  private watch(): vscode.Disposable {
    // The folder and not the file: a replacement by rename is a new file. `*` and not the name, which may hold what
    // glob patterns give a meaning to.
    const folder = vscode.Uri.joinPath(this.uri, '..');
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'));
    return vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(uri => this.notice(uri)),
      watcher.onDidChange(uri => this.notice(uri)),
      watcher.onDidDelete(uri => this.notice(uri)),
    );
  }

  private notice(uri: vscode.Uri): void {
    if (uri.path === this.uri.path) this.settle('profile', () => this.tellProfile());
    else if (uri.path === vscode.Uri.joinPath(this.uri, '..', CAPTURE_FILE).path)
      this.settle('capture', () => this.changed.fire('capture'));
  }

  private settle(what: 'profile' | 'capture', tell: () => void): void {
    clearTimeout(this.settling.get(what));
    this.settling.set(what, setTimeout(tell, SETTLE_MS));
  }

  /** A rename over the file may be told as a deletion: only the file itself knows whether it is gone. */
  private tellProfile(): void {
    void this.currentVersion().then(version => {
      // One replacement may be told twice, further apart than the events settle.
      if (version === this.version) return;
      this.version = version;
      this.states++;
      this.changed.fire(version === GONE ? 'deleted' : 'profile');
    });
  }

  private async currentVersion(): Promise<string> {
    try {
      const { mtime, size } = await vscode.workspace.fs.stat(this.uri);
      return `${mtime} ${size}`;
    } catch {
      return GONE; // its reader is told why
    }
  }
}
