/**
 * What every PodRunner (src/cluster/podPorts.ts) does, as tests: run against the fake, against the client on the replay
 * server, and by the cluster lane against a real API server and kubelet. Pods it makes are removed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessQuestion, PodRunner } from '../../src/cluster/podPorts.js';
import { execTests } from './podExecContract.js';
import {
  failure,
  isRunning,
  manifest,
  needFault,
  never,
  podUntil,
  type GetPodSubject,
  type PodSubject,
} from './podSubject.js';

export function podContract(name: string, makeSubject: () => Promise<PodSubject>): void {
  describe(`pod contract: ${name}`, () => {
    const held: { subject?: PodSubject } = {};
    const subject = (): PodSubject => held.subject!;
    beforeAll(async () => {
      held.subject = await makeSubject();
    });
    afterAll(async () => {
      await held.subject?.close();
    });
    describe('rights', () => rightsTests(subject));
    describe('before it is made', () => admissionTests(subject));
    describe('life', () => lifeTests(subject));
    describe('exec', () => execTests(subject));
    describe('faults', () => faultTests(subject));
  });
}

function rightsTests(subject: GetPodSubject): void {
  const inNamespace = (verb: string, subresource?: string): AccessQuestion => ({
    verb,
    group: '',
    resource: 'pods',
    subresource,
    namespace: subject().namespace,
  });
  const ask = async (runner: PodRunner) => {
    const questions = [
      inNamespace('create'),
      { verb: 'list', group: '', resource: 'nodes' },
      inNamespace('delete'),
      inNamespace('get', 'exec'),
      inNamespace('create', 'exec'),
      inNamespace('list'),
      { verb: 'get', group: '', resource: 'nodes', subresource: 'proxy', name: subject().node },
    ];
    return (await runner.mayI(questions, never)).map(({ isAllowed }) => isAllowed);
  };

  it('answers in order of the questions', async () => {
    expect(await ask(subject().pods)).toEqual([true, true, true, true, true, true, true]);
    expect(await ask(subject().limited)).toEqual([false, true, false, false, false, true, false]);
    expect(await subject().pods.mayI([], never)).toEqual([]);
  });

  it('names the verb and the namespace of what is refused', async () => {
    const { limited, namespace } = subject();
    const pod = { namespace, name: 'never-made' };
    const exec = { container: 'tools', argv: ['true'], maxBytes: 1, idleSeconds: 5 };
    const refused: [string, string, () => Promise<unknown>][] = [
      ['create', 'pods', () => limited.create(manifest(subject()), never)],
      ['create', 'pods', () => limited.dryRun(manifest(subject()), never)],
      ['delete', 'pods', () => limited.remove({ ...pod, uid: 'x' }, 0, never)],
      ['get, create', 'pods/exec', () => limited.exec(pod, exec, never)],
    ];
    for (const [verb, resource, act] of refused)
      expect(await failure(act())).toMatchObject({
        code: 'forbidden',
        facts: { verb, resource, namespace },
      });
    expect(await limited.read(pod, never)).toBeUndefined();
    expect(await limited.list({ namespace, labelSelector: 'no=such' }, never)).toEqual([]);
  });
}

function admissionTests(subject: GetPodSubject): void {
  it('tells what decides whether a pod can run on a node', async () => {
    const details = await subject().pods.nodeDetails(subject().node, never);
    expect(details).toMatchObject({ name: subject().node, labels: { 'kubernetes.io/os': 'linux' } });
    expect(details.podSlots).toBeGreaterThan(0);
    expect(await failure(subject().pods.nodeDetails('no-such-node', never))).toMatchObject({
      code: 'node-not-found',
      node: 'no-such-node',
    });
  });

  it('tries without making anything', async () => {
    const pod = manifest(subject());
    expect(await subject().pods.dryRun(pod, never)).toEqual([]);
    expect(await subject().pods.read(pod.metadata, never)).toBeUndefined();
  });

  it('hands on warnings', async () => {
    const pod = manifest({ ...subject(), namespace: subject().warned });
    const warnings = await subject().pods.dryRun(pod, never);
    expect(warnings).toEqual([
      expect.stringMatching(/^would violate PodSecurity "restricted:latest": .*host.*hostPID=true/),
    ]);
  });

  it("hands on an admission's refusal word for word, and makes nothing", async () => {
    const pod = manifest({ ...subject(), namespace: subject().restricted });
    for (const act of ['dryRun', 'create'] as const)
      expect(await failure(subject().pods[act](pod, never))).toMatchObject({
        code: 'pod-refused',
        facts: {
          reason: expect.stringMatching(
            new RegExp(
              `^pods "${pod.metadata.name}" is forbidden: violates PodSecurity "restricted:latest": host.*"RuntimeDefault" or "Localhost"\\)$`,
            ),
          ) as string,
        },
      });
    expect(await subject().pods.list({ namespace: subject().restricted }, never)).toEqual([]);
  });

  it('refuses what is no pod', async () => {
    const pod = manifest(subject());
    const empty = { ...pod, spec: { ...pod.spec, containers: [] } };
    expect(await failure(subject().pods.create(empty, never))).toMatchObject({
      code: 'pod-refused',
      facts: { reason: expect.stringContaining('spec.containers: Required value') as string },
    });
  });
}

function lifeTests(subject: GetPodSubject): void {
  it('makes a pod, finds it, and removes that very one', async () => {
    const { pods, namespace, node, image } = subject();
    const wanted = manifest(subject(), { 'node-triage.test/life': 'a' });
    const made = await pods.create(wanted, never);
    const { name, labels, annotations } = wanted.metadata;
    expect(made).toMatchObject({ namespace, name, node, labels, annotations, hostPid: true });
    expect(made).toMatchObject({
      phase: 'Pending',
      deletionAt: undefined,
      images: [image],
      isPrivileged: false,
    });
    expect(made.uid).not.toBe('');
    expect(Math.abs(Date.parse(made.createdAt ?? '') - Date.now())).toBeLessThan(60_000);

    expect(await failure(pods.create(wanted, never))).toMatchObject({
      code: 'pod-name-taken',
      facts: { pod: name },
    });
    const running = await podUntil(pods, made, isRunning);
    expect(running).toMatchObject({ uid: made.uid, phase: 'Running', reason: undefined });

    const names = async (selection: Parameters<PodRunner['list']>[0]) =>
      (await pods.list(selection, never)).map(pod => pod.name);
    const ours = 'node-triage.test/life=a';
    expect(await names({ namespace, labelSelector: ours })).toEqual([name]);
    expect(await names({ namespace: undefined, labelSelector: ours })).toEqual([name]);
    expect(await names({ namespace, labelSelector: 'node-triage.test/life in (b)' })).toEqual([]);
    expect(await names({ namespace: undefined, fieldSelector: `spec.nodeName=${node}` })).toContain(name);
    expect(await names({ namespace, fieldSelector: 'spec.nodeName=elsewhere' })).toEqual([]);
    expect(await names({ namespace: 'node-triage-test-nothing-here' })).toEqual([]);

    const other = { ...made, uid: '00000000-0000-4000-8000-000000000000' };
    expect(await pods.remove(other, 0, never)).toBe('gone');
    expect(await pods.read(made, never)).toMatchObject({ uid: made.uid, deletionAt: undefined });
    expect(await pods.remove(made, 1, never)).toBe('removed');
    const leaving = await pods.read(made, never);
    expect(leaving === undefined || leaving.deletionAt !== undefined).toBe(true);
    await podUntil(pods, made, state => state === undefined);
    expect(await pods.remove(made, 1, never)).toBe('gone');
  });

  it('removes at once without a grace period', async () => {
    const made = await subject().pods.create(manifest(subject()), never);
    expect(await subject().pods.remove(made, 0, never)).toBe('removed');
    await podUntil(subject().pods, made, state => state === undefined, 10);
  });

  it('does nothing once cancelled', async () => {
    const { pods } = subject();
    const pod = manifest(subject());
    const aborted = AbortSignal.abort();
    const exec = { container: 'tools', argv: ['true'], maxBytes: 1, idleSeconds: 5 };
    for (const reason of await Promise.all(
      [
        pods.create(pod, aborted),
        pods.dryRun(pod, aborted),
        pods.read(pod.metadata, aborted),
        pods.list({ namespace: undefined }, aborted),
        pods.remove({ ...pod.metadata, uid: 'x' }, 0, aborted),
        pods.nodeDetails(subject().node, aborted),
        pods.mayI([{ verb: 'get', group: '', resource: 'pods' }], aborted),
        pods.exec(pod.metadata, exec, aborted),
      ].map(failure),
    ))
      expect(reason).toMatchObject({ code: 'cancelled' });
    expect(await pods.read(pod.metadata, never)).toBeUndefined();
  });
}

function faultTests(subject: GetPodSubject): void {
  it('says that it is unknown whether a pod was made, and makes one at most', async test => {
    await needFault(subject, 'loseCreateAnswer', test)();
    const { pods } = subject();
    const pod = manifest(subject());
    expect(await failure(pods.create(pod, never))).toMatchObject({ code: 'connection-lost' });
    const made = await pods.read(pod.metadata, never);
    expect(made).toMatchObject({ name: pod.metadata.name });
    expect(
      await pods.list({ namespace: undefined, fieldSelector: `metadata.name=${pod.metadata.name}` }, never),
    ).toHaveLength(1);
    expect(await pods.remove(made!, 0, never)).toBe('removed');
  });

  it('is unreachable while the API server is away, and works after that', async test => {
    const comeBack = await needFault(subject, 'goAway', test)();
    try {
      expect(await failure(subject().pods.list({ namespace: undefined }, never))).toMatchObject({
        code: 'unreachable',
      });
    } finally {
      await comeBack();
    }
    expect(await subject().pods.dryRun(manifest(subject()), never)).toEqual([]);
  });

  it('finds nothing after another client deleted it', async test => {
    const deleteBehindBack = needFault(subject, 'deleteBehindBack', test);
    const made = await subject().pods.create(manifest(subject()), never);
    await deleteBehindBack(made);
    expect(await subject().pods.read(made, never)).toBeUndefined();
    expect(await subject().pods.remove(made, 1, never)).toBe('gone');
  });
}
