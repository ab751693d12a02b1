import { describe, expect, it } from 'vitest';
import { describeNode } from '../../../../src/cluster/pods/nodeDetails.js';
import { describePod } from '../../../../src/cluster/pods/podState.js';

const pod = (status: object, containers = [{ name: 'tools', image: 'busybox' }]) =>
  describePod({ spec: { containers }, status }).container;
const of = (name: string, state: object) => ({ containerStatuses: [{ name, state }] });

describe('describePod', () => {
  it('reads an object without status, as a manifest is', () => {
    expect(describePod({ metadata: { name: 'p', namespace: 'n' } })).toMatchObject({
      name: 'p',
      namespace: 'n',
      uid: '',
      phase: 'Unknown',
      labels: {},
      container: undefined,
      hostPid: false,
      isPrivileged: false,
    });
  });

  it('keeps why the kubelet refused it', () => {
    const status = {
      phase: 'Failed',
      reason: 'OutOfpods',
      message: 'Node didn’t have enough resource: pods',
    };
    expect(describePod({ status })).toMatchObject(status);
  });

  it("tells the first container's state, in whatever order states come", () => {
    expect(pod(of('tools', { running: { startedAt: 'x' } }))).toEqual({ state: 'running' });
    expect(pod(of('tools', { waiting: { reason: 'ErrImagePull', message: 'm' } }))).toEqual({
      state: 'waiting',
      reason: 'ErrImagePull',
      message: 'm',
    });
    expect(pod(of('tools', { terminated: { exitCode: 137, reason: 'OOMKilled' } }))).toEqual({
      state: 'terminated',
      exitCode: 137,
      reason: 'OOMKilled',
    });
    expect(pod(of('tools', {}))).toEqual({ state: 'waiting', reason: '', message: undefined });
    const two = {
      containerStatuses: [
        { name: 'istio-proxy', state: { running: {} } },
        { name: 'tools', state: { waiting: { reason: 'x' } } },
      ],
    };
    expect(pod(two)).toMatchObject({ state: 'waiting' });
  });

  it('calls a pod privileged where any container is', () => {
    const containers = [{ name: 'a' }, { name: 'b', securityContext: { privileged: true } }];
    expect(describePod({ spec: { containers, hostPID: true } })).toMatchObject({
      isPrivileged: true,
      hostPid: true,
    });
  });
});

describe('describeNode', () => {
  it('reads taints, images and slots; a node that has not reported has none', () => {
    expect(
      describeNode('n', {
        metadata: { labels: { a: 'b' } },
        spec: { taints: [{ key: 'k', effect: 'NoExecute' }] },
        status: {
          images: [{ names: ['x:1', 'x@sha256:1'], sizeBytes: 7 }, {}],
          allocatable: { pods: '110' },
          conditions: [
            { type: 'DiskPressure', status: 'Unknown' },
            {
              type: 'Ready',
              status: 'Unknown',
              reason: 'NodeStatusUnknown',
              message: 'Kubelet stopped posting node status.',
              lastHeartbeatTime: '2026-11-26T10:00:00Z',
            },
          ],
        },
      }),
    ).toEqual({
      name: 'n',
      labels: { a: 'b' },
      taints: [{ key: 'k', value: undefined, effect: 'NoExecute' }],
      images: [
        { names: ['x:1', 'x@sha256:1'], bytes: 7 },
        { names: [], bytes: 0 },
      ],
      podSlots: 110,
      ready: {
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        heartbeatAt: '2026-11-26T10:00:00Z',
      },
    });
    expect(describeNode('n', {})).toEqual({
      name: 'n',
      labels: {},
      taints: [],
      images: [],
      podSlots: undefined,
    });
  });
});
