/**
 * The captures of this window that are under way: who may stop them, the status bar item, and the `isCapturing` key.
 * It captures nothing itself.
 */
import * as vscode from 'vscode';
import type { CaptureProgress, CaptureSignals } from '../../capture/captureProfile.js';
import type { KubeletProfileName } from '../../cluster/clusterPorts.js';
import { createContextKeys } from '../shell/contextKeys.js';
import { COMMANDS } from '../../words/ids.js';
import { profileTitle } from '../../words/profileNames.js';
import type { NodeRef } from '../../nodes/nodeRef.js';
import type { RunningCapture, RunningCaptures } from '../shell/services.js';
import { t } from '../shell/l10n.js';
import { createStatusItem, setStatusText, setStatusTooltip } from '../shell/messages.js';

/** What the command that captures holds of its entry. */
export interface ActiveCapture extends RunningCapture {
  readonly signals: CaptureSignals;
  readonly progress: CaptureProgress | undefined;
  update(progress: CaptureProgress): void;
  /** Takes it off the list. */
  end(): void;
}

export interface CaptureRegistry extends RunningCaptures {
  list(): readonly ActiveCapture[];
  add(ref: NodeRef, profile: KubeletProfileName): ActiveCapture;
}

const AT_MOST_EVERY_MS = 1000;

export function createCaptureRegistry(): CaptureRegistry {
  return new Registry();
}

class Registry implements CaptureRegistry {
  private readonly captures: Entry[] = [];
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly keys = createContextKeys();
  private readonly statusBar = createStatusItem('nodeTriage.capturing', 10);
  private firedMs = 0;
  private pending: NodeJS.Timeout | undefined;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.statusBar.name = t('Node Triage: Captures');
    this.statusBar.command = COMMANDS.stopAndKeep;
    this.keys.set('isCapturing', false);
  }

  list(): readonly ActiveCapture[] {
    return this.captures;
  }

  add(ref: NodeRef, profile: KubeletProfileName): ActiveCapture {
    const entry = new Entry(
      ref,
      profile,
      () => this.fireSoon(),
      ended => {
        const index = this.captures.indexOf(ended);
        if (index >= 0) this.captures.splice(index, 1);
        this.fire();
      },
    );
    this.captures.push(entry);
    this.fire();
    return entry;
  }

  dispose(): void {
    // The window goes: finished slices are kept, as they are already on the disk.
    for (const capture of [...this.captures]) capture.stopAndKeep();
    clearTimeout(this.pending);
    this.keys.dispose();
    this.statusBar.dispose();
    this.changed.dispose();
  }

  private fireSoon(): void {
    const wait = this.firedMs + AT_MOST_EVERY_MS - performance.now();
    if (wait <= 0) this.fire();
    else this.pending ??= setTimeout(() => this.fire(), wait);
  }

  private fire(): void {
    clearTimeout(this.pending);
    this.pending = undefined;
    this.firedMs = performance.now();
    this.keys.set('isCapturing', this.captures.length > 0);
    this.showStatus();
    this.changed.fire();
  }

  private showStatus(): void {
    const [first] = this.captures;
    if (first === undefined) {
      this.statusBar.hide();
      return;
    }
    const left = Math.max(...this.captures.map(capture => capture.secondsLeft));
    const what = this.captures.length === 1 ? first.ref.node.name : t('{0} captures', this.captures.length);
    setStatusText(this.statusBar, 'flame', `${what} ${t('{0} s', left)}`);
    setStatusTooltip(this.statusBar, [
      ...this.captures.map(({ ref, profile, secondsLeft }) =>
        t('{0}: {1}, {2} s left', ref.node.name, profileTitle(profile, t), secondsLeft),
      ),
      t('Click to stop and keep what has arrived.'),
    ]);
    this.statusBar.accessibilityInformation = {
      label: t('Profiling {0}, {1} seconds left; activate to stop and keep', what, left),
      role: 'button',
    };
    this.statusBar.show();
  }
}

class Entry implements ActiveCapture {
  private readonly cancelling = new AbortController();
  private readonly stopping = new AbortController();
  readonly signals: CaptureSignals = { cancel: this.cancelling.signal, stop: this.stopping.signal };
  progress: CaptureProgress | undefined;

  constructor(
    readonly ref: NodeRef,
    readonly profile: KubeletProfileName,
    private readonly onUpdate: () => void,
    private readonly onEnd: (entry: Entry) => void,
  ) {}

  get folder(): string {
    return this.progress?.folder ?? '';
  }

  get secondsLeft(): number {
    return this.progress?.secondsLeft ?? 0;
  }

  stopAndKeep(): void {
    this.stopping.abort();
  }

  cancel(): void {
    this.cancelling.abort();
  }

  update(progress: CaptureProgress): void {
    this.progress = progress;
    this.onUpdate();
  }

  end(): void {
    this.onEnd(this);
  }
}
