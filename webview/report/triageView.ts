/** A triaged node: the answer in a sentence, each cause with its evidence and rivals, what was checked, what was taken. */
import { formatBytes, formatCores } from '../../src/profile/format.js';
import type {
  TriageCheckedRow,
  TriageEvidenceRow,
  TriageFindingRow,
  TriageReport,
  TriageRivalRow,
} from '../../src/report/model.js';
import { triageMarkdown } from '../../src/report/triageExport/triageMarkdown.js';
import { element } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { t, translate, translated } from '../words.js';
import { accountSection, kernelTable } from './triageTables.js';
import { dataTable, type Column } from './dataTable.js';
import type { Section, ViewHost } from './reportView.js';
import { nextSteps, stepButton } from './stepButton.js';

type Step = TriageReport['steps'][number];
type Level = TriageFindingRow['severity'];

export function triageSections(report: TriageReport, host: ViewHost): readonly Section[] {
  return [
    {
      id: 'answer',
      title: t('Answer'),
      content: [
        answer(report, host),
        ...(report.findings.length === 0
          ? []
          : [element('ol', { class: 'causes' }, ...report.findings.map(each => cause(each, host)))]),
        nextSteps(['profile', 'calls', 'triage'], host),
      ],
    },
    ...accountSection(report),
    { id: 'checked', title: t('What was checked'), content: [checkedTable(report, host)] },
    { id: 'environment', title: t('Environment'), content: [factsTable(report)] },
    ...(report.kernel.length === 0
      ? []
      : [{ id: 'kernel', title: t('Fixes of this kernel'), content: [kernelTable(report, host)] }]),
    { id: 'taken', title: t('What was taken'), content: takenContent(report) },
  ];
}

/** The answer in one sentence. */
function answerText({ findings, checked }: TriageReport): string {
  const [first] = findings;
  if (first !== undefined)
    return first.outcome === 'found'
      ? t('{0} ({1} confidence)', translated(first.title), levelText(first.confidence))
      : t('Perhaps: {0}. It is not sure yet.', translated(first.title));
  const clear = checked.filter(({ outcome }) => outcome === 'clear').length;
  return t('Nothing known fits. Causes that were looked at and excluded: {0} of {1}.', clear, checked.length);
}

function answer(report: TriageReport, host: ViewHost): HTMLElement {
  const copy = element('button', { type: 'button', class: 'link' }, t('Copy for Issue'));
  copy.addEventListener('click', () => host.copy(triageMarkdown(report)));
  const save = element('button', { type: 'button', class: 'link' }, t('Export Report…'));
  save.addEventListener('click', () => host.exportReport());
  const isFound = report.findings.some(({ outcome }) => outcome === 'found');
  return element(
    'p',
    { class: isFound ? 'answer answer-found' : 'answer' },
    icon(isFound ? 'warning' : 'check'),
    element('strong', {}, answerText(report)),
    copy,
    save,
    ...stepButton('examine', host),
  );
}

function cause(finding: TriageFindingRow, host: ViewHost): HTMLElement {
  const { title, outcome, severity, confidence, mechanism, evidence, rivals, settle } = finding;
  const mark = (text: string): HTMLElement => element('span', { class: 'mark' }, text);
  return element(
    'li',
    { class: `cause cause-${outcome}` },
    element(
      'h3',
      {},
      translated(title),
      ' ',
      mark(outcome === 'found' ? t('found') : t('uncertain')),
      ' ',
      mark(t('confidence: {0}', levelText(confidence))),
      ' ',
      mark(t('severity: {0}', levelText(severity))),
    ),
    element('p', { class: 'quiet' }, mechanism),
    element('ul', { class: 'evidence' }, ...evidence.map(each => evidenceItem(each, host))),
    ...(settle === undefined
      ? []
      : [element('p', {}, element('strong', {}, t('What would settle it:')), ' ', translate(settle))]),
    ...(rivals.length === 0 ? [] : [rivalList(rivals)]),
    actions(finding, host),
  );
}

