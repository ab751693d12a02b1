/** Sampled threads: who used CPU and where, in which calls they waited, which files were open, and the node around them. */
import { entryOf } from '../../src/base/jsonFields.js';
import { formatCores, formatCount, formatShare } from '../../src/profile/format.js';
import type { ThreadsReport } from '../../src/report/model.js';
import { element } from '../ui/dom.js';
import { t } from '../words.js';
import { linkButton, NAMED } from './callLinks.js';
import { dataTable, type Column } from './dataTable.js';
import type { Section, ViewHost } from './reportView.js';
import { formatSeconds } from './times.js';
import { verdictSection } from './verdictView.js';

type ThreadRow = ThreadsReport['threads']['rows'][number];
type CallRow = ThreadsReport['calls']['rows'][number];
type FileRow = ThreadsReport['files']['rows'][number];
type ProcessRow = ThreadsReport['processes']['rows'][number];
type Place = keyof ThreadRow['places'];

export function threadsSections(report: ThreadsReport, host: ViewHost): readonly Section[] {
  const { total, processes } = report;
  return [
    verdictSection(report.verdict, ['profile', 'cgroups', 'triage'], host),
    {
      id: 'threads',
      title: t('Threads'),
      content: [
        element(
          'p',
          { class: 'lead' },
          t(
            'A sample is a look at one thread in one moment. On a CPU: {0} of {1}; waiting: {2}; for a disk or a lock of the kernel: {3}.',
            formatCount(total.places.kernel + total.places.user + total.places.cpu),
            formatCount(total.samples),
            formatCount(total.places.waiting),
            formatCount(total.places.disk),
          ),
        ),
        table('threads', t('Threads'), report.threads, threadColumns(host), 'cores', host),
      ],
    },
    {
      id: 'calls',
      title: t('Calls they waited in'),
      content: [table('calls', t('Calls they waited in'), report.calls, callColumns(host), 'samples', host)],
    },
    {
      id: 'files',
      title: t('Open files'),
      content: [
        element(
          'p',
          { class: 'lead' },
          t(
            'A file that is open for a short time only, and mostly while a thread is in the kernel on a CPU, is where that time is probably spent: inferred, not seen.',
          ),
        ),
        table('files', t('Open files'), report.files, fileColumns(host), undefined, host),
      ],
    },
    ...(processes.total === 0 ? [] : [nodeSection(report, host)]),
  ];
}

function table<Row>(
  id: string,
  name: string,
  rows: { readonly rows: readonly Row[]; readonly total: number },
  columns: readonly Column<Row>[],
  ...[sortedBy, host]: [sortedBy: string | undefined, host: ViewHost]
): HTMLElement {
  const sort = sortedBy === undefined ? {} : { sort: { column: sortedBy, descending: true } };
  return dataTable({ id, name, rows, columns, ...sort }, host);
}

function threadColumns(host: ViewHost): Column<ThreadRow>[] {
  return [
    { id: 'thread', label: t('thread'), value: row => row.tid, text: row => String(row.tid) },
    { id: 'name', label: t('name'), value: row => row.command, text: row => row.command },
    number(
      'cores',
      t('cores'),
      row => row.cores,
      row => formatCores(row.cores),
    ),
    number(
      'user',
      t('in the program'),
      row => row.userSeconds,
      row => `${row.userSeconds.toFixed(2)} s`,
    ),
    number(
      'system',
      t('in the kernel'),
      row => row.systemSeconds,
      row => `${row.systemSeconds.toFixed(2)} s`,
    ),
    number(
      'running',
      t('on a CPU'),
      row => share(row, ['kernel', 'user', 'cpu']),
      row => formatShare(share(row, ['kernel', 'user', 'cpu']), 1),
    ),
    number(
      'disk',
      t('state D'),
      row => share(row, ['disk']),
      row => formatShare(share(row, ['disk']), 1),
    ),
    number(
      'delay',
      t('waited for a CPU'),
      row => row.runDelaySeconds,
      row => formatSeconds(row.runDelaySeconds),
    ),
    {
      id: 'call',
      label: t('most often in'),
      value: row => callText(row.calls[0]),
      text: row => callText(row.calls[0]),
      cell: row => callCell(row.calls[0], host),
    },
  ];
}

function share({ places, samples }: ThreadRow, wanted: readonly Place[]): number {
  return samples === 0 ? 0 : wanted.reduce((sum, place) => sum + places[place], 0) / samples;
}

function number<Row>(
  id: string,
  label: string,
  value: (row: Row) => number | undefined,
  text: (row: Row) => string,
): Column<Row> {
  return { id, label, value, text, isNumber: true };
}

