import { describe, expect, it } from 'vitest';
import { apiError } from '../../../../src/cluster/http/apiErrors.js';
import { readFixture } from '../../../support/fixtures.js';

const PROFILE = {
  what: 'the CPU profile',
  node: 'node1',
  server: 'https://api.example:6443',
  path: '/api/v1/nodes/node1/proxy/debug/pprof/profile?seconds=10',
};
const NODES = {
  what: 'the list of nodes',
  node: undefined,
  server: 'https://api.example:6443',
  path: '/api/v1/nodes?limit=200',
};

const recorded = (file: string): Uint8Array => readFixture(`kubelet/errors/${file}`);
const text = (body: string): Uint8Array => new TextEncoder().encode(body);

describe('recorded refusals', () => {
  it.each([
    {
      file: 'anon.body',
      status: 403,
      code: 'forbidden',
      says: /you may not get nodes\/proxy .*"system:anonymous"/,
    },
    {
      file: 'badtoken.body',
      status: 401,
      code: 'unauthorized',
      says: /does not accept the credentials.*Log in again/,
    },
    {
      file: 'limited-profile.body',
      status: 403,
      code: 'forbidden',
      says: /you may not get nodes\/proxy .*Who refused is not known/,
    },
    { file: 'limited-configz.body', status: 403, code: 'forbidden', says: /you may not get nodes\/proxy/ },
    {
      file: 'psa-baseline-post.json',
      status: 403,
      code: 'forbidden',
      says: /violates PodSecurity "baseline:latest": host namespaces/,
    },
    {
      file: 'psa-restricted-post.json',
      status: 403,
      code: 'forbidden',
      says: /violates PodSecurity "restricted:latest"/,
    },
    { file: 'nosuchnode.body', status: 404, code: 'node-not-found', says: /no such node.*Refresh/ },
    {
      file: 'badprofile.body',
      status: 404,
      code: 'profile-unknown',
      says: /no such profile \(404: Unknown profile\)/,
    },
    { file: 'badpath.body', status: 404, code: 'profile-unknown', says: /404 page not found/ },
    { file: 'pprofindex.body', status: 404, code: 'profile-unknown', says: /404: Page Not Found/ },
    { file: 'pprofindex2.body', status: 301, code: 'request-rejected', says: /sends elsewhere \(301\)/ },
    {
      file: 'goroutine-delta-text.body',
      status: 400,
      code: 'request-rejected',
      says: /400: "seconds and debug params are incompatible"/,
    },
    {
      file: 'cpu-second-concurrent.body',
      status: 500,
      code: 'profiler-busy',
      says: /another client is profiling.*retry/,
    },
    {
      file: 'trace-second-concurrent.body',
      status: 500,
      code: 'profiler-busy',
      says: /execution tracer already enabled/,
    },
    {
      file: 'stopped-profile.body',
      status: 503,
      code: 'kubelet-hangs',
      says: /TLS handshake timeout.*look at the process/,
    },
    {
      file: 'stopped-kept-connection.body',
      status: 503,
      code: 'kubelet-hangs',
      says: /client connection lost.*look at the process/,
    },
    {
      file: 'down-profile.body',
      status: 503,
      code: 'kubelet-unreachable',
      says: /connection refused.*kubelet service/,
    },
    { file: 'inflight-killed.body', status: 503, code: 'kubelet-died', says: /EOF.*log on the node/ },
  ])('$file ($status) is $code', ({ file, status, code, says }) => {
    const error = apiError({ status, headers: {}, body: recorded(file) }, PROFILE);
    expect(error).toMatchObject({
      code,
      node: 'node1',
      facts: { status, server: 'https://api.example:6443' },
    });
    expect(error.message).toMatch(/^Cannot read the CPU profile of node node1: /);
    expect(error.message).toMatch(says);
  });
});

