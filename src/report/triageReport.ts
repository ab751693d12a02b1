/** The report of a triaged node: what the rules found, cut to what a page shows. */
import type { NodeEvidence } from '../material/model.js';
import type { TriageManifest } from '../material/triageManifest.js';
import type { CheckedRule, RuleFinding, Triage } from '../triage/judge.js';
import { Reading } from '../triage/reading.js';
import type { RuleEvidence } from '../triage/rule.js';
import { RULES } from '../triage/ruleTable.js';
import { isRemedied } from '../remedy/model.js';
import { clusterNames } from './triageExport/clusterNames.js';
import { capRows } from './capped.js';
import type {
  TriageAccount,
  TriageCheckedRow,
  TriageEvidenceRow,
  TriageFindingRow,
  TriageKernelRow,
  TriageReport,
} from './model.js';

const MOST_UNREAD = 50;
/** Of one finding; a rule has some five. */
const MOST_EVIDENCE = 20;
const STATES: readonly TriageKernelRow['state'][] = ['not-fixed', 'partly', 'unknown', 'fixed'];
const ORDER: readonly CheckedRule['outcome'][] = ['clear', 'skipped', 'notApplicable'];

export function reportTriage(
  { steps }: TriageManifest,
  evidence: NodeEvidence,
  { findings, checked, account, kernel }: Triage,
): TriageReport {
  const ordered = [...checked].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  return {
    kind: 'triage',
    facts: evidence.facts,
    kubeletCores: account.cores ?? new Reading(evidence).kubeletCores,
    account: accountOf(account),
    kernel: [...kernel].sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state)).map(kernelRow),
    findings: findings.map(findingRow),
    checked: ordered.map(checkedRow),
    steps,
    unread: capRows(evidence.unread, MOST_UNREAD),
    names: clusterNames(evidence),
  };
}

function accountOf(account: Triage['account']): TriageAccount {
  const { cores, userCores, systemCores, shownCores, hiddenCores, subsystems } = account;
  return {
    ...{ cores, userCores, systemCores, shownCores, hiddenCores },
    subsystems: subsystems.map(({ name, value, share }) => ({ name, value, share })),
  };
}

function kernelRow({ id, state, because, advice }: Triage['kernel'][number]): TriageKernelRow {
  return { id, state, because, advice };
}

function findingRow(finding: RuleFinding): TriageFindingRow {
  const { rule, outcome, severity, confidence, settle } = finding;
  const { id, title, mechanism, confirm, mitigation, fix, references } = rule;
  return {
    ...{ id, title, outcome, severity, confidence, settle, mechanism, confirm, mitigation, fix, references },
    remedy: outcome === 'found' && isRemedied(id) ? 'drop-caches' : undefined,
    evidence: finding.evidence.slice(0, MOST_EVIDENCE).map(evidenceRow),
    rivals: finding.rivals.map(({ id: rival, state, because }) => ({
      id: rival,
      title: RULES.find(known => known.id === rival)?.title ?? rival,
      state,
      because,
    })),
  };
}

function evidenceRow({ text, threshold, place }: RuleEvidence): TriageEvidenceRow {
  return { text, threshold, file: place?.file, line: place?.line };
}

function checkedRow({ rule: { id, title }, outcome, reason }: CheckedRule): TriageCheckedRow {
  return { id, title, outcome, reason };
}
