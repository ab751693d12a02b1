/** A triage as one file of HTML: no script, no request to anywhere, light and dark by the reader's own choice. English. */
import { formatSentence, type Sentence } from '../../base/sentence.js';
import type { TriageFindingRow, TriageReport } from '../model.js';

const STYLE = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem}h3{font-size:1rem;margin-bottom:.2rem}
table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.15rem .8rem .15rem 0}
th{font-weight:normal;opacity:.75}code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
.mark{border:1px dashed;border-radius:3px;padding:0 .3rem;font-size:.85em}.quiet{opacity:.75}
.bar{display:inline-block;height:.7em;background:#3b82c4}`;

/** Text of anything, as text: in an element and in an attribute alike. */
function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
    "'": '#39',
  };
  return text.replace(/[&<>"']/gu, found => `&${names[found] ?? ''};`);
}

const say = (sentence: Sentence): string => escaped(formatSentence(sentence));

export function triageHtml(report: TriageReport): string {
  const { findings, facts } = report;
  const title = `Node Triage: ${facts.nodeName ?? 'a node'}`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8">',
    // Nothing of a report can be run or fetched, whatever a node put into it.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style></head>`,
    `<body><h1>${escaped(answer(report))}</h1>`,
    ...findings.map(cause),
    accountPart(report),
    table('Environment', environment(report)),
    kernelPart(report),
    checkedPart(report),
    takenPart(report),
    '</body></html>',
    '',
  ].join('\n');
}

function answer({ findings: [first], checked }: TriageReport): string {
  if (first === undefined) {
    const clear = checked.filter(({ outcome }) => outcome === 'clear').length;
    return `Nothing known fits. Causes excluded: ${clear} of ${checked.length}.`;
  }
  return first.outcome === 'found'
    ? `${first.title} (${first.confidence} confidence)`
    : `Perhaps: ${first.title}. It is not sure yet.`;
}

function cause(finding: TriageFindingRow): string {
  const { title, outcome, confidence, severity, mechanism, evidence, rivals, settle, confirm, mitigation } =
    finding;
  const mark = (text: string): string => `<span class="mark">${escaped(text)}</span>`;
  const bounded = (text: Sentence, threshold: Sentence | undefined): string =>
    threshold === undefined ? say(text) : `${say(text)} (${say(threshold)})`;
  const place = (file: string | undefined, line: number | undefined): string =>
    file === undefined ? '' : ` <code>${escaped(file)}${line === undefined ? '' : `:${line}`}</code>`;
  const links = finding.references.map(
    ({ text, url }) => `<a rel="noreferrer" href="${escaped(url)}">${escaped(text)}</a>`,
  );
  return [
    `<section><h2>${escaped(title)} ${mark(outcome)} ${mark(`confidence: ${confidence}`)} ${mark(`severity: ${severity}`)}</h2>`,
    `<p class="quiet">${escaped(mechanism)}</p>`,
    list(evidence.map(({ text, threshold, file, line }) => bounded(text, threshold) + place(file, line))),
    settle === undefined ? '' : `<p><strong>What would settle it:</strong> ${say(settle)}</p>`,
    rivals.length === 0 ? '' : '<h3>What else it could be</h3>',
    list(rivals.map(rival => `${mark(rival.state)} ${escaped(rival.title)}: ${say(rival.because)}`)),
    `<p>See for yourself, on the node: <code>${escaped(confirm)}</code></p>`,
    `<p>Now: ${escaped(mitigation.text)} Risk: ${mitigation.risk}.</p>`,
    `<p>For good: ${escaped(finding.fix)}</p>`,
    links.length === 0 ? '' : `<p>${links.join(' · ')}</p>`,
    '</section>',
  ].join('\n');
}

function list(items: readonly string[]): string {
  return items.length === 0 ? '' : `<ul>${items.map(item => `<li>${item}</li>`).join('')}</ul>`;
}

/** `rows`: cells are HTML. */
function table(title: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const body = rows.map(
    ([head = '', ...cells]) =>
      `<tr><th scope="row">${head}</th>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`,
  );
  return `<h2>${escaped(title)}</h2><table>${body.join('')}</table>`;
}

const WIDEST_BAR_EM = 20;

function accountPart({ account }: TriageReport): string {
  const bar = (share: number): string => {
    const width = (Math.min(1, Math.max(0, share)) * WIDEST_BAR_EM).toFixed(2);
    return `<span class="bar" style="width:${width}em"></span>`;
  };
  return table(
    "Where the kubelet's CPU goes",
    account.subsystems.map(({ name, value, share }) => [
      escaped(name),
      value === undefined ? '' : `${formatCores(value)} cores`,
      `${(share * 100).toFixed(1)} %`,
      bar(share),
    ]),
  );
}

/** Three digits say what was measured. */
function formatCores(cores: number): string {
  return String(Number(cores.toPrecision(3)));
}

function formatBytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function environment({ facts, kubeletCores }: TriageReport): readonly (readonly string[])[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['node', facts.nodeName],
    ['kubelet', facts.kubeletVersion],
    ['CPU of the kubelet', kubeletCores === undefined ? undefined : `${formatCores(kubeletCores)} cores`],
    ['container runtime', facts.containerRuntimeVersion],
    ['runc', facts.runcVersion],
    ['kernel', facts.kernelVersion],
    ['operating system', facts.osImage],
    ['cgroup version', facts.cgroupVersion?.toString()],
    ['CPUs', facts.cpus?.toString()],
    ['memory', facts.memoryBytes === undefined ? undefined : formatBytes(facts.memoryBytes)],
    ['pods', facts.pods?.toString()],
    ['Go', facts.goVersion],
  ];
  return rows.map(([name, value]) => [escaped(name), escaped(value ?? 'unknown')]);
}

function kernelPart({ kernel }: TriageReport): string {
  return table(
    'Fixes of this kernel',
    kernel.map(({ id, state, because, advice }) => [
      escaped(id),
      escaped(state),
      say(because),
      advice === undefined ? '' : say(advice),
    ]),
  );
}

function checkedPart({ checked }: TriageReport): string {
  return table(
    'What was checked',
    checked.map(({ title, outcome, reason }) => [escaped(title), escaped(outcome), say(reason)]),
  );
}

function takenPart({ steps, unread }: TriageReport): string {
  const rows = steps.map(({ step, outcome, reason }) => [
    escaped(step),
    escaped(outcome),
    escaped(reason ?? ''),
  ]);
  const rest = unread.rows.map(({ file, reason }) => `${escaped(file)}: ${escaped(reason)}`);
  return table('What was taken', rows) + list(rest);
}
