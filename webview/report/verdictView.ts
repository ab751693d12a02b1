/** The verdict: what is worth following up, what is usual, each with its evidence; and an idle kubelet beside it. */
import type { Finding } from '../../src/base/finding.js';
import { formatShare } from '../../src/profile/format.js';
import type { NodeStep } from '../../src/protocol/reportMessages.js';
import type { CallsReport } from '../../src/report/model.js';
import { sayFinding, type SaidConfirmation, type SaidFinding } from '../../src/report/sayFinding.js';
import { element } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { t, translate } from '../words.js';
import type { Section, ViewHost } from './reportView.js';
import { nextSteps, stepButton } from './stepButton.js';

type StepHost = Pick<ViewHost, 'node' | 'runStep'>;
type Comparison = CallsReport['comparison'][number];

export function callsVerdictSection(report: CallsReport, host: StepHost): Section {
  const { title, content } = verdictSection(report.verdict, ['profile', 'threads', 'triage'], host);
  return {
    id: 'verdict',
    title,
    content: [
      ...content,
      element(
        'p',
        { class: 'lead' },
        t(
          'Many ETIMEDOUT and a large share of futex are usual for a Go program: idle threads sleep that way. Beside this trace, a kubelet that had nothing to do:',
        ),
      ),
      comparisonTable(report),
    ],
  };
}

/** One finding that says more than all others: it stands first, and large. */
export function answerSection(finding: Finding, next: readonly NodeStep[], host: StepHost): Section {
  const { weight, text, evidence, confirm } = sayFinding(finding, translate);
  const isUsual = weight === 'usual';
  return {
    id: 'answer',
    title: t('Answer'),
    content: [
      element(
        'p',
        { class: isUsual ? 'answer' : 'answer answer-found' },
        icon(isUsual ? 'info' : 'warning'),
        element('strong', {}, text),
      ),
      evidenceList(evidence),
      ...confirm.map(each => confirmation(each, host)),
      ...nextOf(next, confirm, host),
    ],
  };
}

/** Steps that have a button behind the words of a finding are not offered twice. */
function nextOf(
  steps: readonly NodeStep[],
  confirm: readonly SaidConfirmation[],
  host: StepHost,
): readonly HTMLElement[] {
  const offered = confirm.map(({ capture }) => capture);
  const left = steps.filter(step => !offered.some(each => each === step));
  return left.length === 0 ? [] : [nextSteps(left, host)];
}

function evidenceList(evidence: SaidFinding['evidence']): HTMLElement {
  return element('ul', { class: 'evidence' }, ...evidence.map(({ text }) => element('li', {}, text)));
}

/** @param next steps that may follow, the most useful first */
export function verdictSection(
  findings: readonly Finding[],
  next: readonly NodeStep[],
  host: StepHost,
): Section {
  const said = findings.map(finding => sayFinding(finding, translate));
  return {
    id: 'verdict',
    title: t('Verdict'),
    content: [
      element('ul', { class: 'verdict' }, ...said.map(finding => findingItem(finding, host))),
      ...nextOf(
        next,
        said.flatMap(({ confirm }) => confirm),
        host,
      ),
    ],
  };
}

function findingItem(finding: SaidFinding, host: StepHost): HTMLElement {
  const { weight, text, evidence, isInferred, doubt, confirm } = finding;
  const isUsual = weight === 'usual';
  return element(
    'li',
    { class: isUsual ? 'verdict-usual' : 'verdict-look' },
    icon(isUsual ? 'check' : 'warning'),
    element(
      'div',
      {},
      element(
        'p',
        {},
        element('strong', {}, isUsual ? t('Usual') : t('Look')),
        ' ',
        text,
        ...(isInferred ? [' ', element('span', { class: 'mark' }, t('inferred'))] : []),
      ),
      ...(evidence.length === 0 ? [] : [evidenceList(evidence)]),
      ...doubt.map(each => element('p', { class: 'quiet' }, each)),
      ...confirm.map(each => confirmation(each, host)),
    ),
  );
}

function confirmation({ text, command, capture }: SaidConfirmation, host: StepHost): HTMLElement {
  return command === undefined
    ? element('p', {}, text ?? '', ...(capture === undefined ? [] : stepButton(capture, host)))
    : element('p', {}, t('See for yourself, on the node:'), ' ', element('code', {}, command));
}

function comparisonTable(report: CallsReport): HTMLElement {
  const head = ['', t('this trace'), t('idle kubelet (v1.36.2, strace)')];
  return element(
    'table',
    { class: 'facts-table' },
    element('thead', {}, element('tr', {}, ...head.map(text => cellOfHead(text)))),
    element(
      'tbody',
      {},
      ...report.comparison.map(({ of, here, idle }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, comparedText(of)),
          element(
            'td',
            { class: 'number' },
            here === undefined ? absentText(of, report) : formatShare(here, 1),
          ),
          element('td', { class: 'number' }, formatShare(idle, 1)),
        ),
      ),
    ),
  );
}

/** A corner without words is no head for a screen reader. */
function cellOfHead(text: string): HTMLElement {
  return text === '' ? element('td') : element('th', { scope: 'col', class: 'number' }, text);
}

function comparedText(of: Comparison['of']): string {
  switch (of) {
    case 'futexCalls':
      return t('share of futex in all calls');
    case 'futexTime':
      return t('share of futex in the time that strace -c prints');
    case 'timeouts':
      return t('share of futex results that are time-outs');
  }
}

/** Why there is no number. */
function absentText(of: Comparison['of'], { isFutexOnly, engine }: CallsReport): string {
  if (of === 'futexCalls') return isFutexOnly ? t('only futex was traced') : '–';
  if (of === 'futexTime') return engine === 'kernel' ? t('strace only') : t('no -c table');
  return '–';
}
