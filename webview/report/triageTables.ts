/** Two parts of a triage that are tables of numbers: where the kubelet's CPU goes, and what this kernel has of known fixes. */
import { formatCores, formatShare } from '../../src/profile/format.js';
import type { TriageKernelRow, TriageReport } from '../../src/report/model.js';
import { element } from '../ui/dom.js';
import { t, translate } from '../words.js';
import { dataTable, type Column } from './dataTable.js';
import type { Section, ViewHost } from './reportView.js';

type Account = TriageReport['account'];

/** Nothing where neither a measurement nor a profile is there. */
export function accountSection({ account }: TriageReport): readonly Section[] {
  const lead = leadOf(account);
  if (lead.length === 0 && account.subsystems.length === 0) return [];
  return [
    {
      id: 'account',
      title: t("Where the kubelet's CPU goes"),
      content: [
        element('p', { class: 'lead' }, lead.join(' ')),
        ...(account.subsystems.length === 0 ? [] : [subsystemTable(account)]),
      ],
    },
  ];
}

function leadOf({ cores, userCores, systemCores, shownCores, hiddenCores }: Account): readonly string[] {
  return [
    ...(cores === undefined ? [] : [t("The kubelet's process used {0} cores.", formatCores(cores))]),
    ...(userCores === undefined || systemCores === undefined
      ? []
      : [
          t('{0} cores in the kernel, {1} in the program.', formatCores(systemCores), formatCores(userCores)),
        ]),
    ...(shownCores === undefined ? [] : [t('The profile shows {0} cores.', formatCores(shownCores))]),
    ...(hiddenCores === undefined || hiddenCores < 0.005
      ? []
      : [
          t(
            '{0} cores are not in the profile: mostly time in the kernel, which is under-sampled.',
            formatCores(hiddenCores),
          ),
        ]),
  ];
}

/** Bars stand beside their numbers, which say the same. */
function subsystemTable({ subsystems }: Account): HTMLElement {
  const most = Math.max(...subsystems.map(({ share }) => share), Number.MIN_VALUE);
  return element(
    'table',
    { class: 'histogram accounting', 'aria-label': t("Where the kubelet's CPU goes") },
    element(
      'thead',
      { class: 'visually-hidden' },
      element(
        'tr',
        {},
        ...[t('subsystem'), t('cores'), t('share'), ''].map(text =>
          text === '' ? element('td') : element('th', { scope: 'col' }, text),
        ),
      ),
    ),
    element(
      'tbody',
      {},
      ...subsystems.map(({ name, value, share }) => {
        const bar = element('div', { class: 'histogram-bar' });
        bar.style.width = `${(100 * share) / most}%`;
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          element('td', { class: 'number' }, value === undefined ? '–' : formatCores(value)),
          element('td', { class: 'number' }, formatShare(share, 1)),
          element('td', { class: 'histogram-cell' }, bar),
        );
      }),
    ),
  );
}

export function kernelTable({ kernel }: TriageReport, host: ViewHost): HTMLElement {
  const wrapped = (text: string): HTMLElement => element('span', { class: 'wrapped' }, text);
  const columns: readonly Column<TriageKernelRow>[] = [
    { id: 'fix', label: t('fix'), value: row => row.id, text: row => row.id },
    {
      id: 'state',
      label: t('state'),
      value: row => stateText(row.state),
      text: row => stateText(row.state),
    },
    {
      id: 'why',
      label: t('why'),
      value: row => translate(row.because),
      text: row => translate(row.because),
      cell: row => wrapped(translate(row.because)),
    },
    {
      id: 'advice',
      label: t('go to'),
      value: adviceText,
      text: adviceText,
      cell: row => wrapped(adviceText(row)),
    },
  ];
  return dataTable(
    { id: 'kernel', name: t('Fixes of this kernel'), rows: { rows: kernel, total: kernel.length }, columns },
    host,
  );
}

function adviceText({ advice }: TriageKernelRow): string {
  return advice === undefined ? '' : translate(advice);
}

function stateText(state: TriageKernelRow['state']): string {
  switch (state) {
    case 'fixed':
      return t('fixed');
    case 'not-fixed':
      return t('not fixed');
    case 'partly':
      return t('partly fixed');
    case 'unknown':
      return t('unknown');
  }
}
