/**
 * Pods through the API server: PodRunner of podPorts.ts on the folder's one door. What is in a manifest, how long a pod
 * may live and what is run in it, others decide; nothing here is tried again but what may be.
 */
import { TriageError } from '../../base/errors.js';
import { ANSWER_BYTES, ANSWER_COUNTS } from '../../base/limits.js';
import { askAccess } from '../http/accessReview.js';
import { answerTooLarge } from '../http/answerErrors.js';
import type { ApiDoor } from '../http/apiDoor.js';
import type { ApiRequest } from '../http/apiRequest.js';
import { runExec } from './execClient.js';
import { parseObject } from '../http/jsonAnswer.js';
import { describeNode } from './nodeDetails.js';
import { isObjectName, pathSegment } from '../http/objectName.js';
import { judgeRefusal } from '../http/ownRefusal.js';
import { readPages, untilNotExpired } from '../http/pagedList.js';
import type {
  AccessAnswer,
  AccessQuestion,
  ExecRequest,
  ExecResult,
  NodeDetails,
  PodManifest,
  PodName,
  PodRunner,
  PodSelection,
  PodState,
} from '../podPorts.js';
import { describePod } from './podState.js';

const PAGE_SIZE = 250;
/** Admission webhooks have 30 s at most (admissionregistration, timeoutSeconds), and may be asked one after the other. */
const CREATE_IDLE_SECONDS = 90;
const IDLE_SECONDS = 30;

export class ApiPodRunner implements PodRunner {
  constructor(private readonly door: ApiDoor) {}

  get context(): string {
    return this.door.context;
  }

  mayI(questions: readonly AccessQuestion[], signal: AbortSignal): Promise<readonly AccessAnswer[]> {
    return askAccess(this.door, questions, signal);
  }

  async nodeDetails(node: string, signal: AbortSignal): Promise<NodeDetails> {
    const path = `/api/v1/nodes/${pathSegment(node)}`;
    const { value } = await this.ask({ path, what: 'the object', node }, 'Node', signal);
    return describeNode(node, value);
  }

  async dryRun(manifest: PodManifest, signal: AbortSignal): Promise<readonly string[]> {
    const request = { ...creation(manifest, '?dryRun=All'), act: 'try to create', isRepeatable: true };
    return (await this.ask(request, 'Pod', signal)).warnings;
  }

  async create(manifest: PodManifest, signal: AbortSignal): Promise<PodState> {
    const request = { ...creation(manifest, ''), act: 'create', isRepeatable: false };
    return describePod((await this.ask(request, 'Pod', signal)).value);
  }

  async read(pod: PodName, signal: AbortSignal): Promise<PodState | undefined> {
    try {
      const request = { path: podPath(pod), what: titleOf(pod) };
      return describePod((await this.ask(request, 'Pod', signal)).value);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  list(selection: PodSelection, signal: AbortSignal): Promise<readonly PodState[]> {
    return untilNotExpired(() => this.listOnce(selection, signal));
  }

  async remove(
    pod: PodName & { readonly uid: string },
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<'removed' | 'gone'> {
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      gracePeriodSeconds: graceSeconds,
      preconditions: { uid: pod.uid },
    };
    const request = {
      method: 'DELETE',
      act: 'delete',
      path: podPath(pod),
      what: titleOf(pod),
      body,
    } as const;
    try {
      // Answers with the pod, or with a Status where nothing of it is left.
      await this.ask(request, undefined, signal);
      return 'removed';
    } catch (error) {
      if (isNotFound(error) || isOtherUid(error)) return 'gone';
      throw error;
    }
  }

  async exec(
    pod: PodName,
    request: ExecRequest,
    signal: AbortSignal,
    onBytes?: (received: number) => void,
  ): Promise<ExecResult> {
    const path = `${podPath(pod)}/exec`;
    try {
      return await runExec(this.door, { pod, path, request, onBytes }, signal);
    } catch (error) {
      const asked = { act: 'run a command in', what: titleOf(pod), path };
      throw await judgeRefusal(this.door, error, asked, signal);
    }
  }

  private async listOnce(selection: PodSelection, signal: AbortSignal): Promise<PodState[]> {
    const { namespace, labelSelector, fieldSelector, mayBeCached = false } = selection;
    const isSelected = labelSelector !== undefined || fieldSelector !== undefined;
    const what = 'the list of pods';
    const list = {
      path: podsPath(namespace),
      query: {
        limit: String(PAGE_SIZE),
        ...(labelSelector === undefined ? {} : { labelSelector }),
        ...(fieldSelector === undefined ? {} : { fieldSelector }),
        // Without a version the answer is of etcd: before Kubernetes 1.31 all pods of it are read for any selector.
        ...(mayBeCached && isSelected ? { resourceVersion: '0' } : {}),
      },
      what,
      kind: 'PodList',
      idleSeconds: IDLE_SECONDS,
      maxBytes: ANSWER_BYTES.podList,
    };
    const found: PodState[] = [];
    for await (const { items } of readPages(this.door, list, signal)) {
      // What has no name that an API server could hold could be neither read nor removed.
      for (const pod of items.map(describePod)) if (isObjectName(pod.name)) found.push(pod);
      if (found.length > ANSWER_COUNTS.pods)
        throw answerTooLarge({ what, counted: 'pods', limit: ANSWER_COUNTS.pods });
    }
    return found;
  }

  private async ask(
    request: ApiRequest,
    kind: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly value: object; readonly warnings: readonly string[] }> {
    const full = { accept: 'application/json', acceptGzip: true, idleSeconds: IDLE_SECONDS, ...request };
    const { headers, body } = await this.door.exchange(full, { maxBytes: ANSWER_BYTES.object }, signal);
    return { value: parseObject(body, kind, request), warnings: readWarnings(headers.warning) };
  }
}

function creation(manifest: PodManifest, query: string): ApiRequest {
  const { namespace, name } = describePod(manifest);
  if (namespace === '' || name === '')
    throw new TriageError('internal', 'A pod is made with a namespace and a name of our own.');
  return {
    method: 'POST',
    path: podsPath(namespace) + query,
    what: titleOf({ namespace, name }),
    body: { apiVersion: 'v1', kind: 'Pod', ...manifest },
    idleSeconds: CREATE_IDLE_SECONDS,
  };
}

function podsPath(namespace: string | undefined): string {
  return namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${pathSegment(namespace)}/pods`;
}

function podPath({ namespace, name }: PodName): string {
  return `${podsPath(namespace)}/${pathSegment(name)}`;
}

function titleOf({ namespace, name }: PodName): string {
  return `pod ${namespace}/${name}`;
}

/** The API server's own word that the object is not there; a gateway's 404 says nothing about it. */
function isNotFound(error: unknown): boolean {
  if (!(error instanceof TriageError) || error.facts.status !== 404) return false;
  return /^(pods|namespaces) ".*" not found$/.test(String(error.facts.body));
}

/**
 * 409 of registry/generic/registry/store.go and storage/etcd3 (Preconditions.Check): "Precondition failed: UID in
 * precondition: …, UID in object meta: …" or "the UID in the precondition (…) does not match the UID in record (…)".
 */
function isOtherUid(error: unknown): boolean {
  if (!(error instanceof TriageError) || error.facts.status !== 409) return false;
  return /\bUID in (the )?precondition\b/i.test(String(error.facts.body));
}

/** `299 - "text"`, several joined by Node with ", " (RFC 7234 5.5; apiserver/pkg/warning). */
export function readWarnings(header: string | undefined): readonly string[] {
  const found = (header ?? '').matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g);
  return [...found].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
}
