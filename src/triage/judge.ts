/**
 * Runs the rules over a node's evidence and puts what they found in order: what costs most and is surest first, a cause
 * above the causes whose symptoms it explains. Judges nothing itself.
 */
import { sentence, type Sentence } from '../base/sentence.js';
import type { NodeEvidence } from '../material/model.js';
import { kernelFixes, type KernelFixAnswer } from '../kernelfix/kernelFixes.js';
import { accountFor, type CpuAccount } from './accounting/accountFor.js';
import { Reading } from './reading.js';
import { NEED_TEXTS, type EvidenceNeed } from './evidenceNeed.js';
import { LEVELS, type Judgement, type Level, type Rule, type Suspicion } from './rule.js';

export interface RuleFinding extends Suspicion {
  readonly rule: Rule;
  readonly outcome: 'found' | 'uncertain';
  readonly severity: Level;
  /** Of an uncertain one: what would settle it. */
  readonly settle: Sentence | undefined;
}

export interface CheckedRule {
  readonly rule: Rule;
  readonly outcome: 'clear' | 'skipped' | 'notApplicable';
  readonly reason: Sentence;
}

/** Every rule stands in one of the two. */
export interface Triage {
  /** Most likely and costly first. */
  readonly findings: readonly RuleFinding[];
  readonly checked: readonly CheckedRule[];
  /** Where the kubelet's CPU goes. */
  readonly account: CpuAccount;
  /** What is known of this kernel's fixes; empty where its version is not known. */
  readonly kernel: readonly KernelFixAnswer[];
}

const WEIGHT: Readonly<Record<Level, number>> = { high: 1, medium: 0.5, low: 0.2 };

export function judge(evidence: NodeEvidence, rules: readonly Rule[]): Triage {
  const reading = new Reading(evidence);
  const findings: RuleFinding[] = [];
  const checked: CheckedRule[] = [];
  for (const rule of rules) {
    const judgement = judgeOne(rule, evidence, reading);
    if (judgement.kind === 'found' || judgement.kind === 'uncertain')
      findings.push(asFinding(rule, judgement));
    else checked.push({ rule, outcome: judgement.kind, reason: judgement.reason });
  }
  const release = evidence.facts.kernelVersion;
  return {
    findings: inOrder(findings),
    checked,
    account: accountFor(evidence, reading),
    kernel: release === undefined ? [] : kernelFixes(release),
  };
}

function judgeOne(rule: Rule, evidence: NodeEvidence, reading: Reading): Judgement {
  if (rule.requires.some(need => reading.has(need))) return rule.judge(evidence, reading);
  return { kind: 'skipped', reason: sentence('Needs {0}.', listNeeds(rule.requires)) };
}

function listNeeds(needs: readonly EvidenceNeed[]): string {
  const texts = needs.map(need => NEED_TEXTS[need]);
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1) ?? ''}`;
}

type FoundOrUncertain = Extract<Judgement, { readonly kind: 'found' | 'uncertain' }>;

function asFinding(rule: Rule, judgement: FoundOrUncertain): RuleFinding {
  // Several causes make most symptoms: without what only this one makes, it must not be called sure.
  const isCapped =
    judgement.confidence === 'high' && (!judgement.isDecisive || judgement.kind === 'uncertain');
  return {
    ...judgement,
    rule,
    outcome: judgement.kind,
    severity: judgement.severity ?? rule.severity,
    confidence: isCapped ? 'medium' : judgement.confidence,
    settle: judgement.kind === 'uncertain' ? judgement.settle : undefined,
  };
}

/** Larger: nearer to the top. Certainty counts more than cost: a cheap certain cause is followed up in a minute. */
function rank({ outcome, confidence, severity, isDecisive, recoverableCores }: RuleFinding): number {
  const cost = Math.max(WEIGHT[severity], Math.min(1, recoverableCores ?? 0));
  return WEIGHT[confidence] * (outcome === 'found' ? 1 : 0.5) * (isDecisive ? 1.25 : 1) * (0.5 + cost / 2);
}

function inOrder(findings: readonly RuleFinding[]): readonly RuleFinding[] {
  const rest = [...findings].sort(
    (a, b) => rank(b) - rank(a) || LEVELS.indexOf(a.severity) - LEVELS.indexOf(b.severity),
  );
  const ordered: RuleFinding[] = [];
  while (rest.length > 0) {
    const explained = (one: RuleFinding): boolean =>
      rest.some(other => other !== one && isCauseOf(other, one) && !isCauseOf(one, other));
    // Two that explain each other by way of a third would wait for each other.
    const next = Math.max(
      0,
      rest.findIndex(one => !explained(one)),
    );
    ordered.push(...rest.splice(next, 1));
  }
  return ordered;
}

/** A weak suspicion explains nothing away. */
function isCauseOf(cause: RuleFinding, symptom: RuleFinding): boolean {
  return (
    cause.outcome === 'found' &&
    cause.confidence !== 'low' &&
    cause.explains?.includes(symptom.rule.id) === true
  );
}