function callText(call: CallRow | undefined): string {
  if (call === undefined) return '';
  return [call.syscall, call.file ?? call.detail].filter(part => part !== '').join(' ');
}

function callCell(call: CallRow | undefined, host: ViewHost): Node {
  if (call === undefined) return document.createTextNode('');
  const rest = call.file ?? call.detail;
  return element('span', {}, callName(call.syscall, host), rest === '' ? '' : ` ${rest}`);
}

function callName(call: string, host: ViewHost): Node {
  if (!NAMED.test(call)) return document.createTextNode(call);
  return linkButton(call, t('Manual page of {0}', call), { target: 'manual', call, path: '' }, host);
}

function callColumns(host: ViewHost): Column<CallRow>[] {
  return [
    {
      id: 'call',
      label: t('call'),
      value: row => row.syscall,
      text: row => row.syscall,
      cell: row => callName(row.syscall, host),
    },
    { id: 'detail', label: t('arguments'), value: row => row.detail, text: row => row.detail },
    { id: 'file', label: t('file'), value: row => row.file, text: row => row.file ?? '' },
    {
      id: 'kernel',
      label: t('waits in'),
      value: row => row.waitsIn,
      text: row => row.waitsIn ?? '',
      cell: row => symbolCell(row.waitsIn, host),
    },
    number(
      'samples',
      t('samples'),
      row => row.samples,
      row => formatCount(row.samples),
    ),
  ];
}

function symbolCell(symbol: string | undefined, host: ViewHost): Node {
  if (symbol === undefined) return document.createTextNode('');
  if (!/^\w+$/.test(symbol)) return document.createTextNode(symbol);
  const link = { target: 'symbol', call: symbol, path: '' } as const;
  return linkButton(symbol, t('Source of {0} in the kernel', symbol), link, host);
}

function fileColumns(host: ViewHost): Column<FileRow>[] {
  return [
    {
      id: 'file',
      label: t('file'),
      value: row => row.path,
      text: row => row.path,
      cell: row => element('span', { class: 'path' }, row.path),
    },
    number(
      'rounds',
      t('rounds open'),
      row => row.rounds,
      row => formatCount(row.rounds),
    ),
    number(
      'waited',
      t('rounds waited on'),
      row => row.waitedRounds,
      row => formatCount(row.waitedRounds),
    ),
    number(
      'burning',
      t('while in the kernel on a CPU'),
      row => row.burningRounds,
      row => formatCount(row.burningRounds),
    ),
    {
      id: 'kernel',
      label: t('made by'),
      value: row => entryOf(host.kernels.byPath, row.path)?.symbol,
      text: row => entryOf(host.kernels.byPath, row.path)?.symbol ?? '',
      cell: row => symbolCell(entryOf(host.kernels.byPath, row.path)?.symbol, host),
    },
    {
      id: 'always',
      label: t('always open'),
      value: row => (row.isAlwaysOpen ? 1 : 0),
      text: row => (row.isAlwaysOpen ? t('yes') : ''),
    },
  ];
}

function nodeSection({ node, processes }: ThreadsReport, host: ViewHost): Section {
  const columns: Column<ProcessRow>[] = [
    { id: 'process', label: t('process'), value: row => row.command, text: row => row.command },
    { id: 'pid', label: 'PID', value: row => row.pid, text: row => String(row.pid) },
    number(
      'cores',
      t('cores'),
      row => row.userCores + row.systemCores,
      row => formatCores(row.userCores + row.systemCores),
    ),
    number(
      'user',
      t('in the program'),
      row => row.userCores,
      row => formatCores(row.userCores),
    ),
    number(
      'system',
      t('in the kernel'),
      row => row.systemCores,
      row => formatCores(row.systemCores),
    ),
    number(
      'wait',
      t('waited for a CPU'),
      row => row.waitCores,
      row => (row.waitCores === undefined ? '–' : formatCores(row.waitCores)),
    ),
  ];
  const lead =
    node === undefined
      ? []
      : [
          element(
            'p',
            { class: 'lead' },
            t(
              'All CPUs of the node, in cores: {0} in programs, {1} in the kernel, {2} idle, {3} waiting for disks, {4} taken by the hypervisor.',
              formatCores(node.user),
              formatCores(node.system + node.irq),
              formatCores(node.idle),
              formatCores(node.ioWait),
              formatCores(node.steal),
            ),
          ),
        ];
  return {
    id: 'node',
    title: t('Processes of the node'),
    content: [...lead, table('node', t('Processes of the node'), processes, columns, 'cores', host)],
  };
}
