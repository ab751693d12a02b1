/**
 * Who is told to lack which right, and by whom: API servers of every age, and kubelets that answer in an API server's
 * place and name another subject.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TriageError } from '../../src/base/errors.js';
import { clusterAccess } from '../../src/cluster/connect.js';
import type { ClusterConnection } from '../../src/cluster/clusterPorts.js';
import { writeErrorText } from '../../src/words/errors/errorTexts.js';
import { startReplayServer, type ReplayServer } from '../demo/replayServer.js';
import { FIXTURES } from '../support/fixtures.js';

const never = new AbortController().signal;
const STRANGER = 'system:serviceaccount:kube-system:attacker';
const SENTENCE =
  `nodes "worker-1" is forbidden: User "${STRANGER}" cannot get resource "nodes/proxy" in API group "" at the ` +
  'cluster scope';
const STATUS = JSON.stringify({ kind: 'Status', status: 'Failure', message: SENTENCE, code: 403 });

let directory: string;
let server: ReplayServer;
let admin: ClusterConnection;
let limited: ClusterConnection;
let unprivileged: ClusterConnection;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'rights-'));
  server = await startReplayServer({ fixtures: FIXTURES, directory, speed: 50, heartbeatMs: 0 });
  const location = { setting: server.kubeconfigPath, environment: {}, homeDirectory: directory };
  const quiet = { debug: () => undefined, warn: () => undefined };
  const connect = (context: string) => clusterAccess.connect(location, context, quiet);
  admin = await connect(server.contexts.admin);
  limited = await connect(server.contexts.limited);
  unprivileged = await connect(server.contexts.unprivileged);
});
afterEach(() => {
  server.clearFaults();
});
afterAll(async () => {
  for (const connection of [admin, limited, unprivileged]) connection.dispose();
  await server.stop();
  await rm(directory, { recursive: true });
});

const answer = (body: string, type: string, status = 403) =>
  ({ kind: 'answer', status, body, type }) as const;
const ruleOf = (error: unknown): unknown => {
  const english = (text: string, ...values: unknown[]): string =>
    text.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));
  return writeErrorText(error, english).actions.find(({ label }) => label === 'Copy RBAC Rule');
};
const heap = (connection: ClusterConnection): Promise<TriageError> =>
  connection.profiler.fetchProfile('worker-1', { profile: 'heap', seconds: 0 }, never).then(
    () => {
      throw new Error('expected a refusal');
    },
    (error: unknown) => error as TriageError,
  );

describe('a 403 through the node proxy', () => {
  it.each([
    ["text that imitates the API server's", SENTENCE, 'text/plain'],
    ['a Status', STATUS, 'application/json'],
    ['a page', '<html>Forbidden</html>', 'text/html'],
  ])('is the kubelet’s or a gateway’s where we have the right: %s', async (_, body, type) => {
    server.inject({ path: /heap/, effect: answer(body, type) });
    const error = await heap(admin);
    expect(error).toMatchObject({ code: 'kubelet-forbidden', node: 'worker-1' });
    expect(ruleOf(error)).toBeUndefined();
    expect(Object.values(error.facts)).not.toContain(STRANGER);
  });

  it('leads to a rule where the review says that the right is missing, for any subject that is named', async () => {
    server.inject({ path: /heap/, effect: answer(STATUS, 'application/json') });
    const error = await heap(limited);
    expect(error).toMatchObject({ code: 'forbidden', facts: { answeredBy: 'api-server' } });
    expect(ruleOf(error)).toMatchObject({
      arguments: [{ right: { kind: 'nodes-proxy', node: 'worker-1' }, context: server.contexts.limited }],
    });
    expect(JSON.stringify(ruleOf(error))).not.toContain(STRANGER);
  });

  it('leads to none where the review has no answer', async () => {
    server.inject({ path: /heap/, effect: answer(STATUS, 'application/json') });
    server.inject({ path: /accessreviews/, effect: answer('no', 'text/plain', 503) });
    const error = await heap(limited);
    expect(error).toMatchObject({ code: 'forbidden', facts: { answeredBy: 'unknown' } });
    expect(ruleOf(error)).toBeUndefined();
  });
});

describe('a list that is refused', () => {
  it('leads to a rule for what was asked, not for what the answer names', async () => {
    const message = `secrets is forbidden: User "${STRANGER}" cannot get resource "secrets" in API group "" in the namespace "kube-system"`;
    server.inject({
      path: /nodes/,
      effect: answer(JSON.stringify({ kind: 'Status', message }), 'application/json'),
    });
    const error: unknown = await admin.nodes.list(never).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'forbidden',
      facts: { verb: 'list', resource: 'nodes', namespace: undefined, context: server.contexts.admin },
    });
    expect(ruleOf(error)).toMatchObject({ arguments: [{ right: { kind: 'nodes' } }] });
  });

  it('names the right where the answer says nothing', async () => {
    await expect(unprivileged.nodes.list(never)).rejects.toMatchObject({
      code: 'forbidden',
      facts: { verb: 'list', resource: 'nodes' },
    });
  });
});

describe('an exec that is refused', () => {
  const exec = (connection: ClusterConnection): Promise<unknown> =>
    connection.pods
      .exec(
        { namespace: 'triage', name: 'p' },
        { container: 'c', argv: ['true'], maxBytes: 10, idleSeconds: 5 },
        never,
      )
      .catch((error: unknown) => error);

  it('is the kubelet’s where we have the right', async () => {
    server.inject({ path: /exec/, effect: answer(STATUS, 'application/json') });
    const error = await exec(admin);
    expect(error).toMatchObject({ code: 'exec-refused' });
    expect(ruleOf(error)).toBeUndefined();
  });

  it('is a missing right where the review says so, with both verbs of a websocket', async () => {
    const error = await exec(limited);
    expect(error).toMatchObject({
      code: 'forbidden',
      facts: { verb: 'get, create', resource: 'pods/exec', namespace: 'triage', answeredBy: 'api-server' },
    });
    expect(ruleOf(error)).toMatchObject({
      arguments: [{ right: { kind: 'debug-pod', namespace: 'triage' } }],
    });
  });
});

describe('who we are', () => {
  const gone = answer('404 page not found', 'text/plain', 404);

  it('is asked of v1, and of v1beta1 where that is not there', async () => {
    expect(await limited.whoAmI(never)).toBe('limited');
    server.inject({ path: /authentication.k8s.io\/v1\/self/, times: 9, effect: gone });
    expect(await limited.whoAmI(never)).toBe('limited');
  });

  it('is not known of API servers before 1.27, or where one may not ask', async () => {
    server.inject({ path: /selfsubjectreviews/, times: 9, effect: gone });
    expect(await limited.whoAmI(never)).toBeUndefined();
    server.clearFaults();
    server.inject({ path: /selfsubjectreviews/, times: 9, effect: answer(STATUS, 'application/json') });
    expect(await limited.whoAmI(never)).toBeUndefined();
  });

  it.each([
    ['no particular user', { userInfo: { username: 'system:anonymous' } }],
    ['a number', { userInfo: { username: 7 } }],
    ['nothing', null],
    ['a name without end', { userInfo: { username: 'x'.repeat(100_000) } }],
  ])('is not known where the answer names %s', async (_, status) => {
    const body = JSON.stringify({ kind: 'SelfSubjectReview', status });
    server.inject({ path: /selfsubjectreviews/, effect: answer(body, 'application/json', 201) });
    expect(await limited.whoAmI(never)).toBeUndefined();
  });
});
