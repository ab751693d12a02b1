/** Dropping caches as a capture: what is measured, asked, changed and kept, and what ends it early. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import type { JobEnd, PodJob } from '../../../src/base/podCommand.js';
import { captureRemedy, type RemedyRequest } from '../../../src/capture/captureRemedy.js';
import { checkRemedyAgain } from '../../../src/capture/checkRemedyAgain.js';
import { kubeletOn } from '../../../src/capture/profileTarget.js';
import type { NodeReady } from '../../../src/cluster/podPorts.js';
import type { DebugPod } from '../../../src/debugpod/debugPodPorts.js';
import { judgeRemedy } from '../../../src/remedy/judgeRemedy.js';
import type { Remedy, RemedyDrop } from '../../../src/remedy/model.js';
import { parseRemedy, REMEDY_FILE } from '../../../src/remedy/remedyJson.js';
import { fakeNode } from '../../support/fakeCluster.js';
import { readFixture } from '../../support/fixtures.js';
import { drive, FakeClock, FakeKubeletMetrics, temporaryFolder } from './captureFakes.js';

const NODE = fakeNode('node1');
const ready: NodeReady = {
  status: 'True',
  reason: 'KubeletReady',
  message: undefined,
  heartbeatAt: undefined,
};
const notReady: NodeReady = { ...ready, status: 'Unknown', reason: 'NodeStatusUnknown' };

/** A recorded check, with other times for the reads of the root. */
function health(microseconds: number): string {
  const text = new TextDecoder().decode(readFixture('pod/jobs/cgroups/files/cgroups.health.txt'));
  return text.replace(/^(read: root \d+ \d+ \d+) \S+/mu, `$1 ${Array(5).fill(microseconds).join(',')}`);
}

interface Scene {
  /** Microseconds of a read, for each check in order; the last again and again. */
  readonly reads: readonly number[];
  /** How a drop ends, in order. */
  readonly drops?: readonly (Partial<JobEnd> | 'hangs')[];
  readonly confirm?: boolean;
  /** Ready condition by the number of drops begun. */
  readonly ready?: (dropsBegun: number) => NodeReady;
  readonly cancelAtDrop?: number;
  readonly event?: Remedy['event'];
}

class StagedPod implements DebugPod {
  readonly info = {
    namespace: 'n',
    name: 'p',
    uid: 'u',
    node: 'node1',
    image: 'i',
    level: 'privileged',
  } as const;
  readonly dropped: string[] = [];
  private checks = 0;

  constructor(
    private readonly scene: Scene,
    private readonly clock: FakeClock,
    private readonly cancel: AbortController,
  ) {}

  run(): Promise<never> {
    return Promise.reject(new Error('nothing is run here by exec'));
  }

  async runJob(job: PodJob, signal: AbortSignal): Promise<JobEnd> {
    const files = [{ name: 'cgroups.health.txt', bytes: 1 }];
    if (job.name !== 'drop-caches') {
      await this.clock.sleep(4000, signal);
      return { exitCode: 0, stdout: '', stderr: '', files };
    }
    this.dropped.push(job.argv.at(-1) ?? '');
    const end = this.scene.drops?.[this.dropped.length - 1] ?? {};
    if (this.dropped.length === this.scene.cancelAtDrop) this.cancel.abort();
    await this.clock.sleep(end === 'hangs' ? 1e9 : 1000, signal);
    const usual = { exitCode: 0, stdout: 'began: 100.10\nended: 101.35\n', stderr: '', files: [] };
    return { ...usual, ...(end === 'hangs' ? {} : end) };
  }

  fetch(): Promise<Uint8Array> {
    const { reads } = this.scene;
    const micros = reads[Math.min(this.checks++, reads.length - 1)] ?? 0;
    return Promise.resolve(new TextEncoder().encode(health(micros)));
  }

  upload(): Promise<never> {
    return Promise.reject(new Error('nothing is uploaded'));
  }
}

async function play(scene: Scene) {
  const root = await temporaryFolder();
  const clock = new FakeClock();
  const cancel = new AbortController();
  const pod = new StagedPod(scene, clock, cancel);
  const audited: RemedyDrop[] = [];
  const asked: number[] = [];
  const metrics = new FakeKubeletMetrics(clock, [
    { cpuSeconds: 5 },
    { cpuSeconds: 25 },
    { cpuSeconds: 26 },
    { cpuSeconds: 27 },
  ]);
  const nodes = {
    nodeDetails: () =>
      Promise.resolve({
        ...{ name: 'node1', labels: {}, taints: [], images: [], podSlots: 10 },
        ready: scene.ready?.(pod.dropped.length) ?? ready,
      }),
  };
  const request: RemedyRequest = {
    ...{ context: 'prod', root, writtenBy: 'test', case: { id: 'one' } },
    ...kubeletOn(NODE),
    rule: 'memcg-stat-v1-zombies',
    confirm: before => {
      asked.push(before.readSeconds ?? -1);
      return Promise.resolve(scene.confirm ?? true);
    },
    audit: drop => audited.push(drop),
    announce: () => Promise.resolve(scene.event ?? 'recorded'),
  };
  const outcome: unknown = await drive(
    clock,
    captureRemedy({ pod, metrics, nodes, clock }, request, cancel.signal, () => undefined),
  ).catch((error: unknown) => error);
  return { root, clock, pod, metrics, audited, asked, outcome, names: await readdir(root) };
}

const remedyOf = (outcome: unknown): Remedy => (outcome as { remedy: Remedy }).remedy;

