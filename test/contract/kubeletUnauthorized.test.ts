/**
 * A 401 that came through a kubelet: credentials are renewed, and a plugin runs again, only where the API server itself
 * refuses them, whatever a kubelet writes.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterAccess } from '../../src/cluster/connect.js';
import type { ClusterConnection } from '../../src/cluster/clusterPorts.js';
import { startReplayServer, type ReplayServer } from '../demo/replayServer.js';
import { FIXTURES } from '../support/fixtures.js';
import { failure, never } from './podSubject.js';

const API_SERVERS_OWN =
  '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}';
const EXEC = { container: 'c', argv: ['true'], maxBytes: 10, idleSeconds: 5 };

let directory: string;
let server: ReplayServer;
let connection: ClusterConnection;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'unauthorized-'));
  server = await startReplayServer({ fixtures: FIXTURES, directory, speed: 50, heartbeatMs: 0 });
  const setting = path.join(directory, 'with-plugin');
  await writeFile(setting, withPlugin(await readFile(server.kubeconfigPath, 'utf8')));
  const location = { setting, environment: process.env, homeDirectory: directory };
  const quiet = { debug: () => undefined, warn: () => undefined };
  connection = await clusterAccess.connect(location, server.contexts.admin, quiet);
});
afterEach(async () => {
  connection.dispose();
  await server.stop();
  await rm(directory, { recursive: true });
});

const counter = (): string => path.join(directory, 'runs');
const runs = async (): Promise<number> => (await readFile(counter(), 'utf8').catch(() => '')).length;

/** The admin logs in by a plugin, which leaves a mark for each run and gives the token that is good at that moment. */
function withPlugin(kubeconfig: string): string {
  const apiVersion = 'client.authentication.k8s.io/v1';
  const script = `const fs = require('fs');
    fs.appendFileSync(${JSON.stringify(counter())}, 'x');
    const [, token] = /- name: admin\\n  user:\\n    token: (.*)/.exec(fs.readFileSync(${JSON.stringify(server.kubeconfigPath)}, 'utf8'));
    console.log(JSON.stringify({ apiVersion: '${apiVersion}', status: { token } }));`;
  const exec = { apiVersion, command: process.execPath, args: ['-e', script] };
  return kubeconfig.replace(
    /(- name: admin\n {2}user:\n) {4}token: .*/,
    `$1    exec: ${JSON.stringify(exec).replaceAll('$', '$$$$')}`,
  );
}

const answered = (status: number, body: string, type = 'application/json') =>
  ({ kind: 'answer', status, body, type }) as const;
const kubeletSays = (body: string, type?: string): void => {
  server.inject({ path: /\/proxy\/|\/exec/, times: 99, effect: answered(401, body, type) });
};
const heap = (): Promise<Uint8Array> =>
  connection.profiler.fetchProfile('worker-1', { profile: 'heap', seconds: 0 }, never);
const reviews = (): readonly unknown[] =>
  server.requests.filter(({ target }) => target.includes('accessreviews')).map(({ status }) => status);

describe('a 401 of a kubelet', () => {
  it.each([
    ['its own text', 'Unauthorized\n', 'text/plain'],
    ['the API server’s to the letter', API_SERVERS_OWN, 'application/json'],
    ['a page', '<html>Log in</html>', 'text/html'],
  ])('runs no plugin again: %s', async (_, body, type) => {
    kubeletSays(body, type);
    for (const ask of [heap, heap, () => connection.metrics.readProcess('worker-1', never)])
      expect(await failure(ask())).toMatchObject({
        code: 'kubelet-forbidden',
        node: 'worker-1',
        facts: { status: 401, answeredBy: 'kubelet-or-gateway' },
      });
    expect(reviews()).toEqual([201, 201, 201]);
    connection.renewCredentials('if-failing');
    expect((await connection.nodes.list(never)).length).toBeGreaterThan(0);
    expect(await runs()).toBe(1);
  });

  it('runs no plugin again where a command was to be started', async () => {
    kubeletSays(API_SERVERS_OWN);
    const exec = connection.pods.exec({ namespace: 'triage', name: 'p' }, EXEC, never);
    expect(await failure(exec)).toMatchObject({ code: 'exec-refused', facts: { status: 401 } });
    expect(await runs()).toBe(1);
  });

  it('is no reason to renew where the API server gives no answer of its own', async () => {
    kubeletSays(API_SERVERS_OWN);
    server.inject({ path: /accessreviews/, effect: answered(503, 'no', 'text/plain') });
    expect(await failure(heap())).toMatchObject({ code: 'unreachable', facts: { status: 503 } });
    server.inject({ path: /accessreviews/, effect: { kind: 'truncate', bytes: 0 } });
    expect(await failure(heap())).toMatchObject({ code: 'kubelet-forbidden' });
    server.inject({ path: /accessreviews/, times: 2, effect: { kind: 'cut' } });
    expect(await failure(heap())).toMatchObject({ code: 'connection-lost' });
    expect(await runs()).toBe(1);
  });

  it.each([403, 404])('is none where the API server has no review to give: %i', async status => {
    kubeletSays(API_SERVERS_OWN);
    server.inject({ path: /accessreviews/, effect: answered(status, '{"kind":"Status"}') });
    expect(await failure(heap())).toMatchObject({ code: 'kubelet-forbidden' });
    expect(await runs()).toBe(1);
  });
});

describe('a 401 of the API server on the way to a kubelet', () => {
  it('renews once, and the profile comes', async () => {
    await heap();
    await server.rotateTokens();
    expect((await heap()).length).toBeGreaterThan(0);
    expect(reviews()).toEqual([401]);
    expect(await runs()).toBe(2);
  });

  it('renews once also where the kubelet refuses afterwards', async () => {
    await heap();
    await server.rotateTokens();
    kubeletSays(API_SERVERS_OWN);
    for (let count = 0; count < 3; count++)
      expect(await failure(heap())).toMatchObject({ code: 'kubelet-forbidden' });
    expect(await runs()).toBe(2);
  });

  it('is told as what it is where renewed ones are refused too, whatever its text', async () => {
    await heap();
    server.inject({ path: /./, times: 99, effect: answered(401, 'Unauthorized', 'text/plain') });
    expect(await failure(heap())).toMatchObject({ code: 'unauthorized', node: 'worker-1' });
    expect(await runs()).toBe(2);
  });
});
