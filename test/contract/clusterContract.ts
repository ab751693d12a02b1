/**
 * What every implementation of src/cluster/clusterPorts.ts does, as tests: run against the fake, against the real one on the
 * replay server, and by the cluster lane against a real API server. A subject says what it can be made to suffer;
 * tests that need a fault it has not got are left out, and said to be.
 */
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { TriageError, TriageErrorCode } from '../../src/base/errors.js';
import type { ClusterConnection, KubeletProfileName } from '../../src/cluster/clusterPorts.js';
import { pause } from '../support/pause.js';
import { answerTests } from './answersContract.js';
import { nodeEventTests } from './nodeEventsContract.js';
import { Watching } from './watching.js';

/** Each puts the cluster, or the way to it, into a state; `undo` is in the next test's interest. */
export interface ClusterFaults {
  /** Changes something of the node that a watch must report. */
  readonly cordon?: (node: string, isCordoned: boolean) => Promise<void>;
  readonly addNode?: (name: string) => Promise<void>;
  readonly removeNode?: (name: string) => Promise<void>;
  /** Cuts every open connection; new ones work. */
  readonly cutConnections?: () => Promise<void>;
  /** The next profile's body comes slowly: seconds in all. */
  readonly slowBody?: () => Promise<void>;
  /** The credentials held by the connection are refused from now on; the kubeconfig has good ones. */
  readonly rotateCredentials?: () => Promise<void>;
  /** Every request is answered 401 until the result is called. */
  readonly refuseCredentials?: () => Promise<() => Promise<void>>;
  /** The node's kubelet does not answer until the result is called; the code is what requests then reject with. */
  readonly stopKubelet?: (
    node: string,
  ) => Promise<{ readonly code: TriageErrorCode; readonly undo: () => Promise<void> }>;
}

export interface ClusterSubject {
  /** A user who may do everything. */
  readonly connection: ClusterConnection;
  /** A user of the same cluster who may list nodes and not reach kubelets. */
  readonly limited: ClusterConnection;
  /** A second connection of the first user's, to be disposed by a test. */
  readonly disposable: () => Promise<ClusterConnection>;
  /** A ready node with a well kubelet that no other client profiles. */
  readonly node: string;
  /** A whole number, as short as the subject allows. */
  readonly profileSeconds: number;
  readonly faults: ClusterFaults;
  readonly close: () => Promise<void>;
}

export function clusterContract(name: string, makeSubject: () => Promise<ClusterSubject>): void {
  describe(`cluster contract: ${name}`, () => {
    const held: { subject?: ClusterSubject } = {};
    const subject = (): ClusterSubject => held.subject!;
    beforeAll(async () => {
      held.subject = await makeSubject();
    });
    afterAll(async () => {
      await held.subject?.close();
    });
    describe('nodes', () => nodeTests(subject));
    describe('profiles', () => profileTests(subject));
    describe('metrics', () => metricsTests(subject));
    describe('answers', () => answerTests(subject));
    describe('Events about a node', () => nodeEventTests(subject));
    describe('identity', () => identityTests(subject));
    describe('faults', () => faultTests(subject));
  });
}

type Subject = () => ClusterSubject;

const never = new AbortController().signal;

/** The fault, or the test is skipped where the subject has not got it. */
function need<K extends keyof ClusterFaults>(
  subject: Subject,
  fault: K,
  test: TestContext,
): NonNullable<ClusterFaults[K]> {
  const found = subject().faults[fault];
  if (found === undefined) test.skip(`this subject cannot do: ${fault}`);
  return found;
}

async function failure(promise: Promise<unknown>): Promise<TriageError> {
  return promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error as TriageError,
  );
}

const cpu = (subject: Subject, signal = never, from = subject().connection): Promise<Uint8Array> =>
  from.profiler.fetchProfile(subject().node, { profile: 'cpu', seconds: subject().profileSeconds }, signal);

