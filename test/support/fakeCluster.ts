/**
 * A cluster in memory: every port of src/cluster/clusterPorts.ts, without sockets. It passes the same contract as the real
 * implementation (test/contract/clusterContract.ts), so tests of capture and ui may trust what they learn from it.
 */
import { isTriageError, throwIfCancelled, TriageError, type TriageErrorCode } from '../../src/base/errors.js';
import type {
  ClusterConnection,
  ClusterNode,
  ContextInfo,
  CredentialRenewal,
  KubeletProcessReading,
  KubeletProfileRequest,
  NodeAnswerName,
  NodeNotice,
  NodeWatch,
  NodeWatchEvent,
} from '../../src/cluster/clusterPorts.js';
import { FakePods } from './fakePods.js';
import { contextOf, forbidden } from './fakeRights.js';
import { pause } from './pause.js';

export type FakeUser = 'admin' | 'limited' | 'unprivileged';

/** A ready worker, changed by `part`. */
export function fakeNode(name: string, part: Partial<ClusterNode> = {}): ClusterNode {
  return {
    name,
    uid: `uid-${name}`,
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
    ...part,
  };
}

export interface FakeClusterOptions {
  readonly nodes?: readonly ClusterNode[];
  /** Bytes of a profile; asked when the window is over. */
  readonly profile: (node: string, request: KubeletProfileRequest) => Uint8Array;
  /** What a node's API objects and kubelet answer; undefined: it is not served. */
  readonly answer?: (node: string, answer: NodeAnswerName) => Uint8Array | undefined;
  /** Length of one second of a profile, in milliseconds: 10 where not given. */
  readonly secondMs?: number;
}

/** A list of Events, with those that were made here behind. */
function withNotices(bytes: Uint8Array | undefined, notices: FakeCluster['notices']): Uint8Array {
  const list = JSON.parse(
    new TextDecoder().decode(bytes ?? new TextEncoder().encode('{"kind":"EventList"}')),
  ) as {
    readonly items?: readonly unknown[];
  };
  const made = notices.map(({ name, node, reason, message }) => ({
    metadata: { name, namespace: 'default' },
    involvedObject: { kind: 'Node', name: node },
    reason,
    message,
  }));
  return new TextEncoder().encode(JSON.stringify({ ...list, items: [...(list.items ?? []), ...made] }));
}

const OF_API_SERVER: ReadonlySet<NodeAnswerName> = new Set(['node', 'node-events', 'pod-events', 'pods']);

export class FakeCluster {
  private readonly nodes = new Map<string, ClusterNode>();
  private readonly watches = new Set<FakeWatch>();
  private readonly profiling = new Set<string>();
  private readonly kubeletFaults = new Map<string, TriageErrorCode>();
  private outage = new AbortController();
  readonly pods = new FakePods({
    hasNode: name => this.nodes.has(name),
    enter: signal => this.enter(signal),
  });
  /** CPU of every kubelet's process, in cores. */
  cores = 0.25;
  /** Every fetchProfile so far, in order. */
  readonly profileRequests: { readonly node: string; readonly request: KubeletProfileRequest }[] = [];
  /** Events that were made about nodes, in order. */
  readonly notices: (NodeNotice & { readonly name: string; readonly node: string })[] = [];
  /** Every renewCredentials so far, in order. */
  readonly renewals: CredentialRenewal[] = [];
  /** Set: every request is refused so. */
  refusal: TriageErrorCode | undefined;
  /** False: as an API server before 1.27, which has no SelfSubjectReview. */
  tellsWhoAsks = true;
  /** How many pieces a profile's body comes in, and how far apart. */
  body = { pieces: 2, everyMs: 0 };

  constructor(private readonly options: FakeClusterOptions) {
    for (const node of options.nodes ?? [fakeNode('worker-1'), fakeNode('worker-2')])
      this.nodes.set(node.name, node);
  }

  putNode(node: ClusterNode): void {
    this.nodes.set(node.name, node);
    for (const watch of this.watches) watch.send({ kind: 'changed', node });
  }

