/** From a remedy's file to what a page shows of it. */
import { judgeRemedy } from '../remedy/judgeRemedy.js';
import type { Remedy } from '../remedy/model.js';
import { RULES } from '../triage/ruleTable.js';
import type { RemedyReport } from './model.js';

export function reportRemedy(remedy: Remedy): RemedyReport {
  const rule = RULES.find(({ id }) => id === remedy.rule);
  return { kind: 'remedy', remedy, cause: rule?.title ?? remedy.rule, outcome: judgeRemedy(remedy) };
}
