/**
 * One request on a socket: from an Access to status, headers and a stream of bytes. Knows HTTP and sockets, nothing of
 * Kubernetes, and judges no status. apiDoor.ts is its only caller.
 *
 * Why not client-node's generated API: it reads every body as text (a profile is binary), percent-encodes the path
 * behind `proxy/`, and has no time limits, no byte count and no abort of a running body.
 */
import http, { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createGunzip } from 'node:zlib';
import { throwIfCancelled, TriageError } from '../../base/errors.js';
import { ANSWER_COUNTS } from '../../base/limits.js';
import type { Access } from '../access/access.js';
import { answerTooLarge } from './answerErrors.js';
import { networkError } from './networkErrors.js';

/** A server that does not even finish a handshake in this time is not there. kubectl's dialer waits 30 s. */
const CONNECT_TIMEOUT_MS = 15_000;

/**
 * A server may close a kept connection while we take it from the pool. Its reset is here within a round trip; a later
 * one means that the request was cut off, and a profile must not be begun anew behind the user's back.
 */
const STALE_SOCKET_MS = 250;
const STALE_SOCKET = new Error('the server had closed the kept connection');

export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** JSON text. */
  readonly body?: string | undefined;
  /** It may be sent twice: nothing happens that has not happened before. */
  readonly isRepeatable: boolean;
  /** Absolute path with query, already encoded. */
  readonly path: string;
  readonly accept: string;
  /** Ask for a gzipped body and inflate it on the way. */
  readonly acceptGzip: boolean;
  /** Ends with `timed-out` where no byte moves for so long. */
  readonly idleSeconds: number;
  /** Ends with `timed-out` where the last byte is not there after so long, whatever moves meanwhile. */
  readonly totalSeconds: number;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read once. Leaving the loop early closes the socket; failures are TriageErrors. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Resolves when the headers are there. Abort closes the socket at once, before and during the body.
 * Rejects with `unreachable`, `timed-out`, `connection-lost` or `cancelled`. A request that is not repeatable is sent
 * once: with `timed-out` and `connection-lost` it is not known whether it arrived.
 */
export async function sendRaw(access: Access, request: RawRequest, signal: AbortSignal): Promise<RawAnswer> {
  throwIfCancelled(signal);
  if (!request.isRepeatable) {
    closeKeptConnections(access);
    return new Exchange(access, request, signal).answer();
  }
  try {
    return await new Exchange(access, request, signal).answer();
  } catch (error) {
    if (!(error instanceof TriageError) || error.cause !== STALE_SOCKET) throw error;
    return new Exchange(access, request, signal).answer();
  }
}

/**
 * The next request makes a connection of its own. One that was kept may have been closed by the server meanwhile, which
 * shows only when a request was sent on it: then it is not known whether that arrived.
 */
