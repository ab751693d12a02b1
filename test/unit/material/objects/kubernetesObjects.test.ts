/** Objects of Kubernetes as JSON and YAML: each says the same in both. */
import { describe, expect, it } from 'vitest';
import { kubernetesObjectsReader } from '../../../../src/material/objects/kubernetesObjects.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => kubernetesObjectsReader.read(materialText(text));

const NODE = {
  kind: 'Node',
  metadata: { name: 'worker-4' },
  status: {
    capacity: { cpu: '16', memory: '65806104Ki', pods: '110' },
    conditions: [
      {
        type: 'Ready',
        status: 'Unknown',
        lastHeartbeatTime: 'x',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      },
      { type: 'MemoryPressure', status: 'False', lastHeartbeatTime: 'x' },
    ],
    nodeInfo: {
      kernelVersion: '5.4.0-1029-aws',
      osImage: 'Ubuntu 20.04.1 LTS',
      containerRuntimeVersion: 'containerd://1.4.3',
      kubeletVersion: 'v1.19.4',
      architecture: 'amd64',
    },
  },
};

describe('a Node', () => {
  it('gives facts and conditions', () => {
    const { facts, conditions } = read(JSON.stringify(NODE, undefined, 2));
    expect(facts).toEqual({
      nodeName: 'worker-4',
      kubeletVersion: 'v1.19.4',
      kernelVersion: '5.4.0-1029-aws',
      osImage: 'Ubuntu 20.04.1 LTS',
      containerRuntimeVersion: 'containerd://1.4.3',
      architecture: 'amd64',
      cpus: 16,
      memoryBytes: 65806104 * 1024,
    });
    expect(conditions).toMatchObject([
      { type: 'Ready', status: 'Unknown', isBad: true, reason: 'NodeStatusUnknown' },
      { type: 'MemoryPressure', isBad: false },
    ]);
  });

  it('may be a part of one, in YAML', () => {
    const { facts, conditions } = read(`
status:
  conditions:
  - lastHeartbeatTime: 2021-01-02T03:04:05Z
    status: "True"
    type: KernelDeadlock
  nodeInfo:
    kernelVersion: 4.19.0-13-amd64
    kubeletVersion: v1.20.1`);
    expect(facts).toMatchObject({ kernelVersion: '4.19.0-13-amd64', kubeletVersion: 'v1.20.1' });
    expect(conditions).toMatchObject([{ type: 'KernelDeadlock', isBad: true }]);
  });

  it('is the one that is not ready, of several', () => {
    const ready = {
      ...NODE,
      metadata: { name: 'worker-5' },
      status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: 'x' }], nodeInfo: {} },
    };
    expect(read(JSON.stringify({ items: [ready, NODE] }, undefined, 2)).facts).toMatchObject({
      nodeName: 'worker-4',
    });
    expect(read(JSON.stringify({ items: [ready, ready] }, undefined, 2)).facts).toEqual({
      nodeName: 'worker-5',
    });
  });

  it("is none of a pod's or crictl info's conditions", () => {
    expect(
      read(
        '{"status":{"conditions":[{"type":"RuntimeReady","status":true},{"type":"NetworkReady","status":false}]}}',
      ).conditions,
    ).toEqual([]);
  });
});

describe('Events', () => {
  it('are read of lists, with count and span', () => {
    const { events } = read(`
apiVersion: v1
items:
- apiVersion: v1
  count: 2523
  firstTimestamp: "2022-09-01T00:00:00Z"
  involvedObject:
    kind: Node
    name: worker-1
  lastTimestamp: "2022-09-02T18:00:00Z"
  message: 'rpc error: code = ResourceExhausted desc = grpc: trying to send message
    larger than max (16779959 vs. 16777216)'
  reason: ContainerGCFailed
  type: Warning
kind: List`);
    expect(events).toEqual([
      {
        at: { file: 'post.txt', line: 1 },
        objectKind: 'Node',
        objectName: 'worker-1',
        reason: 'ContainerGCFailed',
        message:
          'rpc error: code = ResourceExhausted desc = grpc: trying to send message larger than max (16779959 vs. 16777216)',
        isWarning: true,
        count: 2523,
        spanSeconds: 151_200,
      },
    ]);
  });
});

