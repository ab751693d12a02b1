/** Looks for sources on this machine where the settings and the workspace say they may be. */
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { HotFunction } from '../../profile/hotFunctions.js';
import type { FrameLinks, KernelLink } from '../../sources/frame/frame.js';
import { SETTINGS } from '../../words/ids.js';
import type { Settings } from '../shell/settings.js';
import {
  findLocalKernel,
  findLocalSource,
  isInRoots,
  type LocalSource,
  type SourceRoots,
} from '../../checkouts/localSource.js';
import { sourceRoots } from '../../checkouts/sourceRoots.js';

export class LocalSources {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly following: readonly vscode.Disposable[];
  /** Where sources are looked for, or how links are made, is not what it was. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly settings: Settings) {
    this.following = [
      settings.onDidChange(name => {
        if (name === SETTINGS.sourceRoots || name === SETTINGS.sourceTemplates) this.changed.fire();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.changed.fire()),
    ];
  }

  /** The function's heaviest line on this machine; undefined where it is not here. Never rejects. */
  find(row: HotFunction, links: FrameLinks): Promise<LocalSource | undefined> {
    const line = row.lines[0]?.line ?? row.startLine;
    return findLocalSource({ name: row.name, startLine: row.startLine, line }, links, this.roots());
  }

  /** The kernel function behind a frame in a kernel tree of this machine; undefined where there is none. Never rejects. */
  findKernel(kernel: KernelLink): Promise<LocalSource | undefined> {
    return findLocalKernel(kernel, this.roots());
  }

  /** Whether a file lies where {@link find} looks. Never rejects. */
  holds(file: string): Promise<boolean> {
    return isInRoots(file, this.roots());
  }

  dispose(): void {
    for (const each of this.following) each.dispose();
    this.changed.dispose();
  }

  private roots(): SourceRoots {
    const workspace = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map(({ uri }) => uri.fsPath);
    return sourceRoots([...workspace, ...this.settings.sourceRoots()], process.env, homedir());
  }
}
