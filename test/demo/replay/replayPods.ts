/**
 * The replay cluster's pods: made, listed, read and deleted as an API server does it, and started as a kubelet does it.
 * Nothing runs: what is executed in them, replayExec.ts answers. Namespaces: `restricted` refuses pods that share the
 * node's namespaces, `warned` warns of them, `missing` is not there, any other takes everything.
 */
import { matchesFields, matchesLabels } from '../../support/podSelectors.js';
import { jsonAnswer, statusObject, type Answer } from './answer.js';
import type { ReplayRequest } from './replayRequest.js';
import { completePod, formatTime, statusOf, type PodJson } from './podObjects.js';
import type { Recordings } from './recordings.js';
import type { KubeletState } from './scenario.js';

export interface PodsOptions {
  readonly recordings: Recordings;
  /** As many times as fast pass start and end of a pod. */
  readonly speed: number;
  /** Undefined: there is no such node. */
  readonly kubeletOf: (node: string) => KubeletState | undefined;
}

interface Kept {
  pod: PodJson;
  readonly madeMs: number;
  /** performance.now() when the object goes; undefined: it was not deleted. */
  goesAtMs: number | undefined;
}

/** A start with the image on the node takes about so long; a shell ends at once. */
const START_MS = 800;
const STOP_MS = 300;

export class ReplayPods {
  private readonly pods = new Map<string, Kept>();

  constructor(private readonly options: PodsOptions) {}

  /** All of them, as they are by now. */
  all(): readonly PodJson[] {
    return [...this.pods.keys()].flatMap(key => this.settled(key) ?? []).sort(byName);
  }

  find(namespace: string, name: string): PodJson | undefined {
    return this.settled(`${namespace}/${name}`);
  }

  /** Puts one there that no client made. */
  put(manifest: object, namespace: string): PodJson {
    const pod = completePod(manifest, namespace, new Date());
    if ('message' in pod) throw new Error(pod.message);
    this.keep(pod);
    return pod;
  }

  /** It is gone, as after a forced deletion by another client. */
  vanish(namespace: string, name: string): void {
    this.pods.delete(`${namespace}/${name}`);
  }

  /** `/api/v1/pods`, `/api/v1/namespaces/NS/pods` and `…/pods/NAME`; undefined for other paths. */
  answer(request: ReplayRequest): Answer | undefined {
    const [, namespace, name] =
      /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?pods(?:\/([^/]+))?$/.exec(request.path) ?? [];
    if (!/\/pods(\/[^/]+)?$/.test(request.path)) return undefined;
    const { method, user } = request;
    const verb = verbOf(method, name);
    if (verb === undefined) return jsonAnswer(statusObject(405, 'MethodNotAllowed', 'not replayed'), 405);
    if (!mayDo(user, verb)) return forbidPods(user ?? 'system:anonymous', verb, 'pods', namespace);
    if (name === undefined || namespace === undefined)
      return verb === 'create' ? this.create(request, namespace ?? 'default') : this.list(request, namespace);
    const pod = this.find(namespace, name);
    if (pod === undefined) return notFound('pods', name);
    return verb === 'delete'
      ? this.delete(request, pod)
      : jsonAnswer({ kind: 'Pod', apiVersion: 'v1', ...pod });
  }

  private create({ query, body }: ReplayRequest, namespace: string): Answer {
    if (namespace === 'missing') return notFound('namespaces', namespace);
    const pod = completePod(JSON.parse(body || '{}'), namespace, new Date());
    if ('message' in pod) return jsonAnswer(statusObject(422, 'Invalid', pod.message), 422);
    const { name } = pod.metadata;
    if (this.find(namespace, name) !== undefined)
      return jsonAnswer(statusObject(409, 'AlreadyExists', `pods "${name}" already exists`), 409);
    const sharesNode = pod.spec.hostPID === true;
    if (namespace === 'restricted' && sharesNode) return this.violation(name);
    if (query.get('dryRun') !== 'All') this.keep(pod);
    const answer = jsonAnswer({ kind: 'Pod', apiVersion: 'v1', ...pod }, 201);
    if (namespace !== 'warned' || !sharesNode) return answer;
    const warning = 'would violate PodSecurity \\"restricted:latest\\": host namespaces (hostPID=true)';
    return { ...answer, headers: { Warning: `299 - "${warning}"` } };
  }

  /** The recorded refusal, with this pod's name. */
  private violation(name: string): Answer {
    const recorded = this.options.recordings.text('kubelet/errors/psa-restricted-post.json');
    return jsonAnswer(JSON.parse(recorded.replaceAll('triage-dbg', name)), 403);
  }

