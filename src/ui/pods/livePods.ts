/**
 * The debug pods of this window that live right now: a status bar item while there are any. Made and removed they are
 * elsewhere (src/debugpod); this file is told. The item comes from the door to messages.
 */
import * as vscode from 'vscode';
import type { LivePod } from '../../podwork/podLoans.js';
import { COMMANDS } from '../../words/ids.js';
import { t } from '../shell/l10n.js';
import type { LiveDebugPods } from '../shell/services.js';
import { createStatusItem, setStatusText, setStatusTooltip } from '../shell/messages.js';

export class LivePods implements LiveDebugPods {
  private readonly pods = new Set<LivePod>();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly statusBar = createStatusItem('nodeTriage.debugPods', 9);

  constructor() {
    this.statusBar.name = t('Node Triage: Debug Pods');
    this.statusBar.command = COMMANDS.removeDebugPods;
  }

  list(): readonly LivePod[] {
    return [...this.pods];
  }

  /** From before the POST until it is known to be gone: call the result then. */
  add(pod: LivePod): () => void {
    this.pods.add(pod);
    this.notify();
    return () => {
      this.pods.delete(pod);
      this.notify();
    };
  }

  dispose(): void {
    this.statusBar.dispose();
    this.changed.dispose();
  }

  private notify(): void {
    this.show();
    this.changed.fire();
  }

  private show(): void {
    const count = this.pods.size;
    if (count === 0) {
      this.statusBar.hide();
      return;
    }
    const label = count === 1 ? t('1 debug pod') : t('{0} debug pods', count);
    setStatusText(this.statusBar, 'bug', label);
    setStatusTooltip(this.statusBar, [
      ...this.list().map(pod => t('{0} on {1} ({2})', `${pod.namespace}/${pod.name}`, pod.node, pod.context)),
      t('They are removed when their work is done. Click to remove them now.'),
    ]);
    this.statusBar.accessibilityInformation = {
      label: t('{0} alive; activate to remove them', label),
      role: 'button',
    };
    this.statusBar.show();
  }
}
