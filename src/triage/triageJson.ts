/** What triage says of a node, as `inspect --triage` prints it: English, plain numbers, null for what is not known. */
import { formatSentence } from '../base/sentence.js';
import type { NodeEvidence } from '../material/model.js';
import type { KernelFixAnswer } from '../kernelfix/kernelFixes.js';
import type { CpuAccount } from './accounting/accountFor.js';
import type { CheckedRule, RuleFinding, Triage } from './judge.js';
import type { Mitigation, RuleEvidence } from './rule.js';

export function triageJson(
  evidence: NodeEvidence,
  { findings, checked, account, kernel }: Triage,
): Readonly<Record<string, unknown>> {
  return {
    facts: factsJson(evidence),
    kernel: kernel.map(kernelJson),
    accounting: accountJson(account),
    findings: findings.map(findingJson),
    checked: checked.map(checkedJson),
    unread: evidence.unread,
  };
}

function factsJson({ facts }: NodeEvidence): object {
  return {
    kubeletVersion: facts.kubeletVersion ?? null,
    goVersion: facts.goVersion ?? null,
    kernelVersion: facts.kernelVersion ?? null,
    osImage: facts.osImage ?? null,
    cgroupVersion: facts.cgroupVersion ?? null,
    containerRuntimeVersion: facts.containerRuntimeVersion ?? null,
    runcVersion: facts.runcVersion ?? null,
    architecture: facts.architecture ?? null,
    cpus: facts.cpus ?? null,
    memoryBytes: facts.memoryBytes ?? null,
    pods: facts.pods ?? null,
  };
}

function kernelJson({ id, state, because, advice }: KernelFixAnswer): object {
  return {
    id,
    state,
    because: formatSentence(because),
    advice: advice === undefined ? null : formatSentence(advice),
  };
}

function accountJson(account: CpuAccount): object {
  return {
    cores: account.cores ?? null,
    userCores: account.userCores ?? null,
    systemCores: account.systemCores ?? null,
    shownCores: account.shownCores ?? null,
    hiddenCores: account.hiddenCores ?? null,
    subsystems: account.subsystems.map(({ name, value, share }) => ({ name, value: value ?? null, share })),
  };
}

function findingJson({ rule, outcome, severity, confidence, evidence, rivals, settle }: RuleFinding): object {
  const confirm = settle === undefined ? rule.confirm : `${formatSentence(settle)} ${rule.confirm}`;
  return {
    id: rule.id,
    title: rule.title,
    outcome,
    severity,
    confidence,
    mechanism: rule.mechanism,
    evidence: evidence.map(evidenceJson),
    rivals: rivals.map(({ id, state, because }) => ({ id, state, because: formatSentence(because) })),
    confirm,
    mitigation: mitigationText(rule.mitigation),
    fix: rule.fix,
    references: rule.references,
  };
}

function mitigationText({ text, command, risk }: Mitigation): string {
  return `${text}${command === undefined ? '' : ` Command: ${command}`} Risk: ${risk}.`;
}

function evidenceJson({ text, value, unit, threshold, place }: RuleEvidence): object {
  return {
    text: formatSentence(text),
    value: value ?? null,
    unit: unit ?? null,
    threshold: threshold === undefined ? null : formatSentence(threshold),
    source:
      place === undefined ? null : place.line === undefined ? place.file : `${place.file}:${place.line}`,
  };
}

function checkedJson({ rule, outcome, reason }: CheckedRule): object {
  return { id: rule.id, outcome, reason: formatSentence(reason) };
}
