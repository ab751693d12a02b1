/**
 * One panel that shows a report: answers its page's requests and tells it when the file changes. What the page looks
 * like is webview/report; how a file becomes a report is the worker's.
 */
import * as vscode from 'vscode';
import { isTriageError, throwIfCancelled } from '../../base/errors.js';
import { Channel } from '../../protocol/channel.js';
import { reportRequestGuards } from '../../protocol/guards.js';
import type { ShownError } from '../../protocol/messages.js';
import type {
  ReportEvents,
  ReportLink,
  ReportOutcome,
  ReportPayload,
  ReportRequests,
} from '../../protocol/reportMessages.js';
import type { CaptureRecord } from '../../capture/captureRecord.js';
import type { Report } from '../../report/model.js';
import type { SourceFacts } from '../../sources/frame.js';
import type { SourceTemplates } from '../../sources/frameUrl.js';
import type { ReportPhase, ReportReader } from '../../worker/ports.js';
import { captureFacts } from '../editor/captureFacts.js';
import {
  copyText,
  panelPort,
  plainWords,
  Reloads,
  showCaptureTitle,
  shownError,
  showPage,
} from '../editor/panelParts.js';
import type { DocumentChange, ProfileDocument } from '../editor/profileDocument.js';
import { openSource } from '../sources/openSource.js';
import { factsOfRecord } from '../sources/profileSources.js';
import { kernelsOf, urlOfLink } from './reportKernels.js';

export interface ReportPageDeps {
  readonly extensionUri: vscode.Uri;
  readonly reader: Pick<ReportReader, 'readReport'>;
  readonly log: vscode.LogOutputChannel;
  readonly maxBytes: () => number;
  readonly templates: () => SourceTemplates;
  readonly showLog: () => void;
  /** Shows a file in the profile editor. */
  readonly openProfile: (uri: vscode.Uri) => Promise<void>;
}

/** Beside threads.samples.txt. */
const FOLDED_FILE = 'threads.folded';

type Nothing = Readonly<Record<string, never>>;
type PageChannel = Channel<Nothing, ReportRequests, ReportEvents, Nothing>;

const t = (message: string, ...args: (string | number | boolean)[]) => vscode.l10n.t(message, ...args);

export class ReportPage {
  private channel: PageChannel;
  private readonly subscriptions: vscode.Disposable[];
  private readonly gone = new AbortController();
  private readonly reloads = new Reloads(signal => this.tellReloaded(signal));
  /** The page has asked for the report, and so listens. */
  private isAsked = false;
  /** What the page shows. */
  private report: Report | undefined;
  /** What the page knows of the capture, as text. */
  private lastCapture: string | undefined;

