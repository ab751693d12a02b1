/** What src/cluster sends to show who it is, when it renews that, and that none of it reaches the log. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  emptyNodeList,
  startProbeServer,
  type ProbeHandler,
  type ProbeServer,
} from '../support/probeServer.js';
import { waitUntil } from '../support/pause.js';
import { makeTestKubeconfig, type TestKubeconfig } from '../support/testKubeconfig.js';

const V1 = 'client.authentication.k8s.io/v1';
const never = new AbortController().signal;

/** Tokens the server takes; undefined: all. */
let accepted: ReadonlySet<string> | undefined;
let server: ProbeServer;
/** The next refusal is sent when this is resolved. */
let holdNext: Promise<void> | undefined;
let config: TestKubeconfig;

const handler: ProbeHandler = (request, response) => {
  const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
  if (accepted === undefined || accepted.has(token)) {
    emptyNodeList(request, response);
    return;
  }
  const hold = holdNext;
  holdNext = undefined;
  void Promise.resolve(hold).then(() => {
    response.writeHead(401, { 'Content-Type': 'application/json' });
    response.end(
      '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","code":401}',
    );
  });
};

beforeEach(async () => {
  accepted = undefined;
  server = await startProbeServer(handler);
  config = await makeTestKubeconfig(cluster());
});
afterEach(async () => {
  await config.close();
  await server.close();
});

const cluster = (): object => ({ server: `http://127.0.0.1:${server.port}` });
const sent = (): (string | undefined)[] => server.requests.map(request => request.headers.authorization);

/** A plugin that counts its runs in a file and prints a token with the count. */
async function countingPlugin(status = ''): Promise<{ user: object; runs: () => Promise<number> }> {
  const counter = path.join(config.folder, 'runs');
  await writeFile(counter, '');
  const script = `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(counter)}, 'x');
    const token = 'run-' + fs.readFileSync(${JSON.stringify(counter)}, 'utf8').length;
    console.log(JSON.stringify({ apiVersion: '${V1}', status: { token, ${status} } }))`;
  return {
    user: { exec: { apiVersion: V1, command: process.execPath, args: ['-e', script] } },
    runs: async () => (await readFile(counter, 'utf8')).length,
  };
}

describe('who we are', () => {
  it.each([
    ['a token', { token: 'abc' }, { authorization: 'Bearer abc' }],
    [
      'user and password',
      { username: 'me', password: 'pässword' },
      { authorization: `Basic ${Buffer.from('me:pässword').toString('base64')}` },
    ],
    [
      'another client',
      {
        token: 'abc',
        as: 'jane',
        'as-groups': ['dev', 'ops'],
        'as-user-extra': { 'acme.com/why': ['drill'] },
      },
      {
        'impersonate-user': 'jane',
        'impersonate-group': 'dev, ops',
        'impersonate-extra-acme.com%2fwhy': 'drill',
      },
    ],
  ])('is sent: %s', async (_, user, headers) => {
    await config.write(cluster(), user);
    await (await config.connect()).nodes.list(never);
    expect(server.requests[0]?.headers).toMatchObject(headers);
  });

  it('is read from a token file, without its line end', async () => {
    await writeFile(path.join(config.folder, 'token'), 'from-file\n');
    await config.write(cluster(), { tokenFile: 'token' });
    await (await config.connect()).nodes.list(never);
    expect(sent()).toEqual(['Bearer from-file']);
  });

  it('says that the token file is missing', async () => {
    await config.write(cluster(), { tokenFile: 'gone' });
    await expect((await config.connect()).nodes.list(never)).rejects.toMatchObject({
      code: 'kubeconfig-invalid',
      facts: { file: path.join(config.folder, 'gone') },
    });
  });

  it.each([
    ['a token no header may hold', { token: 'ab\ncd' }, /its Authorization header/],
    [
      'a certificate that is none',
      { 'client-certificate-data': 'AAAA', 'client-key-data': 'AAAA' },
      /PEM|no start line/,
    ],
  ])('says that it cannot be sent: %s', async (_, user, reason) => {
    await config.write(cluster(), user);
    const error: unknown = await (
      await config.connect()
    ).nodes
      .list(never)
      .catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      code: 'kubeconfig-invalid',
      message: expect.stringMatching(reason) as string,
    });
    expect(String(error)).not.toContain('cd');
    expect(server.requests).toEqual([]);
  });

  it('says that a certificate file is missing', async () => {
    await config.write(cluster(), { 'client-certificate': 'gone.crt', 'client-key': 'gone.key' });
    await expect((await config.connect()).nodes.list(never)).rejects.toMatchObject({
      code: 'kubeconfig-invalid',
    });
  });
});

