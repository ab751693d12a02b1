/**
 * Costs in source files: while a profile is open, a code lens above each of its functions in Go files of this machine
 * and a cost at the end of each line. Follows the profile editor last used; gone when it closes.
 */
import * as vscode from 'vscode';
import type { Cost } from '../../profile/hotFunctions.js';
import type { CaptureDocument } from '../panel/captureDocument.js';
import { COMMANDS, SETTINGS } from '../../words/ids.js';
import { logError } from '../shell/runCommand.js';
import type { Settings } from '../shell/settings.js';
import type { ProfileSources, SourcedProfile } from '../../checkouts/profileSources.js';
import { ProfileFileCosts, type FileCosts } from '../../checkouts/fileCosts.js';
import { LoadedOnce } from '../../checkouts/loadedOnce.js';
import { costFormat } from '../../words/sources/hotFramesText.js';
import { type Lens, registerLenses } from '../shell/codeLenses.js';
import { t } from '../shell/l10n.js';
import type { Log } from '../shell/log.js';

const SELECTOR: vscode.DocumentSelector = { scheme: 'file', pattern: '**/*.{go,s}' };

export interface SourceCostsDeps {
  readonly profiles: ProfileSources;
  readonly settings: Settings;
  readonly log: Log;
  /** The profile editor that was used last and is still open. */
  readonly current: () => CaptureDocument | undefined;
  readonly onDidChangeCurrent: vscode.Event<void>;
}

interface Shown {
  readonly document: CaptureDocument;
  readonly sourced: SourcedProfile;
  readonly costs: ProfileFileCosts;
}

/** Keys come faster than costs are worth painting. */
const PAINT_AFTER_KEY_MS = 150;

export class SourceCosts {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 3em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  private readonly registrations: vscode.Disposable[];
  private following: vscode.Disposable | undefined;
  private readonly loaded: LoadedOnce<CaptureDocument, Shown>;
  private shown: Shown | undefined;
  /** Shows started: an older one that ends later shows nothing. */
  private shows = 0;
  private painting: NodeJS.Timeout | undefined;

  constructor(private readonly deps: SourceCostsDeps) {
    this.loaded = new LoadedOnce(
      async document => shownOf(document, await deps.profiles.load(document)),
      (document, error) => logError(deps.log, `Costs of ${document.name}`, error),
    );
    this.registrations = [
      registerLenses(SELECTOR, {
        onDidChange: this.changed.event,
        lensesOf: document => this.lensesOf(document),
      }),
      deps.onDidChangeCurrent(() => this.follow()),
      deps.settings.onDidChange(name => {
        if (name === SETTINGS.showSourceCosts || name === SETTINGS.sourceTemplates) void this.reload();
      }),
      vscode.window.onDidChangeVisibleTextEditors(editors => this.decorate(editors)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.textChanged(document)),
    ];
    this.follow();
  }

  private async lensesOf(document: vscode.TextDocument): Promise<readonly Lens[]> {
    const { shown } = this;
    if (shown === undefined) return [];
    const { functions } = await costsOf(document, shown);
    const cost = costFormat(shown.sourced.hot, t);
    return functions.map(({ row, line }) => ({
      line: line - 1,
      text: {
        command: COMMANDS.showInFlameGraph,
        title: t('{0} in {1}', costText(row, cost), shown.document.name),
        tooltip: row.name,
        arguments: [shown.document.uri.toString(), row.name],
      },
    }));
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    this.following?.dispose();
    clearTimeout(this.painting);
    this.decoration.dispose();
    this.changed.dispose();
  }

  private follow(): void {
    this.following?.dispose();
    this.following = this.deps.current()?.onDidChange(change => {
      if (change !== 'capture') void this.reload();
    });
    void this.reload();
  }

  /** The profile or a setting has changed. Never rejects. */
  private reload(): Promise<void> {
    this.loaded.forget();
    return this.show();
  }

  /** Never rejects: a profile that cannot be read has no costs to show, and its own editor says why. */
  private async show(): Promise<void> {
    const show = ++this.shows;
    const document = this.deps.settings.showSourceCosts() ? this.deps.current() : undefined;
    // Nothing is decoded a second time where no source is open.
    const shown = document !== undefined && hasSources() ? await this.loaded.get(document) : undefined;
    if (show !== this.shows) return;
    this.shown = shown;
    this.changed.fire();
    this.paint(vscode.window.visibleTextEditors);
  }

  private decorate(editors: readonly vscode.TextEditor[]): void {
    if (editors.every(({ document }) => !isSource(document))) return;
    // The first source that comes into sight is what the profile is read for.
    if (this.shown === undefined && this.deps.current() !== undefined) void this.show();
    else this.paint(editors);
  }

  private textChanged(document: vscode.TextDocument): void {
    if (this.shown === undefined || !isSource(document)) return;
    clearTimeout(this.painting);
    this.painting = setTimeout(
      () => this.paint(vscode.window.visibleTextEditors.filter(editor => editor.document === document)),
      PAINT_AFTER_KEY_MS,
    );
  }

  private paint(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) if (isSource(editor.document)) void this.paintOne(editor);
  }

  private async paintOne(editor: vscode.TextEditor): Promise<void> {
    const { shown } = this;
    const { version } = editor.document;
    const costs = shown === undefined ? undefined : await costsOf(editor.document, shown);
    // The profile went away or the text changed meanwhile: who changed it paints anew.
    if (shown !== this.shown || version !== editor.document.version) return;
    const cost = shown === undefined ? String : costFormat(shown.sourced.hot, t);
    const decorations = [...(costs?.lines ?? [])].map(([line, of]): vscode.DecorationOptions => {
      const { range } = editor.document.lineAt(line - 1);
      return { range, renderOptions: { after: { contentText: costText(of, cost) } } };
    });
    editor.setDecorations(this.decoration, decorations);
  }
}

function costText({ flat, cum }: Cost, cost: (value: number) => string): string {
  return flat === 0 ? t('{0} total', cost(cum)) : t('{0} self · {1} total', cost(flat), cost(cum));
}

function shownOf(document: CaptureDocument, sourced: SourcedProfile): Shown {
  const source = { rows: sourced.hot.functions.rows, links: sourced.links.bind(sourced) };
  return { document, sourced, costs: new ProfileFileCosts(source, () => performance.now()) };
}

function costsOf(document: vscode.TextDocument, { costs }: Shown): Promise<FileCosts> {
  const { version, uri } = document;
  return costs.of({ file: uri.fsPath, version, getText: () => document.getText() });
}

function isSource(document: vscode.TextDocument): boolean {
  return vscode.languages.match(SELECTOR, document) > 0;
}

function hasSources(): boolean {
  return vscode.window.visibleTextEditors.some(({ document }) => isSource(document));
}
