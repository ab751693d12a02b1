/**
 * All nodes of a cluster, page by page. A node object is 10 to 50 kB of JSON (its images); pages keep each parse short,
 * so that 10,000 nodes never hold the event loop for long.
 */
import { ANSWER_BYTES, ANSWER_COUNTS } from '../../base/limits.js';
import { answerTooLarge } from '../http/answerErrors.js';
import type { ApiDoor } from '../http/apiDoor.js';
import { keepNode } from './keptNode.js';
import { readNode } from './nodes.js';
import { readPages, untilNotExpired } from '../http/pagedList.js';
import type { ClusterNode } from '../clusterPorts.js';

export const NODES_PATH = '/api/v1/nodes';
const WHAT = 'the list of nodes';
/** 100 nodes of 50 kB are some 150,000 values, of which JSON_EXPANSION takes 500,000. */
const PAGE_SIZE = 100;

export interface NodeList {
  readonly nodes: readonly ClusterNode[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

/**
 * Rejects with TriageErrors of the door, and `answer-too-large` beyond src/base/limits.ts; `node` is not set, as none is
 * meant.
 */
export function listNodes(door: ApiDoor, signal: AbortSignal): Promise<NodeList> {
  return untilNotExpired(() => listOnce(door, signal));
}

/** More nodes than a cluster can have; of the list, or of what a watch added to it. */
export function tooManyNodes(what: string): Error {
  return answerTooLarge({ what, counted: 'nodes', limit: ANSWER_COUNTS.nodes });
}

async function listOnce(door: ApiDoor, signal: AbortSignal): Promise<NodeList> {
  const list = {
    path: NODES_PATH,
    query: { limit: String(PAGE_SIZE) },
    what: WHAT,
    kind: 'NodeList',
    maxBytes: ANSWER_BYTES.nodeList,
  };
  const nodes: ClusterNode[] = [];
  let resourceVersion = '';
  for await (const page of readPages(door, list, signal)) {
    ({ resourceVersion } = page);
    for (const item of page.items) {
      const node = readNode(item);
      if (node !== undefined) nodes.push(keepNode(node));
      if (nodes.length > ANSWER_COUNTS.nodes) throw tooManyNodes(WHAT);
    }
  }
  return { nodes, resourceVersion };
}
