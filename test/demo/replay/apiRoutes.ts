/**
 * The API server's own part: who asks, may they, and which answer. Lists are paged, watches go on; node proxy requests
 * go to the node's ReplayKubelet. Texts of refusals are recorded ones.
 */
import { jsonAnswer, JSON_TYPE, statusObject, textAnswer, type Answer } from './answer.js';
import { answerAccessReview, answerSelfReview } from './accessReview.js';
import { DISCOVERY } from './discovery.js';
import type { NodeStore, StoredEvent } from './nodeStore.js';
import type { Recordings } from './recordings.js';
import type { ReplayRequest } from './replayRequest.js';
import type { ReplayPods } from './replayPods.js';
import type { ReplayKubelet } from './replayKubelet.js';

/** A watch: lines to come until the client leaves. */
export interface WatchAnswer {
  readonly kind: 'watch';
  /** Calls `send` for each line now and later; returns the way to stop. */
  start(send: (line: string) => void): () => void;
}

const EVENTS = '/api/v1/namespaces/default/events';

interface ReplayedEvent {
  readonly involvedObject: { readonly name: string };
}

export class ApiRoutes {
  private readonly made: ReplayedEvent[] = [];

  constructor(
    private readonly store: NodeStore,
    private readonly kubelets: ReadonlyMap<string, ReplayKubelet>,
    private readonly recordings: Recordings,
    private readonly pods: ReplayPods,
  ) {}

  async answer(request: ReplayRequest, gone: AbortSignal): Promise<Answer | WatchAnswer> {
    const { path, user } = request;
    if (user === 'invalid') return this.recorded('badtoken', 401);
    const other = answerAccessReview(request) ?? answerSelfReview(request) ?? this.pods.answer(request);
    if (other !== undefined) return other;
    if (path === EVENTS && request.method === 'POST') return this.makeEvent(request);
    if (request.method !== 'GET')
      return jsonAnswer(statusObject(405, 'MethodNotAllowed', 'replayed answers only'), 405);
    if (/^\/(healthz|livez|readyz)$/.test(path)) return textAnswer('ok');
    const discovered = DISCOVERY[path];
    if (discovered !== undefined) return jsonAnswer(discovered);
    if (path === '/api/v1/events') return this.events(request);
    return path === '/api/v1/nodes' ? this.nodes(request) : this.ofNode(request, gone);
  }

  private async ofNode(request: ReplayRequest, gone: AbortSignal): Promise<Answer> {
    const { path } = request;
    const [, encoded = '', proxied] = /^\/api\/v1\/nodes\/([^/]+)(?:\/proxy(\/.*))?$/.exec(path) ?? [];
    if (encoded === '') return textAnswer(this.recordings.text('kubelet/errors/badpath.body'), 404);
    return this.node(request, decodeURIComponent(encoded), proxied, gone);
  }

  private nodes({ user, query }: ReplayRequest): Answer | WatchAnswer {
    const isWatch = query.get('watch') === 'true' || query.get('watch') === '1';
    if (user === undefined || user === 'unprivileged')
      return forbidNodes(user ?? 'system:anonymous', isWatch ? 'watch' : 'list');
    return isWatch ? this.watch(Number(query.get('resourceVersion'))) : this.page(query);
  }

  private async node(
    { user, query }: ReplayRequest,
    name: string,
    proxied: string | undefined,
    gone: AbortSignal,
  ): Promise<Answer> {
    // Authorization comes first: who may not reach kubelets does not learn which nodes exist.
    if (proxied !== undefined && user === undefined) return this.recorded('anon', 403, name);
    if (proxied !== undefined && user !== 'admin') return this.recorded('limited-profile', 403, name);
    const node = this.store.find(name);
    const kubelet = this.kubelets.get(name);
    if (node === undefined || kubelet === undefined) return this.recorded('nosuchnode', 404, name);
    return proxied === undefined ? jsonAnswer(node) : kubelet.answer(proxied, query, gone);
  }

  private page(query: URLSearchParams): Answer {
    const all = this.store.list();
    const limit = Number(query.get('limit') ?? 0) || all.length;
    const [start, version] = (query.get('continue') ?? `0/${this.store.version}`).split('/').map(Number) as [
      number,
      number,
    ];
    if (this.store.since(version) === undefined)
      return jsonAnswer(statusObject(410, 'Expired', 'The provided continue parameter is too old'), 410);
    const end = start + limit;
    const metadata = {
      resourceVersion: String(version),
      ...(end < all.length ? { continue: `${end}/${version}`, remainingItemCount: all.length - end } : {}),
    };
    return jsonAnswer({ kind: 'NodeList', apiVersion: 'v1', metadata, items: all.slice(start, end) });
  }

  private watch(from: number): Answer | WatchAnswer {
    const missed = this.store.since(from);
    const line = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;
    // An API server answers 200 and sends the refusal as the first event.
    if (missed === undefined) {
      const text = `too old resource version: ${from} (${this.store.version})`;
      return {
        status: 200,
        type: JSON_TYPE,
        body: Buffer.from(line('ERROR', statusObject(410, 'Expired', text))),
      };
    }
    return {
      kind: 'watch',
      start: send => {
        const forward = ({ type, object }: StoredEvent): void => {
          send(line(type, object));
        };
        missed.forEach(forward);
        return this.store.subscribe(forward);
      },
    };
  }

  /** What was made here alone: nothing else happened on a replayed cluster that an Event would tell of. */
  private events({ user, query }: ReplayRequest): Answer {
    if (user !== 'admin') return forbidEvents(user, 'list', 'at the cluster scope');
    const node = /involvedObject\.kind=Node,involvedObject\.name=([^,]+)/.exec(
      query.get('fieldSelector') ?? '',
    )?.[1];
    return jsonAnswer({
      kind: 'EventList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '2000' },
      items: this.made.filter(({ involvedObject }) => node !== undefined && involvedObject.name === node),
    });
  }

  private makeEvent({ user, body }: ReplayRequest): Answer {
    if (user !== 'admin') return forbidEvents(user, 'create', 'in the namespace "default"');
    const event = JSON.parse(body) as ReplayedEvent;
    this.made.push(event);
    return jsonAnswer(event, 201);
  }

  private recorded(name: string, status: number, node?: string): Answer {
    return { status, type: JSON_TYPE, body: this.recordings.error(name, node) };
  }
}

function forbidEvents(user: ReplayRequest['user'], verb: string, where: string): Answer {
  const message = `events is forbidden: User "${user ?? 'system:anonymous'}" cannot ${verb} resource "events" in API group "" ${where}`;
  return jsonAnswer(statusObject(403, 'Forbidden', message), 403);
}

function forbidNodes(user: string, verb: string): Answer {
  const message = `nodes is forbidden: User "${user}" cannot ${verb} resource "nodes" in API group "" at the cluster scope`;
  return jsonAnswer(statusObject(403, 'Forbidden', message), 403);
}
