/**
 * The one renderer of findings: what the page lists and `inspect` prints, in the language of `say`. Which words and which
 * order, not which elements.
 */
import type {
  CaptureStep,
  Confirmation,
  Finding,
  FindingId,
  FindingWeight,
  Measure,
  Observation,
} from '../base/finding.js';
import type { Sentence } from '../base/sentence.js';

/** An observation as text; what is not known is left out. */
export interface SaidObservation extends Partial<Measure> {
  readonly text: string;
  readonly line?: number;
  readonly key?: string;
}

export interface SaidConfirmation {
  /** What to do, in words. */
  readonly text?: string;
  readonly capture?: CaptureStep;
  /** For the node's shell; it only reads. Never translated. */
  readonly command?: string;
}

export interface SaidFinding {
  readonly id: FindingId;
  readonly weight: FindingWeight;
  readonly text: string;
  readonly isInferred: boolean;
  readonly evidence: readonly SaidObservation[];
  readonly doubt: readonly string[];
  readonly confirm: readonly SaidConfirmation[];
}

/** @param say makes text of a sentence: formatSentence for English, a page's `tell` for the editor's language */
export function sayFinding(finding: Finding, say: (sentence: Sentence) => string): SaidFinding {
  const { id, weight, sentence, isInferred, evidence, doubt, confirm } = finding;
  return {
    id,
    weight,
    text: say(sentence),
    isInferred,
    evidence: evidence.map(observation => sayObservation(observation, say)),
    doubt: doubt.map(say),
    confirm: confirm.map(step => sayConfirmation(step, say)),
  };
}

function sayObservation(
  { sentence, measure, place }: Observation,
  say: (sentence: Sentence) => string,
): SaidObservation {
  const { threshold, ...measured } = measure ?? {};
  return {
    text: say(sentence),
    ...measured,
    ...(threshold !== undefined && { threshold }),
    ...(place?.kind === 'line' && { line: place.line }),
    ...(place?.kind === 'key' && { key: place.key }),
  };
}

function sayConfirmation(step: Confirmation, say: (sentence: Sentence) => string): SaidConfirmation {
  return step.kind === 'command'
    ? { command: step.command }
    : { text: say(step.sentence), capture: step.capture };
}
