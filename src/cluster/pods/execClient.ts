/**
 * A command in a container, over a websocket to the API server: opens it, keeps it alive, and says how it ended. What
 * the frames mean is execFrames.ts's. client-node's Exec has no time limits, no ping, and calls no status back when the
 * connection is lost.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import { throwIfCancelled, TriageError } from '../../base/errors.js';
import { GrowingBytes } from '../../base/growingBytes.js';
import { ANSWER_BYTES, EXEC } from '../../base/limits.js';
import type { ApiDoor } from '../http/apiDoor.js';
import { apiError } from '../http/apiErrors.js';
import type { Access } from '../access/access.js';
import { ExecFrames } from './execFrames.js';
import { networkError } from '../http/networkErrors.js';
import { sendStdin } from './execStdin.js';
import type { ExecRequest, ExecResult, PodName } from '../podPorts.js';
import { closeKeptConnections } from '../http/rawRequest.js';

/** v5 adds the closing of single streams, which matters for stdin only; v4 is what API servers before 1.29 speak. */
const V5 = 'v5.channel.k8s.io';
const PROTOCOLS = [V5, 'v4.channel.k8s.io'];
/** The longest silence before the answer to the upgrade is there. */
const HANDSHAKE_TIMEOUT_MS = 15_000;
/** Load balancers drop idle connections after 60 s at the least; a pong not there at the next ping means it is gone. */
const PING_EVERY_MS = 20_000;
/** The server closes after the status; one that does not is not waited for longer. */
const CLOSE_WAIT_MS = 2_000;

export interface ExecCall {
  readonly pod: PodName;
  /** `/api/v1/namespaces/NS/pods/NAME/exec` */
  readonly path: string;
  readonly request: ExecRequest;
  readonly onBytes?: ((received: number) => void) | undefined;
}

/**
 * Resolves with exit status and output. Rejects as PodRunner.exec says; before the websocket is open also as ApiDoor
 * does. Abort closes the socket at once, which does not end the command.
 */
export function runExec(door: ApiDoor, call: ExecCall, signal: AbortSignal): Promise<ExecResult> {
  const { pod, path } = call;
  const asked = { act: 'run a command in', what: `pod ${pod.namespace}/${pod.name}`, path };
  return door.withAccess(
    asked,
    async (access, either) => {
      throwIfCancelled(either);
      const started = performance.now();
      const report = (outcome: string): void => {
        const [, , , name = call.request.argv[0] ?? ''] = call.request.argv;
        door.log.debug(`EXEC ${call.path} ${name} ${outcome} ${Math.round(performance.now() - started)} ms`);
      };
      try {
        const result = await new ExecSession(access, call, either).run();
        report(`exit ${result.exitCode}`);
        return result;
      } catch (error) {
        report(
          error instanceof TriageError ? `${error.code} ${error.facts.status ?? ''}`.trimEnd() : 'failed',
        );
        throw error;
      }
    },
    signal,
  );
}

class ExecSession {
  private readonly frames: ExecFrames;
  private socket: WebSocket | undefined;
  private idleTimer: NodeJS.Timeout | undefined;
  /** First for the handshake, then for the command. */
  private totalTimer: NodeJS.Timeout | undefined;
  private pingTimer: NodeJS.Timeout | undefined;
  private closeTimer: NodeJS.Timeout | undefined;
  private isPongDue = false;
  private isOpen = false;
  private settle: { resolve: (result: ExecResult) => void; reject: (error: TriageError) => void } | undefined;

  constructor(
    private readonly access: Access,
    private readonly call: ExecCall,
    private readonly signal: AbortSignal,
  ) {
    this.frames = new ExecFrames(call.request);
  }

