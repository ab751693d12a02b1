/**
 * The one door to an API server: credentials on, 401 renewed once, refusals made into TriageErrors, every request
 * logged as method, path, status and milliseconds. Headers and bodies are never logged.
 */
import { throwIfCancelled, TriageError } from '../../base/errors.js';
import { GrowingBytes } from '../../base/growingBytes.js';
import { ANSWER_BYTES, ANSWER_SECONDS } from '../../base/limits.js';
import { answerTooLarge } from './answerErrors.js';
import { apiError } from './apiErrors.js';
import type { Access } from '../access/access.js';
import type { ApiReader, ApiRequest, ReadLimits } from './apiRequest.js';
import type { Credentials } from '../access/credentials.js';
import { judgeRefusal, type Asked } from './ownRefusal.js';
import { judgeUnauthorized } from './ownUnauthorized.js';
import type { ClusterLog } from '../clusterPorts.js';
import type { ApiRefusal } from './refusal.js';
import { sendRaw, type RawAnswer } from './rawRequest.js';

const DEFAULT_IDLE_SECONDS = 60;

type Attempt<T> = (access: Access, signal: AbortSignal) => Promise<T>;

export class ApiDoor implements ApiReader {
  /** Requests under way, to be ended with the connection. */
  private readonly running = new Set<AbortController>();

  constructor(
    private readonly credentials: Credentials,
    readonly log: ClusterLog,
  ) {
    credentials.disposed.addEventListener('abort', () => {
      for (const request of this.running) request.abort();
    });
  }

  /**
   * The answer's stream, status 2xx; its body must be read, or left by `break`. Rejects with the errors of sendRaw,
   * apiError and Credentials.
   */
  async open(request: ApiRequest, caller: AbortSignal): Promise<RawAnswer> {
    throwIfCancelled(caller);
    throwIfCancelled(this.credentials.disposed);
    const { signal, end } = this.begin(caller);
    try {
      const answer = await this.ask(request, signal);
      return { ...answer, body: readToEnd(answer.body, request.node, end) };
    } catch (error) {
      end();
      throw withNode(await judgeRefusal(this, error, request, caller), request.node);
    }
  }

  /** Name of the context in the kubeconfig. */
  get context(): string {
    return this.credentials.context;
  }

  /** The whole body. Rejects as {@link open}, and with `answer-too-large` beyond the limit. */
  async read(request: ApiRequest, limits: ReadLimits, signal: AbortSignal): Promise<Uint8Array> {
    return (await this.exchange(request, limits, signal)).body;
  }

  /** As {@link read}, with the headers. */
  async exchange(
    request: ApiRequest,
    limits: ReadLimits,
    signal: AbortSignal,
  ): Promise<{ readonly headers: RawAnswer['headers']; readonly body: Uint8Array }> {
    const answer = await this.open(request, signal);
    const { maxBytes } = limits;
    const collected = new GrowingBytes();
    for await (const chunk of answer.body) {
      collected.add(chunk);
      const received = collected.byteLength;
      if (received > maxBytes) throw answerTooLarge({ ...request, limit: maxBytes, counted: 'bytes' });
      limits.onBytes?.(received);
    }
    throwIfCancelled(signal);
    return { headers: answer.headers, body: collected.take() };
  }

  /**
   * Something else than a request, done with the credentials: a websocket. Done again with renewed ones where it
   * rejects with a status of 401 in its facts that is the API server's own. `signal` ends with the caller's and with the
   * connection.
   */
  async withAccess<T>(asked: Asked, attempt: Attempt<T>, caller: AbortSignal): Promise<T> {
    throwIfCancelled(caller);
    throwIfCancelled(this.credentials.disposed);
    const { signal, end } = this.begin(caller);
    try {
      return await this.authorized(asked, attempt, signal);
    } catch (error) {
      throw withNode(error, undefined);
    } finally {
      end();
    }
  }

  private ask(request: ApiRequest, signal: AbortSignal): Promise<RawAnswer> {
    const attempt = async (access: Access): Promise<RawAnswer> =>
      this.requireSuccess(await this.send(access, request, signal), access, request);
    return this.authorized(request, attempt, signal);
  }

