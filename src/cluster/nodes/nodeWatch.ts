/**
 * The nodes of a cluster, live: lists, watches, lists again. Turns API traffic into NodeWatchEvents and keeps just
 * enough memory of the nodes to report only what a person would see change (heartbeats are most of the traffic).
 *
 * client-node 1.4.0's Watch is not used: its time-out signal is overwritten before use, so a dead connection is never
 * noticed; it swallows lines that do not parse; it keeps no resource version, so each reconnect costs a list; and it
 * makes a connection pool for every call.
 *
 *     list ──synced──▶ watch ──▶ ended by the server, or silent ──▶ watch from the last version
 *      ▲                 ├────▶ 410, five minutes over, retryNow ──▶ list
 *      │                 └────▶ cut off, refused ──disconnected──▶ back-off ─┐
 *      └─────────────────────────────────────────────────────────────────────┘
 */
import { isTriageError, TriageError } from '../../base/errors.js';
import { fieldAt } from '../../base/jsonFields.js';
import { ANSWER_BYTES, ANSWER_COUNTS } from '../../base/limits.js';
import { untilAny } from '../../base/linkedSignal.js';
import { isShallowEqual } from '../../base/shallowEqual.js';
import type { ApiDoor } from '../http/apiDoor.js';
import { keepNode } from './keptNode.js';
import { readLines } from '../http/lines.js';
import { listNodes, NODES_PATH, tooManyNodes } from './nodeList.js';
import { readNode } from './nodes.js';
import { isExpired, readToken } from '../http/pagedList.js';
import type { ClusterLog, ClusterNode, NodeWatch, NodeWatchEvent } from '../clusterPorts.js';
import { CHANGES_OF_NODES, readWatchEvent } from './watchEvent.js';

/** All in milliseconds. */
export interface WatchTiming {
  /** A full list again, whatever the watch said: the guard against anything it missed. */
  readonly relistMs: number;
  /** Bookmarks come about once a minute; longer silence means that the connection is dead. */
  readonly silenceMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** Between lists, for a user who may list and not watch. */
  readonly pollMs: number;
}

export const WATCH_TIMING: WatchTiming = {
  relistMs: 300_000,
  silenceMs: 150_000,
  firstRetryMs: 1000,
  longestRetryMs: 60_000,
  pollMs: 30_000,
};

/** A watch that lived so long was a good one: the next failure starts the back-off from the beginning. */
const STEADY_MS = 30_000;

/** Trying again does not help until a person did something; a plugin might even open a browser each time. */
const NEEDS_A_PERSON = new Set([
  'forbidden',
  'unauthorized',
  'credential-plugin-failed',
  'credentials-not-allowed',
  'kubeconfig-missing',
  'kubeconfig-invalid',
  'context-missing',
]);

const WHAT = CHANGES_OF_NODES;
const LINE_LIMITS = {
  what: WHAT,
  counted: 'changes',
  lineBytes: ANSWER_BYTES.watchLine,
  bytes: ANSWER_BYTES.watch,
  lines: ANSWER_COUNTS.watchEvents,
} as const;
/** A watch is ended by the next list. This is for the case that even the timers of that one do not come. */
const OVER_RELIST_SECONDS = 60;

/** How one watch request ended, where it was no failure. */
type WatchEnd = { readonly kind: 'relist' } | { readonly kind: 'resume'; readonly version: string };

export class NodeWatcher implements NodeWatch {
  private readonly closed = new AbortController();
  /** Aborted by retryNow; a new one for each round. */
  private nudge = new AbortController();
  /** By name; undefined before the first list. */
  private known: Map<string, ClusterNode> | undefined;
  private failures = 0;

  /** `random` in [0, 1) spreads the retries of many windows after an outage. */
  constructor(
    private readonly door: ApiDoor,
    private readonly log: ClusterLog,
    private readonly listener: (event: NodeWatchEvent) => void,
    private readonly timing: WatchTiming = WATCH_TIMING,
    private readonly random: () => number = Math.random,
  ) {
    void this.run();
  }

  retryNow(): void {
    this.nudge.abort();
  }

  close(): void {
    this.closed.abort();
  }

  private async run(): Promise<void> {
    let isConnected = false;
    while (!this.closed.signal.aborted) {
      this.nudge = new AbortController();
      const asked = this.nudge.signal;
      try {
        const { nodes, resourceVersion } = await untilAny([this.closed.signal, asked], until =>
          listNodes(this.door, until),
        );
        this.sync(nodes, !isConnected);
        isConnected = true;
        await this.follow(resourceVersion);
      } catch (error) {
        // Asked to begin again: a list that may hang on what no longer holds is left, and nothing has failed.
        if (asked.aborted) continue;
        isConnected = false;
        await this.reportAndWait(error);
      }
    }
  }