  private list({ query }: ReplayRequest, namespace: string | undefined): Answer {
    const selected = this.all().filter(
      ({ metadata, spec, status }) =>
        (namespace === undefined || metadata.namespace === namespace) &&
        matchesLabels(metadata.labels ?? {}, query.get('labelSelector') ?? '') &&
        matchesFields(
          {
            'metadata.name': metadata.name,
            'spec.nodeName': spec.nodeName ?? '',
            'status.phase': status?.phase ?? '',
          },
          query.get('fieldSelector') ?? '',
        ),
    );
    const start = Number(query.get('continue') ?? 0);
    const end = start + (Number(query.get('limit') ?? 0) || selected.length);
    const metadata = {
      resourceVersion: '2000',
      ...(end < selected.length ? { continue: String(end) } : {}),
    };
    return jsonAnswer({ kind: 'PodList', apiVersion: 'v1', metadata, items: selected.slice(start, end) });
  }

  private delete({ body }: ReplayRequest, pod: PodJson): Answer {
    const { name, namespace, uid } = pod.metadata;
    const options = JSON.parse(body || '{}') as {
      readonly gracePeriodSeconds?: number;
      readonly preconditions?: { readonly uid?: string };
    };
    const wanted = options.preconditions?.uid;
    if (wanted !== undefined && wanted !== uid) {
      const text =
        `Operation cannot be fulfilled on pods "${name}": the UID in the precondition (${wanted}) does not match ` +
        `the UID in record (${uid}). The object might have been deleted and then recreated`;
      return jsonAnswer(statusObject(409, 'Conflict', text), 409);
    }
    const key = `${namespace}/${name}`;
    const kept = this.pods.get(key);
    const graceSeconds = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    if (kept === undefined || graceSeconds === 0) this.pods.delete(key);
    else {
      const deletionTimestamp = formatTime(new Date(Date.now() + graceSeconds * 1000));
      kept.pod = { ...kept.pod, metadata: { ...kept.pod.metadata, deletionTimestamp } };
      // A kubelet that does not run lets it stand.
      kept.goesAtMs = this.isKubeletWell(pod)
        ? performance.now() + Math.min(STOP_MS, graceSeconds * 1000) / this.options.speed
        : Infinity;
    }
    return jsonAnswer({ kind: 'Pod', apiVersion: 'v1', ...(kept?.pod ?? pod) });
  }

  private keep(pod: PodJson): void {
    const { namespace, name } = pod.metadata;
    this.pods.set(`${namespace}/${name}`, { pod, madeMs: performance.now(), goesAtMs: undefined });
  }

  private settled(key: string): PodJson | undefined {
    const kept = this.pods.get(key);
    if (kept === undefined) return undefined;
    const now = performance.now();
    if (kept.goesAtMs !== undefined && now >= kept.goesAtMs) {
      this.pods.delete(key);
      return undefined;
    }
    // Without a kubelet there are no reports: it stays as it was last seen.
    if (this.isKubeletWell(kept.pod))
      kept.pod = {
        ...kept.pod,
        status: statusOf(kept.pod, now - kept.madeMs, START_MS / this.options.speed),
      };
    return kept.pod;
  }

  private isKubeletWell({ spec }: PodJson): boolean {
    const state = spec.nodeName === undefined ? undefined : this.options.kubeletOf(spec.nodeName);
    return state === 'running' || state === 'without-profiling';
  }
}

function byName(a: PodJson, b: PodJson): number {
  const [left, right] = [a, b].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

function mayDo(user: ReplayRequest['user'], verb: string): boolean {
  return user === 'admin' || (user === 'limited' && ['get', 'list'].includes(verb));
}

function verbOf(method: string, name: string | undefined): string | undefined {
  switch (method) {
    case 'GET':
      return name === undefined ? 'list' : 'get';
    case 'POST':
      return name === undefined ? 'create' : undefined;
    case 'DELETE':
      return name === undefined ? undefined : 'delete';
    default:
      return undefined;
  }
}

function notFound(kind: string, name: string): Answer {
  return jsonAnswer(statusObject(404, 'NotFound', `${kind} "${name}" not found`), 404);
}

/** The text of a recorded refusal (limited-createpod.body), with other names. */
export function forbidPods(
  user: string,
  verb: string,
  resource: string,
  namespace: string | undefined,
): Answer {
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const text = `pods is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "" ${where}`;
  return jsonAnswer(statusObject(403, 'Forbidden', text), 403);
}
