/** What the trace itself cost the kubelet, before, during and after. */
import { formatCores } from '../../src/profile/format.js';
import type { ReportPayload } from '../../src/protocol/reportMessages.js';
import { element } from '../ui/dom.js';
import { t } from '../words.js';
import type { Section } from './reportView.js';
import { formatSeconds } from './times.js';

export function costSection(cost: NonNullable<ReportPayload['traceCost']>): Section {
  const rows: readonly (readonly [name: string, ...values: string[]])[] = [
    [
      t('CPU of the kubelet, in cores'),
      formatCores(cost.cpuBefore),
      formatCores(cost.cpuDuring),
      formatCores(cost.cpuAfter),
    ],
    ...delay(t('one look at all pods (relist)'), cost.relistSecondsUsual, cost.relistSecondsDuring),
    ...delay(t('one change of a cgroup'), cost.cgroupSecondsUsual, cost.cgroupSecondsDuring),
  ];
  const heads = [t('before, or usually'), t('during the trace'), t('after')];
  return {
    id: 'cost',
    title: t('What the trace cost'),
    content: [
      element(
        'table',
        { class: 'facts-table' },
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
          ...rows.map(([name, ...values]) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, name),
              ...values.map(value => element('td', { class: 'number' }, value)),
            ),
          ),
        ),
      ),
    ],
  };
}

/** No row where the kubelet's metrics did not tell. */
function delay(
  name: string,
  usual: number | undefined,
  during: number | undefined,
): readonly (readonly [string, ...string[]])[] {
  return usual === undefined && during === undefined
    ? []
    : [[name, formatSeconds(usual), formatSeconds(during), '–']];
}
