/**
 * Every answer of an API server or kubelet that src/cluster reads, mutated: each ends in a result or in a TriageError, and
 * leaves every prototype as it is. fast-check prints seed and path of what fails.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { isTriageError, TriageError } from '../../../src/base/errors.js';
import { askAccess } from '../../../src/cluster/http/accessReview.js';
import type { ApiDoor } from '../../../src/cluster/http/apiDoor.js';
import { apiError } from '../../../src/cluster/http/apiErrors.js';
import { ExecFrames } from '../../../src/cluster/pods/execFrames.js';
import { ProxyKubeletMetrics } from '../../../src/cluster/nodes/kubeletMetrics.js';
import { ProxyKubeletProfiler } from '../../../src/cluster/nodes/kubeletProfile.js';
import { listNodes } from '../../../src/cluster/nodes/nodeList.js';
import { NodeWatcher, WATCH_TIMING } from '../../../src/cluster/nodes/nodeWatch.js';
import { askIdentity } from '../../../src/cluster/http/ownIdentity.js';
import { ApiPodRunner } from '../../../src/cluster/pods/pods.js';
import type { NodeWatchEvent } from '../../../src/cluster/clusterPorts.js';
import { judgeNode } from '../../../src/debugpod/nodeFitness.js';
import { judgeStart } from '../../../src/debugpod/rejection.js';
import { readFixture } from '../../support/fixtures.js';
import { mutantsOf } from '../../support/hostileJson.js';
import { fakeNode } from '../../support/fakeCluster.js';

const never = new AbortController().signal;
const quiet = { debug: () => undefined, warn: () => undefined };
const RUNS = { numRuns: 200, interruptAfterTimeLimit: 4000, markInterruptAsFailure: false };

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const recorded = (file: string): unknown => JSON.parse(new TextDecoder().decode(readFixture(file)));

const NODE = recorded('kubelet/api/node1-ready.json');
const METADATA = { resourceVersion: '7' };
const LIST = { kind: 'NodeList', metadata: METADATA, items: [NODE, NODE] };
const POD = {
  kind: 'Pod',
  metadata: {
    name: 'p',
    namespace: 'n',
    uid: 'u',
    labels: { 'app.kubernetes.io/managed-by': 'node-triage' },
    annotations: { a: 'b' },
    creationTimestamp: '2026-11-23T08:30:57Z',
  },
  spec: {
    nodeName: 'node1',
    hostPID: true,
    containers: [{ name: 'c', image: 'i', securityContext: { privileged: true } }],
  },
  status: {
    phase: 'Running',
    reason: 'Evicted',
    message: 'm',
    containerStatuses: [{ name: 'c', state: { waiting: { reason: 'ErrImagePull', message: 'm' } } }],
  },
};
const EXEC_STATUS = {
  metadata: {},
  status: 'Failure',
  message: 'command terminated with non-zero exit code',
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: '3' }] },
};
const REFUSAL = {
  kind: 'Status',
  status: 'Failure',
  message: 'no',
  reason: 'Forbidden',
  details: { kind: 'nodes' },
};

/** The door with one answer for every request, given in pieces. */
function doorOf(body: Uint8Array): ApiDoor {
  const half = Math.floor(body.length / 2);
  const answer = {
    status: 200,
    headers: { warning: '299 - "mind \\"this\\""' },
    body: (async function* () {
      await Promise.resolve();
      yield body.subarray(0, half);
      yield body.subarray(half);
    })(),
  };
  const door: Pick<ApiDoor, 'context' | 'log' | 'open' | 'read' | 'exchange'> = {
    context: 'c',
    log: quiet,
    open: () => Promise.resolve(answer),
    read: () => Promise.resolve(body),
    exchange: () => Promise.resolve({ headers: answer.headers, body }),
  };
  return door as ApiDoor;
}

async function settle(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    if (!isTriageError(error) || error.code === 'internal') throw error;
    return error;
  }
}

function property(from: unknown, use: (door: ApiDoor, value: unknown) => Promise<unknown>): Promise<void> {
  return fc.assert(
    fc.asyncProperty(mutantsOf(from), async value => {
      await settle(use(doorOf(json(value)), value));
    }),
    RUNS,
  );
}

afterEach(() => {
  expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined();
  expect(Object.prototype.hasOwnProperty.call({ a: 1 }, 'a')).toBe(true);
});

