/**
 * A list of the API, page by page, to its end or to src/base/limits.ts: in pages, bytes and seconds. How many items may
 * be kept of it, the caller knows.
 */
import { throwIfCancelled, TriageError } from '../../base/errors.js';
import { ANSWER_BYTES, ANSWER_COUNTS, ANSWER_SECONDS } from '../../base/limits.js';
import { answerTooLarge } from './answerErrors.js';
import type { ApiDoor } from './apiDoor.js';
import { parseObject } from './jsonAnswer.js';

export interface PagedList {
  /** Absolute, without query: `/api/v1/nodes`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** "the list of nodes" */
  readonly what: string;
  /** Of the answer: `NodeList`. */
  readonly kind: string;
  readonly idleSeconds?: number;
  /** Of all pages. */
  readonly maxBytes: number;
}

export interface ListPage {
  /** Objects, whatever else the server put between them. */
  readonly items: readonly object[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

/** A page token expires with etcd's compaction (5 minutes); a list that loses it begins anew. */
const MAX_ATTEMPTS = 3;

/** 410 Gone: the resource version or page token is older than what the server remembers. */
export function isExpired(error: unknown): boolean {
  return error instanceof TriageError && error.facts.status === 410;
}

/** Tries `list` again where its pages expired on the way. */
export async function untilNotExpired<T>(list: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await list();
    } catch (error) {
      if (!isExpired(error) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/** Rejects with the errors of the door, `request-rejected` for what is no list, `answer-too-large` and `timed-out`. */
export async function* readPages(
  door: ApiDoor,
  list: PagedList,
  signal: AbortSignal,
): AsyncGenerator<ListPage> {
  const startedMs = performance.now();
  let next: string | undefined;
  let received = 0;
  for (let pages = 1; ; pages++) {
    const { what } = list;
    if (pages > ANSWER_COUNTS.pages)
      throw answerTooLarge({ what, counted: 'pages', limit: ANSWER_COUNTS.pages });
    const page = await readPage(door, list, { next, startedMs }, signal);
    received += page.bytes;
    if (received > list.maxBytes) throw answerTooLarge({ what, counted: 'bytes', limit: list.maxBytes });
    yield page;
    ({ next } = page);
    if (next === undefined) return;
    // A fast server has the next page in the socket already: let the editor draw in between.
    await new Promise(resolve => setImmediate(resolve));
    throwIfCancelled(signal);
  }
}

/** The part of a v1.List that is read; anything may be something else. */
interface ListObject {
  readonly items?: unknown;
  readonly metadata?: { readonly resourceVersion?: unknown; readonly continue?: unknown } | null;
}

interface PagePlace {
  readonly next: string | undefined;
  readonly startedMs: number;
}

async function readPage(
  door: ApiDoor,
  list: PagedList,
  { next, startedMs }: PagePlace,
  signal: AbortSignal,
): Promise<ListPage & { readonly bytes: number; readonly next: string | undefined }> {
  const { what, idleSeconds } = list;
  const query = new URLSearchParams({ ...list.query, ...(next === undefined ? {} : { continue: next }) });
  const request = {
    path: `${list.path}?${query.toString()}`,
    what,
    accept: 'application/json',
    acceptGzip: true,
    totalSeconds: secondsLeft(what, startedMs),
    ...(idleSeconds === undefined ? {} : { idleSeconds }),
  };
  const body = await door.read(request, { maxBytes: ANSWER_BYTES.page }, signal);
  const { items, metadata }: ListObject = parseObject(body, list.kind, request);
  return {
    items: Array.isArray(items) ? items.filter(isObject) : [],
    resourceVersion: readToken(metadata?.resourceVersion, what) ?? '',
    next: readToken(metadata?.continue, what),
    bytes: body.length,
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Undefined for none. It goes back in an address, which may not become endless with it. */
export function readToken(value: unknown, what: string): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length > ANSWER_BYTES.token)
    throw answerTooLarge({ what: `the page token of ${what}`, counted: 'bytes', limit: ANSWER_BYTES.token });
  return value;
}

function secondsLeft(what: string, startedMs: number): number {
  const seconds = ANSWER_SECONDS.list - (performance.now() - startedMs) / 1000;
  if (seconds > 0) return Math.min(seconds, ANSWER_SECONDS.request);
  throw new TriageError(
    'timed-out',
    `Stopped reading ${what}: it has not come to its end within ${ANSWER_SECONDS.list} s. Try again; a proxy on the way ` +
      'may hold it up.',
    { facts: { seconds: ANSWER_SECONDS.list } },
  );
}
