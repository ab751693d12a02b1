/** A triage in the forms in which it leaves the editor; redacted where that is asked for. */
import type { TriageReport } from '../model.js';
import { redactTriage } from './redactTriage.js';
import { triageHtml } from './triageHtml.js';
import { triageMarkdown } from './triageMarkdown.js';
import { triageSarif } from './triageSarif.js';

export const TRIAGE_FORMATS = ['markdown', 'html', 'sarif'] as const;
export type TriageFormat = (typeof TRIAGE_FORMATS)[number];

/** Endings of files, with the dot. */
export const FORMAT_ENDINGS: Readonly<Record<TriageFormat, string>> = {
  markdown: '.md',
  html: '.html',
  sarif: '.sarif',
};

export interface ExportChoice {
  readonly format: TriageFormat;
  readonly isRedacted: boolean;
  /** Of the extension, for SARIF. */
  readonly version: string | undefined;
}

export function exportTriage(report: TriageReport, { format, isRedacted, version }: ExportChoice): string {
  const shown = isRedacted ? redactTriage(report) : report;
  switch (format) {
    case 'markdown':
      return triageMarkdown(shown);
    case 'html':
      return triageHtml(shown);
    case 'sarif':
      return triageSarif(shown, version);
  }
}
