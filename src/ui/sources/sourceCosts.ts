/**
 * Costs in source files: while a profile is open, a code lens above each of its functions in Go files of this machine
 * and a cost at the end of each line. Follows the profile editor last used; gone when it closes.
 */
import * as vscode from 'vscode';
import type { Cost } from '../../profile/hotFunctions.js';
import type { ProfileDocument } from '../panel/captureDocument.js';
import { COMMANDS, SETTINGS } from '../../words/ids.js';
import { logError } from '../shell/runCommand.js';
import type { Settings } from '../shell/settings.js';
import type { ProfileSources, SourcedProfile } from './profileSources.js';
import { findFileCosts, type FileCosts } from '../../checkouts/fileCosts.js';
import { costFormat } from '../../words/sources/hotFramesText.js';
import { t } from '../shell/l10n.js';
import type { Log } from '../shell/log.js';

const SELECTOR: vscode.DocumentSelector = { scheme: 'file', pattern: '**/*.{go,s}' };

export interface SourceCostsDeps {
  readonly profiles: ProfileSources;
  readonly settings: Settings;
  readonly log: Log;
  /** The profile editor that was used last and is still open. */
  readonly current: () => ProfileDocument | undefined;
  readonly onDidChangeCurrent: vscode.Event<void>;
}

interface Shown {
  readonly document: ProfileDocument;
  readonly sourced: SourcedProfile;
}

export class SourceCosts implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 3em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  private readonly registrations: vscode.Disposable[];
  private following: vscode.Disposable | undefined;
  private shown: Shown | undefined;
  /** Loads started: an older one that ends later shows nothing. */
  private loads = 0;
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly deps: SourceCostsDeps) {
    this.registrations = [
      vscode.languages.registerCodeLensProvider(SELECTOR, this),
      deps.onDidChangeCurrent(() => this.follow()),
      deps.settings.onDidChange(name => {
        if (name === SETTINGS.showSourceCosts || name === SETTINGS.sourceTemplates) void this.reload();
      }),
      vscode.window.onDidChangeVisibleTextEditors(editors => this.decorate(editors)),
      vscode.workspace.onDidChangeTextDocument(({ document }) =>
        this.decorate(vscode.window.visibleTextEditors.filter(editor => editor.document === document)),
      ),
    ];
    this.follow();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { shown } = this;
    if (shown === undefined) return [];
    const { functions } = await costsOf(document, shown.sourced);
    const cost = costFormat(shown.sourced.hot, t);
    return functions.map(({ row, line }) => {
      const range = new vscode.Range(line - 1, 0, line - 1, 0);
      return new vscode.CodeLens(range, {
        command: COMMANDS.showInFlameGraph,
        title: t('{0} in {1}', costText(row, cost), shown.document.name),
        tooltip: row.name,
        arguments: [shown.document.uri.toString(), row.name],
      });
    });
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    this.following?.dispose();
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

  /** Never rejects: a profile that cannot be read has no costs to show, and its own editor says why. */
  private async reload(): Promise<void> {
    const load = ++this.loads;
    const document = this.deps.settings.showSourceCosts() ? this.deps.current() : undefined;
    let shown: Shown | undefined;
    // Nothing is decoded a second time for somebody who has no source open.
    if (document !== undefined && hasSources())
      try {
        shown = { document, sourced: await this.deps.profiles.load(document) };
      } catch (error) {
        logError(this.deps.log, `Costs of ${document.name}`, error);
      }
    if (load !== this.loads) return;
    this.shown = shown;
    this.changed.fire();
    this.paint(vscode.window.visibleTextEditors);
  }

  private decorate(editors: readonly vscode.TextEditor[]): void {
    if (editors.every(({ document }) => !isSource(document))) return;
    // The first source that comes into sight is what the profile is read for.
    if (this.shown === undefined && this.deps.current() !== undefined) void this.reload();
    else this.paint(editors);
  }

  private paint(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) if (isSource(editor.document)) void this.paintOne(editor);
  }

  private async paintOne(editor: vscode.TextEditor): Promise<void> {
    const { shown } = this;
    const { version } = editor.document;
    const costs = shown === undefined ? undefined : await costsOf(editor.document, shown.sourced);
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

function costsOf(document: vscode.TextDocument, sourced: SourcedProfile): Promise<FileCosts> {
  const rows = sourced.hot.functions.rows;
  return findFileCosts(document.uri.fsPath, document.getText(), { rows, links: row => sourced.links(row) });
}

function isSource(document: vscode.TextDocument): boolean {
  return vscode.languages.match(SELECTOR, document) > 0;
}

function hasSources(): boolean {
  return vscode.window.visibleTextEditors.some(({ document }) => isSource(document));
}