export function closeKeptConnections({ agent }: Pick<Access, 'agent'>): void {
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

class Exchange {
  private readonly outgoing: ClientRequest;
  /** Why we ended it ourselves; Node reports such an end as a mere reset. */
  private ended: TriageError | undefined;
  private connectTimer: NodeJS.Timeout | undefined;
  private totalTimer: NodeJS.Timeout | undefined;
  private informational = 0;
  private isConnected = false;
  private readonly startedMs = performance.now();

  constructor(
    private readonly access: Access,
    private readonly request: RawRequest,
    private readonly signal: AbortSignal,
  ) {
    const { server, agent, headers } = access;
    const send = server.protocol === 'http:' ? http.request : https.request;
    this.outgoing = send({
      method: request.method,
      hostname: server.hostname.replace(/^\[|\]$/g, ''),
      port: server.port || (server.protocol === 'http:' ? 80 : 443),
      path: server.pathname.replace(/\/$/, '') + request.path,
      agent,
      headers: {
        ...headers,
        Accept: request.accept,
        'User-Agent': 'node-triage',
        ...(request.acceptGzip ? { 'Accept-Encoding': 'gzip' } : {}),
        ...(request.body === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(request.body) }),
      },
    });
  }

  answer(): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const { outgoing, request, signal } = this;
      signal.addEventListener('abort', this.abort, { once: true });
      this.connectTimer = setTimeout(() => {
        this.end(networkError(new Error(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`), this.server));
      }, CONNECT_TIMEOUT_MS);
      this.totalTimer = setTimeout(() => {
        this.end(unfinished(this.server, request.totalSeconds));
      }, request.totalSeconds * 1000);
      outgoing.on('socket', socket => {
        this.watchConnecting(socket);
      });
      outgoing.setTimeout(request.idleSeconds * 1000, () => {
        this.end(silent(this.server, request.idleSeconds));
      });
      outgoing.on('information', this.countInformational);
      outgoing.on('response', incoming => {
        clearTimeout(this.connectTimer);
        // A failure is thrown where the body is read; without a listener an early one would end the process.
        incoming.on('error', () => undefined);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: this.readBody(incoming),
        });
      });
      outgoing.on('close', this.release);
      // Stays attached: a request may fail again after its first error.
      outgoing.on('error', error => {
        this.release();
        reject(this.ended ?? this.describe(error));
      });
      outgoing.end(request.body);
    });
  }

  private async *readBody(incoming: IncomingMessage): AsyncGenerator<Uint8Array> {
    let received = 0;
    try {
      for await (const chunk of inflated(incoming) as AsyncIterable<Buffer>) {
        received += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw this.ended ?? lostConnection(received, error);
    } finally {
      this.release();
    }
  }

  /** The connect limit ends when TLS is done, or at once for a kept connection. */
  private watchConnecting(socket: Socket): void {
    const done = (): void => {
      this.isConnected = true;
      clearTimeout(this.connectTimer);
    };
    if (this.outgoing.reusedSocket) done();
    else if (socket instanceof TLSSocket) socket.once('secureConnect', done);
    else if (socket.connecting) socket.once('connect', done);
    else done();
  }

  private describe(error: Error & { code?: string }): TriageError {
    const wasCut = this.isConnected && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
    if (!wasCut) return networkError(error, this.server);
    const isStale = this.outgoing.reusedSocket && performance.now() - this.startedMs < STALE_SOCKET_MS;
    return lostConnection(0, isStale ? STALE_SOCKET : error);
  }

  private readonly abort = (): void => {
    this.end(new TriageError('cancelled', 'Cancelled.'));
  };

  private end(error: TriageError): void {
    this.ended ??= error;
    this.outgoing.destroy(this.ended);
  }

  /** Each 1xx answer counts as a sign of life; nothing else ends a flood of them before the total time does. */
  private readonly countInformational = (): void => {
    const limit = ANSWER_COUNTS.informational;
    if (++this.informational > limit)
      this.end(answerTooLarge({ what: 'answers before the real one', limit, counted: 'messages' }));
  };

  private readonly release = (): void => {
    clearTimeout(this.connectTimer);
    clearTimeout(this.totalTimer);
    this.signal.removeEventListener('abort', this.abort);
  };

  private get server(): string {
    return this.access.server.origin;
  }
}

function silent(server: string, seconds: number): TriageError {
  return new TriageError(
    'timed-out',
    `${server} sent nothing for ${seconds} s. Try again; a proxy on the way may hold it up.`,
    { facts: { server, seconds, reason: `no byte for ${seconds} s` } },
  );
}

function unfinished(server: string, seconds: number): TriageError {
  return new TriageError(
    'timed-out',
    `${server} did not come to the end of its answer within ${Math.round(seconds)} s. Try again; a proxy on the way may ` +
      'hold it up.',
    { facts: { server, seconds: Math.round(seconds), reason: 'the answer does not end' } },
  );
}

/** The body as sent, or inflated where the server chose gzip. */
function inflated(incoming: IncomingMessage): AsyncIterable<unknown> {
  if (incoming.headers['content-encoding'] !== 'gzip') return incoming;
  // The callback is empty: an error of either side reaches the reader of the inflated stream.
  return pipeline(incoming, createGunzip(), () => undefined);
}

function lostConnection(received: number, cause: unknown): TriageError {
  return new TriageError(
    'connection-lost',
    `The connection was cut off after ${received} bytes of the answer. Try again; a load balancer or proxy on the way ` +
      'may close connections that are idle for long.',
    { facts: { received }, cause },
  );
}
