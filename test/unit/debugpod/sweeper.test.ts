/** Who removes pods whose owner is gone: the next window, another machine, by intent and by label. */
import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import {
  findForeignLeftovers,
  findLabelledLeftovers,
  toolOf,
} from '../../../src/debugpod/foreignLeftovers.js';
import { sweepPods, type SweepDeps } from '../../../src/debugpod/sweeper.js';
import type { PodIntent } from '../../../src/debugpod/debugPodPorts.js';
import {
  debugPodKit,
  expectNothingLeft,
  request,
  SERVER,
  type DebugPodKit,
} from '../../support/debugPodKit.js';
import { pause } from '../../support/pause.js';

const never = new AbortController().signal;
const MINUTE_MS = 60_000;
const at = (fromNowMs: number) => new Date(Date.now() + fromNowMs).toISOString();

/** A pod that a window which is no more has made and written down, as it stands on cluster and disk. */
function abandon(kit: DebugPodKit, change: Partial<PodIntent> = {}): PodIntent {
  const name = change.name ?? 'node-triage-node1-abandoned';
  const { uid } = kit.pods.put({
    metadata: {
      name,
      namespace: 'triage',
      labels: { 'app.kubernetes.io/managed-by': 'node-triage', 'node-triage/session': 'session-0' },
      annotations: { 'node-triage/expires-at': change.expiresAt ?? at(5 * MINUTE_MS) },
    },
    spec: { nodeName: 'node1', containers: [{ name: 'tools' }] },
  });
  const intent: PodIntent = {
    context: 'fake',
    server: SERVER,
    namespace: 'triage',
    name,
    uid,
    node: 'node1',
    expiresAt: at(5 * MINUTE_MS),
    owner: { session: 'session-0', host: 'laptop', pid: 999, aliveAt: at(-1000) },
    ...change,
  };
  void kit.intents.write(intent);
  return intent;
}

const sweep = (kit: DebugPodKit, change: Partial<SweepDeps> = {}) => {
  const { owner, ...deps } = kit.deps;
  return sweepPods(
    { ...deps, session: owner.session, host: owner.host, isProcessAlive: () => false, ...change },
    { namespaces: ['triage'] },
    never,
  );
};
const names = (pods: readonly { readonly name: string }[]) => pods.map(({ name }) => name);