  constructor(
    private readonly deps: ReportPageDeps,
    readonly document: ProfileDocument,
    private readonly panel: vscode.WebviewPanel,
  ) {
    this.channel = this.openChannel();
    this.subscriptions = [
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.forgetPage();
      }),
      document.onDidChange(change => this.follow(change)),
      panel.onDidDispose(() => this.dispose()),
    ];
    showPage(
      panel.webview,
      deps.extensionUri,
      { script: 'report.js', styles: ['style.css', 'report.css'] },
      { words: plainWords() },
    );
    void this.showTitle();
  }

  dispose(): void {
    this.gone.abort();
    this.channel.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private showTitle(): Promise<void> {
    return showCaptureTitle(this.panel, this.document, this.gone.signal);
  }

  /** A hidden page is dropped by the editor; the next one counts its requests anew and must not get old answers. */
  private forgetPage(): void {
    this.isAsked = false;
    this.reloads.end();
    this.channel.dispose();
    this.channel = this.openChannel();
  }

  private openChannel(): PageChannel {
    return new Channel(panelPort(this.panel.webview), {
      guards: reportRequestGuards,
      events: {},
      onFault: what => this.deps.log.warn(`${this.document.name}: ${what}`),
      handlers: {
        'report/load': (_, signal) => this.answerLoad(signal),
        'link/open': link => this.openLink(link),
        'text/copy': ({ text }) => copyText(text),
        'log/show': () => {
          this.deps.showLog();
          return true;
        },
        'file/openFlameGraph': () => this.deps.openProfile(this.flameGraph).then(() => true as const),
        'file/openOther': () => this.deps.openProfile(this.document.uri).then(() => true as const),
      },
    });
  }

  /** A file that cannot be shown is an answer; only a cancel is an error. */
  private async answerLoad(signal: AbortSignal): Promise<ReportOutcome> {
    this.isAsked = true;
    this.reloads.end();
    try {
      const payload = await this.load(AbortSignal.any([signal, this.gone.signal]), phase =>
        this.channel.tell('report/progress', { phase }),
      );
      return { kind: 'report', payload };
    } catch (error) {
      if (isTriageError(error) && error.code === 'cancelled') throw error;
      return { kind: 'failed', shown: this.shown(error) };
    }
  }

  private async load(signal: AbortSignal, onPhase?: (phase: ReportPhase) => void): Promise<ReportPayload> {
    const source = await this.document.source();
    throwIfCancelled(signal);
    const limits = { maxBytes: this.deps.maxBytes() };
    const report = await this.deps.reader.readReport(source, limits, signal, onPhase);
    const record = await this.document.capture();
    throwIfCancelled(signal);
    this.report = report;
    this.lastCapture = JSON.stringify(record);
    return {
      name: this.document.name,
      report,
      capture: record && captureFacts(record, undefined, english => vscode.l10n.t(english)),
      traceCost: record?.traceCost,
      hasFlameGraph: report.kind === 'threads' && (await this.hasFlameGraph()),
      kernels: kernelsOf(report, factsOf(report, record), this.deps.templates(), t),
    };
  }

  private follow(change: DocumentChange): void {
    // A page that has not asked yet will see the new file.
    if (!this.isAsked) return;
    if (change === 'capture') void this.followCapture();
    else if (change === 'deleted')
      this.channel.tell('report/stale', { shown: this.shown(this.document.deletion()) });
    else void this.reloads.request(this.gone.signal);
  }

  /** Told too often rather than too seldom: only what differs is worth reading the file again. Never rejects. */
  private async followCapture(): Promise<void> {
    const record = await this.document.capture();
    if (JSON.stringify(record) === this.lastCapture || this.gone.signal.aborted) return;
    void this.showTitle();
    await this.reloads.request(this.gone.signal);
  }

  /** Never rejects. */
  private async tellReloaded(signal: AbortSignal): Promise<void> {
    try {
      this.channel.tell('report/changed', { payload: await this.load(signal) });
    } catch (error) {
      if (signal.aborted) return;
      this.channel.tell('report/stale', { shown: this.shown(error) });
    }
  }

  /** The samples' stacks, folded, as a capture keeps them. */
  private get flameGraph(): vscode.Uri {
    return vscode.Uri.joinPath(this.document.uri, '..', FOLDED_FILE);
  }

  private async hasFlameGraph(): Promise<boolean> {
    try {
      await vscode.workspace.fs.stat(this.flameGraph);
      return true;
    } catch {
      return false; // samples from elsewhere, or a trace: there is none to open
    }
  }

  private async openLink(link: ReportLink): Promise<boolean> {
    const facts = factsOf(this.report, await this.document.capture());
    return openSource({ kind: 'web', url: urlOfLink(link, facts, this.deps.templates()) });
  }

  private shown(error: unknown): ShownError {
    return shownError(this.deps.log, this.document.name, error);
  }
}

/** Samples and health files name their kernel themselves; what the capture says goes first. */
function factsOf(report: Report | undefined, record: CaptureRecord | undefined): SourceFacts {
  const facts = factsOfRecord(record);
  if (report === undefined || report.kind === 'calls') return facts;
  const release = report.kind === 'threads' ? report.facts.kernelRelease : report.health.kernelRelease;
  return { ...facts, kernelVersion: facts.kernelVersion ?? release };
}