  private async authorized<T>(asked: Asked, attempt: Attempt<T>, signal: AbortSignal): Promise<T> {
    const access = await untilAborted(this.credentials.current(), signal);
    try {
      return await this.attempt(asked, attempt, access, signal);
    } catch (refusal) {
      if (!(refusal instanceof TriageError) || refusal.code !== 'unauthorized') throw refusal;
      const renewed = await untilAborted(this.credentials.refresh(access), signal);
      if (renewed === undefined) throw refusal;
      return this.attempt(asked, attempt, renewed, signal);
    }
  }

  /** Whatever was answered, other than a 401 of the API server: the credentials are good. */
  private async attempt<T>(
    asked: Asked,
    attempt: Attempt<T>,
    access: Access,
    signal: AbortSignal,
  ): Promise<T> {
    try {
      const result = await attempt(access, signal);
      this.credentials.accepted(access);
      return result;
    } catch (error) {
      if (!(error instanceof TriageError) || error.facts.status === undefined) throw error;
      const judged = error.facts.status === 401 ? await this.judge(error, asked, access, signal) : error;
      if (judged.code !== 'unauthorized') this.credentials.accepted(access);
      throw judged;
    }
  }

  private judge(error: TriageError, asked: Asked, access: Access, signal: AbortSignal): Promise<TriageError> {
    const { origin: server } = access.server;
    return judgeUnauthorized(error, { ...asked, server }, async request =>
      readRefusal(await this.send(access, request, signal)),
    );
  }

  /**
   * A signal that ends with the caller's and with the connection, which keeps one listener however many requests there are.
   */
  private begin(caller: AbortSignal): { signal: AbortSignal; end: () => void } {
    const own = new AbortController();
    const abort = (): void => {
      own.abort();
    };
    this.running.add(own);
    caller.addEventListener('abort', abort, { once: true });
    return {
      signal: own.signal,
      end: () => {
        this.running.delete(own);
        caller.removeEventListener('abort', abort);
      },
    };
  }

  private async send(access: Access, request: ApiRequest, signal: AbortSignal): Promise<RawAnswer> {
    const { method = 'GET', path, accept = '*/*', acceptGzip = false } = request;
    const { idleSeconds = DEFAULT_IDLE_SECONDS, totalSeconds = ANSWER_SECONDS.request } = request;
    const { isRepeatable = method !== 'POST' } = request;
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const started = performance.now();
    const report = (outcome: string): string =>
      `${method} ${path} ${outcome} ${Math.round(performance.now() - started)} ms`;
    try {
      const answer = await sendRaw(
        access,
        { method, body, isRepeatable, path, accept, acceptGzip, idleSeconds, totalSeconds },
        signal,
      );
      this.log.debug(report(String(answer.status)));
      return answer;
    } catch (error) {
      this.log.debug(report(error instanceof TriageError ? error.code : 'failed'));
      throw error;
    }
  }

  private async requireSuccess(answer: RawAnswer, access: Access, request: ApiRequest): Promise<RawAnswer> {
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw apiError(await readRefusal(answer), { ...request, server: access.server.origin });
  }
}

async function readRefusal(answer: RawAnswer): Promise<ApiRefusal> {
  const collected = new GrowingBytes();
  try {
    for await (const chunk of answer.body) {
      collected.add(chunk.subarray(0, ANSWER_BYTES.refusal - collected.byteLength));
      if (collected.byteLength >= ANSWER_BYTES.refusal) break;
    }
  } catch (error) {
    if (error instanceof TriageError && error.code === 'cancelled') throw error;
    // A refusal whose text is cut off is still a refusal: the status says enough.
  }
  return { status: answer.status, headers: answer.headers, body: collected.take() };
}

async function* readToEnd(
  body: RawAnswer['body'],
  node: string | undefined,
  end: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw withNode(error, node);
  } finally {
    end();
  }
}

/** rawRequest.ts knows no nodes; the reader of an error wants to know which one it was about. */
function withNode(error: unknown, node: string | undefined): TriageError {
  if (!(error instanceof TriageError))
    return new TriageError('internal', `A request failed unexpectedly: ${String(error)}`, {
      node,
      cause: error,
    });
  if (node === undefined) return error;
  return new TriageError(error.code, error.message, { node, facts: error.facts, cause: error.cause });
}

/** Waits for a credential that other requests may wait for as well; only this wait ends on abort. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfCancelled(signal);
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(new TriageError('cancelled', 'Cancelled.'));
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
