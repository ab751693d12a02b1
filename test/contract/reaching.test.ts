/** How src/cluster connects: TLS and its refusals, client certificates, plain HTTP, proxies, kept connections. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TriageError } from '../../src/base/errors.js';
import { makeCertificate } from '../demo/replay/certificate.js';
import { emptyNodeList, startProbeServer, type ProbeServer } from '../support/probeServer.js';
import { startConnectProxy, startSocksProxy } from '../support/proxies.js';
import { makeTestKubeconfig, type TestKubeconfig } from '../support/testKubeconfig.js';

const DAY_MS = 86_400_000;
const never = new AbortController().signal;
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

function owned<T extends { close(): Promise<void> }>(thing: T): T {
  closing.push(thing);
  return thing;
}

const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Tls {
  readonly names?: readonly string[];
  readonly days?: readonly [from: number, to: number];
}

async function secureServer({ names = ['127.0.0.1'], days = [-1, 1] }: Tls = {}): Promise<{
  server: ProbeServer;
  cluster: { server: string; 'certificate-authority-data': string };
}> {
  const { key, certificate } = makeCertificate({
    names,
    validFrom: inDays(days[0]),
    validTo: inDays(days[1]),
  });
  const server = owned(await startProbeServer(emptyNodeList, { key, cert: certificate }));
  return {
    server,
    cluster: {
      server: `https://127.0.0.1:${server.port}`,
      'certificate-authority-data': base64(certificate),
    },
  };
}

const configOf = async (cluster: object, user?: object): Promise<TestKubeconfig> =>
  owned(await makeTestKubeconfig(cluster, user));

async function listWith(config: TestKubeconfig, environment = {}): Promise<unknown> {
  const connection = await config.connect(environment);
  return connection.nodes.list(never).catch((error: unknown) => error as TriageError);
}

describe('TLS', () => {
  it('reaches a server whose authority the kubeconfig names', async () => {
    const { cluster } = await secureServer();
    expect(await listWith(await configOf(cluster))).toEqual([]);
  });

  it('trusts the authority also where the user has nothing to show', async () => {
    const { cluster, server } = await secureServer();
    expect(await listWith(await configOf(cluster, {}))).toEqual([]);
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each<{ what: string; tls: Tls; change: object; reason: RegExp }>([
    {
      what: 'self-signed',
      tls: {},
      change: { 'certificate-authority-data': undefined },
      reason: /self-signed/,
    },
    { what: 'expired', tls: { days: [-2, -1] }, change: {}, reason: /has expired/ },
    { what: 'not yet valid', tls: { days: [1, 2] }, change: {}, reason: /not valid yet/ },
    { what: 'of another name', tls: { names: ['api.example'] }, change: {}, reason: /for another name/ },
  ])('refuses a certificate that is $what, and says so', async ({ tls, change, reason }) => {
    const { cluster } = await secureServer(tls);
    const error = await listWith(await configOf({ ...cluster, ...change }));
    expect(error).toMatchObject({ code: 'unreachable', message: expect.stringMatching(reason) as string });
    expect(error).toMatchObject({ facts: { server: cluster.server } });
  });

  it('honours tls-server-name and insecure-skip-tls-verify', async () => {
    const { cluster } = await secureServer({ names: ['api.example'] });
    expect(await listWith(await configOf({ ...cluster, 'tls-server-name': 'api.example' }))).toEqual([]);
    const insecure = { server: cluster.server, 'insecure-skip-tls-verify': true };
    expect(await listWith(await configOf(insecure))).toEqual([]);
  });

  it('checks the certificate whatever NODE_TLS_REJECT_UNAUTHORIZED says of every server', async () => {
    const { cluster, server } = await secureServer({ names: ['api.example'] });
    const config = await configOf(cluster);
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await listWith(config)).toMatchObject({ code: 'unreachable' });
      const named = await configOf({ ...cluster, 'tls-server-name': 'api.example' });
      expect(await listWith(named)).toEqual([]);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
    expect(server.requests).toHaveLength(1);
  });

  it('shows a client certificate', async () => {
    const times = { validFrom: inDays(-1), validTo: inDays(1) };
    const client = makeCertificate({ names: ['me'], ...times });
    const { key, certificate } = makeCertificate({ names: ['127.0.0.1'], ...times });
    const tls = {
      key,
      cert: certificate,
      ca: client.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    };
    const server = owned(await startProbeServer(emptyNodeList, tls));
    const cluster = {
      server: `https://127.0.0.1:${server.port}`,
      'certificate-authority-data': base64(certificate),
    };
    const user = {
      'client-certificate-data': base64(client.certificate),
      'client-key-data': base64(client.key),
    };
    expect(await listWith(await configOf(cluster, user))).toEqual([]);
    expect(server.requests[0]?.clientName).toBe('node-triage replay');
    const without = await listWith(await configOf(cluster));
    expect(without).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/refused the client certificate, or found none/) as string,
    });
  });

  it('says that a server does not speak TLS', async () => {
    const server = owned(await startProbeServer(emptyNodeList));
    const error = await listWith(await configOf({ server: `https://127.0.0.1:${server.port}` }));
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/does not speak TLS/) as string,
    });
  });
});

describe('a server that accepts and says nothing', () => {
  it('is given up', async () => {
    const accepted: Socket[] = [];
    const server = createServer(socket => void accepted.push(socket));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const connection = await (await configOf({ server: `https://127.0.0.1:${port}` })).connect();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const listing = connection.nodes.list(never).catch((error: unknown) => error);
      while (accepted.length === 0) await new Promise(resolve => setImmediate(resolve));
      vi.advanceTimersByTime(15_000);
      expect(await listing).toMatchObject({
        code: 'unreachable',
        facts: { reason: 'no connection within 15 s' },
      });
    } finally {
      vi.useRealTimers();
      for (const socket of accepted) socket.destroy();
      server.close();
    }
  });
});

describe('without TLS', () => {
  it('reaches an http server, as kubectl proxy is one', async () => {
    const server = owned(await startProbeServer(emptyNodeList));
    expect(await listWith(await configOf({ server: `http://127.0.0.1:${server.port}/prefix/` }))).toEqual([]);
    expect(server.requests[0]?.url).toBe('/prefix/api/v1/nodes?limit=100');
  });

  it('says that no server listens', async () => {
    const server = await startProbeServer(emptyNodeList);
    await server.close();
    const error = await listWith(await configOf({ server: `http://127.0.0.1:${server.port}` }));
    expect(error).toMatchObject({ code: 'unreachable', facts: { code: 'ECONNREFUSED' } });
    expect((error as Error).message).toMatch(/connection was refused.*VPN/);
  });

  it('says that a name cannot be found', async () => {
    const error = await listWith(await configOf({ server: 'http://no-such-host.invalid' }));
    expect(error).toMatchObject({ code: 'unreachable', message: expect.stringMatching(/[Nn]ame/) as string });
  });

  it('says that a server does not speak HTTP', async () => {
    const { server } = await secureServer();
    const error = await listWith(await configOf({ server: `http://127.0.0.1:${server.port}` }));
    expect(error).toMatchObject({ code: expect.stringMatching(/unreachable|connection-lost/) as string });
  });
});

describe('proxies', () => {
  // The name resolves nowhere: only a proxy can bring the request to the server.
  const name = 'api.cluster.invalid';
  const throughProxy = async (): Promise<{ port: number; cluster: { server: string } }> => {
    const { server, cluster } = await secureServer({ names: [name] });
    return { port: server.port, cluster: { ...cluster, server: `https://${name}:6443` } };
  };

  it('takes the proxy-url of the kubeconfig', async () => {
    const { port, cluster } = await throughProxy();
    const proxy = owned(await startConnectProxy(port));
    const config = await configOf({ ...cluster, 'proxy-url': `http://127.0.0.1:${proxy.port}` });
    expect(await listWith(config)).toEqual([]);
    expect(proxy.tunnels).toEqual([`${name}:6443`]);
  });

  it('keeps the tunnel for the next request', async () => {
    const { port, cluster } = await throughProxy();
    const proxy = owned(await startConnectProxy(port));
    const config = await configOf({ ...cluster, 'proxy-url': `http://127.0.0.1:${proxy.port}` });
    const connection = await config.connect();
    await connection.nodes.list(never);
    await connection.nodes.list(never);
    expect(proxy.tunnels).toHaveLength(1);
  });

  it('takes a socks5 proxy, which also looks up the name', async () => {
    const { port, cluster } = await throughProxy();
    const proxy = owned(await startSocksProxy(port));
    const config = await configOf({ ...cluster, 'proxy-url': `socks5h://127.0.0.1:${proxy.port}` });
    expect(await listWith(config)).toEqual([]);
    expect(proxy.tunnels).toEqual([`${name}:6443`]);
  });

  it('takes HTTPS_PROXY, with user and password, and heeds NO_PROXY', async () => {
    const { port, cluster } = await throughProxy();
    const proxy = owned(await startConnectProxy(port, `Basic ${base64('me:p@ss')}`));
    const HTTPS_PROXY = `http://me:p%40ss@127.0.0.1:${proxy.port}`;
    const config = await configOf(cluster);
    expect(await listWith(config, { HTTPS_PROXY })).toEqual([]);
    expect(await listWith(config, { HTTPS_PROXY, NO_PROXY: '.invalid' })).toMatchObject({
      code: 'unreachable',
    });
    expect(proxy.tunnels).toHaveLength(1);
  });

  it('says that the proxy refuses', async () => {
    const { port, cluster } = await throughProxy();
    const proxy = owned(await startConnectProxy(port, 'Basic other'));
    const config = await configOf({ ...cluster, 'proxy-url': `http://127.0.0.1:${proxy.port}` });
    expect(await listWith(config)).toMatchObject({
      code: 'unreachable',
      facts: { reason: 'the proxy answered 407' },
    });
  });
});

describe('kept connections', () => {
  it('uses one connection for requests that follow each other', async () => {
    const { server, cluster } = await secureServer();
    const connection = await (await configOf(cluster)).connect();
    for (let count = 0; count < 3; count++) await connection.nodes.list(never);
    expect(new Set(server.requests.map(request => request.clientPort)).size).toBe(1);
  });

  it('tries again at once where the server gave up the kept connection', async () => {
    const { key, certificate } = makeCertificate({
      names: ['127.0.0.1'],
      validFrom: inDays(-1),
      validTo: inDays(1),
    });
    let count = 0;
    const server = owned(
      await startProbeServer(
        (request, response) => {
          count += 1;
          // The second request finds its connection reset, as after a keep-alive time-out.
          if (count === 2) request.socket.destroy();
          else emptyNodeList(request, response);
        },
        { key, cert: certificate },
      ),
    );
    const cluster = {
      server: `https://127.0.0.1:${server.port}`,
      'certificate-authority-data': base64(certificate),
    };
    const connection = await (await configOf(cluster)).connect();
    expect(await connection.nodes.list(never)).toEqual([]);
    expect(await connection.nodes.list(never)).toEqual([]);
    expect(count).toBe(3);
  });

  it('does not hide that a fresh connection was cut', async () => {
    const server = owned(await startProbeServer(request => request.socket.destroy()));
    const error = await listWith(await configOf({ server: `http://127.0.0.1:${server.port}` }));
    expect(error).toMatchObject({ code: 'connection-lost', facts: { received: 0 } });
    expect(server.requests).toHaveLength(1);
  });
});
