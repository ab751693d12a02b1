/** The job that turns a file of thread samples into what a capture keeps beside it. */
import { analyseThreads } from '../threads/analyse.js';
import { parseSamples } from '../threads/parseSamples.js';
import { formatFolded } from '../threads/sampledStacks.js';
import { explainThreads } from '../triage/threadVerdict.js';
import type { JobHost } from './jobHost.js';
import type { DecodeLimits, FoldedSamples, ProfileSource } from './ports.js';

/** Rejects with TriageError as the host gives it, and parseSamples where it is no file of samples. */
export async function foldSamples(
  source: ProfileSource,
  limits: DecodeLimits,
  host: Pick<JobHost, 'open'>,
): Promise<FoldedSamples> {
  const raw = await host.open(source, limits.maxBytes, () => undefined);
  const report = explainThreads(analyseThreads(parseSamples(new TextDecoder().decode(raw))));
  return { raw, folded: new TextEncoder().encode(formatFolded(report.stacks)), report };
}
