/**
 * `inspect` for samples of threads and checks of cgroup health, as one JSON object. The numbers are those of the views;
 * reading the file and printing are inspect.ts.
 */
import { formatSentence } from '../base/sentence.js';
import type { CgroupAssessment, CgroupHealth, CgroupVerdictLine } from '../cgroup/model.js';
import { looksLikeCgroupHealth, parseHealth } from '../cgroup/parseHealth.js';
import type { ThreadReport, ThreadVerdictLine } from '../threads/model.js';
import { analyseThreads } from '../threads/analyse.js';
import { looksLikeThreadSamples, parseSamples } from '../threads/parseSamples.js';
import { judgeCgroups } from '../triage/cgroupVerdict.js';
import { explainThreads } from '../triage/threadVerdict.js';
import { inspectVerdict, type InspectedVerdict } from './inspectVerdict.js';

const HEAD_BYTES = 256;
const ROWS = 20;

/** Of the report, all but the stacks, which `threads.folded` has. */
export interface ThreadSamplesReport extends Omit<ThreadReport, 'stacks' | 'verdict' | 'warnings'> {
  readonly format: 'thread-samples';
  readonly verdict: readonly InspectedVerdict<ThreadVerdictLine>[];
  readonly warnings: readonly string[];
}

export interface CgroupHealthReport extends Omit<CgroupAssessment, 'health' | 'verdict'> {
  readonly format: 'cgroup-health';
  readonly health: Omit<CgroupHealth, 'warnings'> & { readonly warnings: readonly string[] };
  readonly verdict: readonly InspectedVerdict<CgroupVerdictLine>[];
  readonly warnings: readonly string[];
}

/** Undefined where the bytes are neither. */
export function inspectSamples(bytes: Uint8Array): ThreadSamplesReport | CgroupHealthReport | undefined {
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES));
  if (looksLikeThreadSamples(head)) return inspectThreads(new TextDecoder().decode(bytes));
  if (looksLikeCgroupHealth(head)) return inspectHealth(new TextDecoder().decode(bytes));
  return undefined;
}

function inspectThreads(text: string): ThreadSamplesReport {
  const { facts, threads, total, calls, diskCalls, files, memoryStat, processes, node, verdict, warnings } =
    explainThreads(analyseThreads(parseSamples(text)));
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
    verdict: inspectVerdict(verdict),
    warnings: warnings.map(formatSentence),
  };
}

function inspectHealth(text: string): CgroupHealthReport {
  const { health, verdict, estimatedCores } = judgeCgroups(parseHealth(text));
  const warnings = health.warnings.map(formatSentence);
  return {
    format: 'cgroup-health',
    health: { ...health, warnings },
    verdict: inspectVerdict(verdict),
    estimatedCores,
    warnings,
  };
}
