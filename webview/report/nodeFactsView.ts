/** Facts of a node: what is unusual first, then plain tables, and what could not be looked at. */
import { formatBytes, formatCores, formatCount, formatShare } from '../../src/profile/format.js';
import type { FactCell, FactColumn, FactTable, NodeFactsReport } from '../../src/report/model.js';
import { element } from '../ui/dom.js';
import { t, translate } from '../words.js';
import { dataTable, type Column } from './dataTable.js';
import type { Section, ViewHost } from './reportView.js';
import { formatSeconds } from './times.js';
import { verdictSection } from './verdictView.js';

type Row = readonly FactCell[];

export function nodeFactsSections(report: NodeFactsReport, host: ViewHost): readonly Section[] {
  return [
    verdictSection(report.verdict, ['triage', 'profile', 'threads'], host),
    ...report.factTables.map(table => tableSection(table, host)),
    ...(report.missing.length === 0 ? [] : [missingSection(report, host)]),
  ];
}

function tableSection({ id, title, lead, columns, rows }: FactTable, host: ViewHost): Section {
  const name = translate(title);
  return {
    id,
    title: name,
    content: [
      ...(lead === undefined ? [] : [element('p', { class: 'lead' }, translate(lead))]),
      dataTable({ id, name, rows, columns: columns.map(columnOf) }, host),
    ],
  };
}

function columnOf({ title, unit }: FactColumn, index: number): Column<Row> {
  return {
    id: String(index),
    label: translate(title),
    value: row => sortValue(row[index] ?? ''),
    text: row => textOf(row[index] ?? '', unit),
    isNumber: unit !== 'text',
  };
}

/** What is not known sorts with nothing. */
function sortValue(cell: FactCell): string | number | undefined {
  if (cell === '') return undefined;
  return typeof cell === 'object' ? translate(cell) : cell;
}

function textOf(cell: FactCell, unit: FactColumn['unit']): string {
  if (cell === '') return '–';
  if (typeof cell === 'object') return translate(cell);
  return typeof cell === 'string' ? cell : numberText(cell, unit);
}

function numberText(value: number, unit: FactColumn['unit']): string {
  switch (unit) {
    case 'bytes':
      return formatBytes(value);
    case 'cores':
      return formatCores(value);
    case 'seconds':
      return formatSeconds(value);
    case 'share':
      return formatShare(value, 1);
    case 'rate':
      return value >= 10 ? formatCount(Math.round(value)) : value.toFixed(1);
    case 'count':
      return formatCount(value);
    case 'id':
    case 'text':
      return String(value);
  }
}

function missingSection({ missing }: NodeFactsReport, host: ViewHost): Section {
  const title = t('Not looked at');
  const columns: Column<(typeof missing)[number]>[] = [
    {
      id: 'what',
      label: t('what'),
      value: row => translate(row.section),
      text: row => translate(row.section),
    },
    { id: 'why', label: t('why'), value: row => translate(row.why), text: row => translate(row.why) },
  ];
  return {
    id: 'missing',
    title,
    content: [
      dataTable(
        { id: 'missing', name: title, rows: { rows: missing, total: missing.length }, columns },
        host,
      ),
    ],
  };
}
