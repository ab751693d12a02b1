/** Answers whose cause is known: the log and the message say the same cause, and the command is ours. */
import { describe, expect, it } from 'vitest';
import { apiError } from '../../../../src/cluster/http/apiErrors.js';
import { ExecFrames } from '../../../../src/cluster/pods/execFrames.js';
import type { TriageError } from '../../../../src/base/errors.js';
import { writeErrorText } from '../../../../src/words/errors/errorTexts.js';
import { english } from '../english.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const status = (message: string, code = 503): TriageError =>
  apiError(
    { status: code, headers: {}, body: bytes(JSON.stringify({ kind: 'Status', message, code })) },
    {
      what: 'the CPU profile',
      node: 'node1',
      server: 'https://api.example:6443',
      path: '/api/v1/nodes/node1/proxy/debug/pprof/profile',
    },
  );

const CSRS = 'kubectl get csr --field-selector spec.signerName=kubernetes.io/kubelet-serving';

describe.each([
  {
    // kubernetes/kubeadm#591
    answer: 'error trying to reach service: remote error: tls: internal error',
    cause: 'serving-certificate',
    says: /never approved/,
    next: CSRS,
  },
  {
    answer: 'Internal error occurred: error dialing backend: remote error: tls: internal error',
    cause: 'serving-certificate',
    says: /never approved/,
    next: 'kubectl certificate approve',
  },
  {
    answer:
      'error trying to reach service: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    cause: 'certificate',
    says: /does not trust the (kubelet's )?certificate/,
    next: CSRS,
  },
  {
    answer: 'error trying to reach service: No agent available',
    cause: 'konnectivity',
    says: /tunnel from the control plane/,
    next: 'k8s-app=konnectivity-agent',
  },
  {
    answer: 'Internal error occurred: error dialing backend: No agent available',
    cause: 'konnectivity',
    says: /tunnel from the control plane/,
    next: 'k8s-app=konnectivity-agent',
  },
  {
    answer: 'error trying to reach service: dial tcp 10.0.0.7:10250: i/o timeout',
    cause: 'time-out',
    says: /timed out/,
    next: '10250',
  },
  {
    answer:
      'Internal error occurred: error dialing backend: dial tcp 10.0.0.7:10250: connect: connection timed out',
    cause: 'time-out',
    says: /timed out/,
    next: '10250',
  },
  {
    answer: 'error trying to reach service: dial tcp 10.0.0.7:10250: connect: no route to host',
    cause: 'no-route',
    says: /no route/,
    next: '10250',
  },
  {
    answer: 'error dialing backend: dial tcp: lookup node1 on 10.96.0.10:53: no such host',
    cause: 'name',
    says: /cannot resolve the (node's )?name/,
    next: '--kubelet-preferred-address-types=InternalIP',
  },
  {
    answer: 'Internal error occurred: error dialing backend: EOF',
    cause: 'ended',
    says: /before anything was asked/,
    next: 'port 10250',
  },
  {
    answer: 'error trying to reach service: dial tcp 10.0.0.7:10250: connect: connection refused',
    cause: 'refused',
    says: /no kubelet listens|The kubelet is down/,
    next: 'kubelet',
  },
])('$answer', ({ answer, cause, says, next }) => {
  it(`is told as ${cause}, in the log and in the message`, () => {
    const error = status(answer, answer.startsWith('Internal') ? 500 : 503);
    expect(error).toMatchObject({ code: 'kubelet-unreachable', facts: { cause } });
    const { text, nextStep } = writeErrorText(error, english);
    expect(error.message).toMatch(says);
    expect(text).toMatch(says);
    expect(error.message).toContain(next === CSRS && cause === 'certificate' ? 'kubectl get csr' : next);
    expect(nextStep).toContain(next);
  });
});

it('a command holds nothing of the answer', () => {
  const error = status(
    'error trying to reach service: remote error: tls: internal error; kubectl delete node $(hostname)',
  );
  const { nextStep } = writeErrorText(error, english);
  expect(nextStep).toBe(
    `List the requests with "${CSRS}", and approve that of system:node:node1 with "kubectl certificate approve NAME".`,
  );
});

it('an EOF while something runs is still a kubelet that ended', () => {
  expect(status('error trying to reach service: EOF').code).toBe('kubelet-died');
});

it('a command in a pod that could not be started says the cause, too', () => {
  const frames = new ExecFrames({ maxBytes: 1 });
  frames.add(
    bytes(
      `\u0003${JSON.stringify({ status: 'Failure', message: 'error dialing backend: remote error: tls: internal error' })}`,
    ),
  );
  expect(frames.end()).toMatchObject({
    code: 'kubelet-unreachable',
    facts: { cause: 'serving-certificate' },
  });
});
