/** Refusals of pods: whose they are, and that an administrator gets the server's text whole. */
import { describe, expect, it } from 'vitest';
import { apiError } from '../../../../src/cluster/http/apiErrors.js';
import { readWarnings } from '../../../../src/cluster/pods/pods.js';
import { readFixture } from '../../../support/fixtures.js';

const SERVER = 'https://api.example:6443';
const PODS = '/api/v1/namespaces/triage/pods';
const CREATE = {
  method: 'POST',
  act: 'create',
  what: 'pod triage/triage-dbg',
  server: SERVER,
  path: PODS,
} as const;
const EXEC = { act: 'run a command in', what: 'pod triage/p', server: SERVER, path: `${PODS}/p/exec?` };

const status = (message: string): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ kind: 'Status', status: 'Failure', message }));
const refuse = (code: number, body: Uint8Array, asked: Parameters<typeof apiError>[1] = CREATE) =>
  apiError({ status: code, headers: {}, body }, asked);

describe('making a pod', () => {
  it.each(['psa-restricted-post.json', 'psa-baseline-post.json'])('%s is told word for word', file => {
    const body = readFixture(`kubelet/errors/${file}`);
    const { message } = JSON.parse(new TextDecoder().decode(body)) as { message: string };
    const error = refuse(403, body);
    expect(error).toMatchObject({ code: 'pod-refused', facts: { status: 403, reason: message } });
    expect(error.message).toMatch(/^Cannot create pod triage\/triage-dbg: the cluster refuses the pod/);
  });

  it('is a missing right where a user may not', () => {
    expect(refuse(403, readFixture('kubelet/errors/limited-createpod.body'))).toMatchObject({
      code: 'forbidden',
      facts: { verb: 'create', resource: 'pods', namespace: 'triage' },
    });
  });

  it.each([
    [403, 'pods "p" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0'],
    [403, 'pods "p" is forbidden: error looking up service account a/b: serviceaccount "b" not found'],
    [
      400,
      'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/a/p was blocked',
    ],
    [422, 'Pod "p" is invalid: spec.containers: Required value'],
    [404, 'namespaces "triage" not found'],
    [500, 'Internal error occurred: failed calling webhook "v.example": no endpoints available'],
  ])('%i %s is pod-refused', (code, message) => {
    expect(refuse(code, status(message))).toMatchObject({
      code: 'pod-refused',
      facts: { reason: message.replace(/\s+/g, ' ') },
    });
  });

  it.each([
    [409, status('pods "p" already exists'), 'pod-name-taken'],
    [409, status('Operation cannot be fulfilled on resourcequotas "q": try again'), 'request-rejected'],
    [429, status('too many requests'), 'request-rejected'],
    [500, status('etcdserver: request timed out'), 'request-rejected'],
    [403, new TextEncoder().encode('<html>Forbidden</html>'), 'forbidden'],
  ])('%i is no refusal of the pod itself', (code, body, expected) => {
    expect(refuse(code, body).code).toBe(expected);
  });

  it('is not confused with other requests', () => {
    const read = { ...CREATE, method: 'GET', path: `${PODS}/p` } as const;
    expect(refuse(404, status('pods "p" not found'), read)).toMatchObject({ code: 'request-rejected' });
  });
});

describe('opening an exec', () => {
  it.each([
    [404, 'pods "p" not found', 'exec-refused'],
    [404, 'pods "node2" not found', 'node-not-found'],
    [404, 'nodes "p" not found', 'node-not-found'],
    [400, 'container no is not valid for pod p', 'exec-refused'],
    [500, 'cannot exec into a container in a completed pod; current phase is Failed', 'exec-refused'],
    [403, 'pods "p" is forbidden: cannot exec into or attach to a privileged container', 'exec-refused'],
    [
      500,
      'error dialing backend: dial tcp 192.0.2.1:10250: connect: no route to host',
      'kubelet-unreachable',
    ],
    [502, 'error dialing backend: net/http: TLS handshake timeout', 'kubelet-hangs'],
    [401, 'Unauthorized', 'unauthorized'],
  ])('%i %s is %s', (code, message, expected) => {
    expect(refuse(code, status(message), EXEC)).toMatchObject({ code: expected });
  });

  it('names verb and resource of a missing right', () => {
    expect(refuse(403, readFixture('kubelet/errors/limited-exec.body'), EXEC)).toMatchObject({
      code: 'forbidden',
      facts: { verb: 'get', resource: 'pods/exec', namespace: 'triage', answeredBy: 'unknown' },
    });
    expect(refuse(403, new Uint8Array(), EXEC)).toMatchObject({
      code: 'forbidden',
      facts: { resource: 'pods/exec' },
    });
  });
});

describe('readWarnings', () => {
  it('takes apart what Node joined, and unquotes', () => {
    const header =
      '299 - "would violate PodSecurity \\"restricted:latest\\": host namespaces", 299 - "unknown field, 5"';
    expect(readWarnings(header)).toEqual([
      'would violate PodSecurity "restricted:latest": host namespaces',
      'unknown field, 5',
    ]);
    expect(readWarnings(undefined)).toEqual([]);
  });
});