describe('renewal', () => {
  it('runs a plugin once for many requests', async () => {
    const { user, runs } = await countingPlugin();
    await config.write(cluster(), user);
    const connection = await config.connect();
    await Promise.all([connection.nodes.list(never), connection.nodes.list(never)]);
    await connection.nodes.list(never);
    expect(sent()).toEqual(['Bearer run-1', 'Bearer run-1', 'Bearer run-1']);
    expect(await runs()).toBe(1);
  });

  it('runs it again when the token is refused, once for all who were', async () => {
    const { user, runs } = await countingPlugin();
    await config.write(cluster(), user);
    const connection = await config.connect();
    await connection.nodes.list(never);
    accepted = new Set(['run-2']);
    await Promise.all([
      connection.nodes.list(never),
      connection.nodes.list(never),
      connection.nodes.list(never),
    ]);
    expect(await runs()).toBe(2);
    expect(sent().slice(-3)).toEqual(['Bearer run-2', 'Bearer run-2', 'Bearer run-2']);
  });

  it('runs it again for each token that was good and is refused', async () => {
    const { user, runs } = await countingPlugin();
    await config.write(cluster(), user);
    const connection = await config.connect();
    for (const token of ['run-1', 'run-2', 'run-3']) {
      accepted = new Set([token]);
      await connection.nodes.list(never);
    }
    expect(await runs()).toBe(3);
  });

  it('takes what was renewed meanwhile where a refusal comes late', async () => {
    const { user, runs } = await countingPlugin();
    await config.write(cluster(), user);
    const connection = await config.connect();
    await connection.nodes.list(never);
    accepted = new Set(['run-2']);
    let release: () => void = () => undefined;
    holdNext = new Promise(resolve => {
      release = resolve;
    });
    const slow = connection.nodes.list(never);
    await waitUntil('the slow one has arrived', () => server.requests.length === 2);
    await connection.nodes.list(never);
    release();
    expect(await slow).toEqual([]);
    expect(await runs()).toBe(2);
  });

  it('runs it again when the token is about to expire, and not before', async () => {
    const startMs = Date.now();
    const { user, runs } = await countingPlugin(
      `expirationTimestamp: '${new Date(startMs + 60_000).toISOString()}'`,
    );
    await config.write(cluster(), user);
    const connection = await config.connect();
    vi.useFakeTimers({ toFake: ['Date'], now: startMs });
    onTestFinished(() => void vi.useRealTimers());
    await connection.nodes.list(never);
    vi.setSystemTime(startMs + 45_000);
    await connection.nodes.list(never);
    expect(await runs()).toBe(1);
    vi.setSystemTime(startMs + 55_000);
    await connection.nodes.list(never);
    expect(await runs()).toBe(2);
  });

  it('does not run it for each request of a wrong clock', async () => {
    const { user, runs } = await countingPlugin(`expirationTimestamp: '2020-01-01T00:00:00Z'`);
    await config.write(cluster(), user);
    const connection = await config.connect();
    await connection.nodes.list(never);
    await connection.nodes.list(never);
    expect(await runs()).toBe(1);
  });

  it('reads the kubeconfig again: the user logged in meanwhile', async () => {
    await config.write(cluster(), { token: 'old' });
    const connection = await config.connect();
    await connection.nodes.list(never);
    accepted = new Set(['new']);
    await config.write(cluster(), { token: 'new' });
    await connection.nodes.list(never);
    expect(sent()).toEqual(['Bearer old', 'Bearer old', 'Bearer new']);
  });

  it('keeps the connection where only the token is new', async () => {
    await config.write(cluster(), { token: 'old' });
    const connection = await config.connect();
    await connection.nodes.list(never);
    accepted = new Set(['new']);
    await config.write(cluster(), { token: 'new' });
    await connection.nodes.list(never);
    expect(new Set(server.requests.map(request => request.clientPort)).size).toBe(1);
  });

  it('asks once more and no oftener where all is refused, and leaves the plugin alone for a while', async () => {
    const { user, runs } = await countingPlugin();
    await config.write(cluster(), user);
    accepted = new Set();
    const connection = await config.connect();
    await expect(connection.nodes.list(never)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(sent()).toHaveLength(2);
    await expect(connection.nodes.list(never)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(sent()).toHaveLength(3);
    expect(await runs()).toBe(2);
  });

  it('reads the kubeconfig at once for a person who asks, and runs the plugin once for it', async () => {
    const { user, runs } = await countingPlugin();
    await config.write(cluster(), user);
    accepted = new Set(['good']);
    const connection = await config.connect();
    await expect(connection.nodes.list(never)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(await runs()).toBe(2);
    connection.renewCredentials('now');
    await expect(connection.nodes.list(never)).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(connection.nodes.list(never)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(await runs()).toBe(3);
    await config.write(cluster(), { token: 'good' });
    connection.renewCredentials('now');
    expect(await connection.nodes.list(never)).toEqual([]);
  });

  it('leaves a plugin that failed alone for a while, but not when a person begins something', async () => {
    const counter = path.join(config.folder, 'failures');
    await writeFile(counter, '');
    const script = `require('fs').appendFileSync(${JSON.stringify(counter)}, 'x'); process.exit(1)`;
    await config.write(cluster(), {
      exec: { apiVersion: V1, command: process.execPath, args: ['-e', script] },
    });
    const connection = await config.connect();
    const failures = async (): Promise<number> => {
      await expect(connection.nodes.list(never)).rejects.toMatchObject({ code: 'credential-plugin-failed' });
      return (await readFile(counter, 'utf8')).length;
    };
    expect([await failures(), await failures()]).toEqual([1, 1]);
    connection.renewCredentials('if-failing');
    expect([await failures(), await failures()]).toEqual([2, 2]);
  });

  it('takes the credentials of a changed kubeconfig before the old ones are refused', async () => {
    await config.write(cluster(), { token: 'old' });
    const connection = await config.connect();
    await connection.nodes.list(never);
    await config.write(cluster(), { token: 'new' });
    connection.renewCredentials('if-changed');
    await connection.nodes.list(never);
    expect(sent()).toEqual(['Bearer old', 'Bearer new']);
    expect(new Set(server.requests.map(request => request.clientPort)).size).toBe(1);
  });

  it('lets a request under way end while the credentials change', async () => {
    await config.write(cluster(), { token: 'old' });
    const connection = await config.connect();
    await connection.nodes.list(never);
    accepted = new Set(['new']);
    let release: () => void = () => undefined;
    holdNext = new Promise(resolve => {
      release = resolve;
    });
    const slow = connection.nodes.list(never);
    await waitUntil('the slow one has arrived', () => server.requests.length === 2);
    await config.write(cluster(), { token: 'new' });
    connection.renewCredentials('if-changed');
    release();
    expect(await slow).toEqual([]);
    expect(sent().at(-1)).toBe('Bearer new');
  });

  it('runs no plugin where a changed kubeconfig left it and its cluster alone', async () => {
    const { user, runs } = await countingPlugin();
    await config.write(cluster(), user);
    const connection = await config.connect();
    await connection.nodes.list(never);
    connection.renewCredentials('if-changed');
    connection.renewCredentials('if-failing');
    await connection.nodes.list(never);
    expect(await runs()).toBe(1);
    await config.write({ ...cluster(), 'tls-server-name': 'other' }, user);
    connection.renewCredentials('if-changed');
    await connection.nodes.list(never);
    expect(await runs()).toBe(2);
  });

  it('asks again where the file could not be read at the moment of its change', async () => {
    await config.write(cluster(), { token: 'old' });
    const connection = await config.connect();
    await connection.nodes.list(never);
    await writeFile(config.file, 'contexts: [');
    connection.renewCredentials('if-changed');
    await expect(connection.nodes.list(never)).rejects.toMatchObject({ code: 'kubeconfig-invalid' });
    await config.write(cluster(), { token: 'new' });
    await connection.nodes.list(never);
    expect(sent()).toEqual(['Bearer old', 'Bearer new']);
  });

  it('says which plugin failed', async () => {
    const installHint = 'brew install login';
    await config.write(cluster(), { exec: { apiVersion: V1, command: 'no-such-login', installHint } });
    await expect((await config.connect()).nodes.list(never)).rejects.toMatchObject({
      code: 'credential-plugin-failed',
      facts: { command: 'no-such-login', hint: installHint },
    });
    expect(server.requests).toEqual([]);
  });

  it('ends a wait for a plugin within the moment of cancelling', async () => {
    const exec = { apiVersion: V1, command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] };
    await config.write(cluster(), { exec });
    const connection = await config.connect();
    const abort = new AbortController();
    const waiting = connection.nodes.list(abort.signal);
    setTimeout(() => {
      abort.abort();
    }, 50);
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    const second = connection.nodes.list(never);
    connection.dispose();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the log', () => {
  it('names method, path, status and time, and no credential', async () => {
    await config.write(cluster(), { token: 'secret-token', as: 'jane' });
    const connection = await config.connect();
    await connection.nodes.list(never);
    accepted = new Set();
    await connection.nodes.list(never).catch(() => undefined);
    expect(config.log[0]).toMatch(/^GET \/api\/v1\/nodes\?limit=100 200 \d+ ms$/);
    expect(config.log.join('\n')).toMatch(/ 401 /);
    expect(config.log.join('\n')).not.toMatch(/secret-token|jane|Bearer/);
  });
});
