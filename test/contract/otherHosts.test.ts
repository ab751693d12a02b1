/** Whom the credentials go to: the API server of the kubeconfig, whose certificate its authority signed, and no other host. */
import { afterEach, describe, expect, it } from 'vitest';
import type { TriageError } from '../../src/base/errors.js';
import type { ClusterConnection } from '../../src/cluster/clusterPorts.js';
import { makeCertificate, type KeyAndCertificate } from '../demo/replay/certificate.js';
import { emptyNodeList, startProbeServer, type ProbeServer } from '../support/probeServer.js';
import { startConnectProxy, startSocksProxy, type TestProxy } from '../support/proxies.js';
import { makeTestKubeconfig } from '../support/testKubeconfig.js';

const DAY_MS = 86_400_000;
const TOKEN = 'secret-of-the-user';
const never = new AbortController().signal;
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

function owned<T extends { close(): Promise<void> }>(thing: T): T {
  closing.push(thing);
  return thing;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function certificateFor(name: string, days: readonly [number, number] = [-1, 1]): KeyAndCertificate {
  const [validFrom, validTo] = days.map(day => new Date(Date.now() + day * DAY_MS)) as [Date, Date];
  return makeCertificate({ names: [name], validFrom, validTo });
}

async function connectTo(cluster: object): Promise<ClusterConnection> {
  return owned(await makeTestKubeconfig(cluster, { token: TOKEN })).connect();
}

/** Every kind of request there is: a page of a list, a POST, a profile, a websocket. */
const REQUESTS: readonly [string, (connection: ClusterConnection) => Promise<unknown>][] = [
  ['a list', ({ nodes }) => nodes.list(never)],
  ['a question', ({ pods }) => pods.mayI([{ verb: 'list', group: '', resource: 'nodes' }], never)],
  ['a pod', ({ pods }) => pods.create({ metadata: { namespace: 'a', name: 'p' } }, never)],
  ['a profile', ({ profiler }) => profiler.fetchProfile('n', { profile: 'heap', seconds: 0 }, never)],
  [
    'a command',
    ({ pods }) => {
      const request = { container: 'c', argv: ['sh', '-c', ':', 'x'], maxBytes: 100, idleSeconds: 10 };
      return pods.exec({ namespace: 'a', name: 'p' }, request, never);
    },
  ],
];

async function failureOf(work: Promise<unknown>): Promise<TriageError> {
  return work.then(
    () => expect.fail('it was answered'),
    (error: unknown) => error as TriageError,
  );
}

describe.each([301, 302, 303, 307, 308])('a redirect with status %i', status => {
  const stranger = (secure?: KeyAndCertificate): Promise<ProbeServer> =>
    startProbeServer(emptyNodeList, secure && { key: secure.key, cert: secure.certificate });

  it.each(['over http', 'over https', 'on the same server'])(
    'is not followed to another host %s, and carries no credential there',
    async where => {
      const certificate = certificateFor('127.0.0.1');
      // The stranger shows the certificate that the kubeconfig trusts: TLS is not what keeps the token here.
      const other = owned(await stranger(where === 'over https' ? certificate : undefined));
      const scheme = where === 'over https' ? 'https' : 'http';
      const location =
        where === 'on the same server'
          ? '/api/v1/nodes?token=other'
          : `${scheme}://127.0.0.1:${other.port}/api/v1/nodes`;
      const server = owned(
        await startProbeServer((_, response) => response.writeHead(status, { Location: location }).end(), {
          key: certificate.key,
          cert: certificate.certificate,
        }),
      );
      const connection = await connectTo({
        server: `https://127.0.0.1:${server.port}`,
        'certificate-authority-data': base64(certificate.certificate),
      });
      for (const [what, ask] of REQUESTS) {
        const error = await failureOf(ask(connection));
        expect([what, error.code, error.facts.status]).toEqual([what, 'request-rejected', status]);
        expect(error.message).not.toContain('token=other');
      }
      expect(server.requests).toHaveLength(REQUESTS.length);
      for (const { headers } of server.requests) expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
      expect(other.requests).toEqual([]);
    },
  );
});

describe('a certificate that the kubeconfig does not vouch for', () => {
  const NAME = 'api.cluster.invalid';
  type Way = 'directly' | 'by an HTTP proxy' | 'by a SOCKS proxy';

  /** Where the client goes: straight to loopback, or by a proxy that alone knows the name. */
  async function clusterOf(way: Way, port: number): Promise<object> {
    if (way === 'directly') return { server: `https://127.0.0.1:${port}`, 'tls-server-name': NAME };
    const start = way === 'by an HTTP proxy' ? startConnectProxy : startSocksProxy;
    const proxy: TestProxy = owned(await start(port));
    const scheme = way === 'by an HTTP proxy' ? 'http' : 'socks5h';
    return { server: `https://${NAME}:6443`, 'proxy-url': `${scheme}://127.0.0.1:${proxy.port}` };
  }

  const ways: readonly Way[] = ['directly', 'by an HTTP proxy', 'by a SOCKS proxy'];
  const bad: readonly [string, () => KeyAndCertificate, trusted: boolean][] = [
    ['of another authority', () => certificateFor(NAME), false],
    ['of another name', () => certificateFor('other.invalid'), true],
    ['that has expired', () => certificateFor(NAME, [-2, -1]), true],
  ];

  it.each(ways.flatMap(way => bad.map(([what, make, trusted]) => ({ way, what, make, trusted }))))(
    '$what is refused $way, before anything is sent',
    async ({ way, make, trusted }) => {
      const shown = make();
      const server = owned(
        await startProbeServer(emptyNodeList, { key: shown.key, cert: shown.certificate }),
      );
      const authority = trusted ? shown : certificateFor(NAME);
      const connection = await connectTo({
        ...(await clusterOf(way, server.port)),
        'certificate-authority-data': base64(authority.certificate),
      });
      for (const [what, ask] of REQUESTS) {
        const error = await failureOf(ask(connection));
        expect([what, error.code]).toEqual([what, 'unreachable']);
        expect(error.message).toMatch(/certificate/);
      }
      expect(server.requests).toEqual([]);
    },
  );

  it.each(ways)('is taken %s where its authority is the one of the kubeconfig', async way => {
    const shown = certificateFor(NAME);
    const server = owned(await startProbeServer(emptyNodeList, { key: shown.key, cert: shown.certificate }));
    const connection = await connectTo({
      ...(await clusterOf(way, server.port)),
      'certificate-authority-data': base64(shown.certificate),
    });
    expect(await connection.nodes.list(never)).toEqual([]);
    // No websocket is spoken there: what matters is that the upgrade arrived.
    await failureOf(REQUESTS.at(-1)![1](connection));
    expect(server.requests.map(({ url }) => url.split('?')[0])).toEqual([
      '/api/v1/nodes',
      '/api/v1/namespaces/a/pods/p/exec',
    ]);
  });
});