describe('what was written down', () => {
  it('by a process that is no more: removed at once, and forgotten', async () => {
    const kit = debugPodKit();
    const { name } = abandon(kit);
    expect(names((await sweep(kit)).removed)).toEqual([name]);
    expect(kit.audit).toMatchObject([{ verb: 'delete', name, node: 'node1', outcome: 'done' }]);
    await expectNothingLeft(kit);
  });

  it('by a window that lives: left alone', async () => {
    const kit = debugPodKit();
    const { name } = abandon(kit);
    const report = await sweep(kit, { isProcessAlive: pid => pid === 999 });
    expect([names(report.removed), names(report.living)]).toEqual([[], [name]]);
    expect(kit.pods.find(name)).toBeDefined();
  });

  it.each([
    ['whose window has been silent for two minutes', { aliveAt: at(-2 * MINUTE_MS) }, {}],
    ['whose time is over', {}, { expiresAt: at(-1) }],
  ])('%s: removed though its process number lives', async (_, owner, change) => {
    const kit = debugPodKit();
    const given = { session: 'session-0', host: 'laptop', pid: 999, aliveAt: at(-1000) };
    abandon(kit, { ...change, owner: { ...given, ...owner } });
    expect((await sweep(kit, { isProcessAlive: () => true })).removed).toHaveLength(1);
    await expectNothingLeft(kit);
  });

  it('on another machine: its process numbers mean nothing here', async () => {
    const kit = debugPodKit();
    abandon(kit, { owner: { session: 'session-0', host: 'desktop', pid: 999, aliveAt: at(-1000) } });
    expect((await sweep(kit)).removed).toEqual([]);
  });

  it('on another API server under the same context: not asked for here, and kept', async () => {
    const kit = debugPodKit();
    const { name } = abandon(kit, { server: 'https://other.invalid' });
    expect((await sweep(kit)).removed).toEqual([]);
    expect(kit.pods.find(name)).toBeDefined();
    expect(await kit.intents.list()).toHaveLength(1);
  });

  it('before an answer came: found by its name and session', async () => {
    const kit = debugPodKit();
    abandon(kit, { uid: undefined });
    expect((await sweep(kit)).removed).toHaveLength(1);
    await expectNothingLeft(kit);
  });

  it('before an answer came, and nothing is there: kept until its time is over', async () => {
    const kit = debugPodKit();
    const intent = abandon(kit, { uid: undefined });
    kit.pods.vanish(intent.name);
    await sweep(kit);
    expect(await kit.intents.list()).toHaveLength(1);
    kit.clock.aheadMs = 6 * MINUTE_MS;
    await sweep(kit);
    await expectNothingLeft(kit);
  });

  it('and is another pod by now: only forgotten', async () => {
    const kit = debugPodKit();
    const { name } = abandon(kit, {
      uid: 'uid-of-another',
      owner: { session: 'session-9', host: 'laptop', pid: 1, aliveAt: at(0) },
    });
    expect((await sweep(kit)).removed).toEqual([]);
    expect(kit.pods.find(name)).toBeDefined();
    expect(await kit.intents.list()).toEqual([]);
  });

  it('and is another pod by now that bears its labels: only forgotten', async () => {
    const kit = debugPodKit();
    const { name } = abandon(kit, { uid: 'uid-of-the-first' });
    expect((await sweep(kit)).removed).toEqual([]);
    expect(kit.pods.find(name)).toBeDefined();
    expect(await kit.intents.list()).toEqual([]);
  });

  it.each([
    ['session', { 'app.kubernetes.io/managed-by': 'node-triage', 'node-triage/session': 'session-1000' }],
    ['maker', { 'node-triage/session': 'session-0' }],
  ])('before an answer came, and a pod of that name bears another %s: left alone', async (_, labels) => {
    const kit = debugPodKit();
    const intent = abandon(kit, { uid: undefined });
    kit.pods.vanish(intent.name);
    kit.pods.put({
      metadata: { name: intent.name, namespace: 'triage', labels },
      spec: { nodeName: 'node1' },
    });
    expect((await sweep(kit)).removed).toEqual([]);
    expect(kit.pods.find(intent.name)).toBeDefined();
  });

  it('while the cluster is away: kept, told, and removed when it is back', async () => {
    const kit = debugPodKit();
    const { name } = abandon(kit);
    kit.pods.goAway();
    expect(await sweep(kit)).toMatchObject({ removed: [], failed: [{ pod: { name }, reason: /away/ }] });
    expect(await kit.intents.list()).toHaveLength(1);
    kit.pods.comeBack();
    await sweep(kit);
    await expectNothingLeft(kit);
  });

  it('cancel stops it', async () => {
    const kit = debugPodKit();
    abandon(kit);
    const { owner, ...deps } = kit.deps;
    const all = { ...deps, session: owner.session, host: 'laptop', isProcessAlive: () => false };
    await expect(sweepPods(all, { namespaces: [] }, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await kit.intents.list()).toHaveLength(1);
  });
});

describe('pods that were not written down here, by label', () => {
  const putOurs = (kit: DebugPodKit, name: string, expiresAt: string, session = 'session-7') =>
    kit.pods.put({
      metadata: {
        name,
        namespace: 'elsewhere',
        labels: { 'app.kubernetes.io/managed-by': 'node-triage', 'node-triage/session': session },
        annotations: { 'node-triage/expires-at': expiresAt },
      },
      spec: { nodeName: 'node1' },
    });

  it('is told, and left to a person, when its time has been over for two minutes, in any namespace', async () => {
    const kit = debugPodKit();
    putOurs(kit, 'over', at(-3 * MINUTE_MS));
    putOurs(kit, 'just-over', at(-MINUTE_MS));
    putOurs(kit, 'mine', at(-3 * MINUTE_MS), 'session-1');
    putOurs(kit, 'without-a-time', 'soon');
    const report = await sweep(kit);
    expect(report.removed).toEqual([]);
    expect(names(report.forgotten)).toEqual(['over']);
    expect(names(report.living)).toEqual(['just-over', 'mine', 'without-a-time']);
    expect(kit.pods.calls.some(({ kind }) => kind === 'remove')).toBe(false);
    expect(kit.pods.find('over')).toBeDefined();
  });

  it('is not taken for one that was written down by its name alone', async () => {
    const kit = debugPodKit();
    const { name } = abandon(kit, { namespace: 'triage' });
    putOurs(kit, name, at(-3 * MINUTE_MS));
    const report = await sweep(kit, { isProcessAlive: () => true });
    expect([names(report.removed), names(report.forgotten)]).toEqual([[], [name]]);
  });

  it('is looked for in the namespaces given where not all may be listed', async () => {
    const kit = debugPodKit();
    putOurs(kit, 'over', at(-3 * MINUTE_MS));
    kit.pods.forbids = (_user, { verb, namespace }) => verb === 'list' && namespace === undefined;
    expect(await sweep(kit)).toEqual({ removed: [], failed: [], living: [], forgotten: [] });
    const { owner, ...deps } = kit.deps;
    const all = { ...deps, session: owner.session, host: 'laptop', isProcessAlive: () => false };
    expect(names((await sweepPods(all, { namespaces: ['elsewhere'] }, never)).forgotten)).toEqual(['over']);
  });
});

describe('pods that other tools left', () => {
  it('are found by name and label, the oldest first; ours and harmless ones are not', async () => {
    const kit = debugPodKit();
    const put = (name: string, createdAt: string, spec: object = { hostPID: true }, labels = {}) =>
      kit.pods.put({ metadata: { name, namespace: 'default', labels }, spec }, { createdAt });
    put('k9s-shell-123', '2026-11-24T02:00:00Z');
    put('node-debugger-node1-x2x4z', '2026-11-24T01:00:00Z');
    put('node-shell-1', '2026-11-24T03:00:00Z', {
      containers: [{ name: 'shell', securityContext: { privileged: true } }],
    });
    put('debug-1', '2026-11-24T04:00:00Z', undefined, { 'app.kubernetes.io/managed-by': 'oc-debug' });
    put('node-debugger-harmless', '2026-11-24T00:00:00Z', {});
    put('web', '2026-11-24T00:00:00Z');
    abandon(kit);
    const found = await findForeignLeftovers(kit.deps.pods, never);
    expect(found.map(({ pod, tool }) => `${pod.name}: ${tool}`)).toEqual([
      'node-debugger-node1-x2x4z: kubectl debug node',
      'k9s-shell-123: k9s',
      'node-shell-1: node-shell',
      'debug-1: oc debug',
    ]);
    expect(kit.pods.calls.some(({ kind }) => kind === 'remove')).toBe(false);
  });

  it('of oc and kubectl-trace are known by label, annotation or name', () => {
    const of = (name: string, labels = {}, annotations = {}): string | undefined =>
      toolOf({ name, labels, annotations });
    expect(of('x', { 'debug.openshift.io/managed-by': 'oc-debug' })).toBe('oc debug');
    expect(of('ip-10-0-79-147ec2internal-debug-8l2bd')).toBe('oc debug');
    expect(of('x', {}, { 'debug.openshift.io/source-resource': '/v1, Resource=nodes/worker-0' })).toBe(
      'oc debug',
    );
    expect(of('x', { 'iovisor.org/kubectl-trace': 'kubectl-trace-1' })).toBe('kubectl-trace');
    expect(of('kubectl-trace-0bc5-abcde')).toBe('kubectl-trace');
    expect(of('debugger-7f9-debug')).toBeUndefined();
    expect(of('x', { 'debug.openshift.io/managed-by': 'another' })).toBeUndefined();
  });

  it('are found by label without reading every pod, each once', async () => {
    const kit = debugPodKit();
    const put = (name: string, labels: Readonly<Record<string, string>>) =>
      kit.pods.put({ metadata: { name, namespace: 'default', labels }, spec: { hostPID: true } });
    put('a', { 'debug.openshift.io/managed-by': 'oc-debug', 'app.kubernetes.io/managed-by': 'oc-debug' });
    put('b', { 'iovisor.org/kubectl-trace': 'x' });
    put('c', { 'app.kubernetes.io/managed-by': 'kubectl-debug' });
    put('ip-10-0-1-1-debug-8l2bd', {});
    const found = await findLabelledLeftovers(kit.deps.pods, {}, never);
    expect(found.map(({ pod, tool }) => `${pod.name}: ${tool}`).sort()).toEqual([
      'a: oc debug',
      'b: kubectl-trace',
      'c: kubectl debug',
    ]);
  });

  it('ours is ours, whatever its name', () => {
    const labels = { 'app.kubernetes.io/managed-by': 'node-triage' };
    expect(toolOf({ name: 'nsenter-x', labels })).toBeUndefined();
    expect(toolOf({ name: 'nsenter-x', labels: {} })).toBe('node-shell');
  });
});

describe('two windows on one cluster', () => {
  const idle = (_pod: unknown, signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new TriageError('cancelled', 'Cancelled.'));
      });
    });

  it('neither removes the other’s living pod, nor does its sweep', async () => {
    const first = debugPodKit();
    const second = debugPodKit({ session: 'session-2', pods: first.pods });
    const cancel = new AbortController();
    const one = first.maker.withPod(request, idle, cancel.signal);
    await second.maker.withPod(request, () => pause(50), never);
    // They share the folder of intents.
    const { owner, ...deps } = second.deps;
    const all = { ...deps, intents: first.intents, session: owner.session, host: 'laptop' };
    await sweepPods({ ...all, isProcessAlive: () => true }, { namespaces: [] }, never);
    expect(names(first.pods.all())).toEqual(names(first.maker.living()));
    cancel.abort();
    await expect(one).rejects.toMatchObject({ code: 'cancelled' });
    await expectNothingLeft(first);
  });

  it('a node that is deleted takes its pod with it: told, and forgotten', async () => {
    const kit = debugPodKit();
    const done = kit.maker.withPod(request, idle, never);
    await pause(50);
    kit.pods.collectNode('node1');
    await expect(done).rejects.toMatchObject({ code: 'pod-ended', facts: { reason: 'deleted' } });
    await expectNothingLeft(kit);
  });
});
