import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClusterChange } from '../../../src/nodes/clusterChange.js';
import { ClusterRegistry } from '../../../src/nodes/clusterRegistry.js';
import { FakeCluster, fakeNode } from '../../support/fakeCluster.js';
import { FakeClusterAccess, type FakeContext } from '../../support/fakeClusterAccess.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const noBytes = (): Uint8Array => new Uint8Array();
const cluster = (...names: string[]): FakeCluster =>
  new FakeCluster({ nodes: names.map(name => fakeNode(name)), profile: noBytes });

class Desk {
  readonly changes: ClusterChange[] = [];
  readonly access: FakeClusterAccess;
  accessLoads = 0;
  readonly registry: ClusterRegistry;

  constructor(contexts: Readonly<Record<string, FakeContext>>) {
    this.access = new FakeClusterAccess(contexts);
    this.registry = new ClusterRegistry({
      access: () => {
        this.accessLoads++;
        return Promise.resolve(this.access);
      },
      location: () => ({ setting: undefined, environment: {}, homeDirectory: '/home/user' }),
      log: () => ({ debug: () => undefined, warn: () => undefined }),
      consent: { answerTo: () => 'unanswered' },
      cpuOptions: () => ({ enabled: true, intervalSeconds: 30, parallelRequests: 4 }),
      explain: error => (error instanceof Error ? error.message : String(error)),
      changed: change => this.changes.push(change),
      random: () => 0.5,
    });
  }
  names(context: string): string[] {
    return this.registry.nodesOf(context).map(node => node.name);
  }
  state(context: string): string {
    return this.registry.contextState(context).kind;
  }
}