describe('Pods', () => {
  const pod = (name: string, nodeName: string) => ({
    metadata: { name, namespace: 'jobs' },
    spec: {
      nodeName,
      containers: [
        {
          name: 'c',
          livenessProbe: { exec: { command: ['true'] }, periodSeconds: 1 },
          readinessProbe: { exec: { command: ['true'] } },
        },
        { name: 'd', readinessProbe: { httpGet: { port: 80 } } },
      ],
      volumes: [
        { name: 's', secret: { secretName: 's' } },
        { name: 'p', projected: { sources: [{ configMap: {} }, { serviceAccountToken: {} }] } },
        { name: 'v', persistentVolumeClaim: { claimName: 'v' } },
      ],
    },
    status: { phase: 'Running', containerStatuses: [{ restartCount: 3 }, { restartCount: 4 }] },
  });

  it('have probes by kind and period, what they mount, restarts', () => {
    const { pods, facts, counted } = read(
      JSON.stringify({ kind: 'PodList', items: [pod('a', 'n1'), pod('b', 'n1')] }, undefined, 1),
    );
    expect(pods?.[0]).toEqual({
      at: { file: 'post.txt', line: 1 },
      namespace: 'jobs',
      name: 'a',
      phase: 'Running',
      restarts: 7,
      execProbes: [{ periodSeconds: 1 }, { periodSeconds: 10 }],
      httpProbes: 1,
      secretAndConfigMapVolumes: 2,
      claims: 1,
    });
    expect(facts).toEqual({ pods: 2 });
    expect(counted).toMatchObject([
      { thing: 'pods', value: 2 },
      { thing: 'claims', value: 2 },
    ]);
  });

  it('are no count where the list was cut', () => {
    const text = JSON.stringify({ items: [pod('a', 'n1'), pod('b', 'n1'), pod('c', 'n1')] });
    const { pods, facts, counted } = read(text.slice(0, -400));
    expect(pods).toHaveLength(3);
    expect(facts).toEqual({});
    expect(counted).toEqual([]);
  });

  it('of several nodes are not counted for one', () => {
    const { pods, facts, counted } = read(JSON.stringify([pod('a', 'n1'), pod('b', 'n2')], undefined, 1));
    expect(pods).toHaveLength(2);
    expect(facts).toEqual({});
    expect(counted).toEqual([]);
  });
});

describe("the kubelet's answers", () => {
  it('give settings, of /configz, a file or a ConfigMap', () => {
    const expected = expect.arrayContaining([
      expect.objectContaining({ name: 'kubeAPIQPS', value: '5' }),
      expect.objectContaining({ name: 'evictionHard.memory.available', value: '100Mi' }),
    ]) as unknown;
    expect(
      read(
        '{"kubeletconfig":{"kubeAPIQPS":5,"cgroupDriver":"systemd","evictionHard":{"memory.available":"100Mi"}}}',
      ),
    ).toMatchObject({ settings: expected, facts: { cgroupDriver: 'systemd' } });
    const file =
      'apiVersion: kubelet.config.k8s.io/v1beta1\nevictionHard:\n  memory.available: 100Mi\nkind: KubeletConfiguration\nkubeAPIQPS: 5';
    expect(read(file).settings).toEqual(expected);
    expect(
      read(`apiVersion: v1\ndata:\n  kubelet: |\n    ${file.replaceAll('\n', '\n    ')}\nkind: ConfigMap`)
        .settings,
    ).toEqual(expected);
  });

  it('give pressure, memory and CPU of /stats/summary', () => {
    const psi = (avg10: number) => ({ some: { total: 1, avg10, avg60: 2, avg300: 1 } });
    const found = read(
      JSON.stringify(
        {
          node: {
            nodeName: 'n1',
            cpu: { usageNanoCores: 1, psi: psi(12) },
            memory: { availableBytes: 1000 },
            systemContainers: [{ name: 'kubelet', cpu: { usageNanoCores: 2_500_000_000 } }],
          },
          pods: [{ podRef: {} }, { podRef: {} }],
        },
        undefined,
        1,
      ),
    );
    expect(found).toMatchObject({
      facts: { nodeName: 'n1', pods: 2 },
      pressure: [
        { resource: 'cpu', kind: 'some', avg10: 0.12, avg60: 0.02, avg300: 0.01, cgroup: undefined },
      ],
      memory: [{ available: 1000 }],
      kubeletCores: [{ cores: 2.5 }],
      counted: [{ thing: 'pods', value: 2 }],
    });
  });

  it('give the version of the server last, never that of kubectl', () => {
    const version = {
      clientVersion: { gitVersion: 'v1.30.0' },
      serverVersion: { gitVersion: 'v1.20.9', goVersion: 'go1.15.14' },
    };
    expect(read(JSON.stringify(version, undefined, 2)).facts).toEqual({
      kubeletVersion: 'v1.20.9',
      goVersion: 'go1.15.14',
    });
    expect(read(`${JSON.stringify(version, undefined, 2)}\n${JSON.stringify(NODE)}`).facts).toMatchObject({
      kubeletVersion: 'v1.19.4',
    });
  });
});

describe('other texts', () => {
  it('have no objects', () => {
    const found = read(
      'kind: something\nsaid: by a person\n{"a":1}\n{"kind":"Deployment","spec":{}}\nE1127 06:51:40.1 1 x.go:1] y',
    );
    expect(Object.values(found).filter(list => Array.isArray(list) && list.length > 0)).toEqual([]);
    expect(found.facts).toEqual({});
  });
});
