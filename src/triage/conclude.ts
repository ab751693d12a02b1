/**
 * From observations to a judgement, the same way for rules of one shape: an observation that no rival makes decides, hints
 * raise a suspicion, and enough of them make a finding that stays in doubt.
 */
import type { Sentence } from '../base/sentence.js';
import type { RuleId } from './ruleIds.js';
import type { Judgement, Level, RivalJudgement, RuleEvidence } from './rule.js';
import { present } from './observations.js';

type Maybe = RuleEvidence | undefined;

export interface Observations {
  /** No rival makes them too. One is enough. */
  readonly decisive: readonly Maybe[];
  /** Rivals may make them. */
  readonly hints?: readonly Maybe[];
  /** From how many hints on it counts as found; left out: hints alone never do. */
  readonly enoughHints?: number;
  /** Told beside the others; counts for nothing alone: the kernel's version, a number of cgroups. */
  readonly context?: readonly Maybe[];
  /** What would decide it, where only hints are there. */
  readonly settle: Sentence;
  readonly rivals: readonly RivalJudgement[];
  readonly explains?: readonly RuleId[];
  readonly recoverableCores?: number | undefined;
  readonly severity?: Level;
  /** Of a decisive finding; `high` where left out. */
  readonly confidence?: Level;
}

/** Undefined where nothing was observed: the rule says what it looked at. */
export function conclude(from: Observations): Judgement | undefined {
  const decisive = present(...from.decisive);
  const hints = present(...(from.hints ?? []));
  if (decisive.length + hints.length === 0) return undefined;
  const { rivals, explains, recoverableCores, severity } = from;
  const suspicion = {
    evidence: [...decisive, ...hints, ...present(...(from.context ?? []))],
    rivals,
    recoverableCores,
    ...(explains === undefined ? {} : { explains }),
    ...(severity === undefined ? {} : { severity }),
  };
  if (decisive.length > 0)
    return { kind: 'found', confidence: from.confidence ?? 'high', isDecisive: true, ...suspicion };
  if (hints.length >= (from.enoughHints ?? Infinity))
    return { kind: 'found', confidence: 'medium', isDecisive: false, ...suspicion };
  return { kind: 'uncertain', confidence: 'low', isDecisive: false, settle: from.settle, ...suspicion };
}
