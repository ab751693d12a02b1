/** A report of sampled threads with what other rooms know of the node: the kernel function behind the files, by release. */
import { atKey, observe, type Finding } from '../base/finding.js';
import { sentence } from '../base/sentence.js';
import { parseKernelRelease } from '../sources/kernel/kernelRelease.js';
import { cgroupVersionOfPath, findMemoryStatFunctions } from '../sources/kernel/memoryStatFunctions.js';
import type { ThreadReport } from '../threads/model.js';
import { THREAD_EVIDENCE_TEXTS } from '../threads/threadSentences.js';

/** `kernelRelease`: where the report itself has none. */
export function explainThreads(report: ThreadReport, kernelRelease?: string): ThreadReport {
  const release = report.facts.kernelRelease ?? kernelRelease;
  return { ...report, verdict: report.verdict.map(line => explain(line, report, release)) };
}

function explain(line: Finding, report: ThreadReport, release: string | undefined): Finding {
  if (line.id !== 'slow-memory-stat' || release === undefined) return line;
  const path = report.memoryStat.paths[0]?.path ?? '/sys/fs/cgroup/memory/memory.stat';
  const [maker, inside] = findMemoryStatFunctions(
    parseKernelRelease(release)?.version,
    cgroupVersionOfPath(path),
  );
  if (maker === undefined) return line;
  const made =
    inside === undefined
      ? sentence(THREAD_EVIDENCE_TEXTS.statMadeBy, release, maker)
      : sentence(THREAD_EVIDENCE_TEXTS.statMadeByBoth, release, maker, inside);
  return { ...line, evidence: [...line.evidence, observe(made, undefined, atKey('# kernel'))] };
}
