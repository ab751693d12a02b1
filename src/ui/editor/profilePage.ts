/**
 * One panel that shows a profile document: answers its page's requests and tells it what changes. What the page looks
 * like is webview's; how bytes become tables is the decoder's.
 */
import * as vscode from 'vscode';
import { isTriageError, throwIfCancelled } from '../../base/errors.js';
import { Channel } from '../../protocol/channel.js';
import { webviewRequestGuards } from '../../protocol/guards.js';
import type {
  CaptureFacts,
  HostEvents,
  LoadOutcome,
  ProfilePayload,
  ShownError,
  ViewAction,
  WebviewRequests,
} from '../../protocol/messages.js';
import type { DecodePhase, ProfileDecoder } from '../../worker/ports.js';
import type { CaptureRegistry } from '../runningCaptures.js';
import { captureFacts } from './captureFacts.js';
import type { PageSources } from '../sources/pageSources.js';
import {
  copyText,
  panelPort,
  plainWords,
  Reloads,
  showCaptureTitle,
  shownError,
  showPage,
} from './panelParts.js';
import type { DocumentChange, ProfileDocument } from './profileDocument.js';

export interface ProfilePageDeps {
  readonly extensionUri: vscode.Uri;
  readonly decoder: ProfileDecoder;
  readonly registry: CaptureRegistry;
  readonly log: vscode.LogOutputChannel;
  readonly maxBytes: () => number;
  readonly orientation: () => 'icicle' | 'flame';
  /** Asks where to, and writes; false: dismissed. */
  readonly exportFolded: (document: ProfileDocument, sampleType: number) => Promise<boolean>;
  readonly sources: PageSources;
  readonly showLog: () => void;
  /** Shows the file in the report editor. */
  readonly openReport: (uri: vscode.Uri) => Promise<void>;
}

/** The host asks the page nothing and hears no events from it. */
type Nothing = Readonly<Record<string, never>>;
type PageChannel = Channel<Nothing, WebviewRequests, HostEvents, Nothing>;

export class ProfilePage {
  private channel: PageChannel;
  private readonly subscriptions: vscode.Disposable[];
  private readonly gone = new AbortController();
  private readonly reloads = new Reloads(signal => this.tellReloaded(signal));
  /** The page has asked for the profile, and so listens. */
  private isAsked = false;
  /** It was given one: facts about it make sense. */
  private isLoaded = false;
  private lastFacts: CaptureFacts | undefined;
  /** Asked for before there was a page to show it. */
  private wantedFunction: string | undefined;

