/** The kernel functions behind the calls of a report, and the pages its links lead to. Pure but for words. */
import { bareTable } from '../../base/jsonFields.js';
import { assertNever } from '../../base/assertNever.js';
import type { Report } from '../../report/model.js';
import type { ReportLink, ShownKernel, ShownKernels } from '../../protocol/reportMessages.js';
import type { SourceFacts } from '../../sources/frame/frame.js';
import type { SourceTemplates } from '../../sources/frame/frameUrl.js';
import { buildKernelLink } from '../../sources/kernel/kernelLink.js';
import { parseKernelRelease } from '../../sources/kernel/kernelRelease.js';
import { kernelIdentifier } from '../../sources/kernel/kernelSymbols.js';
import { findServingFunctionOfFile } from '../../sources/kernel/servingFile.js';
import { buildSystemCallLinks } from '../../sources/kernel/systemCalls.js';
import { linkTooltip } from './linkText.js';
import type { Translate } from '../translate.js';

/** futex(7) is the overview that futex(2) refers to; it is in no template, which are about section 2. */
const FUTEX_OVERVIEW = 'https://man7.org/linux/man-pages/man7/futex.7.html';
/** Calls whose time is spent in making the text of the file they read. */
const READS = new Set(['read', 'pread64', 'readv', 'preadv', 'preadv2']);

export function kernelsOf(
  report: Report,
  facts: SourceFacts,
  templates: SourceTemplates,
  t: Translate,
): ShownKernels {
  const show = (symbol: string): ShownKernel => ({
    symbol,
    detail: linkTooltip(buildKernelLink(symbol, facts, templates), t),
  });
  const byCall = bareTable<ShownKernel>([]);
  for (const call of callsOf(report))
    byCall[call] = show(buildSystemCallLinks(call, facts, templates).worker.symbol);
  const byPath = bareTable<ShownKernel>([]);
  for (const path of readPathsOf(report)) {
    const symbol = servingSymbol(path, facts);
    if (symbol !== undefined) byPath[path] = show(symbol);
  }
  return { byCall, byPath };
}

function callsOf(report: Report): ReadonlySet<string> {
  switch (report.kind) {
    case 'calls':
      return new Set([...report.table.rows, ...report.slowest.rows].map(row => row.syscall));
    case 'threads':
      return new Set(
        [...report.calls.rows, ...report.threads.rows.flatMap(row => row.calls)].map(row => row.syscall),
      );
    case 'cgroups':
    case 'nodeFacts':
    case 'triage':
    case 'remedy':
      return new Set();
    default:
      return assertNever(report);
  }
}

function readPathsOf(report: Report): ReadonlySet<string> {
  if (report.kind === 'threads') return new Set(report.files.rows.map(({ path }) => path));
  if (report.kind !== 'calls') return new Set();
  return new Set(
    report.slowest.rows.flatMap(({ syscall, path }) =>
      path !== undefined && READS.has(syscall) ? [path] : [],
    ),
  );
}

function servingSymbol(
  path: string,
  { kernelVersion, cgroupVersion, architecture }: SourceFacts,
): string | undefined {
  const kernel = kernelVersion === undefined ? undefined : parseKernelRelease(kernelVersion)?.version;
  return findServingFunctionOfFile(path, { kernel, cgroupVersion, architecture });
}

/** Address of what a link of the page names. */
export function urlOfLink(link: ReportLink, facts: SourceFacts, templates: SourceTemplates): string {
  const links = buildSystemCallLinks(link.call, facts, templates);
  switch (link.target) {
    case 'manual':
      return links.manual;
    case 'overview':
      return FUTEX_OVERVIEW;
    case 'entry':
      return links.entry.url;
    case 'symbol':
      return buildKernelLink(kernelIdentifier(link.call), facts, templates).url;
    case 'worker': {
      const symbol = READS.has(link.call) ? servingSymbol(link.path, facts) : undefined;
      return symbol === undefined ? links.worker.url : buildKernelLink(symbol, facts, templates).url;
    }
  }
}
