/** The replay server itself: what the demo shows, and that its profiles grow as real ones do. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterAccess } from '../../src/cluster/connect.js';
import type { ClusterConnection } from '../../src/cluster/clusterPorts.js';
import { sliceProfile } from '../demo/replay/sliceProfile.js';
import { DEMO_NODES } from '../demo/replay/scenario.js';
import { startReplayServer, type ReplayServer } from '../demo/replayServer.js';
import { FIXTURES, readFixture } from '../support/fixtures.js';
import { pause } from '../support/pause.js';

const never = new AbortController().signal;
const HOT = 'profiles/cpu-v1.32-runc-30s.pb.gz';
const startedAt = new Date('2026-11-23T10:00:00Z');

/** Stack (location ids) → count. */
function countsOf(bytes: Uint8Array): Map<string, number> {
  const counts = new Map<string, number>();
  for (const sample of Profile.decode(gunzipSync(bytes)).sample)
    counts.set(sample.locationId.join(' '), Number(sample.value[0]));
  return counts;
}

const sum = (counts: Map<string, number>): number =>
  [...counts.values()].reduce((total, count) => total + count, 0);

describe('slices of a recorded profile', () => {
  const slice = (seed: number, seconds = 10, intensity = 1): Uint8Array =>
    sliceProfile(readFixture(HOT), { seconds, intensity, seed, startedAt });

  it('are the same for the same seed, and differ from each other', () => {
    expect(slice(1)).toEqual(slice(1));
    expect(countsOf(slice(1))).not.toEqual(countsOf(slice(2)));
  });

  it('hold recorded stacks only, and more of them together than each alone', () => {
    const recorded = countsOf(readFixture(HOT));
    const slices = [1, 2, 3, 4, 5, 6].map(seed => countsOf(slice(seed)));
    const seen = new Set(slices.flatMap(counts => [...counts.keys()]));
    expect([...seen].every(stack => recorded.has(stack))).toBe(true);
    expect(seen.size).toBeGreaterThan(Math.max(...slices.map(counts => counts.size)) * 1.5);
  });

  it('have the recorded weight in the mean, times the intensity', () => {
    const recorded = sum(countsOf(readFixture(HOT)));
    const seeds = Array.from({ length: 12 }, (_, index) => index);
    const mean = (intensity: number): number =>
      seeds.reduce((total, seed) => total + sum(countsOf(slice(seed, 30, intensity))), 0) / seeds.length;
    // Fixed seeds: the answer is the same each time.
    expect(mean(1) / recorded).toBeCloseTo(1, 1);
    expect(mean(5) / recorded / 5).toBeCloseTo(1, 1);
  });

  it('say their own time and length', () => {
    const profile = Profile.decode(gunzipSync(slice(1)));
    expect(Number(profile.durationNanos)).toBe(10e9);
    expect(BigInt(profile.timeNanos)).toBe(BigInt(startedAt.getTime()) * 1_000_000n);
    expect(profile.sample.every(sample => Number(sample.value[1]) === Number(sample.value[0]) * 1e7)).toBe(
      true,
    );
  });
});

describe('the demo cluster', () => {
  let directory: string;
  let server: ReplayServer;
  let connection: ClusterConnection;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'demo-'));
    server = await startReplayServer({ fixtures: FIXTURES, directory, speed: 100 });
    const location = { setting: server.kubeconfigPath, environment: {}, homeDirectory: directory };
    const quiet = { debug: () => undefined, warn: () => undefined };
    connection = await clusterAccess.connect(location, 'demo', quiet);
  });
  afterEach(async () => {
    connection.dispose();
    await server.stop();
    await rm(directory, { recursive: true });
  });

  it('writes a kubeconfig for its owner alone, and takes it away', async () => {
    // Windows has no such mode; there the folder of the user guards it.
    if (process.platform !== 'win32') expect((await stat(server.kubeconfigPath)).mode & 0o777).toBe(0o600);
    await server.stop();
    expect(existsSync(server.kubeconfigPath)).toBe(false);
    await server.resume(); // for afterEach, which stops it again
  });

  it('listens on loopback', () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });

  it('shows nodes in every state the tree knows', async () => {
    const nodes = await connection.nodes.list(never);
    expect(nodes.map(node => node.name)).toEqual(DEMO_NODES.map(node => node.name).sort());
    expect(nodes.filter(node => node.readiness === 'not-ready').map(node => node.name)).toEqual(['worker-5']);
    expect(nodes.filter(node => node.isCordoned).map(node => node.name)).toEqual(['worker-3']);
    expect(nodes.filter(node => node.pressures.includes('memory')).map(node => node.name)).toEqual([
      'worker-4',
    ]);
    expect(nodes.find(node => node.name === 'control-1')?.roles).toEqual(['control-plane']);
  });

  it('spends CPU as the scenario says: worker-1 is hot', async () => {
    const cores = DEMO_NODES.find(node => node.name === 'worker-1')!.cores;
    const read = () => connection.metrics.readProcess('worker-1', never);
    const beginMs = performance.now();
    const first = await read();
    await pause(500);
    const second = await read();
    const spent = second.cpuSeconds - first.cpuSeconds;
    // However slow the machine: at least the pause lies between the readings, at most everything does. The kubelet
    // rounds to hundredths.
    expect(spent).toBeGreaterThanOrEqual(cores * 0.49 - 0.01);
    expect(spent).toBeLessThanOrEqual((cores * (performance.now() - beginMs)) / 1000 + 0.01);
    expect(cores).toBeGreaterThan(1);
    expect(second.goVersion).toBe('go1.26.1');
  });

  it('gives the hot node a profile of about its CPU', async () => {
    const request = { profile: 'cpu', seconds: 30 } as const;
    const counts = countsOf(await connection.profiler.fetchProfile('worker-1', request, never));
    const cores = (sum(counts) * 0.01) / 30;
    expect(cores).toBeGreaterThan(1);
    expect(cores).toBeLessThan(1.3);
  });
});
