/** What a file is, by its content alone. The one list of what is read; which profile it is, profile/readProfile.ts tells. */
import { detectEncoding } from '../base/textEncoding.js';
import { looksLikeCgroupHealth } from '../cgroup/parseHealth.js';
import { looksLikeKernelTrace } from '../ktrace/looksLikeKernelTrace.js';
import { looksLikeNodeFacts } from '../nodefacts/parseFacts.js';
import { looksLikeStrace } from '../strace/looksLikeStrace.js';
import { looksLikeThreadSamples } from '../threads/parseSamples.js';
import type { EvidenceFormat } from './model.js';

/** As much as tells a format. */
export const HEAD_BYTES = 64 * 1024;

/**
 * @param bytes not gzipped; the beginning is enough
 * @returns `profile` for all that is nothing else: the reader of profiles knows it, or refuses it by name
 */
export function recogniseEvidence(bytes: Uint8Array): EvidenceFormat {
  const head = textOf(bytes.subarray(0, HEAD_BYTES));
  // Text has no zero bytes, pprof has.
  if (head.includes('\0')) return 'profile';
  if (looksLikeThreadSamples(head)) return 'threads';
  if (looksLikeCgroupHealth(head)) return 'cgroups';
  if (looksLikeNodeFacts(head)) return 'nodeFacts';
  if (looksLikeKernelTrace(head)) return 'ktrace';
  if (looksLikeStrace(head)) return 'strace';
  return 'profile';
}

/** The text of a file in UTF-8 or UTF-16, which is what PowerShell's `>` writes. Bytes that are no text read as U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder(detectEncoding(bytes)).decode(bytes);
}
