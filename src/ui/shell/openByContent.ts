/**
 * The one place that decides which editor of ours a file opens in, and that a bundle of captures is imported: by what is
 * in it, whatever its name.
 */
import type * as vscode from 'vscode';
import { readRegularHeadSync } from '../../files/regularFile.js';
import { isZipHead, ZIP_HEAD_BYTES } from '../../files/zipHead.js';
import type { ProfileSource, ReportReader } from '../../worker/workerPorts.js';
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
    let kind: 'profile' | 'report' = 'profile';
    let bundle: ProfileSource | undefined;
    try {
      const limits = { maxBytes: maxBytes() };
      const source = await sourceOfFile(uri, limits.maxBytes);
      if (isZip(source)) bundle = source;
      else kind = await reader.recognise(source, limits, new AbortController().signal);
    } catch {
      // Unreadable, empty, broken: the page says so, with the way out.
    }
    if (bundle !== undefined) await importBundle(bundle);
    else await (kind === 'report' ? openReportTab(uri) : openProfileTab(uri));
  };
}

function isZip(source: ProfileSource): boolean {
  const head =
    source.kind === 'bytes' ? source.bytes : readRegularHeadSync(source.path, ZIP_HEAD_BYTES, 'follow');
  return isZipHead(head);
}
