/** An API server that means harm: HTTPS on loopback with a kubeconfig that leads to it; each case says what it answers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificate } from '../../demo/replay/certificate.js';
import type { Prepared } from '../lane/hostileCase.js';

export interface HostileServerGiven {
  /** Path of a kubeconfig whose only context is `hostile`. */
  readonly kubeconfig: string;
}

export interface HostileHandlers {
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** Of requests that ask for a websocket; they are cut off where it is not given. */
  readonly upgrade?: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
}

const DAY_MS = 86_400_000;

export async function startHostileServer(handlers: HostileHandlers): Promise<Prepared<HostileServerGiven>> {
  const now = Date.now();
  const { key, certificate } = makeCertificate({
    names: ['127.0.0.1'],
    validFrom: new Date(now - DAY_MS),
    validTo: new Date(now + DAY_MS),
  });
  const server = createServer({ key, cert: certificate }, (request, response) => {
    // The client leaves in the middle, as it should.
    response.on('error', () => undefined);
    handlers.answer(request, response);
  });
  server.on('upgrade', (request, socket: Socket, head: Buffer) => {
    socket.on('error', () => undefined);
    if (handlers.upgrade === undefined) socket.destroy();
    else handlers.upgrade(request, socket, head);
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'node-triage-hostile-'));
  const kubeconfig = path.join(folder, 'config');
  const close = closer(server, folder);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': Buffer.from(certificate).toString('base64'),
  };
  await writeFile(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'hostile', cluster }],
      users: [{ name: 'me', user: { token: 'secret-of-the-user' } }],
      contexts: [{ name: 'hostile', context: { cluster: 'hostile', user: 'me' } }],
    }),
  );
  return { given: { kubeconfig }, close };
}

function closer(server: Server, folder: string): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return async () => {
    await new Promise<void>(resolve => {
      server.close(() => {
        resolve();
      });
      for (const socket of sockets) socket.destroy();
    });
    await rm(folder, { recursive: true, force: true });
  };
}

/** Writes as fast as it is taken, until the other side leaves or `next` has no more, which ends it. */
export function flood(response: NodeJS.WritableStream, next: () => Uint8Array | string | undefined): void {
  let isOver = false;
  response.once('close', () => (isOver = true));
  const write = (): void => {
    while (!isOver) {
      const piece = next();
      if (piece === undefined) {
        response.end();
        return;
      }
      if (!response.write(piece)) {
        response.once('drain', write);
        return;
      }
    }
  };
  write();
}

/** A piece every 50 ms, without an end: no idle limit is reached. */
export function drip(stream: NodeJS.WritableStream, piece: string | Uint8Array): void {
  const timer = setInterval(() => {
    stream.write(piece);
  }, 50);
  stream.once('close', () => {
    clearInterval(timer);
  });
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}
