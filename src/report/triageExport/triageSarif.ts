/**
 * A triage as SARIF 2.1.0 (OASIS), for what shows and keeps results of tools: each rule with its text, each cause as a
 * result with its evidence at file and line, and what was checked and is healthy as `pass`.
 */
import { formatSentence } from '../../base/sentence.js';
import type { TriageCheckedRow, TriageFindingRow, TriageReport } from '../model.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** @param version of the extension; undefined where it is not known */
export function triageSarif(report: TriageReport, version: string | undefined): string {
  const { findings, checked } = report;
  const rules = [...findings.map(ruleOf), ...checked.map(ruleOf)];
  const sarif = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Node Triage', version, rules } },
        columnKind: 'utf16CodeUnits',
        results: [
          ...findings.map(resultOf),
          ...checked.map((each, index) => checkedResult(each, findings.length + index)),
        ],
        properties: { facts: report.facts, account: report.account },
      },
    ],
  };
  return `${JSON.stringify(sarif, undefined, 2)}\n`;
}

function ruleOf(row: TriageFindingRow | TriageCheckedRow): object {
  const shown = { id: row.id, name: row.id, shortDescription: { text: row.title } };
  if (!('mechanism' in row)) return shown;
  const { mechanism, confirm, mitigation, fix, references } = row;
  return {
    ...shown,
    fullDescription: { text: mechanism },
    help: { text: `See for yourself: ${confirm}\nNow: ${mitigation.text}\nFor good: ${fix}` },
    ...(references[0] === undefined ? {} : { helpUri: references[0].url }),
  };
}

function resultOf(finding: TriageFindingRow, ruleIndex: number): object {
  const { id, title, outcome, severity, confidence, evidence, settle, rivals } = finding;
  const texts = evidence.map(({ text, threshold }) =>
    threshold === undefined ? formatSentence(text) : `${formatSentence(text)} (${formatSentence(threshold)})`,
  );
  const settled = settle === undefined ? [] : [`What would settle it: ${formatSentence(settle)}`];
  const places = evidence.flatMap(({ file, line, text }) =>
    file === undefined ? [] : [locationOf(file, line, formatSentence(text))],
  );
  return {
    ruleId: id,
    ruleIndex,
    kind: outcome === 'found' ? 'fail' : 'open',
    // Only a failure has a level (SARIF 2.1.0, 3.27.10).
    level: outcome === 'found' ? levelOf(finding) : 'none',
    message: { text: [`${title}.`, ...texts, ...settled].join('\n') },
    ...(places.length === 0 ? {} : { locations: places.slice(0, 1), relatedLocations: places }),
    properties: {
      confidence,
      severity,
      rivals: rivals.map(({ id: rival, state, because }) => ({
        id: rival,
        state,
        because: formatSentence(because),
      })),
    },
  };
}

function levelOf({ severity, confidence }: TriageFindingRow): 'error' | 'warning' | 'note' {
  if (confidence === 'low' || severity === 'low') return 'note';
  return severity === 'high' && confidence === 'high' ? 'error' : 'warning';
}

function locationOf(file: string, line: number | undefined, text: string): object {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return {
    physicalLocation: {
      artifactLocation: { uri },
      ...(line === undefined ? {} : { region: { startLine: line } }),
    },
    message: { text },
  };
}

/** What could not be looked at is a question for a person. */
const KINDS = { clear: 'pass', skipped: 'review', notApplicable: 'notApplicable' } as const;

function checkedResult({ id, outcome, reason }: TriageCheckedRow, ruleIndex: number): object {
  return {
    ruleId: id,
    ruleIndex,
    kind: KINDS[outcome],
    level: 'none',
    message: { text: formatSentence(reason) },
  };
}
