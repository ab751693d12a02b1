/**
 * One panel that shows a profile document: answers its page's requests and tells it what changes. What the page looks
 * like is webview's; how bytes become tables is the decoder's.
 */
import * as vscode from 'vscode';
import { throwIfCancelled } from '../../base/errors.js';
import { webviewRequestGuards } from '../../protocol/guards.js';
import type {
  CaptureFacts,
  HostEvents,
  LoadOutcome,
  ProfilePayload,
  ViewAction,
  WebviewRequests,
} from '../../protocol/messages.js';
import type { DecodePhase, ProfileDecoder } from '../../worker/workerPorts.js';
import type { CaptureRegistry } from '../captures/runningCaptures.js';
import { captureFacts } from '../../words/captureFacts.js';
import type { PageSources } from '../sources/pageSources.js';
import { PanelPage } from '../panel/panelPage.js';
import { copyText, plainWords } from '../panel/panelParts.js';
import type { CaptureDocument } from '../panel/captureDocument.js';
import { t } from '../shell/l10n.js';
import type { Log } from '../shell/log.js';
import { showInformation } from '../shell/messages.js';

export interface ProfilePageDeps {
  readonly extensionUri: vscode.Uri;
  readonly decoder: ProfileDecoder;
  readonly registry: CaptureRegistry;
  readonly log: Log;
  readonly maxBytes: () => number;
  readonly orientation: () => 'icicle' | 'flame';
  /** Asks where to, and writes; false: dismissed. */
  readonly exportFolded: (document: CaptureDocument, sampleType: number) => Promise<boolean>;
  readonly sources: PageSources;
  readonly showLog: () => void;
  /** Shows the file in the report editor. */
  readonly openReport: (uri: vscode.Uri) => Promise<void>;
}

export class ProfilePage {
  private readonly page: PanelPage<WebviewRequests, HostEvents>;
  /** The page was given the profile: facts about it make sense. */
  private isLoaded = false;
  private lastFacts: CaptureFacts | undefined;
  /** Asked for before there was a page to show it. */
  private wantedFunction: string | undefined;

  constructor(
    private readonly deps: ProfilePageDeps,
    readonly document: CaptureDocument,
    private readonly panel: vscode.WebviewPanel,
  ) {
    this.page = new PanelPage({
      panel,
      document,
      extensionUri: deps.extensionUri,
      log: deps.log,
      files: { script: 'main.js', styles: ['style.css'] },
      boot: { words: plainWords(), orientation: deps.orientation() },
      guards: webviewRequestGuards,
      handlers: {
        'profile/load': (_, signal) => this.answerLoad(signal),
        'text/copy': ({ text }) => copyText(text),
        'capture/stop': () => this.stopCapture(),
        'log/show': () => {
          deps.showLog();
          return true;
        },
        'source/list': ref => deps.sources.list(document, ref),
        'source/open': ({ target, ...ref }) => deps.sources.open(document, ref, target),
        'profile/exportFolded': ({ sampleType }) => deps.exportFolded(document, sampleType),
        'file/openOther': () => deps.openReport(document.uri).then(() => true as const),
      },
      reload: async signal => this.page.notify('profile/changed', { payload: await this.load(signal) }),
      stale: shown => this.page.notify('profile/stale', { shown }),
      recordWritten: () => {
        void this.page.showTitle();
        void this.tellFacts();
      },
      forgotten: () => (this.isLoaded = false),
    });
    // The seconds left, and the slices where a watcher fails (inotify limits, network file systems).
    const captures = deps.registry.onDidChange(() => document.look());
    this.page.gone.addEventListener('abort', () => {
      captures.dispose();
    });
  }

  get isActive(): boolean {
    return this.panel.active;
  }

  /** True while this window captures what the page shows. */
  get isGrowing(): boolean {
    return this.running() !== undefined;
  }

  do(action: ViewAction): void {
    this.page.notify('view/do', { action });
  }

  /** Selects a function in the graph, at once or as soon as the page is there. */
  showFunction(name: string): void {
    if (this.isLoaded) this.page.notify('view/showFunction', { name });
    else this.wantedFunction = name;
  }

  dispose(): void {
    this.page.dispose();
  }

  private answerLoad(signal: AbortSignal): Promise<LoadOutcome> {
    return this.page.answerLoad(signal, async loading => {
      const payload = await this.load(loading, phase => this.page.notify('profile/progress', { phase }));
      const showFunction = this.wantedFunction;
      this.wantedFunction = undefined;
      return { kind: 'profile', payload, showFunction } as const;
    });
  }

  private async load(signal: AbortSignal, onPhase?: (phase: DecodePhase) => void): Promise<ProfilePayload> {
    const source = await this.document.source(this.deps.maxBytes());
    throwIfCancelled(signal);
    const limits = { maxBytes: this.deps.maxBytes() };
    const { summary, tables } = await this.deps.decoder.decode(source, limits, signal, onPhase);
    this.lastFacts = await this.facts();
    throwIfCancelled(signal);
    this.isLoaded = true;
    return { name: this.document.name, summary, tables, capture: this.lastFacts };
  }

  /** Sends the facts where they differ from those sent last. Never rejects. */
  private async tellFacts(): Promise<void> {
    if (!this.isLoaded) return;
    const facts = await this.facts();
    if (facts === undefined || JSON.stringify(facts) === JSON.stringify(this.lastFacts)) return;
    this.lastFacts = facts;
    this.page.notify('capture/changed', { capture: facts });
  }

  private async facts(): Promise<CaptureFacts | undefined> {
    const record = await this.document.capture();
    if (record === undefined) return undefined;
    return captureFacts(record, this.running()?.secondsLeft, english => t(english));
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
    else void showInformation(t('This capture runs in another window; stop it there.'));
    return true;
  }
}
