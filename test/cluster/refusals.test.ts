/** What a real API server and a real kubelet answer instead of data, as the extension tells it. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { callApi } from './callApi.js';
import { createNamespace } from './testNamespace.js';
import { connect, layout, listNodes, refusalOf, testSignal, writeKubeconfigFor } from './testCluster.js';
import { kubeconfigOf } from './local/clusterLayout.js';

const cpuFor = (seconds: number) => ({ profile: 'cpu' as const, seconds });

/** Kubeconfig of a user without the right to nodes/proxy, and the name the API server knows them by. */
async function limitedUser(): Promise<{ readonly kubeconfig: string; readonly name: string }> {
  if (layout !== undefined) return { kubeconfig: kubeconfigOf(layout, 'limited'), name: 'limited' };
  const namespace = await createNamespace();
  onTestFinished(namespace.remove, 90_000);
  const accounts = `${namespace.path}/serviceaccounts`;
  await callApi('POST', accounts, { metadata: { name: 'limited' } });
  const { status } = (await callApi('POST', `${accounts}/limited/token`, {
    spec: { expirationSeconds: 600 },
  })) as {
    readonly status: { readonly token: string };
  };
  return {
    kubeconfig: writeKubeconfigFor({ token: status.token }),
    name: `system:serviceaccount:${namespace.name}:limited`,
  };
}

describe('refusals of the API server', () => {
  it('403: a user without nodes/proxy is told which right is missing, for profiles and metrics', async () => {
    const [node] = await listNodes(await connect());
    const user = await limitedUser();
    const connection = await connect(user.kubeconfig);

    for (const request of [
      () => connection.profiler.fetchProfile(node.name, cpuFor(1), testSignal()),
      () => connection.metrics.readProcess(node.name, testSignal()),
    ]) {
      const refusal = await refusalOf(request());
      expect(refusal).toMatchObject({
        code: 'forbidden',
        node: node.name,
        facts: { status: 403, verb: 'get', resource: 'nodes/proxy', answeredBy: 'api-server' },
      });
      expect(refusal.message).toContain(node.name);
      expect(refusal.facts).not.toHaveProperty('user');
    }
    expect(await connection.whoAmI(testSignal())).toBe(user.name);
  });

  it('401: a token that was never issued', async () => {
    const connection = await connect(writeKubeconfigFor({ token: 'never-issued' }));
    expect(await refusalOf(connection.nodes.list(testSignal()))).toMatchObject({ code: 'unauthorized' });
    expect(await refusalOf(connection.profiler.fetchProfile('any', cpuFor(1), testSignal()))).toMatchObject({
      code: 'unauthorized',
      node: 'any',
    });
  });

  it('401 or 403: no credentials at all', async () => {
    const connection = await connect(writeKubeconfigFor({}));
    const { code, facts } = await refusalOf(connection.nodes.list(testSignal()));
    // The local API server knows anonymous users; others are set up to refuse them.
    if (layout === undefined) expect(['unauthorized', 'forbidden']).toContain(code);
    else
      expect({ code, facts }).toMatchObject({
        code: 'forbidden',
        facts: { resource: 'nodes' },
      });
  });

  it('404: a node that does not exist', async () => {
    const connection = await connect();
    const refusal = await refusalOf(
      connection.profiler.fetchProfile('no-such-node', cpuFor(1), testSignal()),
    );
    expect(refusal).toMatchObject({ code: 'node-not-found', node: 'no-such-node', facts: { status: 404 } });
    expect(refusal.message).toContain('no-such-node');
  });
});

describe('refusals of the kubelet', () => {
  it.each([
    { profile: 'cpu', reason: 'Could not enable CPU profiling: cpu profiling already in use' },
    { profile: 'trace', reason: /execution tracer already enabled|tracing is already enabled/ },
  ] as const)(
    '500: a second $profile while one runs is profiler-busy, and the first is not harmed',
    async ({ profile, reason }) => {
      const connection = await connect();
      const [node] = await listNodes(connection);
      const fetch = (seconds: number) =>
        connection.profiler.fetchProfile(node.name, { profile, seconds }, testSignal());

      const first = fetch(4);
      // Awaited below, or not at all where the test fails before.
      first.catch(() => undefined);
      await new Promise(resolve => setTimeout(resolve, 1000));
      const refusal = await refusalOf(fetch(1));

      expect(refusal).toMatchObject({ code: 'profiler-busy', node: node.name, facts: { status: 500 } });
      expect(refusal.facts['reason']).toMatch(reason);
      expect((await first).length).toBeGreaterThan(0);
    },
  );

  it('cancel frees the profiler at once: the next profile is taken', async () => {
    const connection = await connect();
    const [node] = await listNodes(connection);
    const cancel = new AbortController();
    const first = refusalOf(connection.profiler.fetchProfile(node.name, cpuFor(60), cancel.signal));
    await new Promise(resolve => setTimeout(resolve, 1000));

    cancel.abort();

    expect(await first).toMatchObject({ code: 'cancelled' });
    const next = await connection.profiler.fetchProfile(node.name, cpuFor(1), testSignal());
    expect(next.length).toBeGreaterThan(0);
  });
});