  removeNode(name: string): void {
    this.nodes.delete(name);
    this.pods.collectNode(name);
    for (const watch of this.watches) watch.send({ kind: 'removed', name });
  }

  /** The node's kubelet answers every request with this from now on; undefined: it is well again. */
  setKubeletFault(node: string, code: TriageErrorCode | undefined): void {
    if (code === undefined) this.kubeletFaults.delete(node);
    else this.kubeletFaults.set(node, code);
  }

  /** Every request and watch that runs is cut off; new ones work. */
  cutConnections(): void {
    this.outage.abort();
    this.outage = new AbortController();
    this.pods.cutExecs();
    for (const watch of this.watches) watch.interrupt(lost());
  }

  isProfiling(node: string): boolean {
    return this.profiling.has(node);
  }

  connect(user: FakeUser = 'admin'): ClusterConnection {
    const context: ContextInfo = {
      name: contextOf(user),
      cluster: 'fake',
      user,
      isCurrent: user === 'admin',
      server: 'https://fake.invalid',
    };
    const disposal = new AbortController();
    const watches = new Set<FakeWatch>();
    return {
      context,
      nodes: {
        list: async signal => {
          await this.enter(AbortSignal.any([signal, disposal.signal]));
          this.requireNodes(user);
          return this.listNodes();
        },
        watch: listener => {
          const watch = new FakeWatch(
            listener,
            () => this.snapshot(user),
            ended => this.watches.delete(ended),
          );
          this.watches.add(watch);
          watches.add(watch);
          return watch;
        },
      },
      profiler: {
        fetchProfile: (node, request, signal, onBytes) =>
          this.fetchProfile({ user, node }, request, AbortSignal.any([signal, disposal.signal]), onBytes),
      },
      metrics: {
        readProcess: async (node, signal) => {
          await this.enter(AbortSignal.any([signal, disposal.signal]));
          this.requireKubelet(user, node);
          return this.reading();
        },
      },
      answers: {
        read: async (node, answer, signal) => {
          await this.enter(AbortSignal.any([signal, disposal.signal]));
          if (!OF_API_SERVER.has(answer)) this.requireKubelet(user, node);
          else if (answer === 'node' && !this.nodes.has(node))
            throw new TriageError('node-not-found', `no node ${node}`, { node });
          const bytes = this.options.answer?.(node, answer);
          if (answer === 'node-events') return withNotices(bytes, this.notices);
          if (bytes !== undefined) return bytes;
          throw new TriageError('request-rejected', `${answer} is not served`, {
            node,
            facts: { status: 404, body: '' },
          });
        },
      },
      nodeEvents: {
        record: async (node, notice, signal) => {
          await this.enter(AbortSignal.any([signal, disposal.signal]));
          if (user !== 'admin')
            throw forbidden(user, { verb: 'create', resource: 'events', namespace: 'default' }, node);
          const name = `${node}.${this.notices.length}`;
          this.notices.push({ name, node, ...notice });
          return name;
        },
      },
      pods: this.pods.runner(user, disposal.signal),
      whoAmI: async signal => {
        await this.enter(AbortSignal.any([signal, disposal.signal]));
        return this.tellsWhoAsks ? user : undefined;
      },
      renewCredentials: when => {
        this.renewals.push(when);
      },
      dispose: () => {
        disposal.abort();
        for (const watch of watches) watch.close();
      },
    };
  }

