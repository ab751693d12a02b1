/** The job that turns a file of thread samples into what a capture keeps beside it. */
import { readThreads } from '../evidence/readThreads.js';
import { textOf } from '../evidence/recogniseEvidence.js';
import { formatFolded } from '../threads/sampledStacks.js';
import type { JobHost } from './jobHost.js';
import type { DecodeLimits, FoldedSamples, ProfileSource } from './workerPorts.js';

/** Rejects with TriageError as the host gives it, and as readThreads.ts does where it is no file of samples. */
export async function foldSamples(
  source: ProfileSource,
  limits: DecodeLimits,
  host: Pick<JobHost, 'open'>,
): Promise<FoldedSamples> {
  const raw = await host.open(source, limits.maxBytes, () => undefined);
  const { report } = readThreads(textOf(raw));
  return { raw, folded: new TextEncoder().encode(formatFolded(report.stacks)), report };
}