function evidenceItem({ text, threshold, file, line }: TriageEvidenceRow, host: ViewHost): HTMLElement {
  const words = threshold === undefined ? translate(text) : `${translate(text)} (${translate(threshold)})`;
  const item = element('li', {}, words);
  if (file === undefined) return item;
  const place = line === undefined ? '' : `:${line}`;
  // The folder of another capture of the case is in the title; the name says what it is.
  const name = file.replace(/^\.\.\/[^/]*\//u, '');
  const button = element(
    'button',
    { type: 'button', class: 'link', title: t('Open {0}', `${file}${place}`) },
    `${name}${place}`,
  );
  button.addEventListener('click', () => host.openBeside(file, line));
  item.append(' ', button);
  return item;
}

function rivalList(rivals: readonly TriageRivalRow[]): HTMLElement {
  return element(
    'details',
    { class: 'rivals' },
    element('summary', {}, t('What else it could be: {0}', rivals.length)),
    element(
      'ul',
      {},
      ...rivals.map(({ title, state, because }) =>
        element(
          'li',
          {},
          element('span', { class: 'mark' }, state === 'refuted' ? t('refuted') : t('open')),
          ` ${translated(title)}: ${translate(because)}`,
        ),
      ),
    ),
  );
}

function actions(
  { id, confirm, mitigation, remedy, fix, references }: TriageFindingRow,
  host: ViewHost,
): HTMLElement {
  const rows: readonly (readonly [string, readonly (Node | string)[]])[] = [
    [t('See for yourself, on the node:'), [element('code', {}, confirm)]],
    [
      t('What to do now:'),
      [
        mitigation.text,
        ...(mitigation.command === undefined ? [] : [' ', element('code', {}, mitigation.command)]),
        ...(mitigation.risk === 'none' ? [] : [' ', t('Risk: {0}.', levelText(mitigation.risk))]),
        ...(remedy === undefined || host.node.kind !== 'known' ? [] : [' ', remedyButton(id, host)]),
      ],
    ],
    [t('For good:'), [fix]],
    [
      t('Read more:'),
      references.flatMap(({ text }, index) => {
        const button = element('button', { type: 'button', class: 'link' }, text);
        button.addEventListener('click', () => host.openReference(id, index));
        return index === 0 ? [button] : [' · ', button];
      }),
    ],
  ];
  return element(
    'dl',
    { class: 'actions' },
    ...rows
      .filter(([, content]) => content.length > 0)
      .flatMap(([name, content]) => [element('dt', {}, name), element('dd', {}, ...content)]),
  );
}

/** What comes is asked about twice before anything changes. */
function remedyButton(cause: string, host: ViewHost): HTMLElement {
  const button = element('button', { type: 'button', class: 'action' }, t('Drop Caches…'));
  button.addEventListener('click', () => host.applyRemedy(cause));
  return button;
}

function checkedTable({ checked }: TriageReport, host: ViewHost): HTMLElement {
  const columns: readonly Column<TriageCheckedRow>[] = [
    {
      id: 'cause',
      label: t('cause'),
      value: row => translated(row.title),
      text: row => translated(row.title),
      cell: row => element('span', { class: 'wrapped' }, translated(row.title)),
    },
    {
      id: 'outcome',
      label: t('outcome'),
      value: row => outcomeText(row.outcome),
      text: row => outcomeText(row.outcome),
    },
    {
      id: 'reason',
      label: t('why'),
      value: row => translate(row.reason),
      text: row => translate(row.reason),
      cell: row => element('span', { class: 'wrapped' }, translate(row.reason)),
    },
  ];
  return dataTable(
    {
      id: 'checked',
      name: t('What was checked'),
      rows: { rows: checked, total: checked.length },
      columns,
    },
    host,
  );
}

function outcomeText(outcome: TriageCheckedRow['outcome']): string {
  switch (outcome) {
    case 'clear':
      return t('excluded');
    case 'skipped':
      return t('not looked at');
    case 'notApplicable':
      return t('cannot be');
  }
}

function factsTable({ facts, kubeletCores }: TriageReport): HTMLElement {
  const rows: readonly (readonly [string, string | undefined])[] = [
    [t('node'), facts.nodeName],
    [t('kubelet'), facts.kubeletVersion],
    [t('CPU of the kubelet, in cores'), kubeletCores === undefined ? undefined : formatCores(kubeletCores)],
    [t('container runtime'), facts.containerRuntimeVersion],
    ['runc', facts.runcVersion],
    [t('kernel'), facts.kernelVersion],
    [t('operating system'), facts.osImage],
    [t('cgroup version'), facts.cgroupVersion?.toString()],
    [t('CPUs'), facts.cpus?.toString()],
    [t('memory of the node'), facts.memoryBytes === undefined ? undefined : formatBytes(facts.memoryBytes)],
    [t('pods'), facts.pods?.toString()],
    ['Go', facts.goVersion],
  ];
  return element(
    'table',
    { class: 'facts-table' },
    element(
      'tbody',
      {},
      ...rows.map(([name, value]) =>
        element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value ?? t('unknown'))),
      ),
    ),
  );
}

function takenContent({ steps, unread }: TriageReport): readonly Node[] {
  const heads = [t('what'), t('outcome'), t('why')];
  const row = ({ step, outcome, reason }: Step): HTMLElement =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, stepName(step)),
      element('td', {}, stepText(outcome)),
      element('td', {}, element('span', { class: 'wrapped' }, reason ?? '')),
    );
  return [
    element(
      'table',
      { class: 'facts-table', 'aria-label': t('What was taken') },
      element('thead', {}, element('tr', {}, ...heads.map(head => element('th', { scope: 'col' }, head)))),
      element('tbody', {}, ...steps.map(row)),
    ),
    ...(unread.total === 0
      ? []
      : [
          element('p', {}, t('Files beside it that could not be used: {0}.', unread.total)),
          element(
            'ul',
            {},
            ...unread.rows.map(({ file, reason }) => element('li', {}, `${file}: ${reason}`)),
          ),
        ]),
  ];
}

const STEP_NAMES: ReadonlyMap<string, () => string> = new Map([
  ['node', () => t('the node')],
  ['node-events', () => t('Events of the node')],
  ['pod-events', () => t('warnings about its pods')],
  ['pods', () => t('its pods')],
  ['configz', () => t('configuration of the kubelet')],
  ['metrics', () => t('metrics of the kubelet')],
  ['metrics-cadvisor', () => t('metrics of its containers')],
  ['stats-summary', () => t('statistics of the node')],
  ['goroutines', () => t('goroutines of the kubelet')],
  ['kubelet-log', () => t('log of the kubelet')],
  ['metrics-later', () => t('metrics of the kubelet, once more')],
  ['cpu', () => t('CPU profile of the kubelet')],
]);

/** A step of a newer version has its own name alone. */
function stepName(step: string): string {
  return STEP_NAMES.get(step)?.() ?? step;
}

function stepText(outcome: Step['outcome']): string {
  switch (outcome) {
    case 'taken':
      return t('taken');
    case 'skipped':
      return t('not available');
    case 'failed':
      return t('failed');
    case 'pending':
      return t('not there yet');
  }
}

function levelText(level: Level): string {
  switch (level) {
    case 'high':
      return t('high');
    case 'medium':
      return t('medium');
    case 'low':
      return t('low');
  }
}
