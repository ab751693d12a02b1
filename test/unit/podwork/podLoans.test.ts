import { describe, expect, it } from 'vitest';
import type { PodIntent } from '../../../src/debugpod/debugPodPorts.js';
import { MANAGED_BY, MANAGED_BY_LABEL } from '../../../src/debugpod/podSpec.js';
import { PodFinder } from '../../../src/podwork/podFinder.js';
import { PodLoans } from '../../../src/podwork/podLoans.js';
import { debugPodKit, MemoryIntents, request } from '../../support/debugPodKit.js';
import { fakeNode, FakeCluster } from '../../support/fakeCluster.js';

const never = new AbortController().signal;

function setUp(options: { isConnected: boolean; isProcessAlive?: boolean }) {
  const cluster = new FakeCluster({ nodes: [fakeNode('node1')], profile: () => new Uint8Array() });
  debugPodKit({ pods: cluster.pods });
  const views = cluster.connect();
  const own: { isDisposed: boolean }[] = [];
  const shown: string[] = [];
  const intents = new MemoryIntents();
  const loans = new PodLoans({
    connect: () => {
      const connection = cluster.connect();
      const made = { isDisposed: false };
      own.push(made);
      const dispose = () => {
        made.isDisposed = true;
        connection.dispose();
      };
      return Promise.resolve({ ...connection, dispose });
    },
    shared: () => (options.isConnected ? Promise.resolve(views) : undefined),
    intents,
    audit: () => undefined,
    clock: debugPodKit().clock,
    owner: { session: 'this-window', host: 'laptop', pid: 4711 },
    live: {
      add: pod => {
        shown.push(pod.name);
        return () => void shown.splice(shown.indexOf(pod.name), 1);
      },
    },
    randomSuffix: () => 'abc123',
    isProcessAlive: () => options.isProcessAlive ?? true,
  });
  const found: [string, number][] = [];
  const finder = new PodFinder({
    loans,
    contexts: () => ['prod'],
    namespace: () => 'triage',
    explain: String,
    log: () => undefined,
    found: (context, count) => found.push([context, count]),
  });
  return { cluster, loans, finder, intents, own, shown, views, found };
}

describe('a loan', () => {
  it('has a connection of its own, which goes when its pod is gone', async () => {
    const { cluster, loans, own, shown, views } = setUp({ isConnected: true });
    const seen = await loans.lend('prod', ({ maker }) =>
      maker.withPod(
        request,
        () => {
          // The context is closed meanwhile.
          views.dispose();
          return Promise.resolve([...shown]);
        },
        never,
      ),
    );
    expect(seen).toEqual(['node-triage-node1-abc123']);
    await expect.poll(() => own).toEqual([{ isDisposed: true }]);
    expect(cluster.pods.all()).toEqual([]);
    expect(shown).toEqual([]);
  });

  it('ends with the window: close waits until the pod is gone', async () => {
    const { cluster, loans } = setUp({ isConnected: true });
    let hasBegun: () => void = () => undefined;
    const begun = new Promise<void>(resolve => (hasBegun = resolve));
    const work = loans.lend('prod', ({ maker }) =>
      maker.withPod(
        request,
        (_pod, signal) => {
          hasBegun();
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reject(new Error('the window closes'));
            });
          });
        },
        loans.closed,
      ),
    );
    await begun;
    expect(cluster.pods.all()).toHaveLength(1);
    await Promise.all([loans.close(), expect(work).rejects.toThrow()]);
    expect(cluster.pods.all()).toEqual([]);
  });
});

