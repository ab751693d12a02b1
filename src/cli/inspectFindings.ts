/** Findings of all kinds of files as `inspect` prints them: in English, with their numbers and where they stand in the file. */
import type { Finding } from '../base/finding.js';
import { formatSentence } from '../base/sentence.js';
import { sayFinding, type SaidFinding } from '../report/sayFinding.js';

export function inspectFindings(findings: readonly Finding[]): readonly SaidFinding[] {
  return findings.map(finding => sayFinding(finding, formatSentence));
}
