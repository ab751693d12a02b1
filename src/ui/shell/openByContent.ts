/**
 * The one place that decides which editor of ours a file opens in, and that a bundle of captures is imported: by what is
 * in it, whatever its name.
 */
import type * as vscode from 'vscode';
import type { FileKind, ProfileSource, ReportReader } from '../../worker/workerPorts.js';
import { sourceOfFile } from './editorFile.js';
import { openProfileTab, openReportTab } from './editorTabs.js';

/** Opens a tab, and tells inside it what is wrong with the file; imports a bundle. */
export type OpenByContent = (uri: vscode.Uri) => Promise<void>;

export interface OpenByContentDeps {
  readonly reader: Pick<ReportReader, 'recognise'>;
  readonly maxBytes: () => number;
  /** Never rejects. */
  readonly importBundle: (source: ProfileSource) => Promise<void>;
}

export function createOpenByContent({ reader, maxBytes, importBundle }: OpenByContentDeps): OpenByContent {
  return async uri => {
    let kind: FileKind = 'profile';
    let source: ProfileSource | undefined;
    try {
      const limits = { maxBytes: maxBytes() };
      source = await sourceOfFile(uri, limits.maxBytes);
      kind = await reader.recognise(source, limits, new AbortController().signal);
    } catch {
      // Unreadable, empty, broken: the page says so, with the way out.
    }
    if (kind === 'bundle' && source !== undefined) await importBundle(source);
    else await (kind === 'report' ? openReportTab(uri) : openProfileTab(uri));
  };
}
