/** The system calls of a trace: how many of each, and the slowest one by one. */
import { entryOf } from '../../src/base/jsonFields.js';
import { formatCount } from '../../src/profile/format.js';
import type { CallsReport } from '../../src/report/model.js';
import { element } from '../ui/dom.js';
import { t } from '../words.js';
import { linkButton, NAMED } from './callLinks.js';
import { dataTable, type Column } from './dataTable.js';
import type { Section, ViewHost } from './reportView.js';
import { formatSeconds } from './times.js';

type CallRow = CallsReport['table']['rows'][number];
type SlowRow = CallsReport['slowest']['rows'][number];

export function callsSection(report: CallsReport, host: ViewHost): Section {
  return {
    id: 'calls',
    title: t('System calls'),
    content: [
      ...(report.form === 'table'
        ? [
            element(
              'p',
              { class: 'lead' },
              t(
                'The seconds are those of the table: time in the kernel, or on the wall where strace was given -w, which it does not say.',
              ),
            ),
          ]
        : []),
      dataTable(
        {
          id: 'calls',
          name: t('System calls'),
          rows: report.table,
          columns: callColumns(report, host),
          sort: { column: 'calls', descending: true },
        },
        host,
      ),
    ],
  };
}

function callColumns(report: CallsReport, host: ViewHost): Column<CallRow>[] {
  const seconds = (
    id: string,
    label: string,
    value: (row: CallRow) => number | undefined,
  ): Column<CallRow> => ({
    id,
    label,
    value,
    text: row => formatSeconds(value(row)),
    isNumber: true,
  });
  const times =
    report.form === 'table'
      ? [seconds('seconds', t('seconds'), row => row.tableSeconds)]
      : [
          {
            ...seconds('total', t('total time'), row => row.wallSeconds),
            title: t('Wall time, all threads together'),
          },
          seconds('mean', t('mean'), row => row.meanSeconds),
          seconds('longest', t('longest'), row => row.longestSeconds),
        ];
  return [
    {
      id: 'call',
      label: t('call'),
      value: row => row.syscall,
      text: row => row.syscall,
      cell: row => callLink(row.syscall, host),
    },
    {
      id: 'calls',
      label: t('calls'),
      value: row => row.calls,
      text: row => formatCount(row.calls),
      isNumber: true,
    },
    {
      id: 'errors',
      label: t('errors'),
      value: row => row.errors,
      text: row => formatCount(row.errors),
      isNumber: true,
    },
    ...(report.form === 'table' || report.hasDurations ? times : []),
    {
      id: 'kernel',
      label: t('in the kernel'),
      value: row => entryOf(host.kernels.byCall, row.syscall)?.symbol,
      text: row => entryOf(host.kernels.byCall, row.syscall)?.symbol ?? '',
      cell: row => kernelLinks(row.syscall, host),
    },
  ];
}

export function slowestSection(report: CallsReport, host: ViewHost): Section | undefined {
  if (!report.hasDurations) return undefined;
  const { slowest } = report;
  const lead =
    slowest.total === 0
      ? t(
          'No call took a millisecond or more, apart from those that wait by design (futex, epoll, sleep and the like).',
        )
      : t(
          'Calls of a millisecond or more that do not wait by design. While one lasts, its thread does nothing else.',
        );
  return {
    id: 'slowest',
    title: t('Slowest calls'),
    content: [
      element('p', { class: 'lead' }, lead),
      ...(slowest.total === 0
        ? []
        : [
            dataTable(
              {
                id: 'slowest',
                name: t('Slowest calls'),
                rows: slowest,
                columns: slowColumns(host),
                sort: { column: 'time', descending: true },
              },
              host,
            ),
          ]),
    ],
  };
}

function slowColumns(host: ViewHost): Column<SlowRow>[] {
  return [
    {
      id: 'time',
      label: t('time'),
      value: row => row.seconds,
      text: row => formatSeconds(row.seconds),
      isNumber: true,
    },
    {
      id: 'call',
      label: t('call'),
      value: row => row.syscall,
      text: row => row.syscall,
      cell: row => callLink(row.syscall, host),
    },
    { id: 'file', label: t('file'), value: fileText, text: fileText, cell: fileCell },
    {
      id: 'kernel',
      label: t('in the kernel'),
      value: row => servedBy(row, host)?.symbol,
      text: row => servedBy(row, host)?.symbol ?? '',
      cell: row => servedLink(row, host),
    },
    { id: 'thread', label: t('thread'), value: row => row.tid, text: row => String(row.tid), isNumber: true },
    {
      id: 'at',
      label: t('at'),
      title: t('Since the first line of the trace'),
      value: row => row.startSeconds,
      text: row => (row.startSeconds === undefined ? '–' : `${row.startSeconds.toFixed(3)} s`),
      isNumber: true,
    },
    { id: 'result', label: t('result'), value: row => row.result, text: row => row.result },
  ];
}

function fileText(row: SlowRow): string {
  if (row.path !== undefined) return row.isInferred ? t('{0} (inferred)', row.path) : row.path;
  return row.descriptor === undefined ? '' : t('file descriptor {0}', row.descriptor);
}

function fileCell(row: SlowRow): Node {
  if (row.path === undefined) return element('span', { class: 'quiet' }, fileText(row));
  const path = element('span', { class: 'path' }, row.path);
  if (!row.isInferred) return path;
  const mark = element(
    'span',
    {
      class: 'mark',
      title: t('Found among the files that were open at the time; the trace itself has only a number.'),
    },
    t('inferred'),
  );
  return element('span', {}, path, ' ', mark);
}

function servedBy(row: SlowRow, { kernels }: ViewHost): ViewHost['kernels']['byCall'][string] | undefined {
  return (
    (row.path === undefined ? undefined : entryOf(kernels.byPath, row.path)) ??
    entryOf(kernels.byCall, row.syscall)
  );
}

function servedLink(row: SlowRow, host: ViewHost): Node {
  const served = servedBy(row, host);
  if (served === undefined || !NAMED.test(row.syscall)) return document.createTextNode('');
  const target = { target: 'worker', call: row.syscall, path: row.path ?? '' } as const;
  return linkButton(served.symbol, served.detail, target, host);
}

function callLink(call: string, host: ViewHost): Node {
  if (!NAMED.test(call)) return document.createTextNode(call);
  return linkButton(call, t('Manual page of {0}', call), { target: 'manual', call, path: '' }, host);
}

function kernelLinks(call: string, host: ViewHost): Node {
  const worker = entryOf(host.kernels.byCall, call);
  if (worker === undefined || !NAMED.test(call)) return document.createTextNode('');
  const link = linkButton(worker.symbol, worker.detail, { target: 'worker', call, path: '' }, host);
  if (worker.symbol === `sys_${call}`) return link;
  const entry = linkButton(
    `sys_${call}`,
    t('Where {0} enters the kernel', call),
    { target: 'entry', call, path: '' },
    host,
  );
  return element('span', {}, link, element('span', { class: 'quiet', 'aria-hidden': 'true' }, ' · '), entry);
}