describe('refusals known from the sources of Kubernetes and Go', () => {
  it.each([
    {
      status: 403,
      body: 'Forbidden (user=kube-apiserver-kubelet-client, verb=get, resource=nodes, subresource(s)=[proxy])\n',
      code: 'kubelet-forbidden',
      facts: {
        reason:
          'Forbidden (user=kube-apiserver-kubelet-client, verb=get, resource=nodes, subresource(s)=[proxy])',
      },
    },
    {
      status: 403,
      body: 'Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy)',
      code: 'kubelet-forbidden',
      facts: { reason: 'Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy)' },
    },
    { status: 401, body: 'Unauthorized', code: 'kubelet-forbidden', facts: { reason: 'Unauthorized' } },
    {
      status: 401,
      body: '{"type":"error","status":"401","message":"must authenticate"}',
      code: 'unauthorized',
      facts: { status: 401 },
    },
    { status: 403, body: '', code: 'forbidden', facts: { verb: 'get', resource: 'nodes/proxy' } },
    {
      status: 405,
      body: 'profiling endpoint is disabled.\n',
      code: 'profiling-disabled',
      facts: { option: 'enableProfilingHandler' },
    },
    {
      status: 405,
      body: 'Debug endpoints are disabled.\n',
      code: 'profiling-disabled',
      facts: { option: 'enableDebuggingHandlers' },
    },
    {
      status: 500,
      body: 'Could not enable tracing: tracing is already enabled\n',
      code: 'profiler-busy',
      facts: { status: 500 },
    },
    {
      status: 503,
      body: 'error trying to reach service: dial tcp 10.0.0.7:10250: i/o timeout',
      code: 'kubelet-unreachable',
      facts: { reason: 'dial tcp 10.0.0.7:10250: i/o timeout' },
    },
    {
      status: 503,
      body: 'error trying to reach service: tls: failed to verify certificate: x509: certificate signed by unknown authority',
      code: 'kubelet-unreachable',
      facts: { reason: 'tls: failed to verify certificate: x509: certificate signed by unknown authority' },
    },
    {
      status: 503,
      body: 'error trying to reach service: read tcp 10.0.0.1:4->10.0.0.7:10250: read: connection reset by peer',
      code: 'kubelet-died',
      facts: { status: 503 },
    },
    {
      status: 500,
      body: '{"kind":"Status","message":"Internal error occurred: error dialing backend: No agent available","code":500}',
      code: 'kubelet-unreachable',
      facts: { status: 500 },
    },
    {
      status: 502,
      body: '<html><h1>502 Bad Gateway</h1></html>',
      code: 'kubelet-unreachable',
      facts: { status: 502 },
    },
    {
      status: 504,
      body: '',
      code: 'kubelet-unreachable',
      facts: { reason: '504 by a gateway before the API server' },
    },
    { status: 400, body: '', code: 'request-rejected', facts: { status: 400, body: '' } },
    { status: 500, body: 'boom', code: 'request-rejected', facts: { status: 500, body: 'boom' } },
  ])('$status "$body" is $code', ({ status, body, code, facts }) => {
    expect(apiError({ status, headers: {}, body: text(body) }, PROFILE)).toMatchObject({
      code,
      facts,
      node: 'node1',
    });
  });

  it.each([
    {
      status: 503,
      body: '{"kind":"Status","message":"etcdserver: leader changed"}',
      code: 'unreachable',
      says: /not ready \(503\): "etcdserver/,
    },
    { status: 502, body: '', code: 'unreachable', says: /got no answer \(502\)/ },
    { status: 504, body: '<p>Gateway Time-out</p>', code: 'unreachable', says: /504\): "Gateway Time-out"/ },
    { status: 429, body: 'slow down', code: 'request-rejected', says: /fewer requests/ },
    { status: 404, body: '404 page not found', code: 'request-rejected', says: /404: "404 page not found"/ },
  ])('$status for a list is $code: no kubelet is to blame', ({ status, body, code, says }) => {
    const error = apiError({ status, headers: { 'retry-after': '7' }, body: text(body) }, NODES);
    expect(error).toMatchObject({ code, node: undefined });
    expect(error.message).toMatch(/^Cannot read the list of nodes: /);
    expect(error.message).toMatch(says);
  });

  it('hands on how long to wait', () => {
    const error = apiError({ status: 429, headers: { 'retry-after': '7' }, body: text('') }, NODES);
    expect(error.facts.retryAfterSeconds).toBe(7);
  });
});

describe('what is kept of a body', () => {
  it('is one line of at most 200 characters, without markup', () => {
    const page = `<html><style>p { color: red }</style><body>\n<p>Please  log in</p>${'x'.repeat(5000)}</body></html>`;
    const error = apiError({ status: 418, headers: {}, body: text(page) }, NODES);
    expect(error.facts.body).toBe(`Please log in ${'x'.repeat(186)}`);
  });

  it('says where a redirect leads, without the query, which may hold a token', () => {
    const headers = { location: 'https://login.example/auth?token=secret' };
    const error = apiError({ status: 302, headers, body: text('') }, NODES);
    expect(error.facts.location).toBe('https://login.example/auth');
    expect(JSON.stringify([error.message, error.facts])).not.toContain('secret');
  });

  it('takes a Status that was cut off as text', () => {
    const error = apiError({ status: 403, headers: {}, body: text('{"kind":"Status","mess') }, PROFILE);
    expect(error).toMatchObject({ code: 'forbidden', facts: { reason: '{"kind":"Status","mess' } });
  });
});