  constructor(
    private readonly deps: ProfilePageDeps,
    readonly document: ProfileDocument,
    private readonly panel: vscode.WebviewPanel,
  ) {
    this.channel = this.openChannel();
    this.subscriptions = [
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.forgetPage();
      }),
      document.onDidChange(change => this.follow(change)),
      // The seconds left, and the slices where a watcher fails (inotify limits, network file systems).
      deps.registry.onDidChange(() => document.look()),
      panel.onDidDispose(() => this.dispose()),
    ];
    this.showPage();
    void this.showTitle();
  }

  get isActive(): boolean {
    return this.panel.active;
  }

  /** True while this window captures what the page shows. */
  get isGrowing(): boolean {
    return this.running() !== undefined;
  }

  do(action: ViewAction): void {
    this.channel.tell('view/do', { action });
  }

  /** Selects a function in the graph, at once or as soon as the page is there. */
  showFunction(name: string): void {
    if (this.isLoaded) this.channel.tell('view/showFunction', { name });
    else this.wantedFunction = name;
  }

  dispose(): void {
    this.gone.abort();
    this.channel.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private showTitle(): Promise<void> {
    return showCaptureTitle(this.panel, this.document, this.gone.signal);
  }

  private showPage(): void {
    showPage(
      this.panel.webview,
      this.deps.extensionUri,
      { script: 'main.js', styles: ['style.css'] },
      { words: plainWords(), orientation: this.deps.orientation() },
    );
  }

  /** A hidden page is dropped by the editor; the next one counts its requests anew and must not get old answers. */
  private forgetPage(): void {
    this.isAsked = false;
    this.isLoaded = false;
    this.reloads.end();
    this.channel.dispose();
    this.channel = this.openChannel();
  }

  private openChannel(): PageChannel {
    return new Channel(panelPort(this.panel.webview), {
      guards: webviewRequestGuards,
      events: {},
      onFault: what => this.deps.log.warn(`${this.document.name}: ${what}`),
      handlers: {
        'profile/load': (_, signal) => this.answerLoad(signal),
        'text/copy': ({ text }) => copyText(text),
        'capture/stop': () => this.stopCapture(),
        'log/show': () => {
          this.deps.showLog();
          return true;
        },
        'source/list': ref => this.deps.sources.list(this.document, ref),
        'source/open': ({ target, ...ref }) => this.deps.sources.open(this.document, ref, target),
        'profile/exportFolded': ({ sampleType }) => this.deps.exportFolded(this.document, sampleType),
        'file/openOther': () => this.deps.openReport(this.document.uri).then(() => true as const),
      },
    });
  }

  /** A file that cannot be shown is an answer; only a cancel is an error. */
  private async answerLoad(signal: AbortSignal): Promise<LoadOutcome> {
    this.isAsked = true;
    this.reloads.end();
    try {
      const payload = await this.load(AbortSignal.any([signal, this.gone.signal]), phase =>
        this.channel.tell('profile/progress', { phase }),
      );
      const showFunction = this.wantedFunction;
      this.wantedFunction = undefined;
      return { kind: 'profile', payload, showFunction };
    } catch (error) {
      if (isTriageError(error) && error.code === 'cancelled') throw error;
      return { kind: 'failed', shown: this.shown(error) };
    }
  }

  private async load(signal: AbortSignal, onPhase?: (phase: DecodePhase) => void): Promise<ProfilePayload> {
    const source = await this.document.source();
    throwIfCancelled(signal);
    const limits = { maxBytes: this.deps.maxBytes() };
    const { summary, tables } = await this.deps.decoder.decode(source, limits, signal, onPhase);
    this.lastFacts = await this.facts();
    throwIfCancelled(signal);
    this.isLoaded = true;
    return { name: this.document.name, summary, tables, capture: this.lastFacts };
  }

  private follow(change: DocumentChange): void {
    // A page that has not asked yet will see the new file.
    if (!this.isAsked) return;
    if (change === 'capture') {
      void this.showTitle();
      void this.tellFacts();
    } else if (change === 'deleted')
      this.channel.tell('profile/stale', { shown: this.shown(this.document.deletion()) });
    else void this.reloads.request(this.gone.signal);
  }

  /** Never rejects. */
  private async tellReloaded(signal: AbortSignal): Promise<void> {
    try {
      const payload = await this.load(signal);
      this.channel.tell('profile/changed', { payload });
    } catch (error) {
      if (signal.aborted) return;
      this.channel.tell('profile/stale', { shown: this.shown(error) });
    }
  }

  /** Sends the facts where they differ from those sent last. Never rejects. */
  private async tellFacts(): Promise<void> {
    if (!this.isLoaded) return;
    const facts = await this.facts();
    if (facts === undefined || JSON.stringify(facts) === JSON.stringify(this.lastFacts)) return;
    this.lastFacts = facts;
    this.channel.tell('capture/changed', { capture: facts });
  }

  private async facts(): Promise<CaptureFacts | undefined> {
    const record = await this.document.capture();
    if (record === undefined) return undefined;
    return captureFacts(record, this.running()?.secondsLeft, english => vscode.l10n.t(english));
  }

  private running(): ReturnType<CaptureRegistry['list']>[number] | undefined {
    const folder = vscode.Uri.joinPath(this.document.uri, '..').fsPath;
    return this.deps.registry
      .list()
      .find(capture => capture.folder !== '' && vscode.Uri.file(capture.folder).fsPath === folder);
  }

  private stopCapture(): true {
    const running = this.running();
    if (running !== undefined) running.stopAndKeep();
    else
      void vscode.window.showInformationMessage(
        vscode.l10n.t('This capture runs in another window; stop it there.'),
      );
    return true;
  }

  private shown(error: unknown): ShownError {
    return shownError(this.deps.log, this.document.name, error);
  }
}
