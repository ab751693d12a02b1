/** A triage as Markdown for an issue or a chat: English, whatever the editor speaks, as those who read it may be anywhere. */
import { formatSentence, type Sentence } from '../../base/sentence.js';
import type { TriageFindingRow, TriageReport } from '../model.js';

/** Texts of nodes and files stay texts: no markup, no mention, no link of theirs. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>@#|!~]/gu, '\\$&').replace(/\s+/gu, ' ');
}

const say = (sentence: Sentence): string => plain(formatSentence(sentence));
const code = (text: string): string => `\`\`${text.replaceAll('`', "'")}\`\``;

/** What was found with its evidence and rivals, the environment, and what was excluded. No line longer than its texts. */
export function triageMarkdown(report: TriageReport): string {
  const { findings, checked } = report;
  const named = (outcome: 'clear' | 'skipped'): string =>
    checked
      .filter(each => each.outcome === outcome)
      .map(({ id }) => id)
      .join(', ') || 'none';
  return [
    `**${answer(report)}**`,
    '',
    environment(report),
    '',
    ...findings.flatMap(cause),
    `Excluded: ${named('clear')}.`,
    '',
    `Not looked at, as evidence is missing: ${named('skipped')}.`,
    '',
  ].join('\n');
}

function answer({ findings: [first] }: TriageReport): string {
  if (first === undefined) return 'Nothing known fits.';
  return first.outcome === 'found'
    ? `${plain(first.title)} (${first.confidence} confidence)`
    : `Perhaps: ${plain(first.title)} (not sure yet)`;
}

function environment({ facts, kubeletCores }: TriageReport): string {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['kubelet', facts.kubeletVersion],
    ['kernel', facts.kernelVersion],
    ['OS', facts.osImage],
    ['runtime', facts.containerRuntimeVersion],
    ['cgroup', facts.cgroupVersion === undefined ? undefined : `v${facts.cgroupVersion}`],
    ['CPUs', facts.cpus?.toString()],
    ['pods', facts.pods?.toString()],
    [
      'CPU of the kubelet',
      kubeletCores === undefined ? undefined : `${Number(kubeletCores.toPrecision(3))} cores`,
    ],
  ];
  return rows
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${plain(value)}`]))
    .join(' · ');
}

function cause({
  title,
  outcome,
  confidence,
  evidence,
  rivals,
  settle,
  confirm,
  mitigation,
  fix,
  references,
}: TriageFindingRow): readonly string[] {
  const bounded = (text: Sentence, threshold: Sentence | undefined): string =>
    threshold === undefined ? say(text) : `${say(text)} (${say(threshold)})`;
  return [
    `### ${plain(title)} (${outcome}, ${confidence} confidence)`,
    '',
    ...evidence.map(({ text, threshold }) => `- ${bounded(text, threshold)}`),
    ...rivals.map(({ title: rival, state, because }) => `- ${state}: ${plain(rival)}: ${say(because)}`),
    '',
    ...(settle === undefined ? [] : [`What would settle it: ${say(settle)}`, '']),
    `See for yourself, read-only: ${code(confirm)}`,
    '',
    `Now: ${plain(mitigation.text)} Risk: ${mitigation.risk}. For good: ${plain(fix)}`,
    '',
    ...(references.length === 0
      ? []
      : [references.map(({ text, url }) => `[${plain(text)}](${url})`).join(', '), '']),
  ];
}
