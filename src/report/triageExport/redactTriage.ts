/** A report without the names of its cluster. What rules say of themselves holds none and stays; what was measured is gone through. */
import type { Sentence } from '../../base/sentence.js';
import type { TriageReport } from '../model.js';
import { Redactor } from './redactor.js';

export function redactTriage(report: TriageReport): TriageReport {
  const redactor = new Redactor(report.names);
  const text = (value: string): string => redactor.text(value);
  const maybe = (value: string | undefined): string | undefined => value && text(value);
  const say = ({ template, values }: Sentence): Sentence => ({
    template,
    values: values.map(value => (typeof value === 'string' ? text(value) : value)),
  });
  const { facts, findings, checked, kernel, steps, unread } = report;
  return {
    ...report,
    names: { nodes: [], pods: [], namespaces: [] },
    facts: { ...facts, nodeName: maybe(facts.nodeName) },
    findings: findings.map(finding => ({
      ...finding,
      settle: finding.settle && say(finding.settle),
      evidence: finding.evidence.map(each => ({
        ...each,
        text: say(each.text),
        threshold: each.threshold && say(each.threshold),
        file: maybe(each.file),
      })),
      rivals: finding.rivals.map(rival => ({ ...rival, because: say(rival.because) })),
    })),
    checked: checked.map(each => ({ ...each, reason: say(each.reason) })),
    kernel: kernel.map(each => ({
      ...each,
      because: say(each.because),
      advice: each.advice && say(each.advice),
    })),
    steps: steps.map(step => ({ ...step, reason: maybe(step.reason) })),
    unread: {
      ...unread,
      rows: unread.rows.map(({ file, reason }) => ({ file: text(file), reason: text(reason) })),
    },
  };
}
