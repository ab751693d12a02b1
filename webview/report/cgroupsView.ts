/** A check of cgroup health: how long reads of memory.stat take, how many cgroups there are, and which are the slowest. */
import { formatBytes, formatCores, formatCount } from '../../src/profile/format.js';
import type { CgroupsReport } from '../../src/report/model.js';
import { element } from '../ui/dom.js';
import { t } from '../words.js';
import { dataTable, type Column } from './dataTable.js';
import type { Section, ViewHost } from './reportView.js';
import { formatSeconds } from './times.js';
import { answerSection, verdictSection } from './verdictView.js';

type Health = CgroupsReport['health'];
type ReadRow = Health['reads'][number];
type SlowRow = Health['slowest'][number];

export function cgroupsSections(report: CgroupsReport, host: ViewHost): readonly Section[] {
  const { health } = report;
  return [
    answerSection(report.answer, ['profile', 'threads', 'triage'], host),
    verdictSection(report.verdict, [], host),
    {
      id: 'reads',
      title: t('Reading memory.stat'),
      content:
        health.reads.length === 0
          ? [element('p', { class: 'quiet' }, t('No read was measured.'))]
          : [
              dataTable(
                {
                  id: 'reads',
                  name: t('Reading memory.stat'),
                  rows: { rows: health.reads, total: health.reads.length },
                  columns: readColumns(),
                },
                host,
              ),
            ],
    },
    { id: 'counts', title: t('Cgroups and memory'), content: [countsTable(health)] },
    ...(health.slowest.length === 0 ? [] : [slowestSection(report, host)]),
  ];
}

function readColumns(): Column<ReadRow>[] {
  const time = (id: string, label: string, value: (row: ReadRow) => number): Column<ReadRow> => ({
    id,
    label,
    value,
    text: row => formatSeconds(value(row)),
    isNumber: true,
  });
  return [
    { id: 'cgroup', label: t('cgroup'), value: row => row.cgroup, text: row => row.cgroup },
    time('median', t('median'), row => row.medianSeconds),
    time('least', t('shortest'), row => row.minSeconds),
    time('longest', t('longest'), row => row.maxSeconds),
    {
      id: 'reads',
      label: t('reads'),
      value: row => row.rounds * row.readsPerRound,
      text: row =>
        row.isStoppedEarly
          ? t('{0}, stopped early', formatCount(row.rounds * row.readsPerRound))
          : formatCount(row.rounds * row.readsPerRound),
      isNumber: true,
    },
    time('system', t('CPU in the kernel'), row => row.systemSeconds),
  ];
}

function countsTable({ counts, memory, dentries }: Health): HTMLElement {
  const count = (value: number | undefined): string => (value === undefined ? '–' : formatCount(value));
  const bytes = (value: number | undefined): string => (value === undefined ? '–' : formatBytes(value));
  const rows: readonly (readonly [name: string, value: string])[] = [
    [t('memory cgroups in the kernel'), count(counts.kernel)],
    [t('directories, the living ones'), count(counts.directories)],
    [t('dead ones, kept by what is charged to them'), count(counts.dying)],
    [t('of pods'), count(counts.pods)],
    [t('memory of the node'), bytes(memory.total)],
    [t('available'), bytes(memory.available)],
    [t('page cache'), bytes(memory.pageCache)],
    [t('kernel objects (slab)'), bytes(memory.slab)],
    [t('of them not reclaimable'), bytes(memory.slabUnreclaimable)],
    [t('per-CPU counters'), bytes(memory.percpu)],
    [t('directory entries in memory'), count(dentries?.count)],
    [t('of them unused'), count(dentries?.unused)],
  ];
  return element(
    'table',
    { class: 'facts-table' },
    element(
      'tbody',
      {},
      ...rows.map(([name, value]) =>
        element('tr', {}, element('th', { scope: 'row' }, name), element('td', { class: 'number' }, value)),
      ),
    ),
  );
}

function slowestSection({ health, estimatedCores }: CgroupsReport, host: ViewHost): Section {
  const { scan, slowest } = health;
  const columns: Column<SlowRow>[] = [
    {
      id: 'time',
      label: t('time'),
      value: row => row.seconds,
      text: row => formatSeconds(row.seconds),
      isNumber: true,
    },
    { id: 'cgroup', label: t('cgroup'), value: row => row.cgroup, text: row => row.cgroup },
  ];
  const lead = [
    ...(scan === undefined
      ? []
      : [
          scan.isPartial
            ? t(
                '{0} cgroups were read, not all; together {1}.',
                formatCount(scan.cgroups),
                formatSeconds(scan.totalSeconds),
              )
            : t(
                'All {0} cgroups were read once; together {1}.',
                formatCount(scan.cgroups),
                formatSeconds(scan.totalSeconds),
              ),
        ]),
    ...(estimatedCores === undefined
      ? []
      : [t('Read every 10 s, as the kubelet does, that is {0} cores.', formatCores(estimatedCores))]),
  ];
  return {
    id: 'slowest',
    title: t('Slowest cgroups'),
    content: [
      element('p', { class: 'lead' }, lead.join(' ')),
      dataTable(
        {
          id: 'slowest',
          name: t('Slowest cgroups'),
          rows: { rows: slowest, total: slowest.length },
          columns,
        },
        host,
      ),
    ],
  };
}
