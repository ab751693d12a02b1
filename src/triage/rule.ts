/**
 * What a rule is: a cause of slow nodes, the evidence that speaks for and against it, its rivals, and what to do. Types
 * and small makers; rules/ has one file for each cause, judge.ts runs them. A rule is a pure function: the same evidence
 * gives the same judgement, here and on a colleague's machine.
 */
import { sentence, type Sentence } from '../base/sentence.js';
import type { MeasureUnit } from '../base/finding.js';
import type { NodeEvidence, Place } from '../material/model.js';
import type { EvidenceNeed } from './evidenceNeed.js';
import type { Reading } from './reading.js';
import type { RuleId } from './ruleIds.js';

export const LEVELS = ['high', 'medium', 'low'] as const;
/** Severity: what it does to a node. Confidence: how sure the evidence makes it. */
export type Level = (typeof LEVELS)[number];

/** One observation that a judgement rests on. */
export interface RuleEvidence {
  readonly text: Sentence;
  /** The measured number; undefined where the observation is that something is there. */
  readonly value: number | undefined;
  readonly unit: MeasureUnit | undefined;
  /** In words, beside the number: "from 0.1 s on, a healthy read takes under 5 ms". */
  readonly threshold: Sentence | undefined;
  readonly place: Place | undefined;
}

export interface RivalJudgement {
  readonly id: RuleId;
  /** `refuted`: an observation excludes it; `open`: nothing at hand does. */
  readonly state: 'refuted' | 'open';
  /** The observation, or the one that would exclude it. */
  readonly because: Sentence;
}

export interface Suspicion {
  readonly confidence: Level;
  /** Where the measured extent says more than the rule's own severity does. */
  readonly severity?: Level;
  /** The most telling first; at least one. */
  readonly evidence: readonly RuleEvidence[];
  readonly rivals: readonly RivalJudgement[];
  /** Cores that would be free without it; undefined where it is not CPU that is lost, or not known. */
  readonly recoverableCores?: number | undefined;
  /** Causes whose symptoms this one explains: it stands above them. */
  readonly explains?: readonly RuleId[];
  /**
   * An observation that no rival makes too was made: a measured slow read, the error's own text. Without one the
   * confidence is capped at medium.
   */
  readonly isDecisive: boolean;
}

export type Judgement =
  | ({ readonly kind: 'found' } & Suspicion)
  /** `settle`: the one observation or read-only command that would decide it. */
  | ({ readonly kind: 'uncertain'; readonly settle: Sentence } & Suspicion)
  /** Looked at, and healthy. */
  | { readonly kind: 'clear'; readonly reason: Sentence }
  /** Evidence is missing: which, and how to take it. */
  | { readonly kind: 'skipped'; readonly reason: Sentence }
  | { readonly kind: 'notApplicable'; readonly reason: Sentence };

export interface Reference {
  readonly text: string;
  readonly url: string;
}

export interface Mitigation {
  readonly text: string;
  readonly risk: Level | 'none';
  /** Where there is one that can be pasted; it changes the node. */
  readonly command?: string;
}

export interface Rule {
  readonly id: RuleId;
  /** What is the matter, in one line. */
  readonly title: string;
  readonly severity: Level;
  /** Any one of them lets the rule judge; none at hand: skipped. The most telling first. */
  readonly requires: readonly EvidenceNeed[];
  /** In two sentences at most. */
  readonly mechanism: string;
  /** Read-only. */
  readonly confirm: string;
  readonly mitigation: Mitigation;
  /** For good, by version. */
  readonly fix: string;
  readonly references: readonly Reference[];
  /** Causes that it is taken for, or that are taken for it. */
  readonly rivals: readonly RuleId[];
  /** Called only where one of `requires` is at hand. */
  readonly judge: (evidence: NodeEvidence, reading: Reading) => Judgement;
}

/** @param threshold in words; left out where the observation has no bound */
export function observed(
  text: Sentence,
  parts: {
    readonly value?: number | undefined;
    readonly unit?: MeasureUnit;
    readonly threshold?: Sentence;
    readonly place?: Place | undefined;
  } = {},
): RuleEvidence {
  return {
    text,
    value: parts.value,
    unit: parts.unit,
    threshold: parts.threshold,
    place: parts.place,
  };
}

export function refuted(
  id: RuleId,
  template: string,
  ...values: readonly (string | number)[]
): RivalJudgement {
  return { id, state: 'refuted', because: sentence(template, ...values) };
}

export function open(id: RuleId, template: string, ...values: readonly (string | number)[]): RivalJudgement {
  return { id, state: 'open', because: sentence(template, ...values) };
}

export function clear(template: string, ...values: readonly (string | number)[]): Judgement {
  return { kind: 'clear', reason: sentence(template, ...values) };
}

export function skipped(template: string, ...values: readonly (string | number)[]): Judgement {
  return { kind: 'skipped', reason: sentence(template, ...values) };
}

export function notApplicable(template: string, ...values: readonly (string | number)[]): Judgement {
  return { kind: 'notApplicable', reason: sentence(template, ...values) };
}
