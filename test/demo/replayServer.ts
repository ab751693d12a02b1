/**
 * A small local HTTPS API server that replays recorded answers of a real kubelet: the demo cluster behind `npm start`,
 * and what the contract tests talk to. Loopback only, a random port, tokens and a certificate of its own at each start.
 * It runs nothing and stores nothing; replay/scenario.ts says which nodes it shows, replay/replayExec.ts what commands in
 * its pods print.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { ApiRoutes } from './replay/apiRoutes.js';
import { makeCertificate, type CertificateOptions } from './replay/certificate.js';
import { Faults, type Fault, type FaultEffect } from './replay/faults.js';
import { Recordings } from './replay/recordings.js';
import type { ReplayPods } from './replay/replayPods.js';
import { ReplayCluster } from './replay/replayCluster.js';
import { formatKubeconfig } from './replay/replayKubeconfig.js';
import type { ReplayRequest, ReplayUser } from './replay/replayRequest.js';
import { DEMO_NODES, type DemoNode, type KubeletState, type NodeJson } from './replay/scenario.js';
import { sendAnswer } from './replay/sendAnswer.js';
import type { ExecResponders } from '../support/execResponder.js';

export interface ReplayOptions {
  /** Absolute path of test/fixtures. */
  readonly fixtures: string;
  /** The kubeconfig is written into this folder, readable by its owner alone; the folder is made where missing. */
  readonly directory: string;
  /** Seconds of profiles pass so many times as fast; 1 where not given. */
  readonly speed?: number;
  readonly nodes?: readonly DemoNode[];
  /** Milliseconds between heartbeats of one node after the other; 10 s where not given, 0: none. */
  readonly heartbeatMs?: number;
  /** Names and times of the certificate, for tests of bad ones; good for 127.0.0.1 and localhost where not given. */
  readonly certificate?: Partial<CertificateOptions>;
}

export interface ReplayLogEntry {
  /** Path with query. */
  readonly method: string;
  readonly target: string;
  readonly user: string | undefined;
  /** Undefined while it runs, and where it was cut. */
  status: number | undefined;
}

