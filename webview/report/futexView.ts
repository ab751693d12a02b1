/** Futex calls from every side: over time, by operation and result, by address, by thread, by how long. */
import { formatCount } from '../../src/profile/format.js';
import type { CallsReport } from '../../src/report/model.js';
import { element } from '../ui/dom.js';
import { t } from '../words.js';
import { histogram, timelineChart } from './charts.js';
import { dataTable, type Column } from './dataTable.js';
import type { Section, ViewHost } from './reportView.js';
import { explainAddress, explainFutex, explainOperation, explainResult } from './terms.js';
import { formatSeconds } from './times.js';

type Futex = CallsReport['futex'];
type OperationRow = Futex['operations']['rows'][number];
type AddressRow = Futex['addresses']['rows'][number];
type ThreadRow = Futex['threads']['rows'][number];

export function futexSections(report: CallsReport, host: ViewHost): readonly Section[] {
  const { futex } = report;
  if (futex.calls + futex.unfinished === 0) return [];
  return [
    overviewSection(report, host),
    {
      id: 'operations',
      title: t('Futex by operation and result'),
      content: [
        dataTable(
          {
            id: 'operations',
            name: t('Futex by operation and result'),
            rows: futex.operations,
            columns: operationColumns(host),
            sort: { column: 'calls', descending: true },
          },
          host,
        ),
      ],
    },
    addressSection(futex, host),
    {
      id: 'threads',
      title: t('Futex by thread'),
      content: [
        dataTable(
          {
            id: 'threads',
            name: t('Futex by thread'),
            rows: futex.threads,
            columns: [
              threadColumn(),
              count<ThreadRow>('calls', t('calls'), row => row.calls),
              ...tallyColumns<ThreadRow>(),
            ],
            sort: { column: 'calls', descending: true },
          },
          host,
        ),
      ],
    },
    timesSection(futex),
  ];
}

function overviewSection({ futex }: CallsReport, host: ViewHost): Section {
  const { timeline } = futex;
  return {
    id: 'futex',
    title: t('Futex over time'),
    content: [
      element(
        'p',
        { class: 'lead' },
        t(
          '{0} results, {1} of them time-outs; {2} calls without a result.',
          formatCount(futex.calls),
          formatCount(futex.timeouts),
          formatCount(futex.unfinished),
        ),
        ' ',
        host.help.term(t('What is a futex?'), explainFutex()),
      ),
      timeline.bins.length === 0
        ? element(
            'p',
            { class: 'quiet' },
            t('The trace has no time stamps: there is no order in time to show.'),
          )
        : timelineChart(timeline, host),
    ],
  };
}

function operationColumns(host: ViewHost): Column<OperationRow>[] {
  return [
    {
      id: 'operation',
      label: t('operation'),
      value: row => row.operation,
      text: row => row.operation,
      cell: row => host.help.term(row.operation, explainOperation(row.operation)),
    },
    {
      id: 'result',
      label: t('result'),
      value: row => row.result,
      text: row => row.result,
      cell: row => host.help.term(row.result, explainResult(row.result)),
    },
    count<OperationRow>('calls', t('calls'), row => row.calls),
  ];
}

function addressSection(futex: Futex, host: ViewHost): Section {
  return {
    id: 'addresses',
    title: t('Futex by address'),
    content: [
      element(
        'p',
        { class: 'lead' },
        t(
          'One thread on an address is a thread that sleeps and is woken; many on one share a lock or an event.',
        ),
        ' ',
        host.help.term(t('What is the address?'), explainAddress()),
      ),
      dataTable(
        {
          id: 'addresses',
          name: t('Futex by address'),
          rows: futex.addresses,
          columns: [
            { id: 'address', label: t('address'), value: row => row.address, text: row => row.address },
            count<AddressRow>('threads', t('threads'), row => row.threads),
            ...tallyColumns<AddressRow>(),
          ],
          sort: { column: 'waits', descending: true },
        },
        host,
      ),
    ],
  };
}

function threadColumn(): Column<ThreadRow> {
  return {
    id: 'thread',
    label: t('thread'),
    value: row => row.tid,
    text: row => (row.tid === 0 ? t('not named') : String(row.tid)),
  };
}

type Tally = Pick<ThreadRow, 'waits' | 'wakes' | 'timeouts' | 'waitSeconds'>;

function tallyColumns<Row extends Tally>(): Column<Row>[] {
  return [
    count('waits', t('waits'), row => row.waits),
    count('wakes', t('wakes'), row => row.wakes),
    count('timeouts', t('timed out'), row => row.timeouts),
    {
      id: 'waited',
      label: t('time asleep'),
      value: row => row.waitSeconds,
      text: row => formatSeconds(row.waitSeconds),
      isNumber: true,
    },
  ];
}

function count<Row>(id: string, label: string, value: (row: Row) => number): Column<Row> {
  return { id, label, value, text: row => formatCount(value(row)), isNumber: true };
}

function timesSection(futex: Futex): Section {
  const { none, absolute, unknown } = futex.otherTimeouts;
  const others = [
    ...(none === 0 ? [] : [t('{0} waits had no time-out', formatCount(none))]),
    ...(absolute === 0 ? [] : [t('{0} had a point in time for one', formatCount(absolute))]),
    ...(unknown === 0 ? [] : [t('of {0} the trace does not tell', formatCount(unknown))]),
  ];
  const pictures = [
    ...(futex.timeoutHistogram.length === 0
      ? []
      : [histogram(t('Time-outs that waits were given'), futex.timeoutHistogram)]),
    ...(futex.waitHistogram.length === 0 ? [] : [histogram(t('How long waits took'), futex.waitHistogram)]),
  ];
  return {
    id: 'times',
    title: t('Time-outs and waits'),
    content: [
      ...(others.length === 0 ? [] : [element('p', { class: 'lead' }, `${others.join(' · ')}.`)]),
      pictures.length === 0
        ? element('p', { class: 'quiet' }, t('The trace tells neither time-outs nor how long waits took.'))
        : element('div', { class: 'histograms' }, ...pictures),
    ],
  };
}
