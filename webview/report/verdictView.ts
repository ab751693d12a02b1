/** The verdict: what is worth following up, what is usual, each with its evidence; and an idle kubelet beside it. */
import type { Finding } from '../../src/base/finding.js';
import { formatShare } from '../../src/profile/format.js';
import type { CallsReport } from '../../src/report/model.js';
import { sayFinding, type SaidConfirmation, type SaidFinding } from '../../src/report/sayFinding.js';
import { element } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { t, translate } from '../words.js';
import type { Section, ViewHost } from './reportView.js';
import { stepButton } from './stepButton.js';

type StepHost = Pick<ViewHost, 'node' | 'runStep'>;
type Comparison = CallsReport['comparison'][number];

export function callsVerdictSection(report: CallsReport, host: StepHost): Section {
  const { title, content } = verdictSection(report.verdict, host);
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

export function verdictSection(findings: readonly Finding[], host: StepHost): Section {
  return {
    id: 'verdict',
    title: t('Verdict'),
    content: [
      element(
        'ul',
        { class: 'verdict' },
        ...findings.map(finding => findingItem(sayFinding(finding, translate), host)),
      ),
    ],
  };
}

function findingItem(finding: SaidFinding, host: StepHost): HTMLElement {
  const { weight, text, evidence, isInferred, doubt, confirm } = finding;
  const isUsual = weight === 'usual';
  const items = evidence.map(observation => element('li', {}, observation.text));
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
      ...(items.length === 0 ? [] : [element('ul', { class: 'evidence' }, ...items)]),
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
