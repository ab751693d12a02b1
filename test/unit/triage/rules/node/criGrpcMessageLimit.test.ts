import { describe, expect, it } from 'vitest';
import type { Counted } from '../../../../../src/material/model.js';
import { criGrpcMessageLimit } from '../../../../../src/triage/rules/node/criGrpcMessageLimit.js';
import { HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import { eventRow } from '../../../../support/nodeRows.js';

const exited = (value: number): Counted => ({ at: HERE, thing: 'sandboxes-exited', value, note: undefined });

describe('cri-grpc-message-limit', () => {
  it('reads size and limit from an Event, and counts how often it came', () => {
    const event = eventRow(
      'ContainerGCFailed: rpc error: code = ResourceExhausted desc = grpc: trying to send message larger than max (17301504 vs. 16777216)',
      { count: 139 },
    );
    expect(judgeBy(criGrpcMessageLimit, { events: [event] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 17_301_504, unit: 'bytes', threshold: { values: ['16777216'] } }],
      rivals: [
        { id: 'pleg-relist', state: 'refuted' },
        { id: 'cri-call-blocked', state: 'refuted' },
        { id: 'image-many', state: 'open' },
      ],
    });
  });

  it.each([
    'ListPodSandbox with filter nil from runtime service failed: rpc error: code = ResourceExhausted desc = grpc: trying to send message larger than max (8400001 vs. 8388608)',
    'ListContainers with filter from runtime service failed pod=prometheus-0: grpc: trying to send message larger than max (18000000 vs. 16777216)',
    'ctr: grpc: received message larger than max (5000001 vs. 4194304): unknown',
    'GenericPLEG: Unable to retrieve pods: rpc error: code = ResourceExhausted desc = grpc: received message larger tha...',
    'failed to recover state: failed to list containers: grpc: received message larger than max (4700000 vs. 4194304): unknown',
  ])('knows it in %s', text => {
    const expected = text.includes('tha...') ? 'clear' : 'found';
    expect(judgeBy(criGrpcMessageLimit, { log: logLines(text) })).toMatchObject({ outcome: expected });
  });

  it.each([
    [
      'failed to load container: grpc: received message larger than max (5154136 vs. 4194304): unknown',
      'clear',
    ],
    ['etcdserver: grpc: received message larger than max (3000000 vs. 2097152)', 'clear'],
    [
      'rpc error: code = ResourceExhausted desc = grpc: received message larger than max (5 vs. 4)',
      'uncertain',
    ],
  ])('is not sure whose message %s is', (text, outcome) => {
    expect(judgeBy(criGrpcMessageLimit, { log: logLines(text) })).toMatchObject({ outcome });
  });

  it('warns of lists that come near, and says so', () => {
    expect(judgeBy(criGrpcMessageLimit, { counted: [exited(7_200)] })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
    expect(judgeBy(criGrpcMessageLimit, { counted: [exited(900)] })).toMatchObject({ outcome: 'clear' });
    expect(judgeBy(criGrpcMessageLimit, {})).toMatchObject({ outcome: 'skipped' });
  });
});
