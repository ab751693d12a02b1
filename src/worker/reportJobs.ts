/** Jobs about logs and samples: which editor a file is for, and its report. Runs in the thread of decodeWorker.ts. */
import { TriageError } from '../base/errors.js';
import { detectFormat } from '../profile/detectFormat.js';
import { readByOtherTool } from '../profile/fileErrors.js';
import type { Report } from '../report/model.js';
import { HEAD_BYTES, readReport, recogniseReport } from '../report/readReport.js';
import type { DecodeLimits, EditorKind, ProfileSource, ReportPhase } from './ports.js';
import { inflateHead, inflateProfile, readFileHead, readWholeFile } from './readFile.js';

/**
 * @throws TriageError as readFile.ts gives it, `format-other-editor` for a profile, `format-other-tool`,
 * `format-unknown`
 */
export function runReport(
  source: ProfileSource,
  limits: DecodeLimits,
  onPhase: (phase: ReportPhase) => void,
): Report {
  onPhase('reading');
  const stored = source.kind === 'file' ? readWholeFile(source.path, limits.maxBytes) : source.bytes;
  onPhase('inflating');
  const raw = inflateProfile(stored, limits.maxBytes);
  const format = recogniseReport(raw);
  if (format === undefined) throw noReport(raw);
  return readReport(raw, format, onPhase);
}

/** @throws TriageError where the file cannot be read, is empty, or its gzip stream is broken at the beginning */
export function runRecognise(source: ProfileSource): EditorKind {
  const head = source.kind === 'file' ? readFileHead(source.path) : source.bytes.subarray(0, HEAD_BYTES);
  return recogniseReport(inflateHead(head)) === undefined ? 'profile' : 'report';
}

/** For a decoding: throws where the bytes are a report's, which no decoder of profiles may guess at. */
export function refuseReport(raw: Uint8Array): void {
  const format = recogniseReport(raw);
  if (format !== undefined) throw forOtherEditor('report', format);
}

function noReport(raw: Uint8Array): TriageError {
  const detected = detectFormat(raw);
  switch (detected.kind) {
    case 'profile':
      return forOtherEditor('profile', detected.format);
    case 'other-tool':
      return readByOtherTool(detected.what, detected.tool, detected.advice);
    case 'unknown':
      return new TriageError('format-unknown', 'This is no strace log and no kernel trace.', {
        facts: { looksLike: detected.looksLike, wanted: 'report' },
      });
  }
}

function forOtherEditor(editor: EditorKind, what: string): TriageError {
  return new TriageError('format-other-editor', `This is for the ${editor} editor: ${what}.`, {
    facts: { editor, what },
  });
}
