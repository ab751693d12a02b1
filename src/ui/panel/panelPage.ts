/**
 * The host's side of a page that shows a file in a panel, whatever it shows: one channel as long as the page lives, the
 * tab's title, and reading the file again when it changes. What is read and told is its owner's.
 */
import type * as vscode from 'vscode';
import { isTriageError } from '../../base/errors.js';
import { untilAny } from '../../base/linkedSignal.js';
import { Channel, type RequestHandlers, type RequestMap } from '../../protocol/channel.js';
import type { ParamGuards } from '../../protocol/guards.js';
import type { ShownError } from '../../protocol/messages.js';
import { panelPort, Reloads, showCaptureTitle, shownError, showPage } from './panelParts.js';
import type { CaptureDocument } from './captureDocument.js';
import type { Log } from '../shell/log.js';

export interface PanelPageParts<Answers> {
  readonly panel: vscode.WebviewPanel;
  readonly document: CaptureDocument;
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  readonly files: Parameters<typeof showPage>[2];
  readonly boot: Parameters<typeof showPage>[3];
  readonly guards: ParamGuards<Answers>;
  readonly handlers: RequestHandlers<Answers>;
  /** Reads the file and tells the page; what it rejects with goes to `stale`. */
  readonly reload: (signal: AbortSignal) => Promise<void>;
  /** The page keeps what it shows, which the file is no more. */
  readonly stale: (shown: ShownError) => void;
  /** The record beside the file was written, with something new or not. */
  readonly recordWritten: () => void;
  /** The editor dropped the page; the next one knows nothing. */
  readonly forgotten?: () => void;
}

/** The host asks its pages nothing and hears no events from them. */
type Nothing = Readonly<Record<string, never>>;

export class PanelPage<Answers extends RequestMap<Answers>, Tells> {
  private channel: Channel<Nothing, Answers, Tells, Nothing>;
  private readonly subscriptions: vscode.Disposable[];
  private readonly ended = new AbortController();
  private readonly reloads = new Reloads(signal => this.reload(signal));
  /** The page has asked for the file, and so listens. */
  private isAsked = false;

  constructor(private readonly parts: PanelPageParts<Answers>) {
    const { panel, document, extensionUri, files, boot } = parts;
    this.channel = this.openChannel();
    this.subscriptions = [
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.reset();
      }),
      document.onDidChange(change => {
        // A page that has not asked yet will see the new file.
        if (!this.isAsked) return;
        if (change === 'capture') parts.recordWritten();
        else if (change === 'deleted') parts.stale(this.shown(document.deletion()));
        else void this.readAgain();
      }),
      panel.onDidDispose(() => this.dispose()),
    ];
    showPage(panel.webview, extensionUri, files, boot);
    void this.showTitle();
  }

  dispose(): void {
    this.ended.abort();
    this.channel.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Aborted when the panel is closed. */
  get gone(): AbortSignal {
    return this.ended.signal;
  }

  notify<K extends keyof Tells & string>(name: K, params: Tells[K]): void {
    this.channel.notify(name, params);
  }

  /**
   * What the page asks for first. A file that cannot be shown is an answer; only a cancel is an error. `signal` of
   * `load` aborts with the panel, too.
   */
  async answerLoad<T>(
    signal: AbortSignal,
    load: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | { readonly kind: 'failed'; readonly shown: ShownError }> {
    this.isAsked = true;
    this.reloads.end();
    try {
      return await untilAny([signal, this.gone], load);
    } catch (error) {
      if (isTriageError(error) && error.code === 'cancelled') throw error;
      return { kind: 'failed', shown: this.shown(error) };
    }
  }

  /** As after a change of the file. Never rejects. */
  readAgain(): Promise<void> {
    return this.reloads.request(this.gone);
  }

  /** Never rejects. */
  showTitle(): Promise<void> {
    return showCaptureTitle(this.parts.panel, this.parts.document, this.gone);
  }

  private async reload(signal: AbortSignal): Promise<void> {
    try {
      await this.parts.reload(signal);
    } catch (error) {
      if (!signal.aborted) this.parts.stale(this.shown(error));
    }
  }

  /** A hidden page is dropped by the editor; the next one counts its requests anew and must not get old answers. */
  private reset(): void {
    this.isAsked = false;
    this.reloads.end();
    this.channel.dispose();
    this.channel = this.openChannel();
    this.parts.forgotten?.();
  }

  private openChannel(): Channel<Nothing, Answers, Tells, Nothing> {
    const { panel, document, log, guards, handlers } = this.parts;
    return new Channel(panelPort(panel.webview), {
      guards,
      events: {},
      onFault: what => log.warn(`${document.name}: ${what}`),
      handlers,
    });
  }

  private shown(error: unknown): ShownError {
    return shownError(this.parts.log, this.parts.document.name, error);
  }
}