/** Enough for the fakes' answers and one coalesced change. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(300);

describe('ClusterRegistry', () => {
  it('loads nothing before it is asked', async () => {
    const desk = new Desk({ prod: { cluster: cluster('a') } });
    await settle();
    expect(desk.accessLoads).toBe(0);
    expect(desk.registry.kubeconfig.kind).toBe('loading');
    await desk.registry.load();
    expect(desk.registry.kubeconfig).toMatchObject({ kind: 'ready', contexts: [{ name: 'prod' }] });
    expect(desk.access.connected).toEqual([]);
  });

  it('tells no kubeconfig from an unusable one', async () => {
    const desk = new Desk({});
    await desk.registry.load();
    expect(desk.registry.kubeconfig.kind).toBe('none');
    desk.access.problems = [{ file: '/home/user/.kube/config', reason: 'not YAML' }];
    await desk.registry.reload();
    expect(desk.registry.kubeconfig.kind).toBe('invalid');
  });

  it('lists nodes in natural order and follows the watch', async () => {
    const prod = cluster('node10', 'node2');
    const desk = new Desk({ prod: { cluster: prod } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    expect(desk.names('prod')).toEqual(['node2', 'node10']);
    prod.putNode(fakeNode('node3'));
    prod.putNode(fakeNode('node2', { readiness: 'not-ready' }));
    prod.removeNode('node10');
    await settle();
    expect(desk.names('prod')).toEqual(['node2', 'node3']);
    expect(desk.registry.node('prod', 'node2')?.readiness).toBe('not-ready');
    expect(desk.registry.nodes().map(ref => `${ref.context}/${ref.node.name}`)).toEqual([
      'prod/node2',
      'prod/node3',
    ]);
  });

  it('tells of a thousand events once, and of an update without news never', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `n${i}`);
    const prod = cluster(...names);
    const desk = new Desk({ prod: { cluster: prod } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    desk.changes.length = 0;
    for (const name of names) prod.putNode(fakeNode(name, { isCordoned: true }));
    await settle();
    expect(desk.changes.map(change => change.nodes.get('prod')?.size)).toEqual([1000]);
    for (const name of names) prod.putNode(fakeNode(name, { isCordoned: true }));
    await settle();
    expect(desk.changes).toHaveLength(1);
  });

  it('keeps the rows while a connection is lost, and says so', async () => {
    const prod = cluster('a');
    const desk = new Desk({ prod: { cluster: prod } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    prod.refusal = 'unreachable';
    prod.cutConnections();
    await settle();
    expect(desk.state('prod')).toBe('interrupted');
    expect(desk.names('prod')).toEqual(['a']);
    prod.refusal = undefined;
    await settle();
    expect(desk.state('prod')).toBe('connected');
  });

  it('shows why a context cannot be listed, and tries again when told', async () => {
    const prod = cluster('a');
    const desk = new Desk({ prod: { cluster: prod, user: 'unprivileged' } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    expect(desk.registry.contextState('prod')).toMatchObject({
      kind: 'failed',
      error: { code: 'forbidden', facts: { verb: 'list', resource: 'nodes', context: 'fake-unprivileged' } },
      retryAtMs: undefined,
    });
    desk.registry.retry('prod');
    expect(desk.state('prod')).toBe('connecting');
    await settle();
    expect(desk.state('prod')).toBe('failed');
  });

  it('connects several contexts at once, each on its own', async () => {
    const desk = new Desk({ prod: { cluster: cluster('a') }, test: { cluster: cluster('b') } });
    await desk.registry.load();
    desk.registry.connect('prod');
    desk.registry.connect('test');
    await settle();
    expect([desk.names('prod'), desk.names('test')]).toEqual([['a'], ['b']]);
    desk.registry.disconnect('prod');
    expect([desk.state('prod'), desk.names('prod')]).toEqual(['disconnected', []]);
    expect(desk.names('test')).toEqual(['b']);
  });

  it('gives one connection to all who ask', async () => {
    const desk = new Desk({ prod: { cluster: cluster('a') } });
    const [one, two] = await Promise.all([
      desk.registry.connection('prod'),
      desk.registry.connection('prod'),
    ]);
    expect(one).toBe(two);
    expect(desk.access.connected).toEqual(['prod']);
    await expect(desk.registry.connection('nosuch')).rejects.toMatchObject({
      code: 'context-missing',
      facts: { context: 'nosuch' },
    });
  });

  it('keeps connections of contexts that a changed kubeconfig leaves alone', async () => {
    const prod = cluster('a');
    const desk = new Desk({ prod: { cluster: prod }, test: { cluster: cluster('b') } });
    await desk.registry.load();
    desk.registry.connect('prod');
    desk.registry.connect('test');
    await settle();
    desk.access.contexts = { prod: { cluster: prod }, test: { cluster: cluster('c'), user: 'limited' } };
    await desk.registry.reload();
    await settle();
    // prod was connected once; test is another user's now and was connected again.
    expect(desk.access.connected).toEqual(['prod', 'test', 'test']);
    expect([desk.names('prod'), desk.names('test')]).toEqual([['a'], ['c']]);
    desk.access.contexts = { test: { cluster: cluster('c'), user: 'limited' } };
    await desk.registry.reload();
    expect(desk.names('prod')).toEqual([]);
    expect(desk.registry.kubeconfig.contexts.map(context => context.name)).toEqual(['test']);
  });

  it('lists with the credentials of a changed kubeconfig, on the connection that captures run on', async () => {
    const prod = cluster('a');
    const desk = new Desk({ prod: { cluster: prod } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    const connection = await desk.registry.connection('prod');
    prod.renewals.length = 0;
    await desk.registry.reload();
    expect(prod.renewals).toEqual(['if-changed']);
    expect([desk.state('prod'), desk.names('prod')]).toEqual(['connected', ['a']]);
    expect(await desk.registry.connection('prod')).toBe(connection);
  });

  it('renews credentials for a person who asks, and only failing ones for a command', async () => {
    const prod = cluster('a');
    prod.refusal = 'unauthorized';
    const desk = new Desk({ prod: { cluster: prod } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    expect([desk.state('prod'), prod.renewals]).toEqual(['failed', []]);
    desk.registry.retry('prod');
    expect([desk.state('prod'), prod.renewals]).toEqual(['connecting', ['now']]);
    await settle();
    await desk.registry.connection('prod');
    await desk.registry.refresh();
    expect(prod.renewals).toEqual(['now', 'if-failing', 'if-changed', 'now']);
  });

  it('renews nothing for the CPU it measures by itself', async () => {
    const prod = cluster('a');
    const desk = new Desk({ prod: { cluster: prod } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    desk.registry.showCpu(true, context => desk.registry.nodesOf(context));
    await vi.advanceTimersByTimeAsync(6000);
    expect(desk.registry.kubeletCpu('prod', 'a')?.kind).toBe('measured');
    expect(prod.renewals).toEqual([]);
  });

  it('asks a context that does not work anew when the kubeconfig changes', async () => {
    const prod = cluster('a');
    prod.refusal = 'unauthorized';
    const desk = new Desk({ prod: { cluster: prod } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    expect(desk.state('prod')).toBe('failed');
    prod.refusal = undefined;
    await desk.registry.reload();
    await settle();
    expect(desk.state('prod')).toBe('connected');
    expect([desk.access.connected, prod.renewals]).toEqual([['prod'], ['if-changed']]);
  });

  it('measures CPU of nodes on show, while they are on show', async () => {
    const prod = cluster('a', 'b');
    prod.cores = 0.75;
    const desk = new Desk({ prod: { cluster: prod } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    desk.registry.showCpu(true, context => desk.registry.nodesOf(context).slice(0, 1));
    await vi.advanceTimersByTimeAsync(6000);
    expect(desk.registry.kubeletCpu('prod', 'a')).toMatchObject({
      kind: 'measured',
      cores: expect.closeTo(0.75) as number,
    });
    expect(desk.registry.kubeletCpu('prod', 'b')).toBeUndefined();
  });

  it('keeps nothing of a node that is gone, and the number of one that is merely not on show', async () => {
    const prod = cluster('a', 'b');
    prod.cores = 0.75;
    const desk = new Desk({ prod: { cluster: prod } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    desk.registry.showCpu(true, context => desk.registry.nodesOf(context));
    await vi.advanceTimersByTimeAsync(6000);
    desk.registry.showCpu(true, () => []);
    prod.removeNode('a');
    await settle();
    expect(desk.registry.kubeletCpu('prod', 'a')).toBeUndefined();
    expect(desk.registry.kubeletCpu('prod', 'b')).toMatchObject({ kind: 'measured' });
  });

  it('has a reason instead of CPU where it may not ask', async () => {
    const desk = new Desk({ prod: { cluster: cluster('a'), user: 'limited' } });
    await desk.registry.load();
    desk.registry.connect('prod');
    await settle();
    desk.registry.showCpu(true, context => desk.registry.nodesOf(context));
    await settle();
    expect(desk.registry.kubeletCpu('prod', 'a')).toEqual({
      kind: 'unavailable',
      reason: 'you may not get nodes/proxy',
    });
    expect(desk.state('prod')).toBe('connected');
  });

  it('leaves no timer and tells nothing after its end', async () => {
    const prod = cluster('a');
    const desk = new Desk({ prod: { cluster: prod } });
    await desk.registry.load();
    desk.registry.connect('prod');
    desk.registry.showCpu(true, context => desk.registry.nodesOf(context));
    await settle();
    desk.registry.dispose();
    const told = desk.changes.length;
    prod.putNode(fakeNode('late'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(desk.changes.length).toBe(told);
    expect(vi.getTimerCount()).toBe(0);
  });
});
