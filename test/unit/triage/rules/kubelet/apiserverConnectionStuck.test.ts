import { describe, expect, it } from 'vitest';
import { apiserverConnectionStuck as rule } from '../../../../../src/triage/rules/kubelet/apiserverConnectionStuck.js';
import { processRow, repeated } from '../../../../support/evidencePieces.js';
import { judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const CLOSED = 'write tcp 192.0.2.7:39998->192.0.2.1:6443: use of closed network connection';
const STATUS = `Error updating node status, will retry: error getting node "w3": Get https://192.0.2.1:6443/api/v1/nodes/w3?timeout=10s: ${CLOSED}`;
const LEASE = `failed to ensure node lease exists, will retry in 400ms, error: Get "https://192.0.2.1:6443/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/w3?timeout=10s": ${CLOSED}`;
const REFUSED =
  'Error updating node status, will retry: error getting node "w3": Get https://192.0.2.1:6443/api/v1/nodes/w3?timeout=10s: dial tcp 192.0.2.1:6443: connect: connection refused';

describe('apiserver-connection-stuck', () => {
  it('is sure of heartbeats that fail again and again on a closed connection', () => {
    const found = judgeBy(rule, {
      log: logLines([STATUS, STATUS, LEASE, STATUS, LEASE].join('\n')),
      facts: { kubeletVersion: 'v1.17.3' },
      processes: [processRow('kubelet', { cores: 0.02 })],
    });
    expect(found).toMatchObject({ outcome: 'found', confidence: 'high' });
    expect(found).toMatchObject({
      evidence: [{ value: 5, text: { values: [5, 5] } }],
      rivals: [
        { id: 'kubelet-client-throttling', state: 'refuted' },
        { id: 'lock-contention', state: 'refuted' },
        { id: 'memcg-stat-v1-zombies', state: 'refuted' },
        {},
      ],
    });
  });

  it('is less sure of a kubelet that checks its connections', () => {
    const log = logLines(repeated(STATUS, 6));
    expect(judgeBy(rule, { log, facts: { kubeletVersion: 'v1.24.0' } })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
  });

  it('is a suspicion once, and a weak one among failures of an API server that is away', () => {
    expect(judgeBy(rule, { log: logLines(STATUS) })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'medium',
    });
    const away = logLines(`${repeated(REFUSED, 9)}\n${repeated(STATUS, 3)}`);
    expect(judgeBy(rule, { log: logLines(`${REFUSED}\n${REFUSED}\n${STATUS}`) })).toMatchObject({
      confidence: 'low',
    });
    expect(judgeBy(rule, { log: away })).toMatchObject({ outcome: 'uncertain' });
  });

  it('suspects a heartbeat that waited until the kernel gave the connection up', () => {
    const gone =
      'Error updating node status, will retry: error getting node "w3": Get https://192.0.2.1:6443/api/v1/nodes?fieldSelector=metadata.name%3Dw3: read tcp 192.0.2.7:55790->192.0.2.1:6443: read: connection timed out';
    expect(judgeBy(rule, { log: logLines(gone) })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'medium',
    });
    const facts = { kubeletVersion: 'v1.27.1' };
    expect(judgeBy(rule, { log: logLines(gone), facts })).toMatchObject({ outcome: 'clear' });
    const dialled = gone.replace('read tcp 192.0.2.7:55790->', 'dial tcp ').replace('read: ', 'connect: ');
    expect(judgeBy(rule, { log: logLines(dialled) })).toMatchObject({ outcome: 'clear' });
  });

  it.each([
    [
      'the end of a port-forward',
      repeated(
        'error copying from local connection to remote stream: read tcp4 127.0.0.1:8080->127.0.0.1:4022: use of closed network connection',
        9,
      ),
    ],
    ['an API server that is away', repeated(REFUSED, 9)],
  ])('finds nothing with %s', (_, text) => {
    expect(judgeBy(rule, { log: logLines(text) })).toMatchObject({ outcome: 'clear' });
  });

  it('is not looked at without a log', () => {
    expect(judgeBy(rule, {})).toMatchObject({ outcome: 'skipped' });
  });
});