  run(): Promise<ExecResult> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.signal.addEventListener('abort', this.abort, { once: true });
      this.open();
    });
  }

  private open(): void {
    const { access } = this;
    // A kept connection that the server has closed meanwhile would leave it unknown whether the command runs.
    closeKeptConnections(access);
    const socket = new WebSocket(this.address(), PROTOCOLS, {
      agent: access.agent,
      headers: { ...(access.headers as Record<string, string>), 'User-Agent': 'node-triage' },
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      // ws would collect a larger one whole; parts of one and pieces in waiting it limits itself (maxFragments).
      maxPayload: EXEC.frameBytes,
      perMessageDeflate: false,
      autoPong: false,
    });
    this.socket = socket;
    this.totalTimer = setTimeout(() => {
      this.fail(this.noWebsocket(EXEC.handshakeSeconds));
    }, EXEC.handshakeSeconds * 1000);
    socket.on('unexpected-response', (request, response) => void this.refuse(request, response));
    socket.on('open', () => {
      this.isOpen = true;
      this.waitForBytes();
      this.limitTotal();
      this.pingTimer = setInterval(this.ping, PING_EVERY_MS);
      this.send(socket);
    });
    socket.on('pong', () => (this.isPongDue = false));
    socket.on('ping', (data: Buffer) => {
      // A server that pings and does not read would fill this machine's memory with pongs.
      if (socket.bufferedAmount < EXEC.pongBytes) socket.pong(data);
    });
    socket.on('message', (data: Buffer) => {
      this.receive(data);
    });
    socket.on('close', () => {
      this.closed();
    });
    socket.on('error', error => {
      this.fail(this.isOpen ? lost(error.message, error) : this.describeHandshake(error));
    });
  }

  private address(): URL {
    const { server } = this.access;
    const { container, argv, stdin } = this.call.request;
    const query = new URLSearchParams([
      ['container', container],
      ['stdout', 'true'],
      ['stderr', 'true'],
      ['stdin', String(stdin !== undefined)],
      ['tty', 'false'],
      ...argv.map(word => ['command', word] as [string, string]),
    ]);
    const base = `${server.protocol === 'http:' ? 'ws' : 'wss'}://${server.host}${server.pathname.replace(/\/$/, '')}`;
    return new URL(`${base}${this.call.path}?${query.toString()}`);
  }

  private send(socket: WebSocket): void {
    const { stdin, onSent } = this.call.request;
    if (stdin === undefined) return;
    void sendStdin(socket, stdin, socket.protocol === V5, sent => {
      if (this.settle === undefined || this.frames.hasStatus) return false;
      this.waitForBytes();
      onSent?.(sent);
      return true;
    });
  }

  private receive(data: Buffer): void {
    if (this.settle === undefined) return;
    const { received, moved } = this.frames;
    const error = this.frames.add(data);
    if (error !== undefined) {
      this.fail(error);
      return;
    }
    if (this.frames.moved > moved) this.waitForBytes();
    if (this.frames.received > received) this.call.onBytes?.(this.frames.received);
    if (!this.frames.hasStatus) return;
    clearTimeout(this.idleTimer);
    this.closeTimer ??= setTimeout(() => {
      this.closed();
    }, CLOSE_WAIT_MS);
  }

  /** The status is the last thing the server sends; with it, the close is the regular end. */
  private closed(): void {
    if (!this.frames.hasStatus) {
      this.fail(lost('it was closed without an exit status'));
      return;
    }
    const end = this.frames.end();
    if (end instanceof TriageError) this.fail(end);
    else {
      this.settle?.resolve(end);
      this.release();
    }
  }

  private async refuse(request: ClientRequest, response: IncomingMessage): Promise<void> {
    const text = new GrowingBytes();
    const limit = setTimeout(() => response.destroy(), EXEC.refusalSeconds * 1000);
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        text.add(chunk.subarray(0, ANSWER_BYTES.refusal - text.byteLength));
        if (text.byteLength >= ANSWER_BYTES.refusal) break;
      }
    } catch {
      // A refusal whose text is cut off is still a refusal: the status says enough.
    } finally {
      clearTimeout(limit);
    }
    request.destroy();
    const { statusCode = 0, headers } = response;
    const { pod, path } = this.call;
    this.fail(
      apiError(
        { status: statusCode, headers, body: text.take() },
        {
          act: 'run a command in',
          what: `pod ${pod.namespace}/${pod.name}`,
          path: `${path}?`,
          server: this.access.server.origin,
        },
      ),
    );
  }

  private describeHandshake(error: Error & { code?: string }): TriageError {
    const { origin } = this.access.server;
    if (error.message === 'Opening handshake has timed out')
      return this.noWebsocket(HANDSHAKE_TIMEOUT_MS / 1000);
    // ws: "Server sent no subprotocol", "Invalid Sec-WebSocket-Accept header": something in between that is no API server.
    if (/Sec-WebSocket|subprotocol|Upgrade header/i.test(error.message)) {
      const reason = `no websocket to the API server: ${error.message}`;
      return new TriageError('exec-refused', `A command could not be started: ${reason}.`, {
        facts: { reason },
      });
    }
    return error.code === 'ECONNRESET' ? lost(error.message, error) : networkError(error, origin);
  }

  private noWebsocket(seconds: number): TriageError {
    const { origin } = this.access.server;
    return new TriageError(
      'timed-out',
      `${origin} did not open a websocket within ${seconds} s. Try again.`,
      { facts: { server: origin, seconds, reason: 'no answer to the upgrade' } },
    );
  }

  /** From now on, however lively the command is. */
  private limitTotal(): void {
    clearTimeout(this.totalTimer);
    this.totalTimer = setTimeout(() => {
      this.fail(
        new TriageError(
          'timed-out',
          `The command in ${this.call.pod.name} has not come to its end within ${EXEC.seconds} s. It may still run.`,
          { facts: { seconds: EXEC.seconds } },
        ),
      );
    }, EXEC.seconds * 1000);
  }

  private waitForBytes(): void {
    clearTimeout(this.idleTimer);
    const { idleSeconds } = this.call.request;
    this.idleTimer = setTimeout(() => {
      this.fail(
        new TriageError(
          'timed-out',
          `The command in ${this.call.pod.name} neither sent nor took anything for ${idleSeconds} s.`,
          {
            facts: { seconds: idleSeconds },
          },
        ),
      );
    }, idleSeconds * 1000);
  }

  private readonly ping = (): void => {
    if (this.isPongDue) {
      this.fail(lost(`no answer to a ping within ${PING_EVERY_MS / 1000} s`));
      return;
    }
    this.isPongDue = true;
    this.socket?.ping();
  };

  private readonly abort = (): void => {
    this.fail(new TriageError('cancelled', 'Cancelled.'));
  };

  private fail(error: TriageError): void {
    this.settle?.reject(error);
    this.release();
  }

  private release(): void {
    this.settle = undefined;
    clearTimeout(this.idleTimer);
    clearTimeout(this.totalTimer);
    clearInterval(this.pingTimer);
    clearTimeout(this.closeTimer);
    this.signal.removeEventListener('abort', this.abort);
    // Before the handshake is done this emits an error, for which no caller waits.
    this.socket?.terminate();
  }
}

function lost(reason: string, cause?: unknown): TriageError {
  return new TriageError(
    'exec-lost',
    `The connection to the command ended before the command did: ${reason}. The command may still run.`,
    { facts: { reason }, cause },
  );
}
