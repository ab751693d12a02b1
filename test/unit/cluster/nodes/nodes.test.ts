import { describe, expect, it } from 'vitest';
import { readNode, type NodeObject } from '../../../../src/cluster/nodes/nodes.js';
import { readFixture } from '../../../support/fixtures.js';

const recorded = (file: string): NodeObject =>
  JSON.parse(new TextDecoder().decode(readFixture(`kubelet/api/${file}`))) as NodeObject;

describe('readNode', () => {
  it('reads a recorded ready node', () => {
    expect(readNode(recorded('node1-ready.json'))).toEqual({
      name: 'node1',
      uid: '1c518b71-cd46-4ddc-b9fd-e81fbe9d4de5',
      readiness: 'ready',
      readinessReason: undefined,
      pressures: [],
      isCordoned: false,
      roles: [],
      kubeletVersion: 'v1.36.2',
      kernelVersion: '6.18.44',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      containerRuntimeVersion: 'containerd://1.6.20',
      architecture: 'amd64',
      operatingSystem: 'linux',
      internalIp: '192.0.2.2',
      createdAt: '2026-11-23T08:30:57Z',
      cpuCores: 2,
    });
  });

  it('takes a node whose kubelet fell silent for not ready, and not for one under pressure', () => {
    expect(readNode(recorded('node1-notready.json'))).toMatchObject({
      readiness: 'not-ready',
      readinessReason: 'NodeStatusUnknown: Kubelet stopped posting node status.',
      pressures: [],
    });
  });

  it('takes a node that reported nothing yet', () => {
    expect(readNode({ metadata: { name: 'new' } })).toMatchObject({
      name: 'new',
      readiness: 'unknown',
      kubeletVersion: '',
      cpuCores: undefined,
      internalIp: undefined,
      createdAt: undefined,
    });
    expect(readNode({ metadata: { name: 'new' }, status: {} })?.pressures).toEqual([]);
  });

  it('leaves out what has no name', () => {
    expect(readNode({})).toBeUndefined();
  });

  it('reads pressures, cordon and a reason without a message', () => {
    const conditions = [
      { type: 'Ready', status: 'False', reason: 'KubeletNotReady' },
      { type: 'MemoryPressure', status: 'True' },
      { type: 'DiskPressure', status: 'True' },
      { type: 'PIDPressure', status: 'False' },
      { type: 'NetworkUnavailable', status: 'True' },
      { type: 'KernelDeadlock', status: 'True' }, // node-problem-detector's own
    ];
    expect(
      readNode({ metadata: { name: 'a' }, spec: { unschedulable: true }, status: { conditions } }),
    ).toMatchObject({
      readiness: 'not-ready',
      readinessReason: 'KubeletNotReady',
      pressures: ['memory', 'disk', 'network-unavailable'],
      isCordoned: true,
    });
  });

  it('reads roles of both labels, each once, sorted', () => {
    const labels = {
      'node-role.kubernetes.io/worker': '',
      'node-role.kubernetes.io/control-plane': '',
      'node-role.kubernetes.io/': 'no role',
      'kubernetes.io/role': 'worker',
      'kubernetes.io/os': 'linux',
    };
    expect(readNode({ metadata: { name: 'a', labels } })?.roles).toEqual(['control-plane', 'worker']);
  });

  it('reads a Windows node', () => {
    const nodeInfo = {
      operatingSystem: 'windows',
      osImage: 'Windows Server 2022 Datacenter',
      kernelVersion: '10.0.20348.2340',
      containerRuntimeVersion: 'containerd://1.7.14',
    };
    expect(readNode({ metadata: { name: 'win' }, status: { nodeInfo } })).toMatchObject(nodeInfo);
  });

  it.each([
    ['2', 2],
    ['1930m', 1.93],
    ['0.5', 0.5],
    ['many', undefined],
    [undefined, undefined],
  ])('reads a CPU capacity of %s as %s cores', (cpu, cores) => {
    const capacity: Readonly<Record<string, string>> = cpu === undefined ? {} : { cpu };
    expect(readNode({ metadata: { name: 'a' }, status: { capacity } })?.cpuCores).toBe(cores);
  });
});
