/**
 * All nodes of a cluster, page by page. A node object is about 10 kB of JSON (its images); pages keep each parse short,
 * so that 10,000 nodes never hold the event loop for long.
 */
import { TriageError, throwIfCancelled } from '../base/errors.js';
import type { ApiDoor } from './apiDoor.js';
import { readNode, type NodeObject } from './nodes.js';
import type { ClusterNode } from './ports.js';

export const NODES_PATH = '/api/v1/nodes';
/** 200 nodes of 10 kB parse in about 15 ms. */
const PAGE_SIZE = 200;
const MAX_PAGE_BYTES = 256 * 1024 * 1024;
/** A page token expires with etcd's compaction (5 minutes); a list that loses it begins anew. */
const MAX_ATTEMPTS = 3;

export interface NodeList {
  readonly nodes: readonly ClusterNode[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

/** Rejects with TriageErrors of the door; `node` is not set, as none is meant. */
export async function listNodes(door: ApiDoor, signal: AbortSignal): Promise<NodeList> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listOnce(door, signal);
    } catch (error) {
      if (!isExpired(error) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/** 410 Gone: the resource version or page token is older than what the server remembers. */
export function isExpired(error: unknown): boolean {
  return error instanceof TriageError && error.facts.status === 410;
}

async function listOnce(door: ApiDoor, signal: AbortSignal): Promise<NodeList> {
  const nodes: ClusterNode[] = [];
  let next: string | undefined;
  let resourceVersion: string;
  do {
    const page = await readPage(door, next, signal);
    for (const item of page.items ?? []) {
      const node = readNode(item);
      if (node !== undefined) nodes.push(node);
    }
    resourceVersion = page.metadata?.resourceVersion ?? '';
    next = page.metadata?.continue || undefined;
    // A fast server has the next page in the socket already: let the editor draw in between.
    await new Promise(resolve => setImmediate(resolve));
    throwIfCancelled(signal);
  } while (next !== undefined);
  return { nodes, resourceVersion };
}

interface NodePage {
  readonly items?: readonly NodeObject[] | null;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

async function readPage(door: ApiDoor, next: string | undefined, signal: AbortSignal): Promise<NodePage> {
  const query = new URLSearchParams({
    limit: String(PAGE_SIZE),
    ...(next === undefined ? {} : { continue: next }),
  });
  const request = {
    path: `${NODES_PATH}?${query.toString()}`,
    what: 'the list of nodes',
    accept: 'application/json',
    acceptGzip: true,
  };
  const body = await door.read(request, { maxBytes: MAX_PAGE_BYTES }, signal);
  const text = new TextDecoder().decode(body);
  try {
    const page = JSON.parse(text) as NodePage & { readonly kind?: unknown };
    if (page.kind === 'NodeList') return page;
  } catch {
    // Told below, with what came instead.
  }
  throw new TriageError(
    'request-rejected',
    'Cannot read the list of nodes: the answer is no NodeList. Check the server address in the kubeconfig; a login ' +
      'page may stand before the API server.',
    { facts: { status: 200, body: text.slice(0, 200) } },
  );
}
