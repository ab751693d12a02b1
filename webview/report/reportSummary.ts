/** The head of each kind of report in words: how it was taken, its main number, and what is missing from it. */
import { formatCores, formatCount } from '../../src/profile/format.js';
import type {
  CallsReport,
  CgroupsReport,
  RemedyReport,
  NodeFactsReport,
  Report,
  ThreadsReport,
  TriageReport,
} from '../../src/report/model.js';
import { t, translate, translated } from '../words.js';
import { outcomeText } from './remedyOutcome.js';
import { formatSeconds } from './times.js';

export interface ReportSummary {
  readonly how: readonly string[];
  readonly main: string;
  readonly rest: readonly string[];
  /** What the numbers leave out. Nothing is said of what is not missing. */
  readonly missing: readonly string[];
}

export function summaryOf(report: Report): ReportSummary {
  switch (report.kind) {
    case 'calls':
      return callsSummary(report);
    case 'threads':
      return threadsSummary(report);
    case 'cgroups':
      return cgroupsSummary(report);
    case 'nodeFacts':
      return nodeFactsSummary(report);
    case 'triage':
      return triageSummary(report);
    case 'remedy':
      return remedySummary(report);
  }
}

function callsSummary(report: CallsReport): ReportSummary {
  const { calls, errors, threads, spanSeconds } = report;
  return {
    how: [engineText(report)],
    main: t('system calls: {0}', formatCount(calls)),
    rest: [
      ...(spanSeconds === undefined ? [] : [t('in {0}', formatSeconds(spanSeconds))]),
      ...(threads === 0 ? [] : [t('threads: {0}', formatCount(threads))]),
      t('errors: {0}', formatCount(errors)),
    ],
    missing: missingCalls(report),
  };
}

function engineText({ engine, form }: CallsReport): string {
  if (engine === 'kernel') return t("traced by the kernel's own tracing");
  return form === 'table' ? t('counted by strace -c') : t('traced by strace');
}

function missingCalls(report: CallsReport): string[] {
  const { lost, unfinished, endsWithoutStart, unparsedLines, lines, longLines, isCut, isFilesCut } = report;
  const some = (count: number, say: (count: string) => string): string[] =>
    count === 0 ? [] : [say(formatCount(count))];
  return [
    ...some(lost, count => t('Events lost before they were read: {0}. Every count is a lower bound.', count)),
    ...some(unfinished, count =>
      t('Calls that had not returned when the trace ended: {0}, in no count of results.', count),
    ),
    ...some(endsWithoutStart, count =>
      t('Calls that began before the trace did: {0}, without a duration.', count),
    ),
    ...some(unparsedLines, count =>
      t('Lines that are none of a trace: {0} of {1}, left out.', count, formatCount(lines)),
    ),
    ...some(longLines, count => t('Lines that are too long to be read: {0}, left out.', count)),
    ...(isCut
      ? [t('The file has more lines than are read: every count is of the first {0}.', formatCount(lines))]
      : []),
    ...(isFilesCut
      ? [
          t(
            'The kubelet had more files open, or longer paths, than the trace notes: some calls are shown without their file.',
          ),
        ]
      : []),
    ...leftOutTexts(report),
    ...tableTexts(report),
  ];
}

function leftOutTexts({ leftOut }: CallsReport): string[] {
  return leftOut.map(({ kind, count, first }) => {
    switch (kind) {
      case 'unknown':
        return t('The first of them: {0}', first);
      case 'frame':
        return t('Lines of stacks (-k): {0}, not shown. The first: {1}', formatCount(count), first);
      case 'dump':
        return t('Lines of bytes read or written: {0}, not shown. The first: {1}', formatCount(count), first);
    }
  });
}

function tableTexts({ form, countTables }: CallsReport): string[] {
  const { ofLog, ofLogCalls, others, otherCalls } = countTables;
  return [
    ...(ofLog === 0
      ? []
      : [
          t(
            'The table of counts behind the log has {0} calls; the calls are counted from the lines.',
            formatCount(ofLogCalls),
          ),
        ]),
    ...(others === 0 || (form === 'table' && others === 1)
      ? []
      : [
          t(
            'Tables of counts in the file: {0}, with {1} calls, which are added.',
            formatCount(others),
            formatCount(otherCalls),
          ),
        ]),
  ];
}

