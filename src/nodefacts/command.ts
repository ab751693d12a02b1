/**
 * Reading what is to be known of a node in a pod that sees its processes, as data. factsScript.ts is what runs and says
 * what the file holds; parseFacts.ts reads it. Nothing is written on the node.
 */
import type { PodJob } from '../base/podCommand.js';
import { FACTS_SCRIPT } from './factsScript.js';

/** What the job leaves in its folder. */
export const FACTS_FILE = 'facts.node.txt';

/** Between two looks at what is counted: enough for the tick of 10 ms to be a share of a percent. */
const GAP_SECONDS = 5;
const USUAL_SECONDS = 8;
/** Each of some thirty looks may take two seconds; one that hangs is ended. */
const LIMIT_SECONDS = 80;

export interface FactsRequest {
  /** Where proc is mounted; another place is for tests. */
  readonly proc?: string | undefined;
  /** The node's root as the pod sees it; undefined: that of process 1. */
  readonly root?: string | undefined;
  /** Whole seconds from the first look to the last, at least. */
  readonly gapSeconds?: number | undefined;
}

export function readNodeFacts(request: FactsRequest = {}): PodJob {
  const { proc = '/proc', root = '', gapSeconds = GAP_SECONDS } = request;
  const values = [proc, root, gapSeconds].map(String);
  return {
    name: 'facts',
    argv: ['sh', '-c', FACTS_SCRIPT, 'node-triage-facts', ...values],
    seconds: USUAL_SECONDS,
    limitSeconds: LIMIT_SECONDS,
  };
}
