/**
 * `inspect` for samples of threads and checks of cgroup health, as one JSON object. The numbers are those of the views;
 * reading is src/evidence, printing inspect.ts.
 */
import { formatSentence } from '../base/sentence.js';
import type { CgroupAssessment, CgroupHealth } from '../cgroup/model.js';
import type { CgroupsEvidence, ThreadsEvidence } from '../evidence/model.js';
import type { ThreadReport } from '../threads/model.js';
import { sayFinding, type SaidFinding } from '../report/sayFinding.js';
import { inspectFindings } from './inspectFindings.js';

const ROWS = 20;

/** Of the report, all but the stacks, which `threads.folded` has. */
export interface ThreadSamplesReport extends Omit<ThreadReport, 'stacks' | 'verdict' | 'warnings'> {
  readonly format: 'thread-samples';
  readonly verdict: readonly SaidFinding[];
  readonly warnings: readonly string[];
}

export interface CgroupHealthReport extends Omit<CgroupAssessment, 'health' | 'verdict' | 'answer'> {
  readonly format: 'cgroup-health';
  /** Whether the reads explain the kubelet's CPU. */
  readonly answer: SaidFinding;
  readonly health: Omit<CgroupHealth, 'warnings'> & { readonly warnings: readonly string[] };
  readonly verdict: readonly SaidFinding[];
  readonly warnings: readonly string[];
}

export function inspectThreads({ report }: ThreadsEvidence): ThreadSamplesReport {
  const { facts, threads, total, calls, diskCalls, files, memoryStat, processes, node, verdict, warnings } =
    report;
  return {
    format: 'thread-samples',
    facts,
    total,
    threads,
    calls,
    diskCalls,
    files: files.slice(0, ROWS),
    memoryStat,
    processes: processes.slice(0, ROWS),
    node,
    verdict: inspectFindings(verdict),
    warnings: warnings.map(formatSentence),
  };
}

export function inspectCgroups({ assessment }: CgroupsEvidence): CgroupHealthReport {
  const { health, answer, verdict, kubeletCpu, estimatedCores } = assessment;
  const warnings = health.warnings.map(formatSentence);
  return {
    format: 'cgroup-health',
    answer: sayFinding(answer, formatSentence),
    health: { ...health, warnings },
    verdict: inspectFindings(verdict),
    kubeletCpu,
    estimatedCores,
    warnings,
  };
}
