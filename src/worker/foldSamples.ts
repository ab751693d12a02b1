/** The job that turns a file of thread samples into what a capture keeps beside it. Runs in the thread of decodeWorker.ts. */
import { analyseThreads } from '../threads/analyse.js';
import { parseSamples } from '../threads/parseSamples.js';
import { formatFolded } from '../threads/sampledStacks.js';
import { explainThreads } from '../triage/threadVerdict.js';
import type { DecodeLimits, FoldedSamples, ProfileSource } from './ports.js';
import { inflateProfile, readWholeFile } from './readFile.js';

/** @throws TriageError as readFile.ts gives it, and parseSamples where it is no file of samples */
export function foldSamples(source: ProfileSource, limits: DecodeLimits): FoldedSamples {
  const stored = source.kind === 'file' ? readWholeFile(source.path, limits.maxBytes) : source.bytes;
  const raw = inflateProfile(stored, limits.maxBytes);
  const report = explainThreads(analyseThreads(parseSamples(new TextDecoder().decode(raw))));
  return { raw, folded: new TextEncoder().encode(formatFolded(report.stacks)), report };
}
