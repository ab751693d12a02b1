/**
 * Commands in the replay cluster's pods, over websockets as an API server speaks them (v5.channel.k8s.io, v4). A script
 * is answered by its NAME: by a registered responder, else by test/fixtures/pod/NAME.txt, else it is not found.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  commandName,
  ExecResponders,
  ExecStdin,
  type ExecAnswer,
  type ExecTarget,
} from '../../support/execResponder.js';
import { statusObject, jsonAnswer, type Answer } from './answer.js';
import type { ReplayRequest } from './replayRequest.js';
import type { FaultEffect } from './faults.js';
import { answerRecordedJobs } from './recordedJobs.js';
import type { Recordings } from './recordings.js';
import { forbidPods, type ReplayPods } from './replayPods.js';
import type { KubeletState } from './scenario.js';

/** As the kubelet copies (io.Copy). */
const FRAME_BYTES = 32 * 1024;
const [IN, OUT, ERR, STATUS, CLOSE] = [0, 1, 2, 3, 255];

interface Upgrade {
  readonly incoming: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

export interface ExecOptions {
  readonly recordings: Recordings;
  readonly pods: ReplayPods;
  readonly kubeletOf: (node: string) => KubeletState | undefined;
}

export class ReplayExec {
  readonly responders = new ExecResponders();
  private readonly server = new WebSocketServer({
    noServer: true,
    handleProtocols: offered =>
      ['v5.channel.k8s.io', 'v4.channel.k8s.io'].find(known => offered.has(known)) ?? false,
  });

  constructor(private readonly options: ExecOptions) {
    this.responders.add(answerRecordedJobs(options.recordings));
  }

  /** Takes the socket over. Resolves with the status of the handshake. */
  async serve(request: ReplayRequest, upgrade: Upgrade, fault: FaultEffect | undefined): Promise<number> {
    if (fault?.kind === 'cut') {
      upgrade.socket.destroy();
      return 0;
    }
    if (fault?.kind === 'hang') return 0;
    if (fault?.kind === 'answer')
      return refuse(upgrade.socket, {
        status: fault.status,
        type: fault.type ?? 'text/plain',
        body: Buffer.from(fault.body),
      });
    const target = this.findTarget(request);
    if ('status' in target) return refuse(upgrade.socket, target);
    const { incoming, socket, head } = upgrade;
    const websocket = await new Promise<WebSocket>(resolve => {
      this.server.handleUpgrade(incoming, socket, head, resolve);
    });
    websocket.on('error', () => undefined);
    await this.run(websocket, target, request.query.getAll('command'), fault);
    return 101;
  }

  private findTarget({ path, query, user }: ReplayRequest): ExecTarget | Answer {
    const [, namespace = '', name = ''] =
      /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/exec$/.exec(path) ?? [];
    if (user === 'invalid') return jsonAnswer(statusObject(401, 'Unauthorized', 'Unauthorized'), 401);
    // From v1.35 on, `create` is asked for besides (kubernetes#133515).
    if (user !== 'admin') return forbidPods(user ?? 'system:anonymous', 'get', 'pods/exec', namespace);
    const pod = this.options.pods.find(namespace, name);
    if (pod === undefined) return jsonAnswer(statusObject(404, 'NotFound', `pods "${name}" not found`), 404);
    const container = query.get('container') ?? '';
    if (pod.spec.containers?.every(one => one.name !== container) === true) {
      const text = `container ${container} is not valid for pod ${name}`;
      return jsonAnswer(statusObject(400, 'BadRequest', text), 400);
    }
    const stdin = query.get('stdin') === 'true' ? new ExecStdin() : undefined;
    return { namespace, name, node: pod.spec.nodeName, container, stdin };
  }

  private async run(
    websocket: WebSocket,
    target: ExecTarget,
    argv: readonly string[],
    fault: FaultEffect | undefined,
  ): Promise<void> {
    const gone = new AbortController();
    websocket.on('close', () => {
      gone.abort();
      target.stdin?.end();
    });
    if (target.stdin !== undefined) receive(websocket, target.stdin);
    const kubelet = target.node === undefined ? 'down' : (this.options.kubeletOf(target.node) ?? 'down');
    // The API server opens the websocket first, and the kubelet is asked behind it.
    if (kubelet === 'hanging') return;
    send(websocket, OUT, '');
    const phase = this.options.pods.find(target.namespace, target.name)?.status?.phase;
    if (kubelet === 'down')
      finish(
        websocket,
        failure('error dialing backend: dial tcp 192.0.2.9:10250: connect: connection refused'),
      );
    else if (phase !== 'Running')
      finish(websocket, failure(`unable to upgrade connection: container not found ("${target.container}")`));
    else reply(websocket, await this.answer(argv, target, gone.signal), fault);
  }

  private async answer(argv: readonly string[], target: ExecTarget, gone: AbortSignal): Promise<ExecAnswer> {
    const answer = await this.responders.answer(argv, target, gone);
    if (answer !== undefined) return answer;
    const name = commandName(argv);
    const recorded = /^[\w-]+$/.test(name) ? this.options.recordings.find(`pod/${name}.txt`) : undefined;
    if (recorded !== undefined) return { stdout: recorded };
    return { stderr: `${name}: not found in the replay cluster\n`, exitCode: 127 };
  }
}

/** v5 closes a stream by a frame of channel 255 with its number. */
function receive(websocket: WebSocket, stdin: ExecStdin): void {
  websocket.on('message', (data: Buffer) => {
    const [channel, closed] = data;
    if (channel === IN) stdin.push(data.subarray(1));
    else if (channel === CLOSE && closed === IN && websocket.protocol.startsWith('v5.')) stdin.end();
  });
}

function reply(
  websocket: WebSocket,
  { stdout = '', stderr = '', exitCode = 0, refused }: ExecAnswer,
  fault: FaultEffect | undefined,
): void {
  const bytes = Buffer.from(stdout as string);
  const sent = fault?.kind === 'truncate' ? bytes.subarray(0, fault.bytes) : bytes;
  for (let at = 0; at < sent.length; at += FRAME_BYTES)
    send(websocket, OUT, sent.subarray(at, at + FRAME_BYTES));
  if (fault?.kind === 'truncate') {
    // After the frames are out.
    websocket.ping('', undefined, () => {
      websocket.terminate();
    });
    return;
  }
  if (stderr !== '') send(websocket, ERR, stderr);
  finish(websocket, refused === undefined ? exitStatus(exitCode) : failure(refused));
}

function send(websocket: WebSocket, channel: number, data: string | Uint8Array): void {
  websocket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data as string)]));
}

function finish(websocket: WebSocket, status: object): void {
  send(websocket, STATUS, JSON.stringify(status));
  websocket.close(1000);
}

/** As recorded (test/fixtures/pod/ws-frames.txt). */
function exitStatus(exitCode: number): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

function failure(text: string): object {
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${text}`,
    reason: 'InternalError',
    details: { causes: [{ message: text }] },
    code: 500,
  };
}

/** An answer in place of the upgrade, on the bare socket. */
function refuse(socket: Duplex, { status, type, body }: Answer): number {
  socket.end(
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 ${status} Refused\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
      ),
      body,
    ]),
  );
  return status;
}
