/**
 * From the bytes of a file to its report: what it is, its content alone tells. The one list of what a report page
 * shows; profiles are profile/readProfile.ts.
 */
import { assertNever } from '../base/assertNever.js';
import { detectEncoding } from '../base/textEncoding.js';
import { looksLikeCgroupHealth } from '../cgroup/parseHealth.js';
import { looksLikeKernelTrace } from '../ktrace/looksLikeKernelTrace.js';
import { looksLikeStrace } from '../strace/looksLikeStrace.js';
import { looksLikeThreadSamples } from '../threads/parseSamples.js';
import { reportKernelTrace, reportStrace, type ReportStep } from './callsReport.js';
import type { Report } from './model.js';
import { reportCgroups, reportThreads } from './samplesReport.js';

export type ReportFormat = 'strace' | 'ktrace' | 'threads' | 'cgroups';

/** As much as tells a format. */
export const HEAD_BYTES = 64 * 1024;

/** @param bytes not gzipped; the beginning is enough. Undefined: nothing a report is made of. */
export function recogniseReport(bytes: Uint8Array): ReportFormat | undefined {
  const head = textOf(bytes.subarray(0, HEAD_BYTES));
  // Text has no zero bytes, pprof has.
  if (head.includes('\0')) return undefined;
  if (looksLikeThreadSamples(head)) return 'threads';
  if (looksLikeCgroupHealth(head)) return 'cgroups';
  if (looksLikeKernelTrace(head)) return 'ktrace';
  if (looksLikeStrace(head)) return 'strace';
  return undefined;
}

/** The text of a file in UTF-8 or UTF-16, which is what PowerShell's `>` writes. Bytes that are no text read as U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder(detectEncoding(bytes)).decode(bytes);
}

/** @param bytes not gzipped, recognised as `format` */
export function readReport(
  bytes: Uint8Array,
  format: ReportFormat,
  onStep?: (step: ReportStep) => void,
): Report {
  const text = textOf(bytes);
  switch (format) {
    case 'strace':
      return reportStrace(text, onStep);
    case 'ktrace':
      return reportKernelTrace(text, onStep);
    case 'threads':
      return reportThreads(text, onStep);
    case 'cgroups':
      return reportCgroups(text, onStep);
    default:
      return assertNever(format);
  }
}
