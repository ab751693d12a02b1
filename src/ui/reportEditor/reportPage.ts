/**
 * One panel that shows a report: answers its page's requests and tells it when the file changes. What the page looks
 * like is webview/report; how a file becomes a report is the worker's.
 */
import * as vscode from 'vscode';
import { throwIfCancelled } from '../../base/errors.js';
import { reportRequestGuards } from '../../protocol/guards.js';
import type {
  ReportEvents,
  ReportLink,
  ReportNode,
  ReportOutcome,
  ReportPayload,
  ReportRequests,
} from '../../protocol/reportMessages.js';
import type { CaptureRecord } from '../../capture/captureRecord.js';
import { requireRegularFile } from '../../files/regularFile.js';
import type { Report, TriageReport } from '../../report/model.js';
import type { SourceFacts } from '../../sources/frame/frame.js';
import type { SourceTemplates } from '../../sources/frame/frameUrl.js';
import type { ReportPhase, ReportReader } from '../../worker/workerPorts.js';
import { captureFacts } from '../../words/captureFacts.js';
import { PanelPage } from '../panel/panelPage.js';
import { copyText, plainWords } from '../panel/panelParts.js';
import type { CaptureDocument } from '../panel/captureDocument.js';
import type { NamedNode, NodeSteps } from './nodeSteps.js';
import { isRemedied } from '../../remedy/model.js';
import { CaseFollower } from './caseFollower.js';
import { openSource } from '../sources/openSource.js';
import { factsOfRecord } from '../../checkouts/profileSources.js';
import { kernelsOf, urlOfLink } from '../../words/sources/reportKernels.js';
import { t } from '../shell/l10n.js';
import type { Log } from '../shell/log.js';

export interface ReportPageDeps {
  readonly extensionUri: vscode.Uri;
  readonly reader: Pick<ReportReader, 'readReport'>;
  readonly log: Log;
  readonly maxBytes: () => number;
  readonly templates: () => SourceTemplates;
  /** From how many cores on a kubelet counts as hot. */
  readonly hotCores: () => number;
  readonly showLog: () => void;
  /** Shows a file of a capture, at a line where it is text; false where it is no regular file. */
  readonly openBeside: (uri: vscode.Uri, line: number | undefined) => Promise<boolean>;
  /** Asks for form and place, and writes; false where it was left. Never rejects. */
  readonly exportReport: (report: TriageReport, file: vscode.Uri) => Promise<boolean>;
  /** Runs a step on a node, once it is found. */
  readonly steps: NodeSteps;
  /** Shows a file in the profile editor. */
  readonly openProfile: (uri: vscode.Uri) => Promise<void>;
}

/** Beside threads.samples.txt. */
const FOLDED_FILE = 'threads.folded';

export class ReportPage {
  private readonly page: PanelPage<ReportRequests, ReportEvents>;
  /** What the page shows. */
  private report: Report | undefined;
  /** What the page knows of the capture, as text. */
  private lastCapture: string | undefined;
  private follower: CaseFollower | undefined;

  constructor(
    private readonly deps: ReportPageDeps,
    readonly document: CaptureDocument,
    panel: vscode.WebviewPanel,
  ) {
    this.page = new PanelPage({
      panel,
      document,
      extensionUri: deps.extensionUri,
      log: deps.log,
      files: { script: 'report.js', styles: ['style.css', 'report.css'] },
      boot: { words: plainWords() },
      guards: reportRequestGuards,
      handlers: {
        'report/load': (_, signal) => this.answerLoad(signal),
        'link/open': link => this.openLink(link),
        'file/openBeside': place => this.openBeside(place),
        'reference/open': ({ cause, index }) => this.openReference(cause, index),
        'step/run': ({ step }) => this.onNode(node => deps.steps.run(step, node)),
        'remedy/apply': ({ cause }) => this.applyRemedy(cause),
        'remedy/check': () =>
          this.report?.kind === 'remedy' &&
          this.onNode(node => deps.steps.checkRemedy(node, this.document.uri.fsPath)),
        'report/export': () =>
          this.report?.kind === 'triage' && deps.exportReport(this.report, this.document.uri),
        'text/copy': ({ text }) => copyText(text),
        'log/show': () => {
          deps.showLog();
          return true;
        },
        'file/openFlameGraph': () => deps.openProfile(this.flameGraph).then(() => true as const),
        'file/openOther': () => deps.openProfile(document.uri).then(() => true as const),
      },
      reload: async signal => this.page.notify('report/changed', { payload: await this.load(signal) }),
      stale: shown => this.page.notify('report/stale', { shown }),
      recordWritten: () => void this.followRecord(),
    });
  }

  dispose(): void {
    this.follower?.dispose();
    this.page.dispose();
  }

  private answerLoad(signal: AbortSignal): Promise<ReportOutcome> {
    return this.page.answerLoad(signal, async loading => {
      const payload = await this.load(loading, phase => this.page.notify('report/progress', { phase }));
      return { kind: 'report', payload } as const;
    });
  }

