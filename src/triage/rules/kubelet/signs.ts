/** From the signs that a rule of this folder looked for to its judgement: the same steps for all of them. */
import type { Sentence } from '../../../base/sentence.js';
import type { Judgement, Level, RivalJudgement, RuleEvidence, Suspicion } from '../../rule.js';
import type { RuleId } from '../../ruleIds.js';
import { withoutBurn, type Burn } from './kubeletBurn.js';

export interface Signs {
  readonly burn: Burn;
  /** Observations that make it found on their own. */
  readonly sure: readonly RuleEvidence[];
  /** Observations that other causes make, too: alone they are a suspicion. */
  readonly hints: readonly RuleEvidence[];
}

export interface Conclusion {
  /** The work that costs, as the subject of a sentence. */
  readonly what: string;
  readonly rivals: readonly RivalJudgement[];
  readonly settle: Sentence;
  /** An observation that no rival makes is among those that were made. */
  readonly isDecisive: boolean;
  readonly explains?: readonly RuleId[];
  readonly severity?: Level;
  /** Of hints alone; low where it is left out. */
  readonly hintConfidence?: 'medium' | 'low';
  /** Of what is found; from the signs where it is left out. */
  readonly confidence?: Level;
  /** What is said where there is no sign at all. */
  readonly without?: Judgement;
}

export function judgeSigns({ burn, sure, hints }: Signs, conclusion: Conclusion): Judgement {
  const hot = burn.kind === 'hot' ? [burn.evidence] : [];
  const evidence = [...sure, ...hot, ...hints];
  if (evidence.length === 0) return conclusion.without ?? withoutBurn(burn, conclusion.what);
  const isFound = sure.length + hot.length > 0;
  const suspicion: Suspicion = {
    confidence: isFound
      ? (conclusion.confidence ?? foundConfidence([sure, hot, hints], conclusion.isDecisive))
      : (conclusion.hintConfidence ?? 'low'),
    evidence,
    rivals: conclusion.rivals,
    isDecisive: isFound && conclusion.isDecisive,
    recoverableCores: burn.kind === 'hot' ? burn.cores : undefined,
    ...(conclusion.explains === undefined ? {} : { explains: conclusion.explains }),
    ...(conclusion.severity === undefined ? {} : { severity: conclusion.severity }),
  };
  return isFound
    ? { kind: 'found', ...suspicion }
    : { kind: 'uncertain', settle: conclusion.settle, ...suspicion };
}

/** Two kinds of signs agree, or one that no rival makes. */
function foundConfidence(kinds: readonly (readonly RuleEvidence[])[], isDecisive: boolean): Level {
  return isDecisive || kinds.filter(kind => kind.length > 0).length > 1 ? 'high' : 'medium';
}
