/** The websocket of an exec where the server is none of the replay server's kind: silent, old, or no API server at all. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import type { PodRunner } from '../../src/cluster/podPorts.js';
import { waitUntil } from '../support/pause.js';
import { startConnectProxy } from '../support/proxies.js';
import { makeTestKubeconfig, type TestKubeconfig } from '../support/testKubeconfig.js';
import { failure, never } from './podSubject.js';

const POD = { namespace: 'a b', name: 'p' };
const REQUEST = {
  container: 'tools',
  argv: ['sh', '-c', ':', 'node-triage-x'],
  maxBytes: 100,
  idleSeconds: 300,
};

let server: Server;
const sockets = new Set<Socket>();
let config: TestKubeconfig;
let offered: string[];
let urls: string[];

beforeEach(async () => {
  offered = [];
  urls = [];
  server = createServer();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  config = await makeTestKubeconfig({ server: `http://127.0.0.1:${port()}/prefix/` }, { token: 'me' });
});
afterEach(async () => {
  vi.useRealTimers();
  await config.close();
  for (const socket of sockets) socket.destroy();
  await new Promise(resolve => server.close(resolve));
});

const port = (): number => (server.address() as AddressInfo).port;
const pods = async (): Promise<PodRunner> => (await config.connect()).pods;

/** Accepts every exec; `act` gets its socket. */
function accept(act: (websocket: WebSocket) => void, options: ServerOptions = {}): void {
  const websockets = new WebSocketServer({
    noServer: true,
    handleProtocols: protocols => {
      offered = [...protocols];
      return protocols.has('v4.channel.k8s.io') ? 'v4.channel.k8s.io' : false;
    },
    ...options,
  });
  server.on('upgrade', (request, socket, head) => {
    urls.push(request.url ?? '');
    websockets.handleUpgrade(request, socket, head, websocket => {
      websocket.on('error', () => undefined);
      act(websocket);
    });
  });
}

const succeed = (websocket: WebSocket): void => {
  websocket.send(Buffer.from('\x01out'));
  websocket.send(Buffer.from('\x03{"metadata":{},"status":"Success"}'));
};