describe('a look', () => {
  it('goes over the connection that the views have, and makes none', async () => {
    const { finder, own, found } = setUp({ isConnected: true });
    await finder.lookAround('prod');
    expect(own).toEqual([]);
    expect(found).toEqual([['prod', 0]]);
  });

  it('at a context that is not open makes connections and lets go of them', async () => {
    const { finder, own } = setUp({ isConnected: false });
    await finder.lookAround('prod');
    expect(own.length).toBeGreaterThan(0);
    expect(own.every(({ isDisposed }) => isDisposed)).toBe(true);
  });

  it('is one at a time', async () => {
    const { cluster, finder } = setUp({ isConnected: true });
    await Promise.all([finder.lookAround('prod'), finder.lookAround('prod')]);
    const once = cluster.pods.calls.length;
    await finder.lookAround('prod');
    expect(cluster.pods.calls.length).toBe(2 * once);
  });

  it('asks about a pod that only bears our label: counted and listed, not removed', async () => {
    const { cluster, finder, found } = setUp({ isConnected: true, isProcessAlive: false });
    const { name } = cluster.pods.put({
      metadata: {
        name: 'another-users',
        namespace: 'shop',
        labels: { [MANAGED_BY_LABEL]: MANAGED_BY, 'node-triage/session': 'another-machine' },
        annotations: { 'node-triage/expires-at': '2020-01-01T00:00:00Z' },
      },
      spec: { nodeName: 'node1', containers: [{ name: 'web', image: 'shop' }] },
    });
    await finder.lookAround('prod');
    expect(found).toEqual([['prod', 1]]);
    const { pods } = await finder.find('prod', never);
    expect(pods).toMatchObject([{ name, inUse: false, isForgotten: true, tool: undefined }]);
    expect(cluster.pods.calls.some(({ kind }) => kind === 'remove')).toBe(false);
  });

  it('removes the pod of a window that is dead, and counts what other tools left', async () => {
    const { cluster, finder, intents, found, views } = setUp({ isConnected: true, isProcessAlive: false });
    const orphan = cluster.pods.put({
      metadata: {
        name: 'node-triage-orphan',
        namespace: 'triage',
        labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
      },
      spec: { nodeName: 'node1', hostPID: true, containers: [{ name: 'tools', image: 'busybox' }] },
    });
    cluster.pods.put({
      metadata: {
        name: 'node-debugger-1',
        namespace: 'default',
        labels: { [MANAGED_BY_LABEL]: 'kubectl-debug' },
      },
      spec: { nodeName: 'node1', hostPID: true, containers: [{ name: 'debugger', image: 'busybox' }] },
    });
    const intent: PodIntent = {
      context: 'prod',
      server: views.context.server,
      namespace: 'triage',
      name: orphan.name,
      uid: orphan.uid,
      node: 'node1',
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
      owner: { session: 'dead-window', host: 'laptop', pid: 1, aliveAt: new Date().toISOString() },
    };
    await intents.write(intent);

    await finder.lookAround('prod');

    expect(cluster.pods.find(orphan.name)).toBeUndefined();
    expect(await intents.list()).toEqual([]);
    expect(found).toEqual([['prod', 1]]);
    expect(cluster.pods.find('node-debugger-1')).toBeDefined();
  });

  it('reads nothing from etcd unless a person asks or something was removed', async () => {
    const { cluster, finder } = setUp({ isConnected: true });
    const lists = () =>
      cluster.pods.calls.splice(0).flatMap(({ selection }) => (selection === undefined ? [] : [selection]));
    await finder.lookAround('prod');
    const cheap = lists();
    expect(cheap.length).toBeGreaterThan(1);
    expect(cheap.filter(({ mayBeCached }) => mayBeCached !== true)).toEqual([]);
    finder.refresh();
    await finder.lookAround('prod');
    expect(lists().filter(({ mayBeCached }) => mayBeCached === true)).toEqual([]);
    await finder.find('prod', never);
    expect(lists().filter(({ mayBeCached }) => mayBeCached === true)).toEqual([]);
  });

  it('asked for by a person lists both kinds', async () => {
    const { cluster, finder } = setUp({ isConnected: true });
    cluster.pods.put({
      metadata: { name: 'k9s-shell-1', namespace: 'default' },
      spec: { nodeName: 'node1', hostPID: true, containers: [{ name: 'shell', image: 'busybox' }] },
    });
    const { pods, contexts } = await finder.find(undefined, never);
    expect(contexts).toEqual(['prod']);
    expect(pods).toMatchObject([{ name: 'k9s-shell-1', tool: 'k9s', inUse: false }]);
  });
});
