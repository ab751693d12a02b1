/** The custom editor for traces, thread samples and cgroup health files: documents and panels. */
import * as vscode from 'vscode';
import { CaptureDocument } from '../panel/captureDocument.js';
import { ANY_REPORT_EDITOR, REPORT_EDITOR } from '../../words/ids.js';
import { ReportPage, type ReportPageDeps } from './reportPage.js';

export function registerReportEditor(deps: ReportPageDeps): { dispose(): void } {
  const provider = new Provider(deps);
  const registrations = [REPORT_EDITOR, ANY_REPORT_EDITOR].map(viewType =>
    vscode.window.registerCustomEditorProvider(viewType, provider, {
      // Hidden pages are dropped and come back from their own small state and the file.
      webviewOptions: { retainContextWhenHidden: false },
      supportsMultipleEditorsPerDocument: true,
    }),
  );
  return {
    dispose() {
      for (const registration of registrations) registration.dispose();
      provider.dispose();
    },
  };
}

class Provider implements vscode.CustomReadonlyEditorProvider<CaptureDocument> {
  private readonly pages = new Set<ReportPage>();

  constructor(private readonly deps: ReportPageDeps) {}

  /** Reads nothing: what is wrong with the file is told inside the page. */
  openCustomDocument(uri: vscode.Uri): CaptureDocument {
    return new CaptureDocument(uri);
  }

  resolveCustomEditor(document: CaptureDocument, panel: vscode.WebviewPanel): void {
    const page = new ReportPage(this.deps, document, panel);
    this.pages.add(page);
    panel.onDidDispose(() => this.pages.delete(page));
  }

  dispose(): void {
    for (const page of this.pages) page.dispose();
  }
}
