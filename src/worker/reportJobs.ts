/** Jobs about logs and samples: which editor a file is for, and its report. */
import { TriageError } from '../base/errors.js';
import { readEvidence } from '../evidence/readEvidence.js';
import { recogniseEvidence } from '../evidence/recogniseEvidence.js';
import { isZipHead } from '../evidence/zipHead.js';
import { detectFormat } from '../profile/detectFormat.js';
import { readByOtherTool } from '../profile/fileErrors.js';
import { collectMaterial } from '../material/collect.js';
import { findKubeletCpu, tellsKubeletCpu } from '../material/kubeletCpu.js';
import { looksLikeTriageManifest, parseTriageManifest } from '../material/triageManifest.js';
import { buildReport } from '../report/buildReport.js';
import type { Report } from '../report/model.js';
import { reportRemedy } from '../report/remedyReport.js';
import { reportTriage } from '../report/triageReport.js';
import { looksLikeRemedy, parseRemedy } from '../remedy/remedyJson.js';
import { judge } from '../triage/judge.js';
import { RULES } from '../triage/ruleTable.js';
import type { JobHost, MaterialFolder, OnPhase } from './jobHost.js';
import type { DecodeLimits, EditorKind, FileKind, ProfileSource } from './workerPorts.js';

/**
 * Rejects with TriageError as the host gives it, `format-other-editor` for a profile, `format-other-tool`,
 * `format-unknown`.
 */
export async function runReport(
  source: ProfileSource,
  limits: DecodeLimits,
  host: Pick<JobHost, 'open' | 'openFolder' | 'openCase'>,
  onPhase: OnPhase,
): Promise<Report> {
  const raw = await host.open(source, limits.maxBytes, onPhase);
  if (isTriage(raw)) return runTriage(raw, await host.openFolder(source), onPhase);
  if (isRemedy(raw)) return runRemedy(raw);
  const format = recogniseEvidence(raw);
  if (format === 'profile') throw noReport(raw);
  // Whether a check explains the kubelet's CPU, other captures of its case say.
  const kubeletCpu =
    format === 'cgroups' ? findKubeletCpu((await host.openCase(source, tellsKubeletCpu)).files) : undefined;
  return buildReport(readEvidence(raw, format, onPhase, kubeletCpu));
}

/** Rejects with TriageError where the file cannot be read, is empty, or its gzip stream is broken at the beginning. */
export async function runRecognise(
  source: ProfileSource,
  host: Pick<JobHost, 'openHead'>,
): Promise<FileKind> {
  const head = await host.openHead(source);
  if (isZipHead(head)) return 'bundle';
  const isReport = isTriage(head) || isRemedy(head) || recogniseEvidence(head) !== 'profile';
  return isReport ? 'report' : 'profile';
}

/** For a decoding: throws where the bytes are a report's, which no decoder of profiles may guess at. */
export function refuseReport(raw: Uint8Array): void {
  const format = isTriage(raw) ? 'triage' : isRemedy(raw) ? 'remedy' : recogniseEvidence(raw);
  if (format !== 'profile') throw forOtherEditor('report', format);
}

function isTriage(raw: Uint8Array): boolean {
  return looksLikeTriageManifest(new TextDecoder().decode(raw.subarray(0, 100)));
}

function isRemedy(raw: Uint8Array): boolean {
  return looksLikeRemedy(new TextDecoder().decode(raw.subarray(0, 100)));
}

function runRemedy(raw: Uint8Array): Report {
  const remedy = parseRemedy(new TextDecoder().decode(raw));
  if (remedy !== undefined) return reportRemedy(remedy);
  throw new TriageError('format-unknown', 'The record of what was done to the node is damaged.', {
    facts: { looksLike: undefined, wanted: 'report' },
  });
}

/** What lies beside the list is judged anew: rules of today, whenever it was taken. */
function runTriage(raw: Uint8Array, { files, unread }: MaterialFolder, onPhase: OnPhase): Report {
  onPhase('parsing');
  const manifest = parseTriageManifest(new TextDecoder().decode(raw));
  if (manifest === undefined)
    throw new TriageError('format-unknown', 'The list of what was taken for triage is damaged.', {
      facts: { looksLike: undefined, wanted: 'report' },
    });
  const material = collectMaterial(files);
  onPhase('counting');
  const evidence = { ...material, unread: [...unread, ...material.unread] };
  return reportTriage(manifest, evidence, judge(evidence, RULES));
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