export interface ReplayServer {
  /** https://127.0.0.1:PORT */
  readonly url: string;
  readonly kubeconfigPath: string;
  /** Names of the kubeconfig's contexts; `admin` is the current one. */
  readonly contexts: Readonly<Record<ReplayUser, string>>;
  readonly certificate: string;
  /** Every request so far. */
  readonly requests: readonly ReplayLogEntry[];
  /** Sockets accepted so far. */
  readonly connections: number;
  /** What runs in pods answers by these, before test/fixtures/pod/NAME.txt. */
  readonly responders: ExecResponders;
  readonly pods: ReplayPods;
  node(name: string): NodeJson;
  /** Replaces the node's object, or adds one: watches see it. */
  putNode(node: NodeJson): void;
  removeNode(name: string): void;
  /** As a stopped kubelet looks after 40 s: the node controller marks the node, its kubelet hangs. */
  setReady(name: string, isReady: boolean): void;
  setKubelet(name: string, state: KubeletState): void;
  isProfiling(name: string): boolean;
  inject(fault: Fault): void;
  /** Takes back what inject() has left over. */
  clearFaults(): void;
  /** Old tokens are refused from now on; the kubeconfig has new ones. */
  rotateTokens(): Promise<void>;
  /** Watches and pages that go on from an older version get 410. */
  forgetHistory(): void;
  /** Destroys every open socket. */
  cutConnections(): void;
  /** Closes the port (connection refused) until resume(). */
  suspend(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const CONTEXTS: Readonly<Record<ReplayUser, string>> = {
  admin: 'demo',
  limited: 'demo-limited',
  unprivileged: 'demo-unprivileged',
};

export async function startReplayServer(options: ReplayOptions): Promise<ReplayServer> {
  const server = new RunningReplay(options);
  await server.start();
  return server;
}

const DAY_MS = 86_400_000;

class RunningReplay implements ReplayServer {
  readonly contexts = CONTEXTS;
  readonly kubeconfigPath: string;
  readonly certificate: string;
  readonly requests: ReplayLogEntry[] = [];
  connections = 0;
  private readonly cluster: ReplayCluster;
  private readonly routes: ApiRoutes;
  private readonly faults = new Faults();
  private readonly sockets = new Set<Socket>();
  private readonly server;
  private tokens = makeTokens();
  private port = 0;

  constructor(private readonly options: ReplayOptions) {
    const recordings = new Recordings(options.fixtures);
    this.cluster = new ReplayCluster(options.nodes ?? DEMO_NODES, recordings, options.speed ?? 1);
    this.routes = new ApiRoutes(this.cluster.store, this.cluster.kubelets, recordings, this.cluster.pods);
    this.kubeconfigPath = path.join(options.directory, 'demo.kubeconfig');
    const { key, certificate } = makeCertificate({
      names: ['127.0.0.1', 'localhost'],
      validFrom: new Date(Date.now() - DAY_MS),
      validTo: new Date(Date.now() + 30 * DAY_MS),
      ...options.certificate,
    });
    this.certificate = certificate;
    this.server = createServer(
      { key, cert: certificate },
      (request, response) => void this.serve(request, response),
    );
    this.server.on(
      'upgrade',
      (incoming: IncomingMessage, socket: Socket, head: Buffer) => void this.upgrade(incoming, socket, head),
    );
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      this.connections += 1;
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  get responders(): ExecResponders {
    return this.cluster.exec.responders;
  }

  get pods(): ReplayPods {
    return this.cluster.pods;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    await this.resume();
    await mkdir(this.options.directory, { recursive: true });
    await this.writeKubeconfig();
    const heartbeatMs = this.options.heartbeatMs ?? 10_000;
    if (heartbeatMs > 0) this.cluster.startHeartbeats(heartbeatMs);
  }

  async stop(): Promise<void> {
    this.cluster.stop();
    await this.suspend();
    await rm(this.kubeconfigPath, { force: true });
  }

  async suspend(): Promise<void> {
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()));
    this.cutConnections();
    await closed;
  }

  async resume(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  cutConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  node(name: string): NodeJson {
    return this.cluster.node(name);
  }

  putNode(node: NodeJson): void {
    this.cluster.store.put(node);
  }

  removeNode(name: string): void {
    this.cluster.store.remove(name);
  }

  setReady(name: string, isReady: boolean): void {
    this.cluster.setReady(name, isReady);
  }

  setKubelet(name: string, state: KubeletState): void {
    this.cluster.setKubelet(name, state);
  }

  isProfiling(name: string): boolean {
    return this.cluster.kubelet(name).isProfiling;
  }

  inject(fault: Fault): void {
    this.faults.add(fault);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  async rotateTokens(): Promise<void> {
    this.tokens = makeTokens();
    await this.writeKubeconfig();
  }

  forgetHistory(): void {
    this.cluster.store.compact();
  }

  private async writeKubeconfig(): Promise<void> {
    const { url, certificate, contexts, tokens } = this;
    await writeFile(this.kubeconfigPath, formatKubeconfig({ url, certificate, contexts, tokens }), {
      mode: 0o600,
    });
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = incoming.url ?? '/';
    const request = this.read(incoming, target, await readBody(incoming));
    const entry = this.record(request, target);
    const gone = new AbortController();
    response.on('close', () => {
      gone.abort();
    });
    const fault = this.faults.take(request.method, target);
    if (this.applyFault(fault, response)) return;
    try {
      const answer = await this.routes.answer(request, gone.signal);
      entry.status = 'kind' in answer ? 200 : answer.status;
      await sendAnswer(response, answer, fault, gone.signal);
    } catch (error) {
      // A client that left needs no answer; anything else is a fault of this server and must be seen.
      if (!gone.signal.aborted) response.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** True where the fault took the request over. */
  private applyFault(fault: FaultEffect | undefined, response: ServerResponse): boolean {
    switch (fault?.kind) {
      case 'answer':
        response.writeHead(fault.status, { 'Content-Type': fault.type ?? 'text/plain', ...fault.headers });
        response.end(fault.body);
        return true;
      case 'cut':
        response.destroy();
        return true;
      case 'hang':
        return true;
      case 'lose':
      case 'truncate':
      case 'trickle':
      case undefined:
        return false;
    }
  }

  private async upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const target = incoming.url ?? '/';
    const request = this.read(incoming, target, '');
    const entry = this.record(request, target);
    socket.on('error', () => socket.destroy());
    const fault = this.faults.take(request.method, target);
    entry.status = await this.cluster.exec.serve(request, { incoming, socket, head }, fault);
  }

  private record({ method, user }: ReplayRequest, target: string): ReplayLogEntry {
    const entry: ReplayLogEntry = { method, target, user, status: undefined };
    this.requests.push(entry);
    return entry;
  }

  private read(incoming: IncomingMessage, target: string, body: string): ReplayRequest {
    const { pathname, searchParams } = new URL(target, 'https://replay.invalid');
    const token = /^Bearer (.*)$/.exec(incoming.headers.authorization ?? '')?.[1];
    return {
      method: incoming.method ?? 'GET',
      path: pathname,
      query: searchParams,
      body,
      user: token === undefined ? undefined : (this.tokens.get(token) ?? 'invalid'),
    };
  }
}

/** '' where the client left in the middle: it gets no answer anyway. */
async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}

function makeTokens(): ReadonlyMap<string, ReplayUser> {
  const users: readonly ReplayUser[] = ['admin', 'limited', 'unprivileged'];
  return new Map(users.map(user => [randomBytes(24).toString('base64url'), user]));
}
