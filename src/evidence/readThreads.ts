/** Samples of threads as evidence: counted, and judged in the light of the node's kernel. */
import { analyseThreads } from '../threads/analyse.js';
import { parseSamples } from '../threads/parseSamples.js';
import { explainThreads } from '../kernelfix/threadVerdict.js';
import type { EvidenceStep, ThreadsEvidence } from './model.js';

/** @throws TriageError `format-unknown` for another format, or a version newer than ours */
export function readThreads(text: string, onStep?: (step: EvidenceStep) => void): ThreadsEvidence {
  onStep?.('parsing');
  const samples = parseSamples(text);
  onStep?.('counting');
  return { kind: 'threads', report: explainThreads(analyseThreads(samples)) };
}