function nodeTests(subject: Subject): void {
  it('lists the nodes with what the tree shows', async () => {
    const nodes = await subject().connection.nodes.list(never);
    const node = nodes.find(one => one.name === subject().node);
    expect(node).toMatchObject({ readiness: 'ready', readinessReason: undefined, isCordoned: false });
    expect(node!.kubeletVersion).toMatch(/^v1\.\d+\.\d+/);
    expect(node!.kernelVersion).toMatch(/^\d+\.\d+/);
    expect(node!.cpuCores).toBeGreaterThan(0);
    expect(node!.uid).not.toBe('');
  });

  it('lists for a user who may not reach kubelets', async () => {
    expect((await subject().limited.nodes.list(never)).map(node => node.name)).toContain(subject().node);
  });

  it('refuses a list that was cancelled before it began', async () => {
    expect(await failure(subject().connection.nodes.list(AbortSignal.abort()))).toMatchObject({
      code: 'cancelled',
    });
  });

  it('watches: everything first, then what changes', async test => {
    const cordon = need(subject, 'cordon', test);
    const watching = new Watching(subject().connection);
    try {
      const first = await watching.until('the first list', () => true);
      expect(first.kind).toBe('synced');
      expect(first.kind === 'synced' && first.nodes.map(node => node.name)).toContain(subject().node);
      for (const isCordoned of [true, false]) {
        await cordon(subject().node, isCordoned);
        await watching.until(
          `the node is ${isCordoned ? 'cordoned' : 'open again'}`,
          event =>
            event.kind === 'changed' &&
            event.node.name === subject().node &&
            event.node.isCordoned === isCordoned,
        );
      }
    } finally {
      watching.watch.close();
    }
  });

  it('tells of nodes that come and go', async test => {
    const [addNode, removeNode] = [need(subject, 'addNode', test), need(subject, 'removeNode', test)];
    const watching = new Watching(subject().connection);
    try {
      await watching.until('the first list', event => event.kind === 'synced');
      await addNode('contract-node');
      await watching.until(
        'it came',
        event => event.kind === 'changed' && event.node.name === 'contract-node',
      );
      await removeNode('contract-node');
      await watching.until('it went', event => event.kind === 'removed' && event.name === 'contract-node');
    } finally {
      watching.watch.close();
    }
  });

  it('says nothing after close', async test => {
    const cordon = need(subject, 'cordon', test);
    const [closed, open] = [new Watching(subject().connection), new Watching(subject().connection)];
    try {
      await closed.until('the first list', event => event.kind === 'synced');
      await open.until('the first list', event => event.kind === 'synced');
      closed.watch.close();
      const before = closed.events.length;
      await cordon(subject().node, true);
      await cordon(subject().node, false);
      await open.until('the other watch has it', event => event.kind === 'changed' && !event.node.isCordoned);
      expect(closed.events.length).toBe(before);
    } finally {
      open.watch.close();
    }
  });
}

function profileTests(subject: Subject): void {
  it('brings a CPU profile of the window asked for', async () => {
    const seen: number[] = [];
    const { connection, node, profileSeconds: seconds } = subject();
    const bytes = await connection.profiler.fetchProfile(node, { profile: 'cpu', seconds }, never, n =>
      seen.push(n),
    );
    const profile = Profile.decode(gunzipSync(bytes));
    const types = profile.sampleType.map(type => profile.stringTable.strings[Number(type.type)]);
    expect(types).toEqual(['samples', 'cpu']);
    expect(profile.location.length > 0 || profile.sample.length === 0).toBe(true);
    expect(seen.at(-1)).toBe(bytes.length);
  });

  it.each<KubeletProfileName>(['heap', 'allocs', 'goroutine', 'block', 'mutex', 'threadcreate'])(
    'brings the %s profile',
    async profile => {
      const bytes = await subject().connection.profiler.fetchProfile(
        subject().node,
        { profile, seconds: 0 },
        never,
      );
      expect(Profile.decode(gunzipSync(bytes)).sampleType.length).toBeGreaterThan(0);
    },
  );

  it('brings an execution trace', async () => {
    const request = { profile: 'trace', seconds: 1 } as const;
    const bytes = await subject().connection.profiler.fetchProfile(subject().node, request, never);
    expect(new TextDecoder().decode(bytes.subarray(0, 5))).toBe('go 1.');
  });

  it('says which right is missing, and where', async () => {
    const error = await failure(cpu(subject, never, subject().limited));
    expect(error).toMatchObject({
      code: 'forbidden',
      node: subject().node,
      facts: {
        verb: 'get',
        resource: 'nodes/proxy',
        answeredBy: 'api-server',
        context: subject().limited.context.name,
      },
    });
    expect(error.facts).not.toHaveProperty('user');
  });

  it('says that there is no such node', async () => {
    const { profiler } = subject().connection;
    const error = await failure(
      profiler.fetchProfile('no-such-node', { profile: 'heap', seconds: 0 }, never),
    );
    expect(error).toMatchObject({ code: 'node-not-found', node: 'no-such-node' });
  });

  it('says that another client is profiling, and leaves them alone', async () => {
    const first = cpu(subject);
    await pause(subject().profileSeconds >= 1 ? 300 : 20);
    expect(await failure(cpu(subject))).toMatchObject({ code: 'profiler-busy', node: subject().node });
    expect((await first).length).toBeGreaterThan(0);
  });

  it('frees the profiler at once when cancelled', async () => {
    const abort = new AbortController();
    const { connection, node } = subject();
    const long = connection.profiler.fetchProfile(node, { profile: 'cpu', seconds: 60 }, abort.signal);
    const ended = failure(long);
    await pause(300);
    abort.abort();
    expect(await ended).toMatchObject({ code: 'cancelled' });
    // The kubelet learns of it through the API server: a moment later, not a minute.
    await pause(500);
    expect((await cpu(subject)).length).toBeGreaterThan(0);
  });

  it('does not begin where the signal is aborted already', async () => {
    expect(await failure(cpu(subject, AbortSignal.abort()))).toMatchObject({ code: 'cancelled' });
  });
}