function threadsSummary({ facts, total, threads, warnings }: ThreadsReport): ReportSummary {
  const cost =
    facts.samplerCpuSeconds === undefined || facts.seconds <= 0
      ? []
      : [t('sampling cost {0} cores', formatCores(facts.samplerCpuSeconds / facts.seconds))];
  return {
    how: [
      t('{0}, process {1}', facts.command ?? '?', facts.pid),
      ...kernelText(facts.kernelRelease),
      t('sampled from /proc'),
    ],
    main: t('{0} cores', formatCores(total.cores)),
    rest: [
      t('in {0}', formatSeconds(facts.seconds)),
      t('threads: {0}', formatCount(threads.total)),
      t('rounds of samples: {0}', formatCount(facts.rounds)),
      ...cost,
    ],
    missing: warnings.map(translate),
  };
}

function cgroupsSummary({ health }: CgroupsReport): ReportSummary {
  const slowest = [...health.reads].sort((a, b) => b.medianSeconds - a.medianSeconds)[0];
  return {
    how: [
      ...(health.osName === undefined ? [] : [health.osName]),
      ...kernelText(health.kernelRelease),
      ...(health.layout === 'none' ? [] : [t('cgroup {0}', health.layout)]),
    ],
    main:
      slowest === undefined
        ? t('No read was measured.')
        : t('{0} for one read of memory.stat', formatSeconds(slowest.medianSeconds)),
    rest: [
      ...(slowest === undefined
        ? []
        : [slowest.role === 'root' ? t('of the root cgroup') : t('of {0}', slowest.cgroup)]),
      ...(health.checkSeconds === undefined
        ? []
        : [t('the check took {0}', formatSeconds(health.checkSeconds))]),
    ],
    missing: health.warnings.map(translate),
  };
}

function nodeFactsSummary(report: NodeFactsReport): ReportSummary {
  const { kernelRelease, cpus, seconds, costSeconds, verdict, warnings } = report;
  const unusual = verdict.filter(({ weight }) => weight === 'look').length;
  return {
    how: [...kernelText(kernelRelease), ...(cpus === undefined ? [] : [t('CPUs: {0}', formatCount(cpus))])],
    main: unusual === 0 ? t('nothing unusual') : t('unusual: {0}', formatCount(unusual)),
    rest: [
      ...(seconds === undefined ? [] : [t('in {0}', formatSeconds(seconds))]),
      ...(costSeconds === undefined ? [] : [t('the looks took {0} of CPU', formatSeconds(costSeconds))]),
    ],
    missing: warnings.map(translate),
  };
}

function triageSummary(report: TriageReport): ReportSummary {
  const { findings, checked, facts } = report;
  const [first] = findings;
  const counted = (outcome: TriageReport['checked'][number]['outcome']): string =>
    formatCount(checked.filter(each => each.outcome === outcome).length);
  return {
    how: [...kernelText(facts.kernelVersion), t('triaged by all that lies beside it')],
    main: first === undefined ? t('No known cause') : translated(first.title),
    rest: [
      t('causes found: {0}', formatCount(findings.filter(({ outcome }) => outcome === 'found').length)),
      t('causes excluded: {0}', counted('clear')),
      t('causes not looked at: {0}', counted('skipped')),
    ],
    missing: [],
  };
}

function remedySummary({ remedy, cause, outcome }: RemedyReport): ReportSummary {
  const { before, after } = remedy;
  const cores = ({ kubeletCores }: { readonly kubeletCores: number | undefined }): string =>
    kubeletCores === undefined ? '–' : formatCores(kubeletCores);
  return {
    how: [t('for: {0}', translated(cause))],
    main: outcomeText(outcome),
    rest:
      after === undefined
        ? []
        : [t('CPU of the kubelet: {0} cores before, {1} after', cores(before), cores(after))],
    missing: [],
  };
}

function kernelText(release: string | undefined): readonly string[] {
  return release === undefined ? [] : [t('kernel {0}', release)];
}
