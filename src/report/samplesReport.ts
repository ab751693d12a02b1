/**
 * The reports of sampled threads and of a check of cgroup health: their models, with what is known of the kernel, cut to
 * what a page shows.
 */
import { parseHealth } from '../cgroup/parseHealth.js';
import { analyseThreads } from '../threads/analyse.js';
import { parseSamples } from '../threads/parseSamples.js';
import { judgeCgroups } from '../triage/cgroupVerdict.js';
import { explainThreads } from '../triage/threadVerdict.js';
import type { ReportStep } from './callsReport.js';
import { capRows } from './capped.js';
import type { CgroupsReport, ThreadsReport } from './model.js';

const MOST_THREADS = 500;
const MOST_CALLS = 200;
const MOST_FILES = 200;
const MOST_PROCESSES = 200;

/** @throws TriageError `format-unknown` for a version newer than ours */
export function reportThreads(text: string, onStep?: (step: ReportStep) => void): ThreadsReport {
  onStep?.('parsing');
  const samples = parseSamples(text);
  onStep?.('counting');
  const { facts, total, node, memoryStat, verdict, warnings, ...lists } = explainThreads(
    analyseThreads(samples),
  );
  return {
    kind: 'threads',
    facts,
    total,
    node,
    memoryStat,
    verdict,
    warnings,
    threads: capRows(lists.threads, MOST_THREADS),
    calls: capRows(lists.calls, MOST_CALLS),
    files: capRows(lists.files, MOST_FILES),
    processes: capRows(lists.processes, MOST_PROCESSES),
  };
}

/** @throws TriageError `format-unknown` for a version newer than ours */
export function reportCgroups(text: string, onStep?: (step: ReportStep) => void): CgroupsReport {
  onStep?.('parsing');
  const health = parseHealth(text);
  onStep?.('counting');
  return { kind: 'cgroups', ...judgeCgroups(health) };
}
