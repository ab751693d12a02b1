/**
 * Captures of real kubelets under load: from the node's name to a profile on the disk that any tool reads, with every
 * way to end one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ClusterNode } from '../../src/cluster/clusterPorts.js';
import { buildWorker, decodeFile, keptCapture, secondsOf, startCapture, topOf } from './captureKit.js';
import { goToolPprof, hasGo } from './goToolPprof.js';
import { heatCgroups } from './local/heatCgroups.js';
import { startLoad } from './startLoad.js';
import {
  connect,
  layout,
  listNodes,
  onLocalCgroupV1,
  refusalOf,
  requireLayout,
  requireNodeLayout,
  testSignal,
} from './testCluster.js';

let removeLoad: (() => Promise<void>) | undefined;
beforeAll(async () => {
  await buildWorker();
  removeLoad = await startLoad();
}, 180_000);
afterAll(async () => removeLoad?.(), 90_000);

const cpu = (node: ClusterNode, seconds: number, sliceSeconds: number) =>
  ({ node, profile: 'cpu', seconds, sliceSeconds }) as const;

describe('a CPU capture', () => {
  it('of every kubelet has samples, its own process CPU, and what identifies the node', async () => {
    const connection = await connect();
    const nodes = await listNodes(connection);
    const running = nodes.map(node => startCapture(connection, cpu(node, 12, 4)));
    for (const [index, node] of nodes.entries()) {
      const { file, record } = await keptCapture(running[index]!);
      expect(record).toMatchObject({
        state: 'complete',
        profile: 'cpu',
        node: { name: node.name, kubeletVersion: node.kubeletVersion, kernelVersion: node.kernelVersion },
        secondsPlanned: 12,
        secondsCaptured: 12,
        slicesDone: 3,
        issues: [],
      });
      expect(record.processCpu?.cpuSeconds).toBeGreaterThan(0);
      expect(record.processCpu?.windowSeconds).toBeGreaterThan(12);

      const { summary, ...decoded } = await decodeFile(file);
      expect(summary).toMatchObject({ format: 'pprof', warnings: [] });
      expect(summary.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
        'samples/count',
        'cpu/nanoseconds',
      ]);
      expect(summary.sampleCount).toBeGreaterThan(0);
      // Durations of the three slices, added.
      expect(secondsOf(summary)).toBeGreaterThan(11.5);
      const functions = [...topOf({ summary, ...decoded }).keys()];
      expect(
        functions.some(name => name.startsWith('k8s.io/') || name.startsWith('github.com/google/cadvisor')),
      ).toBe(true);
    }
  });

  it.skipIf(!hasGo)(
    `merged from slices says what go tool pprof says of it, row by row${hasGo ? '' : ' [not run: no Go]'}`,
    async () => {
      const connection = await connect();
      const [node] = await listNodes(connection);
      const { file } = await keptCapture(startCapture(connection, cpu(node, 6, 2)));

      const ours = await decodeFile(file);
      const theirs = await goToolPprof(file, 'ns');

      expect(ours.summary.totals[ours.summary.defaultSampleType]).toBe(theirs.total);
      expect(theirs.total).toBeGreaterThan(0);
      expect(new Map([...topOf(ours)].sort())).toEqual(new Map([...theirs.rows].sort()));
    },
  );

  onLocalCgroupV1(
    'with slow memory.stat reads names the founding frame, (*MemoryGroup).GetStats',
    showFoundingFrame,
  );

  it('grows: the file can be read after the first slice, and has more after the next', async () => {
    const connection = await connect();
    const [node] = await listNodes(connection);
    const capture = startCapture(connection, cpu(node, 6, 3));
    const file = await firstSlice(capture);
    const early = await decodeFile(file);
    await keptCapture(capture);
    const late = await decodeFile(file);
    expect(secondsOf(early.summary)).toBeGreaterThan(2.5);
    expect(secondsOf(late.summary)).toBeGreaterThan(secondsOf(early.summary) + 2.5);
  });

  it('stopped early keeps its finished slices as a valid, shorter profile, and frees the profiler', async () => {
    const connection = await connect();
    const [node] = await listNodes(connection);
    const capture = startCapture(connection, cpu(node, 60, 3));
    await firstSlice(capture);

    capture.stopAndKeep();

    const { file, record } = await keptCapture(capture);
    expect(record).toMatchObject({
      state: 'stopped',
      secondsPlanned: 60,
      secondsCaptured: 3,
      slicesPlanned: 20,
      slicesDone: 1,
    });
    const { summary } = await decodeFile(file);
    // One slice, not two: a kubelet's seconds are sometimes a little short, and long on a busy machine.
    expect(secondsOf(summary)).toBeGreaterThan(2.5);
    expect(secondsOf(summary)).toBeLessThan(5.5);
    expect(
      (await connection.profiler.fetchProfile(node.name, { profile: 'cpu', seconds: 1 }, testSignal()))
        .length,
    ).toBeGreaterThan(0);
  });

  it('cancelled leaves nothing on the disk and frees the profiler at once', async () => {
    const connection = await connect();
    const [node] = await listNodes(connection);
    const capture = startCapture(connection, cpu(node, 60, 3));
    await firstSlice(capture);

    capture.cancel();

    expect(await refusalOf(capture.outcome)).toMatchObject({ code: 'cancelled' });
    expect(readdirSync(capture.root)).toEqual([]);
    expect(
      (await connection.profiler.fetchProfile(node.name, { profile: 'cpu', seconds: 1 }, testSignal()))
        .length,
    ).toBeGreaterThan(0);
  });

  it('refused because another client profiles leaves nothing; asked to wait, it is taken afterwards', async () => {
    const connection = await connect();
    const [node] = await listNodes(connection);
    const otherClient = connection.profiler.fetchProfile(
      node.name,
      { profile: 'cpu', seconds: 6 },
      testSignal(),
    );
    // Awaited below, or not at all where the test fails before.
    otherClient.catch(() => undefined);
    await new Promise(resolve => setTimeout(resolve, 1000));

    const refused = startCapture(connection, cpu(node, 2, 0));
    const patient = startCapture(connection, { ...cpu(node, 2, 0), whenBusy: 'wait' });

    expect(await refusalOf(refused.outcome)).toMatchObject({ code: 'profiler-busy', node: node.name });
    expect(readdirSync(refused.root)).toEqual([]);
    expect((await otherClient).length).toBeGreaterThan(0);
    const { record } = await keptCapture(patient);
    expect(record).toMatchObject({ state: 'complete', slicesDone: 1 });
    expect(record.issues.join()).toMatch(/waited \d+ s/);
    expect(patient.reports.map(({ phase }) => phase)).toContain('waiting');
  });
});

describe('the other profiles of a kubelet', () => {
  it.each([
    { profile: 'heap', type: 'inuse_space/bytes' },
    { profile: 'allocs', type: 'alloc_space/bytes' },
    { profile: 'goroutine', type: 'goroutine/count' },
    { profile: 'threadcreate', type: 'threadcreate/count' },
  ] as const)('$profile is captured and has samples of $type', async ({ profile, type }) => {
    const { summary } = await decodeFile((await captureOf(profile)).file);
    const shown = summary.sampleTypes[summary.defaultSampleType];
    expect(`${shown?.type}/${shown?.unit}`).toBe(type);
    expect(summary.totals[summary.defaultSampleType]).toBeGreaterThan(0);
  });

  it.each(['block', 'mutex'] as const)(
    '%s is captured; where contention is not recorded it says how to have it',
    async profile => {
      const { file, record } = await captureOf(profile);
      const { summary } = await decodeFile(file);
      expect(summary.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
        'contentions/count',
        'delay/nanoseconds',
      ]);
      // The local kubelets have contention profiling as Kubernetes has it by default; a given cluster's may not.
      if (layout !== undefined && profile === 'block') expect(summary.sampleCount).toBe(0);
      expect(record.issues.join().includes('enableContentionProfiling')).toBe(summary.sampleCount === 0);
    },
  );

  it('trace is saved as the kubelet sent it', async () => {
    const { file, record } = await captureOf('trace');
    expect(record).toMatchObject({ profile: 'trace', state: 'complete', secondsCaptured: 2 });
    expect(readFileSync(file).subarray(0, 16).toString('latin1')).toMatch(/^go 1\.\d+ trace\0/);
  });

  it.skipIf(!hasGo)(
    `heap says what go tool pprof says of it, row by row${hasGo ? '' : ' [not run: no Go]'}`,
    async () => {
      const { file } = await captureOf('heap');
      const ours = await decodeFile(file);
      const theirs = await goToolPprof(file, 'B');
      expect(ours.summary.totals[ours.summary.defaultSampleType]).toBe(theirs.total);
      expect(new Map([...topOf(ours)].sort())).toEqual(new Map([...theirs.rows].sort()));
    },
  );
});

async function showFoundingFrame(): Promise<void> {
  const cool = await heatCgroups(
    requireLayout(),
    requireNodeLayout('node1'),
    path.join(import.meta.dirname, 'local/hotCgroups.c'),
  );
  onTestFinished(cool);
  const connection = await connect();
  const [node] = await listNodes(connection);
  const { file } = await keptCapture(startCapture(connection, cpu(node, 30, 10)));

  const frame = [...topOf(await decodeFile(file))].find(([name]) =>
    name.endsWith('cgroups/fs.(*MemoryGroup).GetStats'),
  );
  // The package moved out of runc with v1.33.
  expect(frame?.[0]).toBe(
    node.kubeletVersion.startsWith('v1.32.')
      ? 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats'
      : 'github.com/opencontainers/cgroups/fs.(*MemoryGroup).GetStats',
  );
  expect(frame?.[1].cum).toBeGreaterThan(0);
}

async function captureOf(
  profile: 'heap' | 'allocs' | 'goroutine' | 'threadcreate' | 'block' | 'mutex' | 'trace',
) {
  const connection = await connect();
  const [node] = await listNodes(connection);
  return keptCapture(startCapture(connection, { node, profile, seconds: 2, sliceSeconds: 0 }));
}

/** Path of the profile when its first slice is on the disk. */
async function firstSlice(capture: ReturnType<typeof startCapture>): Promise<string> {
  return vi.waitFor(() => {
    const saved = capture.reports.find(({ slicesDone }) => slicesDone > 0);
    if (saved === undefined) throw new Error('no slice yet');
    return path.join(saved.folder, 'cpu.pb.gz');
  }, 30_000);
}
