/** The one place that decides which editor of ours a file opens in: by what is in it, whatever its name. */
import type * as vscode from 'vscode';
import type { ReportReader } from '../../worker/ports.js';
import { sourceOfFile } from './editorFile.js';
import { openProfileTab, openReportTab } from './editorTabs.js';

/** Opens a tab; what is wrong with the file is told inside it. */
export type OpenByContent = (uri: vscode.Uri) => Promise<void>;

export interface OpenByContentDeps {
  readonly reader: Pick<ReportReader, 'recognise'>;
  readonly maxBytes: () => number;
}

export function createOpenByContent({ reader, maxBytes }: OpenByContentDeps): OpenByContent {
  return async uri => {
    let kind: 'profile' | 'report' = 'profile';
    try {
      const limits = { maxBytes: maxBytes() };
      const source = await sourceOfFile(uri, limits.maxBytes);
      kind = await reader.recognise(source, limits, new AbortController().signal);
    } catch {
      // Unreadable, empty, broken: the page says so, with the way out.
    }
    await (kind === 'report' ? openReportTab(uri) : openProfileTab(uri));
  };
}