describe('dropping caches', () => {
  it('measures, asks with what was measured, drops entries alone where that does, and measures again', async () => {
    const { outcome, pod, asked, audited } = await play({ reads: [34_000, 200] });
    expect(asked).toEqual([0.034]);
    expect(pod.dropped).toEqual(['2']);
    expect(audited).toMatchObject([{ value: 2, outcome: 'done', seconds: 1.25 }]);
    const remedy = remedyOf(outcome);
    expect(remedy).toMatchObject({
      ended: 'complete',
      before: { readSeconds: 0.034 },
      after: { readSeconds: 0.0002 },
      readiness: [{ status: 'True' }],
      event: 'recorded',
    });
    expect(remedy.before.kubeletCores).toBeCloseTo(20 / 20.1, 1);
    expect(judgeRemedy(remedy)).toBe('helped');
    const { folder, record } = outcome as { folder: string; record: { state: string; profile: string } };
    expect(record).toMatchObject({ state: 'complete', profile: 'remedy', case: { id: 'one' } });
    expect(parseRemedy(await readFile(path.join(folder, REMEDY_FILE), 'utf8'))).toEqual(remedy);
  });

  it('drops page cache, too, where entries were not enough', async () => {
    const { outcome, pod } = await play({ reads: [34_000, 33_000, 300] });
    expect(pod.dropped).toEqual(['2', '3']);
    expect(judgeRemedy(remedyOf(outcome))).toBe('helped');
  });

  it('says that it did not help', async () => {
    const { outcome } = await play({ reads: [34_000] });
    expect(judgeRemedy(remedyOf(outcome))).toBe('not-helped');
  });

  it('does nothing where what the finding goes by is not measured any more', async () => {
    const { outcome, pod, asked, audited } = await play({ reads: [200] });
    expect([pod.dropped, asked, audited]).toEqual([[], [], []]);
    expect(remedyOf(outcome)).toMatchObject({ ended: 'not-needed', event: 'none', after: undefined });
  });

  it('changes and keeps nothing without a yes', async () => {
    const { outcome, pod, names } = await play({ reads: [34_000], confirm: false });
    expect(outcome).toMatchObject({ code: 'cancelled' });
    expect([pod.dropped, names]).toEqual([[], []]);
  });

  it('keeps what was done when it is cancelled meanwhile', async () => {
    const { outcome, audited } = await play({ reads: [34_000], drops: ['hangs'], cancelAtDrop: 1 });
    expect(remedyOf(outcome)).toMatchObject({ ended: 'stopped', after: undefined });
    expect(audited).toMatchObject([{ value: 2, outcome: 'stopped' }]);
    expect(outcome).toMatchObject({ record: { state: 'stopped' } });
  });

  it('ends when the node is not ready any more, and says so', async () => {
    const lost = (drops: number): NodeReady => (drops > 0 ? notReady : ready);
    const { outcome, pod } = await play({ reads: [34_000], drops: ['hangs'], ready: lost });
    expect(pod.dropped).toEqual(['2']);
    expect(remedyOf(outcome)).toMatchObject({
      ended: 'not-ready',
      readiness: [{ status: 'True' }, { status: 'Unknown', reason: 'NodeStatusUnknown' }],
    });
  });

  it('changes nothing on a node that becomes not ready while it is measured', async () => {
    let looks = 0;
    const lost = (): NodeReady => (++looks > 2 ? notReady : ready);
    const { outcome, pod, names } = await play({ reads: [34_000], ready: lost });
    expect(outcome).toBeInstanceOf(TriageError);
    expect(outcome).toMatchObject({ code: 'node-not-ready', node: 'node1' });
    expect([pod.dropped, names]).toEqual([[], []]);
  });

  it('says why the kernel refused, and drops no more', async () => {
    const refused = { exitCode: 5, stdout: '', stderr: '/proc/sys/vm/drop_caches is not writable here\n' };
    const { outcome, pod } = await play({ reads: [34_000], drops: [refused] });
    expect(pod.dropped).toEqual(['2']);
    expect(remedyOf(outcome)).toMatchObject({
      ended: 'failed',
      drops: [{ outcome: 'failed', reason: '/proc/sys/vm/drop_caches is not writable here' }],
    });
    expect(judgeRemedy(remedyOf(outcome))).toBe('not-known');
  });

  it('is checked again later: whether it held stands behind what was measured then', async () => {
    const { outcome, clock, pod, metrics } = await play({ reads: [34_000, 200, 200, 36_000] });
    const { folder } = outcome as { folder: string };
    await drive(
      clock,
      checkRemedyAgain(
        { pod, metrics, clock },
        { folder, node: NODE },
        new AbortController().signal,
        () => undefined,
      ),
    );
    const written = parseRemedy(await readFile(path.join(folder, REMEDY_FILE), 'utf8'));
    expect(written?.again).toMatchObject([{ readSeconds: 0.036 }]);
    expect(written && judgeRemedy(written)).toBe('came-back');
  });

  it('is not checked again on another node', async () => {
    const { outcome, clock, pod, metrics } = await play({ reads: [34_000, 200] });
    const { folder } = outcome as { folder: string };
    const other = checkRemedyAgain(
      { pod, metrics, clock },
      { folder, node: fakeNode('node2') },
      new AbortController().signal,
      () => undefined,
    );
    await expect(drive(clock, other)).rejects.toMatchObject({ code: 'capture-invalid' });
  });
});
