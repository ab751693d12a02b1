/**
 * The demo cluster: which nodes it has, in what state, and which recorded profile each kubelet replays. Node objects
 * are the recorded ones (test/fixtures/kubelet/api) with other names, versions and conditions.
 */
import type { NodeObject } from '../../../src/cluster/nodes/nodes.js';

/** How the kubelet answers through the node proxy. */
export type KubeletState =
  | 'running'
  /** Stopped by a signal: the API server gives up after 10 s with "TLS handshake timeout". */
  | 'hanging'
  /** Not started: "connection refused". */
  | 'down'
  /** enableProfilingHandler: false. */
  | 'without-profiling';

export interface DemoNode {
  readonly name: string;
  readonly roles: readonly string[];
  readonly kubeletVersion: string;
  readonly goVersion: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly containerRuntimeVersion: string;
  readonly ageDays: number;
  readonly cpus: number;
  readonly isReady: boolean;
  readonly isCordoned: boolean;
  readonly hasMemoryPressure: boolean;
  readonly kubelet: KubeletState;
  /** CPU of the kubelet process, in cores. */
  readonly cores: number;
  /** File of test/fixtures/profiles, recorded over 30 s. */
  readonly cpuProfile: string;
  /** How many times as busy as the recorded kubelet this one is. */
  readonly intensity: number;
  readonly heapProfile: string;
}

const BASE = {
  roles: [],
  kubeletVersion: 'v1.36.2',
  goVersion: 'go1.27.3',
  kernelVersion: '6.18.44',
  osImage: 'Debian GNU/Linux 12 (bookworm)',
  containerRuntimeVersion: 'containerd://1.6.20',
  ageDays: 41,
  cpus: 8,
  isReady: true,
  isCordoned: false,
  hasMemoryPressure: false,
  kubelet: 'running',
  cores: 0.03,
  cpuProfile: 'cpu-30pods-30s.pb.gz',
  intensity: 1,
  heapProfile: 'heap-30pods.pb.gz',
} as const satisfies Omit<DemoNode, 'name'>;

/** worker-1 is the founding case: slow memory.stat, a kubelet that burns more than a core. */
export const DEMO_NODES: readonly DemoNode[] = [
  {
    ...BASE,
    name: 'control-1',
    roles: ['control-plane'],
    ageDays: 212,
    cpus: 4,
    cpuProfile: 'cpu-idle-30s.pb.gz',
    cores: 0.01,
  },
  {
    ...BASE,
    name: 'worker-1',
    kubeletVersion: 'v1.32.5',
    goVersion: 'go1.26.1',
    kernelVersion: '6.18.44',
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    ageDays: 398,
    cpus: 16,
    cpuProfile: 'cpu-v1.32-runc-30s.pb.gz',
    // Recorded: 2.45 s of samples and 2.88 s of process CPU in 30 s.
    intensity: 14,
    cores: (2.88 / 30) * 14,
  },
  { ...BASE, name: 'worker-2' },
  {
    ...BASE,
    name: 'worker-3',
    isCordoned: true,
    cpuProfile: 'cpu-cgroupload-30s.pb.gz',
    intensity: 2,
    cores: 0.31,
  },
  {
    ...BASE,
    name: 'worker-4',
    hasMemoryPressure: true,
    cpuProfile: 'cpu-memcg-zombies-30s.pb.gz',
    intensity: 5,
    cores: 0.76,
  },
  { ...BASE, name: 'worker-5', isReady: false, kubelet: 'hanging' },
  {
    ...BASE,
    name: 'edge-1',
    roles: ['edge'],
    kubeletVersion: 'v1.37.2',
    ageDays: 3,
    cpus: 2,
    kubelet: 'without-profiling',
    cpuProfile: 'cpu-v1.37-idle-30s.pb.gz',
    heapProfile: 'heap-v1.37.pb.gz',
    cores: 0.01,
  },
];

/** A cluster of any size, for trees of thousands. */
export function manyNodes(count: number): DemoNode[] {
  return Array.from({ length: count }, (_, index) => ({
    ...BASE,
    name: `node-${String(index).padStart(5, '0')}`,
  }));
}

/** What the server keeps: a v1.Node as sent. */
export type NodeJson = NodeObject & {
  metadata: NonNullable<NodeObject['metadata']> & { readonly name: string; readonly resourceVersion: string };
};

export interface RecordedNodes {
  readonly ready: NodeJson;
  readonly notReady: NodeJson;
}

/** `index` makes addresses and uids differ. */
export function buildNodeObject(node: DemoNode, recorded: RecordedNodes, index: number, now: Date): NodeJson {
  const base = node.isReady ? recorded.ready : recorded.notReady;
  const conditions = (base.status?.conditions ?? []).map(condition =>
    node.hasMemoryPressure && condition.type === 'MemoryPressure'
      ? { ...condition, ...MEMORY_PRESSURE }
      : condition,
  );
  const labels = { ...base.metadata.labels, 'kubernetes.io/hostname': node.name };
  return {
    ...base,
    metadata: {
      ...base.metadata,
      name: node.name,
      uid: `1c518b71-cd46-4ddc-b9fd-${String(index).padStart(12, '0')}`,
      creationTimestamp: new Date(now.getTime() - node.ageDays * 86_400_000)
        .toISOString()
        .replace(/\.\d+Z/, 'Z'),
      labels: {
        ...labels,
        ...Object.fromEntries(node.roles.map(role => [`node-role.kubernetes.io/${role}`, ''])),
      },
    },
    spec: { ...base.spec, ...(node.isCordoned ? { unschedulable: true } : {}) },
    status: {
      ...base.status,
      conditions,
      capacity: { ...base.status?.capacity, cpu: String(node.cpus) },
      addresses: [
        { type: 'InternalIP', address: `192.0.2.${10 + (index % 200)}` },
        { type: 'Hostname', address: node.name },
      ],
      nodeInfo: {
        ...base.status?.nodeInfo,
        kubeletVersion: node.kubeletVersion,
        kernelVersion: node.kernelVersion,
        osImage: node.osImage,
        containerRuntimeVersion: node.containerRuntimeVersion,
      },
    },
  };
}

const MEMORY_PRESSURE = {
  status: 'True',
  reason: 'KubeletHasInsufficientMemory',
  message: 'kubelet has insufficient memory available',
};