  private async load(signal: AbortSignal, onPhase?: (phase: ReportPhase) => void): Promise<ReportPayload> {
    const source = await this.document.source(this.deps.maxBytes());
    throwIfCancelled(signal);
    const limits = { maxBytes: this.deps.maxBytes() };
    const report = await this.deps.reader.readReport(source, limits, signal, onPhase);
    const record = await this.document.capture();
    throwIfCancelled(signal);
    this.report = report;
    if (report.kind === 'triage' && record !== undefined) this.followCase();
    this.lastCapture = JSON.stringify(record);
    return {
      name: this.document.name,
      report,
      capture: record && captureFacts(record, undefined, english => t(english)),
      traceCost: record?.traceCost,
      node: shownNode(record),
      hotCores: this.deps.hotCores(),
      hasFlameGraph: report.kind === 'threads' && (await this.hasFlameGraph()),
      kernels: kernelsOf(report, factsOf(report, record), this.deps.templates(), t),
    };
  }

  /** Only what differs is worth reading the file again. Never rejects. */
  private async followRecord(): Promise<void> {
    const record = await this.document.capture();
    if (JSON.stringify(record) === this.lastCapture || this.page.gone.aborted) return;
    void this.page.showTitle();
    await this.page.readAgain();
  }

  /** As long as the panel lives: what is captured later sharpens the answer. */
  private followCase(): void {
    if (this.follower !== undefined || this.page.gone.aborted) return;
    const follower = new CaseFollower(this.document.uri, () => void this.page.readAgain());
    this.follower = follower;
    this.page.gone.addEventListener('abort', () => follower.dispose(), { once: true });
  }

  /** The samples' stacks, folded, as a capture keeps them. */
  private get flameGraph(): vscode.Uri {
    return vscode.Uri.joinPath(this.document.uri, '..', FOLDED_FILE);
  }

  private async hasFlameGraph(): Promise<boolean> {
    try {
      const { scheme, fsPath } = this.flameGraph;
      // Beside a file of a colleague's lies what the colleague put there: a link is not offered.
      if (scheme === 'file') await requireRegularFile(fsPath, 'refuse');
      else await vscode.workspace.fs.stat(this.flameGraph);
      return true;
    } catch {
      return false; // samples from elsewhere, or a trace: there is none to open
    }
  }

  /** A file that the report's evidence names; whatever else a page asks for is not opened. */
  private async openBeside({ file, line }: ReportRequests['file/openBeside']['params']): Promise<boolean> {
    const { report } = this;
    const isNamed =
      report?.kind === 'triage' &&
      report.findings.some(({ evidence }) => evidence.some(each => each.file === file));
    return isNamed && this.deps.openBeside(vscode.Uri.joinPath(this.document.uri, '..', file), line);
  }

  /** False where the capture is of no node of ours. */
  private async onNode(act: (node: NamedNode) => Promise<void>): Promise<boolean> {
    const node = nodeOf(await this.document.capture());
    // Not awaited: the page needs no answer from a dialog that a person leaves open.
    if (node !== undefined) void act(node);
    return node !== undefined;
  }

  /** Only what the report found, and we can do; whatever else a page asks for is not done. */
  private async applyRemedy(cause: string): Promise<boolean> {
    const { report } = this;
    const found = report?.kind === 'triage' ? report.findings.find(({ id }) => id === cause) : undefined;
    if (found?.remedy === undefined || !isRemedied(cause)) return false;
    return this.onNode(node => this.deps.steps.applyRemedy(node, cause));
  }

  private async openReference(cause: string, index: number): Promise<boolean> {
    const { report } = this;
    const found = report?.kind === 'triage' ? report.findings.find(({ id }) => id === cause) : undefined;
    const url = found?.references[index]?.url;
    return url === undefined ? false : openSource({ kind: 'web', url });
  }

  private async openLink(link: ReportLink): Promise<boolean> {
    const facts = factsOf(this.report, await this.document.capture());
    return openSource({ kind: 'web', url: urlOfLink(link, facts, this.deps.templates()) });
  }
}

/** Of a colleague's cluster the name of a context may mean another cluster here. */
function nodeOf(record: CaptureRecord | undefined): NamedNode | undefined {
  if (record?.context === undefined || record.imported !== undefined || record.node.name === '')
    return undefined;
  return { context: record.context, node: record.node.name };
}

function shownNode(record: CaptureRecord | undefined): ReportNode {
  const named = nodeOf(record);
  if (named !== undefined) return { kind: 'known', name: named.node };
  if (record === undefined) return { kind: 'file' };
  return { kind: record.imported === undefined ? 'unnamed' : 'imported' };
}

function kernelOf(report: Report | undefined): string | undefined {
  switch (report?.kind) {
    case 'threads':
      return report.facts.kernelRelease;
    case 'cgroups':
      return report.health.kernelRelease;
    case 'nodeFacts':
      return report.kernelRelease;
    case 'triage':
      return report.facts.kernelVersion;
    case 'calls':
    case 'remedy':
    case undefined:
      return undefined;
  }
}

/** Samples and health files name their kernel themselves; what the capture says goes first. */
function factsOf(report: Report | undefined, record: CaptureRecord | undefined): SourceFacts {
  const facts = factsOfRecord(record);
  return { ...facts, kernelVersion: facts.kernelVersion ?? kernelOf(report) };
}
