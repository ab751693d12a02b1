/** Answers of kubelets that are not what was asked for: cut, empty, foreign, endless, late. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clusterAccess } from '../../src/cluster/connect.js';
import type { ClusterConnection, KubeletProfileName } from '../../src/cluster/clusterPorts.js';
import { startReplayServer, type ReplayServer } from '../demo/replayServer.js';
import { FIXTURES } from '../support/fixtures.js';

const never = new AbortController().signal;
let directory: string;
let server: ReplayServer;
let connection: ClusterConnection;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kubelet-'));
  server = await startReplayServer({ fixtures: FIXTURES, directory, speed: 50, heartbeatMs: 0 });
  const location = { setting: server.kubeconfigPath, environment: {}, homeDirectory: directory };
  const quiet = { debug: () => undefined, warn: () => undefined };
  connection = await clusterAccess.connect(location, server.contexts.admin, quiet);
});
afterEach(() => {
  server.clearFaults();
});
afterAll(async () => {
  connection.dispose();
  await server.stop();
  await rm(directory, { recursive: true });
});

const fetch = (profile: KubeletProfileName, node = 'worker-2', seconds = 1): Promise<Uint8Array> =>
  connection.profiler.fetchProfile(node, { profile, seconds }, never);
const answer = (body: string, type: string, status = 200) =>
  ({ kind: 'answer', status, body, type }) as const;

describe('requests', () => {
  it.each<[KubeletProfileName, number, string]>([
    ['cpu', 10, '/debug/pprof/profile?seconds=10'],
    ['cpu', 0.2, '/debug/pprof/profile?seconds=1'],
    ['trace', 5, '/debug/pprof/trace?seconds=5'],
    ['heap', 10, '/debug/pprof/heap'],
    ['goroutine', 10, '/debug/pprof/goroutine'],
  ])('%s of %s s asks for %s', async (profile, seconds, target) => {
    await fetch(profile, 'worker-2', seconds);
    expect(server.requests.at(-1)?.target).toBe(`/api/v1/nodes/worker-2/proxy${target}`);
  });

  it('encode the name of the node', async () => {
    await expect(fetch('heap', 'a/../b?c')).rejects.toMatchObject({
      code: 'node-not-found',
      node: 'a/../b?c',
    });
    expect(server.requests.at(-1)?.target).toBe('/api/v1/nodes/a%2F..%2Fb%3Fc/proxy/debug/pprof/heap');
  });
});

describe('states of a kubelet', () => {
  it.each([
    ['hanging', 'kubelet-hangs'],
    ['down', 'kubelet-unreachable'],
    ['without-profiling', 'profiling-disabled'],
  ] as const)('%s is %s', async (state, code) => {
    server.setKubelet('worker-4', state);
    await expect(fetch('cpu', 'worker-4')).rejects.toMatchObject({ code, node: 'worker-4' });
    server.setKubelet('worker-4', 'running');
  });

  it('killed while a profile runs is kubelet-died', async () => {
    const running = fetch('cpu', 'worker-4', 30);
    setTimeout(() => server.setKubelet('worker-4', 'down'), 200);
    await expect(running).rejects.toMatchObject({ code: 'kubelet-died', node: 'worker-4' });
    server.setKubelet('worker-4', 'running');
  });
});

describe('foreign answers', () => {
  it('a body that is cut off says how much came', async () => {
    server.inject({ path: /heap/, effect: { kind: 'truncate', bytes: 1000 } });
    await expect(fetch('heap')).rejects.toMatchObject({
      code: 'connection-lost',
      node: 'worker-2',
      facts: { received: 1000 },
    });
  });

  it.each([
    ['a web page', '<!DOCTYPE html><title>Log in</title>', /a web page came instead/],
    ['nothing', '', /an empty answer came instead/],
    ['text', 'goroutine profile: total 7', /something else came instead/],
  ])('%s with status 200 is no profile', async (_, body, message) => {
    server.inject({ path: /heap/, effect: answer(body, 'text/html') });
    await expect(fetch('heap')).rejects.toMatchObject({
      code: 'request-rejected',
      node: 'worker-2',
      message: expect.stringMatching(message) as string,
    });
  });

  it('a profile in place of a trace is refused, and the other way round', async () => {
    server.inject({ path: /trace/, effect: answer('\x1f\x8b', 'application/octet-stream') });
    await expect(fetch('trace')).rejects.toMatchObject({ code: 'request-rejected' });
    server.inject({ path: /heap/, effect: answer('go 1.27 trace\0\0\0', 'application/octet-stream') });
    await expect(fetch('heap')).rejects.toMatchObject({ code: 'request-rejected' });
  });

  it('a gateway that gives up is told from the kubelet', async () => {
    server.inject({ path: /profile/, effect: answer('<h1>504 Gateway Time-out</h1>', 'text/html', 504) });
    await expect(fetch('cpu')).rejects.toMatchObject({
      code: 'kubelet-unreachable',
      message: expect.stringMatching(/shorter slices/) as string,
    });
  });

  it('progress counts the bytes as they come', async () => {
    server.inject({ path: /heap/, effect: { kind: 'trickle', bytes: 10_000, everyMs: 5 } });
    const seen: number[] = [];
    const bytes = await connection.profiler.fetchProfile(
      'worker-2',
      { profile: 'heap', seconds: 0 },
      never,
      n => seen.push(n),
    );
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.every((count, index) => index === 0 || count > (seen[index - 1] ?? 0))).toBe(true);
    expect(seen.at(-1)).toBe(bytes.length);
  });
});

describe('metrics', () => {
  const metrics = (text: string): void =>
    server.inject({ path: /metrics/, effect: answer(text, 'text/plain') });

  it('are read with labels, exponents and time stamps, the first of each', async () => {
    metrics(
      [
        '# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.',
        '# TYPE process_cpu_seconds_total counter',
        'go_info{version="go1.24.1"} 1',
        'kubernetes_build_info{build_date="2026-01-01T00:00:00Z",git_version="v1.33.4",go_version="go1.24.1"} 1',
        'process_cpu_seconds_total{job="kubelet"} 1.5e+03 1795438144136',
        'process_cpu_seconds_total 7',
        'process_start_time_seconds 1.79542499915e+09',
      ].join('\n'),
    );
    expect(await connection.metrics.readProcess('worker-2', never)).toMatchObject({
      cpuSeconds: 1500,
      startTimeSeconds: 1_795_424_999.15,
      goVersion: 'go1.24.1',
      gitVersion: 'v1.33.4',
    });
  });

  it.each([
    '',
    'process_cpu_seconds_total NaN\nprocess_start_time_seconds 1\n',
    'process_start_time_seconds 1\n',
  ])('without CPU seconds are refused: %j', async text => {
    metrics(text);
    await expect(connection.metrics.readProcess('worker-2', never)).rejects.toMatchObject({
      code: 'request-rejected',
      node: 'worker-2',
    });
  });

  it('keep the connection for the next reading', async () => {
    await connection.metrics.readProcess('worker-2', never);
    const before = server.connections;
    for (let count = 0; count < 3; count++) await connection.metrics.readProcess('worker-2', never);
    expect(server.connections).toBe(before);
  });

  it('do not wait for the end of an endless answer', async () => {
    const body = `process_cpu_seconds_total 1\nprocess_start_time_seconds 2\n${'filler_metric 1\n'.repeat(100_000)}`;
    // Announces more than it ever sends.
    const headers = { 'Content-Length': String(2 * body.length) };
    server.inject({ path: /metrics/, effect: { ...answer(body, 'text/plain'), headers } });
    expect(await connection.metrics.readProcess('worker-2', never)).toMatchObject({ cpuSeconds: 1 });
  });
});
