/** What the contract cannot ask of every subject: what goes over the wire for pods, and faults of the replay server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterAccess } from '../../src/cluster/connect.js';
import type { ClusterConnection } from '../../src/cluster/clusterPorts.js';
import type { PodSelection, PodState } from '../../src/cluster/podPorts.js';
import { startReplayServer, type ReplayServer } from '../demo/replayServer.js';
import { FIXTURES } from '../support/fixtures.js';
import { pause } from '../support/pause.js';
import { failure, isRunning, manifest, never, podUntil } from './podSubject.js';

let directory: string;
let server: ReplayServer;
let connection: ClusterConnection;
let log: string[];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'replay-'));
  server = await startReplayServer({ fixtures: FIXTURES, directory, speed: 20, heartbeatMs: 0 });
  log = [];
  const record = (message: string): void => void log.push(message);
  const location = { setting: server.kubeconfigPath, environment: {}, homeDirectory: directory };
  connection = await clusterAccess.connect(location, server.contexts.admin, { debug: record, warn: record });
});
afterEach(async () => {
  connection.dispose();
  await server.stop();
  await rm(directory, { recursive: true });
});

const on = (node: string) => manifest({ namespace: 'default', node, image: 'busybox:1' });
const command = (name: string, ...values: string[]) => ({
  container: 'tools',
  argv: ['sh', '-c', 'echo secret-script', name, ...values],
  maxBytes: 1_000_000,
  idleSeconds: 1,
});
const sent = (method: string, pattern: RegExp): number =>
  server.requests.filter(one => one.method === method && pattern.test(one.target)).length;

async function runningPod(node = 'worker-1'): Promise<PodState> {
  const pod = await connection.pods.create(on(node), never);
  await podUntil(connection.pods, pod, isRunning);
  return pod;
}

describe('requests for pods', () => {
  it('lists page by page', async () => {
    for (let index = 0; index < 600; index++)
      server.pods.put({ ...on('worker-1'), metadata: { name: `pod-${String(index)}` } }, 'many');
    const pods = await connection.pods.list({ namespace: 'many' }, never);
    expect(new Set(pods.map(({ name }) => name)).size).toBe(600);
    expect(sent('GET', /\/namespaces\/many\/pods\?limit=250/)).toBe(3);
  });

  it('lists from what the API server holds in memory where that will do, and with a selector alone', async () => {
    const cached = (selection: Partial<PodSelection>): Promise<unknown> =>
      connection.pods.list({ namespace: 'default', mayBeCached: true, ...selection }, never);
    await cached({});
    await connection.pods.list({ namespace: 'default', labelSelector: 'a=b' }, never);
    expect(sent('GET', /resourceVersion=/)).toBe(0);
    await cached({ labelSelector: 'a=b' });
    await cached({ fieldSelector: 'spec.nodeName=worker-1' });
    expect(sent('GET', /[?&]resourceVersion=0(?:&|$)/)).toBe(2);
  });

  it('never sends a creation twice, and everything else again where a kept connection was closed', async () => {
    await connection.pods.list({ namespace: 'default' }, never);
    server.inject({ method: 'POST', path: /\/pods$/, effect: { kind: 'cut' } });
    expect(await failure(connection.pods.create(on('worker-1'), never))).toMatchObject({
      code: 'connection-lost',
    });
    expect(sent('POST', /\/pods$/)).toBe(1);
    for (const pattern of [/dryRun=All/, /selfsubjectaccessreviews/]) {
      await connection.pods.list({ namespace: 'default' }, never);
      server.inject({ method: 'POST', path: pattern, effect: { kind: 'cut' } });
      if (pattern.source.includes('dryRun')) await connection.pods.dryRun(on('worker-1'), never);
      else await connection.pods.mayI([{ verb: 'get', group: '', resource: 'pods' }], never);
      expect(sent('POST', pattern)).toBe(2);
    }
  });

  it('renews refused credentials, for a creation and for a command', async () => {
    await connection.pods.list({ namespace: 'default' }, never);
    await server.rotateTokens();
    const pod = await connection.pods.create(on('worker-1'), never);
    expect(sent('POST', /\/pods$/)).toBe(2);
    expect(server.pods.all()).toHaveLength(1);
    await podUntil(connection.pods, pod, isRunning);
    server.responders.addNamed('node-triage-x', { stdout: 'x' });
    await server.rotateTokens();
    expect((await connection.pods.exec(pod, command('node-triage-x'), never)).exitCode).toBe(0);
    expect(server.requests.filter(one => /\/exec\?/.test(one.target)).map(({ status }) => status)).toEqual([
      401, 101,
    ]);
  });

  it('logs method, path and status of what it does, and nothing of what is in it', async () => {
    const pod = await runningPod();
    server.responders.addNamed('node-triage-x', { stdout: 'secret-output', exitCode: 3 });
    await connection.pods.exec(pod, command('node-triage-x', 'secret-value'), never);
    await connection.pods.remove(pod, 1, never);
    expect(log).toContainEqual(
      expect.stringMatching(/^POST \/api\/v1\/namespaces\/default\/pods 201 \d+ ms$/),
    );
    expect(log).toContainEqual(expect.stringMatching(/^EXEC \/api\/.*\/exec node-triage-x exit 3 \d+ ms$/));
    expect(log).toContainEqual(expect.stringMatching(/^DELETE \/api\/.* 200 \d+ ms$/));
    expect(log.join('\n')).not.toMatch(/secret|trap/);
  });
});

describe('commands in pods', () => {
  it('are answered from a file of their name, where no answer was registered', async () => {
    const pod = await runningPod();
    const { stdout } = await connection.pods.exec(pod, command('ws-frames'), never);
    expect(new TextDecoder().decode(stdout)).toMatch(/^### v5\.channel/);
    expect(await connection.pods.exec(pod, command('node-triage-unknown'), never)).toMatchObject({
      exitCode: 127,
    });
  });

  it('end after the silence of a stopped kubelet, which never answers', async () => {
    const pod = await runningPod();
    server.setKubelet('worker-1', 'hanging');
    expect(await failure(connection.pods.exec(pod, command('node-triage-x'), never))).toMatchObject({
      code: 'timed-out',
      facts: { seconds: 1 },
    });
  });

  it('name a kubelet that is down', async () => {
    const pod = await runningPod();
    server.setKubelet('worker-1', 'down');
    expect(await failure(connection.pods.exec(pod, command('node-triage-x'), never))).toMatchObject({
      code: 'kubelet-unreachable',
      facts: { reason: expect.stringContaining('connection refused') as string },
    });
  });

  it('are lost where the socket is cut in the middle of the output', async () => {
    const pod = await runningPod();
    server.responders.addNamed('node-triage-much', { stdout: 'x'.repeat(100_000) });
    server.inject({ path: /\/exec\?/, effect: { kind: 'truncate', bytes: 50_000 } });
    const seen: number[] = [];
    const lost = connection.pods.exec(pod, command('node-triage-much'), never, bytes => seen.push(bytes));
    expect(await failure(lost)).toMatchObject({ code: 'exec-lost' });
    expect(seen.at(-1)).toBe(50_000);
  });

  it('end with the connection', async () => {
    const pod = await runningPod();
    server.responders.addNamed('node-triage-silent', () => new Promise(() => undefined));
    const running = failure(
      connection.pods.exec(pod, { ...command('node-triage-silent'), idleSeconds: 30 }, never),
    );
    await pause(200);
    connection.dispose();
    expect(await running).toMatchObject({ code: 'cancelled' });
  });

  it('wait for a pod that starts, and not for one that cannot', async () => {
    const starting = await connection.pods.create(on('worker-5'), never);
    expect((await connection.pods.read(starting, never))?.phase).toBe('Pending');
    const { metadata, spec } = on('worker-1');
    const [container] = spec.containers;
    const containers = [{ ...container, image: 'no-such-image:1' }];
    const unpulled = await connection.pods.create({ metadata, spec: { ...spec, containers } }, never);
    expect((await connection.pods.read(unpulled, never))?.container).toMatchObject({
      state: 'waiting',
      reason: 'ErrImagePull',
    });
    expect(await failure(connection.pods.exec(unpulled, command('node-triage-x'), never))).toMatchObject({
      code: 'exec-refused',
      facts: { reason: expect.stringContaining('container not found') as string },
    });
  });
});
