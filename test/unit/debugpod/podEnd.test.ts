/** A debug pod that ends while a job works in it, on the fake: what a person hears, and how it is noticed. */
import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import type { PodJob } from '../../../src/base/podCommand.js';
import type { DebugPod } from '../../../src/debugpod/debugPodPorts.js';
import { debugPodKit, expectNothingLeft, request } from '../../support/debugPodKit.js';
import { pause } from '../../support/pause.js';

const echo = { argv: ['sh', '-c', 'echo', 'node-triage-echo'], parse: (text: string) => text.trim() };
const job: PodJob = { name: 'trace', argv: ['strace'], seconds: 3, limitSeconds: 10 };
const never = new AbortController().signal;
const idle = (_pod: DebugPod, signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new TriageError('cancelled', 'Cancelled.'));
    });
  });

describe('a pod that ends while it is needed', () => {
  it('is told as that, not as a broken connection', async () => {
    const kit = debugPodKit();
    kit.pods.responders.addNamed('node-triage-echo', (_argv, { name }) => {
      kit.pods.vanish(name);
      return new Promise(() => undefined);
    });
    await expect(kit.maker.withPod(request, pod => pod.run(echo, never), never)).rejects.toMatchObject({
      code: 'pod-ended',
      node: 'node1',
      facts: { reason: 'deleted' },
    });
    await expectNothingLeft(kit);
  });

  it('is noticed though its exec stays open and silent', async () => {
    const kit = debugPodKit();
    const done = kit.maker.withPod(request, idle, never);
    await pause(50);
    const [{ name } = { name: '' }] = kit.maker.living();
    kit.pods.change(name, { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' });
    await expect(done).rejects.toMatchObject({
      code: 'pod-ended',
      facts: { reason: 'Evicted: The node was low on memory.' },
    });
    await expectNothingLeft(kit);
  });

  it('by a process that was not ours: told with its name, and a line of the audit, one', async () => {
    const kit = debugPodKit();
    kit.pods.responders.addNamed('node-triage-echo', () => new Promise(() => undefined));
    const done = kit.maker.withPod(request, pod => pod.run(echo, never), never);
    await pause(50);
    const [{ name } = { name: '' }] = kit.maker.living();
    const message = 'another process was started in it: bash (4711)\n';
    const container = { state: 'terminated', exitCode: 79, reason: 'Error', message } as const;
    kit.pods.change(name, { phase: 'Failed', container });
    const reason = 'another process was started in it: bash (4711)';
    await expect(done).rejects.toMatchObject({
      code: 'pod-ended',
      facts: { reason, stranger: 'bash', pid: 4711 },
    });
    expect(kit.audit.map(({ verb, outcome, reason }) => [verb, outcome, reason])).toEqual([
      ['create', 'done', undefined],
      ['end', 'alarm', reason],
      ['delete', 'done', undefined],
    ]);
    await expectNothingLeft(kit);
  });

  it('is told as that, though its command had a status, and the kubelet says so a second later', async () => {
    const kit = debugPodKit();
    kit.pods.responders.addNamed('node-triage-echo', (_argv, { name }) => {
      setTimeout(() => {
        kit.pods.change(name, { phase: 'Failed', reason: 'Evicted' });
      }, 15);
      return Promise.resolve({ exitCode: 137 });
    });
    await expect(kit.maker.withPod(request, pod => pod.run(echo, never), never)).rejects.toMatchObject({
      code: 'pod-ended',
      facts: { reason: 'Evicted' },
    });
    await expectNothingLeft(kit);
  });

  it('a command that was killed in a pod that lives has failed', async () => {
    const kit = debugPodKit();
    kit.pods.responders.addNamed('node-triage-echo', { exitCode: 137 });
    await expect(kit.maker.withPod(request, pod => pod.run(echo, never), never)).rejects.toMatchObject({
      code: 'command-failed',
    });
    await expectNothingLeft(kit);
  });

  it('a broken connection to a pod that lives is a broken connection', async () => {
    const kit = debugPodKit();
    kit.pods.responders.addNamed('node-triage-echo', () => {
      setTimeout(() => {
        kit.pods.cutExecs();
      }, 5);
      return new Promise(() => undefined);
    });
    await expect(kit.maker.withPod(request, pod => pod.run(echo, never), never)).rejects.toMatchObject({
      code: 'exec-lost',
    });
    await expectNothingLeft(kit);
  });

  it('hears every 30 s that we live, but not during a job', async () => {
    const kit = debugPodKit();
    await kit.maker.withPod(request, () => pause(1000), never);
    const beats = kit.pods.countOf('node-triage-heartbeat');
    expect(beats).toBeGreaterThan(1);
    expect(kit.intents.written.length).toBeGreaterThan(3);

    await kit.maker.withPod(
      request,
      (pod, signal) => pod.runJob({ ...job, seconds: 70, limitSeconds: 90 }, signal),
      never,
    );
    expect(kit.pods.countOf('node-triage-heartbeat')).toBe(beats);
    await expectNothingLeft(kit);
  });
});
