/** The reports of sampled threads and of a check of cgroup health: what was read of them, cut to what a page shows. */
import type { CgroupsEvidence, ThreadsEvidence } from '../evidence/model.js';
import { capRows } from './capped.js';
import type { CgroupsReport, ThreadsReport } from './model.js';

const MOST_THREADS = 500;
const MOST_CALLS = 200;
const MOST_FILES = 200;
const MOST_PROCESSES = 200;

export function reportThreads({ report }: ThreadsEvidence): ThreadsReport {
  const { facts, total, node, memoryStat, verdict, warnings, ...lists } = report;
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

export function reportCgroups({ assessment }: CgroupsEvidence): CgroupsReport {
  return { kind: 'cgroups', ...assessment };
}
