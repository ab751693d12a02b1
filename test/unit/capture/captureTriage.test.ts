/** A node's answers as a capture: what is kept of them, what is not, and what is left where something ends it early. */
import { rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import {
  captureTriage,
  type TriageOutcome,
  type TriageProgress,
} from '../../../src/capture/captureTriage.js';
import { keepObject } from '../../../src/capture/keptObjects.js';
import { kubeletOn } from '../../../src/capture/profileTarget.js';
import type { NodeAnswerName, NodeAnswers } from '../../../src/cluster/clusterPorts.js';
import { parseTriageManifest, TRIAGE_FILE } from '../../../src/material/triageManifest.js';
import { fakeNode } from '../../support/fakeCluster.js';
import { readFixture } from '../../support/fixtures.js';
import { recordedAnswer } from '../../support/recordedAnswers.js';
import {
  drive,
  FakeClock,
  FakeKubeletMetrics,
  FakeKubeletProfiler,
  temporaryFolder,
  type Answer,
} from './captureFakes.js';

const NODE = fakeNode('node1');
const forbidden = new TriageError('forbidden', 'node1: may not get nodes/proxy');
const notServed = new TriageError('request-rejected', 'not served', { facts: { status: 404, body: '' } });

interface Scene {
  readonly answer?: (answer: NodeAnswerName) => Uint8Array | TriageError | undefined;
  readonly profile?: Answer;
  /** False: time goes on while files are written. */
  readonly holdsFiles?: boolean;
  readonly onAsked?: (root: string) => void;
  readonly stopWhen?: (progress: TriageProgress) => boolean;
  readonly cancelWhen?: (progress: TriageProgress) => boolean;
}

async function play(scene: Scene) {
  const root = await temporaryFolder();
  const clock = new FakeClock();
  const asked: NodeAnswerName[] = [];
  const answers: NodeAnswers = {
    read: (_, answer) => {
      if (asked.length === 0 && scene.holdsFiles !== false) clock.hold(allAsked);
      asked.push(answer);
      scene.onAsked?.(root);
      const given = scene.answer === undefined ? recordedAnswer(answer) : scene.answer(answer);
      if (given instanceof TriageError) return Promise.reject(given);
      return given === undefined ? Promise.reject(notServed) : Promise.resolve(given);
    },
  };
  const profile = scene.profile ?? readFixture('profiles/cpu-idle-30s.pb.gz');
  const profiler = new FakeKubeletProfiler(clock, [profile]);
  const cancel = new AbortController();
  const stop = new AbortController();
  // Files that are written take no time by this clock: it turns again when what is asked is there.
  const asking = new AbortController();
  const allAsked = new Promise(resolve => asking.signal.addEventListener('abort', resolve));
  const work = captureTriage(
    {
      answers,
      profiler,
      metrics: new FakeKubeletMetrics(clock, [{ cpuSeconds: 5 }, { cpuSeconds: 20 }]),
      clock,
    },
    { context: 'prod', ...kubeletOn(NODE), seconds: 15, root, writtenBy: 'test' },
    { cancel: cancel.signal, stop: stop.signal },
    progress => {
      if (progress.phase !== 'asking') asking.abort();
      if (scene.stopWhen?.(progress) === true) stop.abort();
      if (scene.cancelWhen?.(progress) === true) cancel.abort();
    },
  );
  const release = (): void => asking.abort();
  work.then(release, release);
  const outcome: unknown = await drive(clock, work).catch((error: unknown) => error);
  return { root, asked, outcome, names: await readdir(root).catch(() => []), open: profiler.openRequests };
}

async function stepsOf(outcome: unknown) {
  const { folder } = outcome as TriageOutcome;
  const manifest = parseTriageManifest(await readFile(path.join(folder, TRIAGE_FILE), 'utf8'));
  return Object.fromEntries((manifest?.steps ?? []).map(step => [step.step, step]));
}

describe('Triage Node, by the API alone', () => {
  it('keeps every answer, a profile and two readings of the metrics, and says what is not served', async () => {
    const { outcome, asked } = await play({});
    const { folder, record } = outcome as TriageOutcome;
    expect(record).toMatchObject({ state: 'complete', profile: 'triage', processCpu: { cpuSeconds: 15 } });
    expect(record.files[0]).toEqual({ name: TRIAGE_FILE, kind: 'triage' });
    expect(asked.filter(answer => answer === 'metrics')).toHaveLength(2);
    const steps = await stepsOf(outcome);
    expect(Object.values(steps).filter(({ outcome: end }) => end !== 'taken')).toMatchObject([
      { step: 'kubelet-log', outcome: 'skipped', reason: 'not served' },
    ]);
    const files = (await readdir(folder)).sort();
    expect(files).toEqual([...record.files.map(({ name }) => name), 'capture.json'].sort());
  });

  it('takes what it may where kubelets are out of reach', async () => {
    const ofKubelet = new Set<NodeAnswerName>(['configz', 'metrics', 'metrics-cadvisor', 'stats-summary']);
    const { outcome } = await play({
      profile: forbidden,
      answer: answer => (ofKubelet.has(answer) ? forbidden : recordedAnswer(answer)),
    });
    expect(await stepsOf(outcome)).toMatchObject({
      node: { outcome: 'taken', file: 'node.json' },
      metrics: { outcome: 'skipped', reason: 'node1: may not get nodes/proxy' },
      cpu: { outcome: 'skipped' },
    });
  });

  it('rejects with what was met where nothing may be read, and leaves nothing', async () => {
    const { outcome, names } = await play({ profile: forbidden, answer: () => forbidden });
    expect(outcome).toBe(forbidden);
    expect(names).toEqual([]);
  });

  it('waits for the profile where nothing else is answered', async () => {
    const late = new TriageError('timed-out', 'node1: no answer within 10 s.');
    const { outcome } = await play({ answer: () => late, holdsFiles: false });
    expect(await stepsOf(outcome)).toMatchObject({
      node: { outcome: 'failed', reason: 'node1: no answer within 10 s.' },
      cpu: { outcome: 'taken', file: 'cpu.pb.gz' },
    });
  });

  it('ends the profile and leaves nothing where the disk fails', async () => {
    const onAsked = (root: string): void => {
      rmSync(root, { recursive: true, force: true });
      writeFileSync(root, 'no folder any more');
    };
    const { root, outcome, names, open } = await play({ onAsked });
    rmSync(root, { force: true });
    expect(outcome).toMatchObject({ code: 'capture-write-failed' });
    expect([names, open]).toEqual([[], 0]);
  });

  it('keeps what there is when it is stopped, and says what is missing', async () => {
    const { outcome } = await play({ stopWhen: ({ phase }) => phase === 'profiling' });
    expect((outcome as TriageOutcome).record).toMatchObject({ state: 'stopped' });
    expect(await stepsOf(outcome)).toMatchObject({
      node: { outcome: 'taken' },
      cpu: { outcome: 'pending', reason: 'stopped before it was taken' },
    });
  });

  it.each(['asking', 'profiling'] as const)('leaves nothing when it is cancelled while %s', async phase => {
    const { outcome, names } = await play({ cancelWhen: progress => progress.phase === phase });
    expect(outcome).toMatchObject({ code: 'cancelled' });
    expect(names).toEqual([]);
  });

  it('keeps a node whose answers are no JSON out, step by step', async () => {
    const page = new TextEncoder().encode('<html>a gateway</html>');
    const { outcome } = await play({ answer: answer => (answer === 'pods' ? page : recordedAnswer(answer)) });
    expect(await stepsOf(outcome)).toMatchObject({ pods: { outcome: 'failed' }, node: { outcome: 'taken' } });
  });
});

describe('what is kept of objects', () => {
  const keep = (kind: Parameters<typeof keepObject>[0], value: unknown): string =>
    new TextDecoder().decode(keepObject(kind, new TextEncoder().encode(JSON.stringify(value)), 'node1'));

  it('leaves secrets of pods behind, and keeps probes and kinds of volumes', () => {
    const pod = {
      metadata: { name: 'web', namespace: 'shop', annotations: { note: 's3cret' } },
      spec: {
        nodeName: 'node1',
        volumes: [{ name: 's3cret', secret: { secretName: 's3cret' } }],
        containers: [
          {
            name: 'web',
            env: [{ name: 'PASSWORD', value: 's3cret' }],
            args: ['--token=s3cret'],
            livenessProbe: { exec: { command: ['check', 's3cret'] }, periodSeconds: 5 },
            readinessProbe: { httpGet: { path: '/', httpHeaders: [{ name: 'a', value: 's3cret' }] } },
          },
        ],
      },
      status: { phase: 'Running', containerStatuses: [{ name: 'web', restartCount: 3 }] },
    };
    const text = keep('pods', { items: [pod] });
    expect(text).not.toContain('s3cret');
    expect(JSON.parse(text)).toMatchObject({
      items: [
        {
          metadata: { name: 'web' },
          spec: {
            volumes: [{ secret: {} }],
            containers: [{ livenessProbe: { exec: {}, periodSeconds: 5 }, readinessProbe: { httpGet: {} } }],
          },
          status: { containerStatuses: [{ restartCount: 3 }] },
        },
      ],
    });
  });

  it('leaves annotations of the node and headers of the kubelet behind', () => {
    const metadata = { name: 'node1', annotations: { a: 's3cret' }, managedFields: [{ manager: 's3cret' }] };
    expect(keep('node', { metadata, status: { images: [{ names: ['s3cret'] }] } })).not.toContain('s3cret');
    const config = { staticPodURLHeader: { Authorization: ['s3cret'] }, cgroupDriver: 'systemd' };
    const text = keep('configz', { kubeletconfig: config });
    expect(text).not.toContain('s3cret');
    expect(JSON.parse(text)).toEqual({ kubeletconfig: { cgroupDriver: 'systemd' } });
  });

  it('keeps the warnings of this node and of no other', () => {
    const event = (host: string) => ({ reason: 'Unhealthy', message: `on ${host}`, source: { host } });
    const kept = JSON.parse(keep('pod-events', { items: [event('node1'), event('node2')] })) as unknown;
    expect(kept).toMatchObject({ items: [{ message: 'on node1' }] });
    expect((kept as { items: unknown[] }).items).toHaveLength(1);
  });

  it('does not keep what is too large to be looked through', () => {
    expect(() => keepObject('pods', new Uint8Array(9 * 1024 * 1024), 'node1')).toThrow(
      expect.objectContaining({ code: 'answer-too-large' }) as Error,
    );
  });
});
