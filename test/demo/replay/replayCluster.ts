/** The state behind the replay server: nodes, their kubelets and pods, heartbeats. Knows no HTTP. */
import { NodeStore } from './nodeStore.js';
import type { Recordings } from './recordings.js';
import { ReplayExec } from './replayExec.js';
import { ReplayKubelet } from './replayKubelet.js';
import { ReplayPods } from './replayPods.js';
import {
  buildNodeObject,
  type DemoNode,
  type KubeletState,
  type NodeJson,
  type RecordedNodes,
} from './scenario.js';

export class ReplayCluster {
  readonly store = new NodeStore();
  readonly kubelets = new Map<string, ReplayKubelet>();
  readonly pods: ReplayPods;
  readonly exec: ReplayExec;
  private readonly recorded: RecordedNodes;
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(nodes: readonly DemoNode[], recordings: Recordings, speed: number) {
    this.recorded = recordings.nodes();
    const kubeletOf = (name: string): KubeletState | undefined =>
      this.store.find(name) === undefined ? undefined : this.kubelets.get(name)?.state;
    this.pods = new ReplayPods({ recordings, speed, kubeletOf });
    this.exec = new ReplayExec({ recordings, pods: this.pods, kubeletOf });
    const now = new Date();
    for (const [index, node] of nodes.entries()) {
      this.kubelets.set(node.name, new ReplayKubelet(node, recordings, speed));
      this.store.put(buildNodeObject(node, this.recorded, index, now));
    }
  }

  /** Throws for a name that is not there: a test that means another node must fail. */
  node(name: string): NodeJson {
    const node = this.store.find(name);
    if (node === undefined) throw new Error(`the replay cluster has no node ${name}`);
    return node;
  }

  kubelet(name: string): ReplayKubelet {
    const kubelet = this.kubelets.get(name);
    if (kubelet === undefined) throw new Error(`the replay cluster has no kubelet ${name}`);
    return kubelet;
  }

  /** Conditions and taints as the node controller sets them, from the recorded objects. */
  setReady(name: string, isReady: boolean): void {
    const { spec, status } = isReady ? this.recorded.ready : this.recorded.notReady;
    const node = this.node(name);
    const conditions = status?.conditions ?? [];
    this.store.put({ ...node, spec: { ...node.spec, ...spec }, status: { ...node.status, conditions } });
    this.setKubelet(name, isReady ? 'running' : 'hanging');
  }

  setKubelet(name: string, state: KubeletState): void {
    this.kubelet(name).state = state;
  }

  /** One node after the other reports its status: a change of the object that changes nothing for a reader. */
  startHeartbeats(everyMs: number): void {
    let turn = 0;
    this.heartbeat = setInterval(() => {
      const nodes = this.store.list();
      const node = nodes[turn++ % nodes.length];
      if (node !== undefined) this.store.put(withHeartbeat(node, new Date()));
    }, everyMs);
  }

  stop(): void {
    clearInterval(this.heartbeat);
  }
}

function withHeartbeat(node: NodeJson, now: Date): NodeJson {
  const lastHeartbeatTime = now.toISOString().replace(/\.\d+Z/, 'Z');
  // A kubelet that is silent sends none: the control plane says Unknown of it, and keeps the time of the last one.
  const conditions = (node.status?.conditions ?? []).map(condition =>
    condition.status === 'Unknown' ? condition : { ...condition, lastHeartbeatTime },
  );
  return { ...node, status: { ...node.status, conditions } };
}
