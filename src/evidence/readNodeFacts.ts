/** Facts of a node as evidence, with what is unusual in them. */
import { assessFacts } from '../nodefacts/assess.js';
import { parseFacts } from '../nodefacts/parseFacts.js';
import type { EvidenceStep, NodeFactsEvidence } from './model.js';

/** @throws TriageError `format-unknown` for another format, or a version newer than ours */
export function readNodeFacts(text: string, onStep?: (step: EvidenceStep) => void): NodeFactsEvidence {
  onStep?.('parsing');
  const facts = parseFacts(text);
  onStep?.('counting');
  return { kind: 'nodeFacts', facts, verdict: assessFacts(facts) };
}