describe('mutated answers', () => {
  it('of a list of nodes', () =>
    property(LIST, async door => {
      let pages = 0;
      const first = door.read.bind(door);
      // A mutant's page token would be answered by the same page without an end.
      door.read = (...request) =>
        pages++ === 0 ? first(...request) : Promise.resolve(json({ ...LIST, items: [] }));
      const { nodes } = await listNodes(door, never);
      for (const { name } of nodes) expect(encodeURIComponent(name)).not.toBe('');
    }));

  it('of the details of a node', () =>
    property(NODE, async door => {
      const details = await new ApiPodRunner(door).nodeDetails('node1', never);
      try {
        judgeNode(fakeNode('node1'), details, 3);
      } catch (error) {
        expect(error).toBeInstanceOf(TriageError);
      }
    }));

  it('of a pod that is read, made, tried and removed', () =>
    property(POD, async door => {
      const runner = new ApiPodRunner(door);
      const manifest = { metadata: { name: 'p', namespace: 'n' } };
      const pod = await settle(runner.read({ name: 'p', namespace: 'n' }, never));
      if (pod !== undefined && !isTriageError(pod)) judgeStart(pod as Parameters<typeof judgeStart>[0]);
      await settle(runner.create(manifest, never));
      await settle(runner.dryRun(manifest, never));
      await settle(runner.remove({ name: 'p', namespace: 'n', uid: 'u' }, 1, never));
    }));

  it('of a list of pods', () =>
    property({ kind: 'PodList', metadata: METADATA, items: [POD, POD] }, async (door, value) => {
      let pages = 0;
      door.read = () => Promise.resolve(json(pages++ === 0 ? value : { kind: 'PodList', items: [] }));
      const pods = await new ApiPodRunner(door).list({ namespace: undefined }, never);
      for (const { name } of pods) expect(encodeURIComponent(name)).not.toBe('');
    }));

  it('of an access review', () =>
    property({ kind: 'SelfSubjectAccessReview', status: { allowed: true, reason: 'r' } }, door =>
      askAccess(door, [{ verb: 'get', group: '', resource: 'nodes' }], never),
    ));

  it('of a review of ourselves', () =>
    property({ kind: 'SelfSubjectReview', status: { userInfo: { username: 'jane', groups: ['a'] } } }, door =>
      askIdentity(door, never),
    ));

  it('of the status of an exec', () =>
    property(EXEC_STATUS, (_, value) => {
      const frames = new ExecFrames({ maxBytes: 10 });
      frames.add(new Uint8Array([3, ...json(value)]));
      const end = frames.end();
      return end instanceof TriageError ? Promise.reject(end) : Promise.resolve(end);
    }));

  it.each([400, 403, 404, 409, 410, 500, 503])('of a refusal with status %i', status =>
    property(REFUSAL, (_, value) => {
      const asked = { what: 'x', server: 's', path: '/api/v1/namespaces/n/pods', method: 'POST' } as const;
      return Promise.reject(apiError({ status, headers: {}, body: json(value) }, asked));
    }),
  );

  it('of the events of a watch', () =>
    property({ type: 'ADDED', object: NODE }, async (_, value) => {
      const lines = `${JSON.stringify(value)}\n${JSON.stringify({ type: 'ERROR', object: value })}\n`;
      const watched = doorOf(new TextEncoder().encode(lines));
      watched.read = () => Promise.resolve(json(LIST));
      const failures: NodeWatchEvent[] = [];
      await new Promise<void>(resolve => {
        const watcher = new NodeWatcher(
          watched,
          quiet,
          event => {
            if (event.kind !== 'disconnected') return;
            failures.push(event);
            watcher.close();
            resolve();
          },
          { ...WATCH_TIMING, firstRetryMs: 1 },
        );
        // The first event may be good, and the second says 410: then it lists anew and its stream is read already.
        setTimeout(() => {
          watcher.close();
          resolve();
        }, 200).unref();
      });
      for (const event of failures)
        if (event.kind === 'disconnected') expect(event.error.code).not.toBe('internal');
    }));
});

describe('bytes that are no such answer', () => {
  const metrics = readFixture('kubelet/api/metrics.txt').subarray(0, 4000);

  it('metrics and profiles with bytes changed', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(metrics.length - 1), fc.nat(255)), { maxLength: 50 }),
        async changes => {
          const body = Uint8Array.from(metrics);
          for (const [at, byte] of changes) body[at] = byte;
          await settle(new ProxyKubeletMetrics(doorOf(body)).readProcess('node1', never));
          const request = { profile: 'heap', seconds: 0 } as const;
          await settle(new ProxyKubeletProfiler(doorOf(body)).fetchProfile('node1', request, never));
        },
      ),
      RUNS,
    ));

  it('JSON that is cut off or something else', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string(), fc.nat(200)), async text => {
        const body = typeof text === 'number' ? json(LIST).subarray(0, text) : new TextEncoder().encode(text);
        await settle(listNodes(doorOf(body), never));
        await settle(new ApiPodRunner(doorOf(body)).nodeDetails('node1', never));
        await settle(askIdentity(doorOf(body), never));
      }),
      RUNS,
    ));
});

describe('names that no path may hold', () => {
  it.each(['', '.', '..'])('%j is refused before anything is sent', async name => {
    const request = { profile: 'heap', seconds: 0 } as const;
    const profile = new ProxyKubeletProfiler(doorOf(json({}))).fetchProfile(name, request, never);
    await expect(profile).rejects.toMatchObject({ code: 'request-rejected' });
    await expect(new ApiPodRunner(doorOf(json(POD))).nodeDetails(name, never)).rejects.toMatchObject({
      code: 'request-rejected',
    });
  });

  it('half a surrogate pair is no reason to throw anything else', async () => {
    const request = { profile: 'heap', seconds: 0 } as const;
    const profile = new ProxyKubeletProfiler(doorOf(json({}))).fetchProfile('a\ud800', request, never);
    await expect(profile).rejects.toBeInstanceOf(TriageError);
  });

  it('is passed over in a list', async () => {
    const named = ['a\ud800', '..', 'a/b', '', 7, null, 'x'.repeat(300), 'good', 'constructor'];
    const items = named.map(name => ({ metadata: { name } }));
    const { nodes } = await listNodes(doorOf(json({ kind: 'NodeList', items: [null, 3, ...items] })), never);
    expect(nodes.map(({ name }) => name)).toEqual(['good', 'constructor']);
  });
});