function metricsTests(subject: Subject): void {
  it('reads the CPU of the kubelet process, which only grows', async () => {
    const { connection, node } = subject();
    const first = await connection.metrics.readProcess(node, never);
    const second = await connection.metrics.readProcess(node, never);
    expect(first.cpuSeconds).toBeGreaterThan(0);
    expect(second.cpuSeconds).toBeGreaterThanOrEqual(first.cpuSeconds);
    expect(second.startTimeSeconds).toBe(first.startTimeSeconds);
    expect(second.atMs).toBeGreaterThan(first.atMs);
    expect(first.goVersion).toMatch(/^go1\.\d+/);
  });

  it('says who may not', async () => {
    const { limited, node } = subject();
    expect(await failure(limited.metrics.readProcess(node, never))).toMatchObject({
      code: 'forbidden',
      node,
    });
  });
}

function identityTests(subject: Subject): void {
  it('says by which name the API server knows us', async () => {
    const { connection, limited } = subject();
    expect(await limited.whoAmI(never)).toBe('limited');
    expect(await connection.whoAmI(never)).not.toBe('limited');
  });

  it('is not asked where the signal is aborted already', async () => {
    expect(await failure(subject().limited.whoAmI(AbortSignal.abort()))).toMatchObject({ code: 'cancelled' });
  });
}

function faultTests(subject: Subject): void {
  it('tells of a cut connection, and works again', async test => {
    const cutConnections = need(subject, 'cutConnections', test);
    const { connection, node } = subject();
    const ended = failure(connection.profiler.fetchProfile(node, { profile: 'cpu', seconds: 60 }, never));
    await pause(400);
    await cutConnections();
    expect(await ended).toMatchObject({ code: 'connection-lost', node });
    await pause(100);
    expect((await cpu(subject)).length).toBeGreaterThan(0);
  });

  it('cancels in the middle of a body', async test => {
    const slowBody = need(subject, 'slowBody', test);
    await slowBody();
    const abort = new AbortController();
    const { connection, node } = subject();
    const request = { profile: 'heap', seconds: 0 } as const;
    const stop = (): void => {
      abort.abort();
    };
    const error = await failure(connection.profiler.fetchProfile(node, request, abort.signal, stop));
    expect(error).toMatchObject({ code: 'cancelled' });
  });

  it('renews refused credentials by itself', async test => {
    const rotateCredentials = need(subject, 'rotateCredentials', test);
    await rotateCredentials();
    const { connection } = subject();
    const lists = await Promise.all([connection.nodes.list(never), connection.nodes.list(never)]);
    expect(lists.map(nodes => nodes.length > 0)).toEqual([true, true]);
  });

  it('says so where renewed credentials are refused as well', async test => {
    const refuseCredentials = need(subject, 'refuseCredentials', test);
    const undo = await refuseCredentials();
    expect(await failure(subject().connection.nodes.list(never))).toMatchObject({ code: 'unauthorized' });
    await undo();
    expect((await subject().connection.nodes.list(never)).length).toBeGreaterThan(0);
  });

  it('names the state of a kubelet that does not answer', async test => {
    const stopKubelet = need(subject, 'stopKubelet', test);
    const { code, undo } = await stopKubelet(subject().node);
    try {
      expect(await failure(cpu(subject))).toMatchObject({ code, node: subject().node });
    } finally {
      await undo();
    }
  });

  it('interrupts a watch visibly, and brings it back by itself', async test => {
    const cutConnections = need(subject, 'cutConnections', test);
    const watching = new Watching(subject().connection);
    try {
      await watching.until('the first list', event => event.kind === 'synced');
      await pause(200); // until the watch itself is open
      await cutConnections();
      const down = await watching.until('the interruption', event => event.kind === 'disconnected');
      expect(down.kind === 'disconnected' && down.error.code).toBe('connection-lost');
      expect(down.kind === 'disconnected' && down.retryInMs).toBeGreaterThan(0);
      await watching.until('it is back', event => event.kind === 'synced', watching.events.indexOf(down));
    } finally {
      watching.watch.close();
    }
  });

  it('waits for a person where credentials are refused, and tries when told to', async test => {
    const refuseCredentials = need(subject, 'refuseCredentials', test);
    const undo = await refuseCredentials();
    const watching = new Watching(subject().connection);
    try {
      const down = await watching.until('the refusal', event => event.kind === 'disconnected');
      expect(down).toMatchObject({ error: { code: 'unauthorized' }, retryInMs: undefined });
      await undo();
      watching.watch.retryNow();
      await watching.until('it is back', event => event.kind === 'synced');
    } finally {
      watching.watch.close();
    }
  });

  it('ends everything when disposed', async () => {
    const connection = await subject().disposable();
    const watching = new Watching(connection);
    await watching.until('the first list', event => event.kind === 'synced');
    const running = failure(
      connection.profiler.fetchProfile(subject().node, { profile: 'cpu', seconds: 60 }, never),
    );
    await pause(200);
    connection.dispose();
    const before = watching.events.length;
    expect(await running).toMatchObject({ code: 'cancelled' });
    expect(await failure(connection.nodes.list(never))).toMatchObject({ code: 'cancelled' });
    expect(watching.events.length).toBe(before);
    await pause(300);
    expect((await cpu(subject)).length).toBeGreaterThan(0);
  });
}
