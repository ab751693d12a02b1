/** What was done to a node for a finding: before and after beside each other, what was written, and how the node was meanwhile. */
import { formatBytes, formatCores, formatCount } from '../../src/profile/format.js';
import type { RemedyReport } from '../../src/report/model.js';
import { element } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { t } from '../words.js';
import { outcomeText } from './remedyOutcome.js';
import type { Section, ViewHost } from './reportView.js';
import { formatSeconds } from './times.js';

type Remedy = RemedyReport['remedy'];
type Reading = Remedy['before'];
type Drop = Remedy['drops'][number];
type Seen = Remedy['readiness'][number];

export function remedySections(report: RemedyReport, host: ViewHost): readonly Section[] {
  const { remedy } = report;
  return [
    { id: 'answer', title: t('Answer'), content: [answer(report, host), ...notes(remedy)] },
    { id: 'numbers', title: t('Before and after'), content: [numbersTable(remedy)] },
    { id: 'done', title: t('What was done'), content: [doneTable(remedy)] },
    { id: 'ready', title: t('The node meanwhile'), content: [readinessTable(remedy)] },
  ];
}

function answer({ outcome, remedy }: RemedyReport, host: ViewHost): HTMLElement {
  const hasHelped = outcome === 'helped';
  const canCheck = host.node.kind === 'known' && remedy.drops.length > 0 && remedy.ended !== 'running';
  const check = element('button', { type: 'button', class: 'action' }, t('Check Again…'));
  check.addEventListener('click', () => host.checkRemedy());
  return element(
    'p',
    { class: 'answer' },
    icon(hasHelped || outcome === 'not-needed' ? 'check' : 'warning'),
    element('strong', {}, outcomeText(outcome)),
    ...(canCheck ? [' ', check] : []),
  );
}

/** How it ended where that is not what one expects. */
function notes({ ended, event }: Remedy): readonly HTMLElement[] {
  const end = ENDS[ended]?.();
  const told = event === 'recorded' ? t('An Event about the node says what was done.') : undefined;
  return [end, told].flatMap(text => (text === undefined ? [] : [element('p', { class: 'quiet' }, text)]));
}

const ENDS: Partial<Record<Remedy['ended'], () => string>> = {
  stopped: () => t('It was stopped; what the kernel had dropped by then stays dropped.'),
  'not-ready': () => t('It was ended because the node was not ready any more.'),
  failed: () => t('It failed.'),
};

function numbersTable({ before, after, again }: Remedy): HTMLElement {
  const readings = [before, ...(after === undefined ? [] : [after]), ...again];
  const heads = [
    t('before'),
    ...(after === undefined ? [] : [t('after')]),
    ...again.map(({ at }) => t('again, {0} later', laterText(after ?? before, at))),
  ];
  return element(
    'table',
    { class: 'facts-table', 'aria-label': t('Before and after') },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('td'),
        ...heads.map(head => element('th', { scope: 'col', class: 'number' }, head)),
      ),
    ),
    element(
      'tbody',
      {},
      ...rows().map(([name, text]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          ...readings.map(reading => element('td', { class: 'number' }, text(reading) ?? '–')),
        ),
      ),
    ),
  );
}

function rows(): readonly (readonly [string, (reading: Reading) => string | undefined])[] {
  const shown = (value: number | undefined, format: (value: number) => string): string | undefined =>
    value === undefined ? undefined : format(value);
  return [
    [t('CPU of the kubelet, in cores'), ({ kubeletCores }) => shown(kubeletCores, formatCores)],
    [t('one read of memory.stat'), ({ readSeconds }) => shown(readSeconds, formatSeconds)],
    [t('memory cgroups in the kernel'), ({ cgroups }) => shown(cgroups, formatCount)],
    [t('dead ones, kept by what is charged to them'), ({ dying }) => shown(dying, formatCount)],
    [t('directory entries in memory'), ({ dentries }) => shown(dentries, formatCount)],
    [t('kernel objects (slab)'), ({ slab }) => shown(slab, formatBytes)],
    [t('page cache'), ({ pageCache }) => shown(pageCache, formatBytes)],
    [t('available'), ({ available }) => shown(available, formatBytes)],
  ];
}

function laterText({ at }: Reading, later: string): string {
  return t('{0} min', formatCount(Math.max(0, Math.round((Date.parse(later) - Date.parse(at)) / 60_000))));
}

function doneTable({ drops }: Remedy): HTMLElement {
  if (drops.length === 0) return element('p', {}, t('Nothing was changed.'));
  const row = ({ value, seconds, outcome, reason }: Drop): HTMLElement =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, element('code', {}, `echo ${value} > /proc/sys/vm/drop_caches`)),
      element('td', {}, dropText(outcome)),
      element('td', { class: 'number' }, seconds === undefined ? '–' : formatSeconds(seconds)),
      element('td', {}, element('span', { class: 'wrapped' }, reason ?? '')),
    );
  return table(t('What was done'), [t('what'), t('outcome'), t('time'), t('why')], drops.map(row));
}

function dropText(outcome: Drop['outcome']): string {
  switch (outcome) {
    case 'done':
      return t('done');
    case 'stopped':
      return t('stopped');
    case 'failed':
      return t('failed');
  }
}

function readinessTable({ readiness, before }: Remedy): HTMLElement {
  const row = ({ at, status, reason }: Seen): HTMLElement =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, t('{0} s', secondsSince(before, at))),
      element('td', {}, status === 'not-known' ? t('unknown') : `Ready ${status}`),
      element('td', {}, element('span', { class: 'wrapped' }, reason ?? '')),
    );
  return table(t('The node meanwhile'), [t('time'), t('state'), t('why')], readiness.map(row));
}

/** Since the first measurement; the first look is a little before it. */
function secondsSince({ at }: Reading, later: string): string {
  return formatCount(Math.max(0, Math.round((Date.parse(later) - Date.parse(at)) / 1000)));
}

function table(name: string, heads: readonly string[], body: readonly HTMLElement[]): HTMLElement {
  return element(
    'table',
    { class: 'facts-table', 'aria-label': name },
    element('thead', {}, element('tr', {}, ...heads.map(head => element('th', { scope: 'col' }, head)))),
    element('tbody', {}, ...body),
  );
}