  private listNodes(): ClusterNode[] {
    return [...this.nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private snapshot(user: FakeUser): NodeWatchEvent {
    this.requireNodes(user);
    return { kind: 'synced', nodes: this.listNodes() };
  }

  private async fetchProfile(
    { user, node }: { user: FakeUser; node: string },
    request: KubeletProfileRequest,
    signal: AbortSignal,
    onBytes: ((received: number) => void) | undefined,
  ): Promise<Uint8Array> {
    this.profileRequests.push({ node, request });
    await this.enter(signal);
    this.requireKubelet(user, node);
    const { outage } = this;
    if (request.profile === 'cpu' || request.profile === 'trace')
      await this.passWindow(node, request, AbortSignal.any([signal, outage.signal]));
    if (signal.aborted) throw cancelled();
    if (outage.signal.aborted) throw lost(node);
    const bytes = this.options.profile(node, request);
    return this.deliver(bytes, signal, onBytes);
  }

  private async passWindow(node: string, request: KubeletProfileRequest, ended: AbortSignal): Promise<void> {
    const key = request.profile === 'cpu' ? node : `${node} trace`;
    if (this.profiling.has(key))
      throw new TriageError('profiler-busy', 'cpu profiling already in use', { node });
    this.profiling.add(key);
    try {
      await pause(request.seconds * (this.options.secondMs ?? 10), ended);
    } finally {
      this.profiling.delete(key);
    }
  }

  private async deliver(
    bytes: Uint8Array,
    signal: AbortSignal,
    onBytes: ((received: number) => void) | undefined,
  ): Promise<Uint8Array> {
    for (let piece = 1; piece <= this.body.pieces; piece++) {
      await pause(this.body.everyMs, signal);
      if (signal.aborted) throw cancelled();
      onBytes?.(Math.round((bytes.length * piece) / this.body.pieces));
    }
    return bytes;
  }

  private reading(): KubeletProcessReading {
    const atMs = performance.now();
    return {
      cpuSeconds: (atMs / 1000) * this.cores,
      startTimeSeconds: 1_795_424_999,
      atMs,
      goVersion: 'go1.27.3',
      gitVersion: 'v1.36.2',
    };
  }

  /** A request takes a turn of the event loop at least, as a real one does. */
  private async enter(signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    await pause(0, signal);
    throwIfCancelled(signal);
    if (this.refusal !== undefined) throw new TriageError(this.refusal, `refused: ${this.refusal}`);
  }

  private requireNodes(user: FakeUser): void {
    if (this.refusal !== undefined) throw new TriageError(this.refusal, `refused: ${this.refusal}`);
    if (user === 'unprivileged') throw forbidden(user, { verb: 'list', resource: 'nodes' });
  }

  private requireKubelet(user: FakeUser, node: string): void {
    if (user !== 'admin') throw forbidden(user, { verb: 'get', resource: 'nodes/proxy' }, node);
    if (!this.nodes.has(node)) throw new TriageError('node-not-found', `no node ${node}`, { node });
    const fault = this.kubeletFaults.get(node);
    if (fault !== undefined)
      throw new TriageError(fault, `kubelet of ${node}: ${fault}`, { node, facts: { reason: fault } });
  }
}

/** Comes back 20 ms after an interruption. */
class FakeWatch implements NodeWatch {
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly listener: (event: NodeWatchEvent) => void,
    private readonly snapshot: () => NodeWatchEvent,
    private readonly ended: (watch: FakeWatch) => void,
  ) {
    this.timer = setTimeout(() => {
      this.sync();
    }, 0);
  }

  retryNow(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.sync();
    }, 0);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.ended(this);
  }

  send(event: NodeWatchEvent): void {
    if (!this.isClosed) this.listener(event);
  }

  interrupt(error: TriageError): void {
    clearTimeout(this.timer);
    const isFinal = error.code === 'forbidden' || error.code === 'unauthorized';
    this.send({ kind: 'disconnected', error, retryInMs: isFinal ? undefined : 20 });
    if (!isFinal)
      this.timer = setTimeout(() => {
        this.sync();
      }, 20);
  }

  private sync(): void {
    if (this.isClosed) return;
    try {
      this.send(this.snapshot());
    } catch (error) {
      if (!isTriageError(error)) throw error;
      this.interrupt(error);
    }
  }
}

function cancelled(): TriageError {
  return new TriageError('cancelled', 'Cancelled.');
}

function lost(node?: string): TriageError {
  return new TriageError('connection-lost', 'The connection was cut off.', { node, facts: { received: 0 } });
}