describe('an exec', () => {
  it('speaks v4 to a server that knows no v5, below a path, with every word encoded', async () => {
    accept(websocket => {
      succeed(websocket);
      websocket.close(1000);
    });
    const argv = ['sh', '-c', 'echo "$1" && true;#', 'node-triage-x', 'a&command=b +%'];
    const { stdout } = await (await pods()).exec(POD, { ...REQUEST, argv }, never);
    expect(new TextDecoder().decode(stdout)).toBe('out');
    expect(offered).toEqual(['v5.channel.k8s.io', 'v4.channel.k8s.io']);
    const { pathname, searchParams } = new URL(urls[0] ?? '', 'http://x');
    expect(pathname).toBe('/prefix/api/v1/namespaces/a%20b/pods/p/exec');
    expect(searchParams.getAll('command')).toEqual(argv);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      container: 'tools',
      stdin: 'false',
      tty: 'false',
      stdout: 'true',
      stderr: 'true',
    });
  });

  it('sends standard input to v4 without an end, which v4 cannot say', async () => {
    const frames: Buffer[] = [];
    const stdin = new Uint8Array(100_000).fill(7);
    accept(websocket => {
      websocket.on('message', (frame: Buffer) => {
        frames.push(frame);
        if (frames.reduce((sum, { length }) => sum + length - 1, 0) < stdin.length) return;
        succeed(websocket);
        // An end would be on its way before the close is.
        setTimeout(() => websocket.close(1000), 100);
      });
    });
    const { exitCode } = await (await pods()).exec(POD, { ...REQUEST, stdin }, never);
    expect(exitCode).toBe(0);
    expect(frames.map(([channel]) => channel)).toEqual([0, 0, 0, 0]);
    expect(Buffer.concat(frames.map(frame => frame.subarray(1))).equals(stdin)).toBe(true);
    expect(new URL(urls[0] ?? '', 'http://x').searchParams.get('stdin')).toBe('true');
  });

  it('sends no faster than it is taken, and goes on when it is', async () => {
    const held: { websocket?: WebSocket } = {};
    let received = 0;
    const stdin = new Uint8Array(64 * 2 ** 20);
    accept(websocket => {
      held.websocket = websocket;
      websocket.pause();
      websocket.on('message', (frame: Buffer) => {
        received += frame.length - 1;
        if (received < stdin.length) return;
        succeed(websocket);
        websocket.close(1000);
      });
    });
    let sent = 0;
    let sentAtMs = Infinity;
    const onSent = (bytes: number): void => {
      sent = bytes;
      sentAtMs = performance.now();
    };
    const running = (await pods()).exec(POD, { ...REQUEST, stdin, onSent }, never);
    await waitUntil('it stands', () => performance.now() - sentAtMs > 300);
    // The buffers of two sockets of this machine, and one frame.
    expect(sent).toBeLessThan(stdin.length / 2);
    held.websocket?.resume();
    expect(await running).toMatchObject({ exitCode: 0 });
    expect(received).toBe(stdin.length);
  });

  it('ends where its input is not taken for too long', async () => {
    accept(websocket => websocket.pause());
    const stdin = new Uint8Array(64 * 2 ** 20);
    expect(
      await failure((await pods()).exec(POD, { ...REQUEST, stdin, idleSeconds: 1 }, never)),
    ).toMatchObject({ code: 'timed-out', facts: { seconds: 1 } });
  });

  it('takes the status for the end where the server does not close', async () => {
    accept(succeed);
    const started = performance.now();
    expect(await (await pods()).exec(POD, REQUEST, never)).toMatchObject({ exitCode: 0 });
    expect(performance.now() - started).toBeGreaterThan(1500);
  });

  it('is lost where pings are not answered, long before the silence is too long', async () => {
    let open = false;
    accept(() => (open = true), { autoPong: false });
    const runner = await pods();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const running = failure(runner.exec(POD, REQUEST, never));
    await waitUntil('it is open', () => open && vi.getTimerCount() > 0);
    vi.advanceTimersByTime(20_000);
    vi.advanceTimersByTime(20_000);
    expect(await running).toMatchObject({
      code: 'exec-lost',
      facts: { reason: 'no answer to a ping within 20 s' },
    });
  });

  it('lives on while pings are answered', async () => {
    const held: { websocket?: WebSocket } = {};
    let pings = 0;
    accept(websocket => {
      held.websocket = websocket;
      websocket.on('ping', () => pings++);
    });
    const runner = await pods();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const running = runner.exec(POD, REQUEST, never);
    await waitUntil('it is open', () => held.websocket !== undefined && vi.getTimerCount() > 0);
    for (let ping = 1; ping <= 3; ping++) {
      vi.advanceTimersByTime(20_000);
      await waitUntil('the ping is there', () => pings === ping);
      // The pong is on its way back: a round trip of the socket.
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    if (held.websocket !== undefined) {
      succeed(held.websocket);
      held.websocket.close(1000);
    }
    expect(await running).toMatchObject({ exitCode: 0 });
  });

  it('ends where the websocket is not opened in time', async () => {
    server.on('upgrade', () => undefined);
    const started = performance.now();
    expect(await failure((await pods()).exec(POD, REQUEST, never))).toMatchObject({
      code: 'timed-out',
      facts: { seconds: 15 },
    });
    expect(performance.now() - started).toBeGreaterThan(14_000);
  }, 25_000);

  it.each([
    ['no websocket at all', 200, '<html>Log in</html>', 'request-rejected'],
    ['a gateway before it', 502, '', 'unreachable'],
    ['a redirect', 302, '', 'request-rejected'],
    ['its own refusal, twice', 401, '{"kind":"Status","message":"Unauthorized"}', 'unauthorized'],
  ])('told of %s', async (_, status, body, code) => {
    // A 401 is the server's own only where it gives it to a question of ours, too.
    server.on('request', (_request, response) => {
      response.writeHead(status);
      response.end(body);
    });
    server.on('upgrade', (_request, socket) => {
      socket.end(
        `HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
    });
    expect(await failure((await pods()).exec(POD, REQUEST, never))).toMatchObject({
      code,
      facts: { status },
    });
  });

  it('is refused where the server chooses no protocol, and lost where it hangs up', async () => {
    accept(() => undefined, { handleProtocols: () => false });
    const runner = await pods();
    expect(await failure(runner.exec(POD, REQUEST, never))).toMatchObject({ code: 'exec-refused' });
    server.removeAllListeners('upgrade');
    server.on('upgrade', (_request, socket) => socket.destroy());
    expect(await failure(runner.exec(POD, REQUEST, never))).toMatchObject({ code: 'exec-lost' });
  });

  it('is unreachable where no server listens', async () => {
    await config.write({ server: 'http://127.0.0.1:1' });
    expect(await failure((await pods()).exec(POD, REQUEST, never))).toMatchObject({ code: 'unreachable' });
  });

  it('goes through the proxy of the kubeconfig', async () => {
    const proxy = await startConnectProxy(port());
    try {
      accept(websocket => {
        succeed(websocket);
        websocket.close(1000);
      });
      await config.write({
        server: 'http://only-a-proxy-finds-it.invalid:6443',
        'proxy-url': `http://127.0.0.1:${proxy.port}`,
      });
      expect(await (await pods()).exec(POD, REQUEST, never)).toMatchObject({ exitCode: 0 });
      expect(proxy.tunnels).toEqual(['only-a-proxy-finds-it.invalid:6443']);
    } finally {
      await proxy.close();
    }
  });
});