  /** Back-off doubles from the first to the longest; the wait is between half and all of it. */
  private async reportAndWait(error: unknown): Promise<void> {
    const failure = isTriageError(error)
      ? error
      : new TriageError('internal', `The watch of nodes failed: ${String(error)}`, { cause: error });
    const { firstRetryMs, longestRetryMs } = this.timing;
    const backOffMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(this.failures++, 16));
    const retryInMs = NEEDS_A_PERSON.has(failure.code)
      ? undefined
      : Math.round(backOffMs * (0.5 + this.random() / 2));
    this.emit({ kind: 'disconnected', error: failure, retryInMs });
    await this.pause(retryInMs);
  }

  /** Watches until it is time for a new list. Rejects where the connection is down. */
  private follow(resourceVersion: string): Promise<void> {
    const due = AbortSignal.timeout(this.timing.relistMs);
    const ends = [this.closed.signal, this.nudge.signal, due];
    return untilAny(ends, until => this.followUntil(resourceVersion, until));
  }

  private async followUntil(resourceVersion: string, until: AbortSignal): Promise<void> {
    const startedMs = performance.now();
    let version = resourceVersion;
    for (;;) {
      const openedMs = performance.now();
      try {
        const end = await this.watchOnce(version, until);
        this.failures = 0;
        if (end.kind === 'relist') return;
        ({ version } = end);
      } catch (error) {
        if (until.aborted || isExpired(error)) return;
        if (isTriageError(error) && error.code === 'forbidden') {
          this.log.warn(
            'this user may list nodes and not watch them: they are listed every half minute instead',
          );
          await this.pause(this.timing.pollMs);
          return;
        }
        if (performance.now() - startedMs > STEADY_MS) this.failures = 0;
        throw error;
      }
      // A server or proxy that ends every watch at once must not be asked without pause.
      if (performance.now() - openedMs < this.timing.firstRetryMs) await this.pause(this.timing.firstRetryMs);
    }
  }

  private async watchOnce(from: string, signal: AbortSignal): Promise<WatchEnd> {
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: from,
      timeoutSeconds: String(Math.ceil(this.timing.relistMs / 1000) + 30),
    });
    const path = `${NODES_PATH}?${query.toString()}`;
    const request = {
      path,
      what: WHAT,
      idleSeconds: this.timing.silenceMs / 1000,
      totalSeconds: this.timing.relistMs / 1000 + OVER_RELIST_SECONDS,
    };
    const answer = await this.door.open({ ...request, accept: 'application/json' }, signal);
    let version = from;
    try {
      for await (const line of readLines(answer.body, LINE_LIMITS)) {
        if (signal.aborted) return { kind: 'relist' };
        version = this.take(line, path) ?? version;
      }
    } catch (error) {
      // Silent connections are dropped by middle boxes without a word; the watch goes on from where it was.
      if (isTriageError(error) && error.code === 'timed-out') return { kind: 'resume', version };
      throw error;
    }
    return { kind: 'resume', version };
  }

  /** One event; returns the resource version to go on from. */
  private take(line: string, path: string): string | undefined {
    if (line === '') return undefined;
    const { type, object } = readWatchEvent(line, path);
    const version = readToken(fieldAt(object, 'metadata', 'resourceVersion'), WHAT);
    const read = type === 'BOOKMARK' ? undefined : readNode(object);
    const node = read === undefined ? undefined : keepNode(read);
    if (node !== undefined) this.apply(type, node);
    return version;
  }

  private apply(type: string, node: ClusterNode): void {
    const known = (this.known ??= new Map<string, ClusterNode>());
    if (type === 'DELETED') {
      if (known.delete(node.name)) this.emit({ kind: 'removed', name: node.name });
      return;
    }
    const before = known.get(node.name);
    // Before it is told: who listens keeps it, too.
    if (before === undefined && known.size >= ANSWER_COUNTS.nodes) throw tooManyNodes(WHAT);
    known.set(node.name, node);
    if (before === undefined || !isShallowEqual(before, node)) this.emit({ kind: 'changed', node });
  }

  /** The list replaces what is known; said only where it says something new, or ends an interruption. */
  private sync(nodes: readonly ClusterNode[], always: boolean): void {
    const before = this.known;
    this.known = new Map(nodes.map(node => [node.name, node]));
    const isSame =
      before?.size === nodes.length &&
      nodes.every(node => {
        const known = before.get(node.name);
        return known !== undefined && isShallowEqual(known, node);
      });
    if (always || !isSame) this.emit({ kind: 'synced', nodes });
  }

  private emit(event: NodeWatchEvent): void {
    if (this.closed.signal.aborted) return;
    try {
      this.listener(event);
    } catch (error) {
      // A fault of the listener must not be taken for one of the network.
      this.log.warn(`a listener of nodes failed: ${String(error)}`);
    }
  }

  /** Ends early by retryNow and close; without a time it ends by them alone. */
  private pause(ms: number | undefined): Promise<void> {
    return untilAny([this.closed.signal, this.nudge.signal], ended => waitFor(ms, ended));
  }
}

/** Resolves after so many milliseconds, and as soon as the signal ends; without a time by the signal alone. */
function waitFor(ms: number | undefined, ended: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (ended.aborted) {
      resolve();
      return;
    }
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    ended.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
