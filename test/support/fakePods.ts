/**
 * The pods of a cluster in memory: PodRunner (src/cluster/podPorts.ts) without sockets. It passes the same contract as
 * the real one (test/contract/podContract.ts). Pods run as soon as they are made unless a test says otherwise
 * (`starts`, `startMs`, `change`); commands are answered by responders (execResponder.ts).
 */
import { throwIfCancelled, TriageError } from '../../src/base/errors.js';
import type {
  AccessQuestion,
  ExecRequest,
  ExecResult,
  NodeDetails,
  PodManifest,
  PodName,
  PodRunner,
  PodSelection,
  PodState,
} from '../../src/cluster/podPorts.js';
import { describePod } from '../../src/cluster/pods/podState.js';
import { contextOf, forbidden } from './fakeRights.js';
import { commandName, ExecResponders, ExecStdin, type ExecAnswer } from './execResponder.js';
import { matchesFields, matchesLabels } from './podSelectors.js';
import { pause } from './pause.js';

/** What becomes of a pod: merged over its state. */
export type PodChange = Partial<
  Pick<
    PodState,
    'phase' | 'reason' | 'message' | 'container' | 'labels' | 'annotations' | 'createdAt' | 'deletionAt'
  >
>;

/** One call that reached the cluster, refused or not. */
export interface PodCall {
  readonly kind: 'mayI' | 'nodeDetails' | 'dryRun' | 'create' | 'read' | 'list' | 'remove' | 'exec';
  readonly user: string;
  /** Of the pod or node. */
  readonly name: string | undefined;
  readonly manifest?: PodManifest;
  /** Of exec. */
  readonly argv?: readonly string[];
  readonly graceSeconds?: number;
  /** Of list. */
  readonly selection?: PodSelection;
}

export interface FakePodsOptions {
  readonly hasNode?: (name: string) => boolean;
  /** Waited for by every call; throws where the cluster refuses everything. */
  readonly enter?: (signal: AbortSignal) => Promise<void>;
}

interface Kept {
  state: PodState;
  readonly containers: readonly string[];
  /** performance.now() when it becomes what `starts` said; undefined: it is that already. */
  becomesAtMs: number | undefined;
  becomes: PodChange;
}

const RUNNING: PodChange = { phase: 'Running', container: { state: 'running' } };
const LOOKING = ['get', 'list', 'watch'];
const STDERR_LIMIT = 64 * 1024;
/** The object of a pod that was made or changed last, and so on: uids are told apart in logs. */
let madeSoFar = 0;

export class FakePods {
  /** Every call so far, in order. */
  readonly calls: PodCall[] = [];
  readonly responders = new ExecResponders();
  /** What a pod becomes `startMs` after it was made. */
  starts: (pod: PodState) => PodChange = () => RUNNING;
  /** Infinity: it stays Pending until {@link change}. */
  startMs = 0;
  /** How long an object lives on after its deletion was asked for; at most its grace period. */
  deletionMs = 0;
  /** What a dry run warns of. */
  warnings: (manifest: PodManifest) => readonly string[] = () => [];
  /** Said word for word by admission, to dryRun and create; undefined: it admits. */
  refusal: (manifest: PodManifest) => string | undefined = () => undefined;
  /** What a user may not do, to mayI and to the calls: `limited` may look at nodes and pods, others but `admin` nothing. */
  forbids: (user: string, question: AccessQuestion) => boolean = (user, { verb, subresource }) =>
    user !== 'admin' && !(user === 'limited' && subresource === undefined && LOOKING.includes(verb));
  /** Changes to what nodeDetails tells of a node. */
  readonly details = new Map<string, Partial<NodeDetails>>();
  /** The next create rejects with `connection-lost`, and its pod is made all the same, or is not. */
  losesNextAnswer: 'made' | 'not-made' | undefined;
  private readonly pods = new Map<string, Kept>();
  private isAway = false;
  private cut = new AbortController();

  constructor(private readonly options: FakePodsOptions = {}) {}

  /** All of them, of all namespaces. */
  all(): readonly PodState[] {
    return [...this.pods.keys()].flatMap(key => this.settled(key)?.state ?? []);
  }

  find(name: string): PodState | undefined {
    return this.all().find(pod => pod.name === name);
  }

  /** Puts one there that this runner did not make: another client's leftover, say. */
  put(manifest: PodManifest, change: PodChange = RUNNING): PodState {
    const kept = this.keep(manifest, change, undefined);
    kept.state = { ...kept.state, ...change };
    return kept.state;
  }

  /** Throws for a pod that is not there: a test that means another must fail. */
  change(name: string, change: PodChange): void {
    const kept = [...this.pods.values()].find(({ state }) => state.name === name);
    if (kept === undefined) throw new Error(`no pod ${name}`);
    kept.becomesAtMs = undefined;
    kept.state = { ...kept.state, ...change };
  }

  /** Another client deleted it: it is gone, and what ran in it is cut off. */
  vanish(name: string): void {
    for (const [key, { state }] of this.pods) if (state.name === name) this.pods.delete(key);
    this.cutExecs();
  }

  /** What PodGC does when a node's object is deleted. */
  collectNode(node: string): void {
    for (const [key, { state }] of this.pods) if (state.node === node) this.pods.delete(key);
    this.cutExecs();
  }

  /** Every exec that runs ends with `exec-lost`; new ones work. */
  cutExecs(): void {
    this.cut.abort();
    this.cut = new AbortController();
  }

  /** From now on every call rejects with `unreachable`, and what runs is cut off. */
  goAway(): void {
    this.isAway = true;
    this.cutExecs();
  }

  comeBack(): void {
    this.isAway = false;
  }

  /** How often a command of this NAME was run. */
  countOf(name: string): number {
    return this.calls.filter(({ argv }) => argv !== undefined && commandName(argv) === name).length;
  }

  /** The runner of one user; `disposed` ends all it does. */
  runner(user = 'admin', disposed: AbortSignal = new AbortController().signal): PodRunner {
    const join = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, disposed]);
    return {
      context: contextOf(user),
      mayI: async (questions, signal) => {
        await this.enter({ kind: 'mayI', user, name: undefined }, join(signal));
        return questions.map(question => ({ isAllowed: !this.forbids(user, question), reason: undefined }));
      },
      nodeDetails: (node, signal) => this.nodeDetails(user, node, join(signal)),
      dryRun: async (manifest, signal) => {
        await this.admit('dryRun', user, manifest, join(signal));
        return this.warnings(manifest);
      },
      create: (manifest, signal) => this.create(user, manifest, join(signal)),
      read: async (pod, signal) => {
        await this.enter({ kind: 'read', user, name: pod.name }, join(signal));
        this.require(user, { verb: 'get', namespace: pod.namespace, name: pod.name });
        return this.settled(keyOf(pod))?.state;
      },
      list: async (selection, signal) => {
        await this.enter({ kind: 'list', user, name: undefined, selection }, join(signal));
        this.require(user, { verb: 'list', namespace: selection.namespace });
        return this.select(selection);
      },
      remove: (pod, graceSeconds, signal) => this.remove(user, pod, graceSeconds, join(signal)),
      exec: (pod, request, signal, onBytes) =>
        new FakeExec(this.cut.signal, request, join(signal)).run(
          ended => this.startExec(user, pod, request, ended),
          onBytes,
        ),
    };
  }

  private async nodeDetails(user: string, node: string, signal: AbortSignal): Promise<NodeDetails> {
    await this.enter({ kind: 'nodeDetails', user, name: node }, signal);
    if (user === 'unprivileged') throw forbidden(user, { verb: 'get', resource: 'nodes' });
    if (this.options.hasNode?.(node) === false)
      throw new TriageError('node-not-found', `no node ${node}`, { node });
    const labels = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
    return { name: node, labels, taints: [], images: [], podSlots: 110, ...this.details.get(node) };
  }

  private async admit(
    kind: 'dryRun' | 'create',
    user: string,
    manifest: PodManifest,
    signal: AbortSignal,
  ): Promise<void> {
    const { name, namespace } = describePod(manifest);
    await this.enter({ kind, user, name, manifest }, signal);
    this.require(user, { verb: 'create', namespace });
    if (this.pods.has(keyOf({ namespace, name })))
      throw new TriageError('pod-name-taken', `pods "${name}" already exists`, { facts: { pod: name } });
    const reason =
      containersOf(manifest).length === 0
        ? `Pod "${name}" is invalid: spec.containers: Required value`
        : this.refusal(manifest);
    if (reason !== undefined) throw new TriageError('pod-refused', reason, { facts: { reason } });
  }

  private async create(user: string, manifest: PodManifest, signal: AbortSignal): Promise<PodState> {
    await this.admit('create', user, manifest, signal);
    const loss = this.losesNextAnswer;
    this.losesNextAnswer = undefined;
    if (loss === 'not-made') throw lost();
    const kept = this.keep(manifest, {}, performance.now() + this.startMs);
    kept.becomes = this.starts(kept.state);
    if (loss === 'made') throw lost();
    return kept.state;
  }

  private keep(manifest: PodManifest, becomes: PodChange, becomesAtMs: number | undefined): Kept {
    const state: PodState = {
      ...describePod(manifest),
      uid: `uid-${++madeSoFar}`,
      createdAt: new Date().toISOString().replace(/\.\d+Z/, 'Z'),
      phase: 'Pending',
    };
    const kept = { state, containers: containersOf(manifest), becomesAtMs, becomes };
    this.pods.set(keyOf(state), kept);
    return kept;
  }

  private select({ namespace, labelSelector = '', fieldSelector = '' }: PodSelection): PodState[] {
    return this.all().filter(
      pod =>
        (namespace === undefined || pod.namespace === namespace) &&
        matchesLabels(pod.labels, labelSelector) &&
        matchesFields(
          { 'metadata.name': pod.name, 'spec.nodeName': pod.node ?? '', 'status.phase': pod.phase },
          fieldSelector,
        ),
    );
  }

  private async remove(
    user: string,
    pod: PodName & { readonly uid: string },
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<'removed' | 'gone'> {
    await this.enter({ kind: 'remove', user, name: pod.name, graceSeconds }, signal);
    this.require(user, { verb: 'delete', namespace: pod.namespace, name: pod.name });
    const key = keyOf(pod);
    const kept = this.settled(key);
    if (kept?.state.uid !== pod.uid) return 'gone';
    const lastsMs = Math.min(this.deletionMs, graceSeconds * 1000);
    kept.state = { ...kept.state, deletionAt: new Date().toISOString().replace(/\.\d+Z/, 'Z') };
    if (lastsMs === 0) this.pods.delete(key);
    else setTimeout(() => this.pods.delete(key), lastsMs).unref();
    this.cutExecs();
    return 'removed';
  }

  private async startExec(
    user: string,
    pod: PodName,
    { argv, container, stdin, onSent }: ExecRequest,
    ended: AbortSignal,
  ): Promise<ExecAnswer> {
    await this.enter({ kind: 'exec', user, name: pod.name, argv }, ended);
    const { namespace, name } = pod;
    const asked = { group: '', resource: 'pods', subresource: 'exec', namespace, name };
    const missing = ['get', 'create'].filter(verb => this.forbids(user, { ...asked, verb }));
    if (missing.length > 0)
      throw forbidden(user, { verb: missing.join(', '), resource: 'pods/exec', namespace });
    const kept = this.settled(keyOf(pod));
    if (kept === undefined) throw refusedExec(`pods "${name}" not found`);
    if (!kept.containers.includes(container))
      throw refusedExec(`container ${container} is not valid for pod ${name}`);
    const { phase, node } = kept.state;
    if (phase === 'Succeeded' || phase === 'Failed')
      throw refusedExec(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    if (phase !== 'Running') throw refusedExec(`container not found ("${container}")`);
    const target = { namespace, name, node, container, stdin: takeStdin(stdin, onSent) };
    const answer = await this.responders.answer(argv, target, ended);
    if (answer === undefined)
      throw refusedExec(`no responder of this test knows the command ${commandName(argv)}`);
    return answer;
  }

  /** A pod as it is by now. */
  private settled(key: string): Kept | undefined {
    const kept = this.pods.get(key);
    if (kept?.becomesAtMs !== undefined && performance.now() >= kept.becomesAtMs) {
      kept.becomesAtMs = undefined;
      kept.state = { ...kept.state, ...kept.becomes };
    }
    return kept;
  }

  private require(user: string, asked: Omit<AccessQuestion, 'group' | 'resource'>): void {
    if (!this.forbids(user, { group: '', resource: 'pods', ...asked })) return;
    const resource = asked.subresource === undefined ? 'pods' : `pods/${asked.subresource}`;
    throw forbidden(user, { verb: asked.verb, resource, namespace: asked.namespace });
  }

  /** A call takes a turn of the event loop at least, as a real one does. */
  private async enter(call: PodCall, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    this.calls.push(call);
    await (this.options.enter ?? (ended => pause(0, ended)))(signal);
    throwIfCancelled(signal);
    if (this.isAway)
      throw new TriageError('unreachable', 'the cluster is away', {
        facts: { server: 'https://fake.invalid', reason: 'the connection was refused' },
      });
  }
}

/** One exec: its answer, or the first thing that ends it before. */
class FakeExec {
  constructor(
    private readonly cut: AbortSignal,
    private readonly request: ExecRequest,
    private readonly signal: AbortSignal,
  ) {}

  async run(
    start: (ended: AbortSignal) => Promise<ExecAnswer>,
    onBytes: ((received: number) => void) | undefined,
  ): Promise<ExecResult> {
    const { idleSeconds, maxBytes } = this.request;
    const over = new AbortController();
    const ended = AbortSignal.any([this.signal, this.cut, over.signal]);
    const idle = pause(idleSeconds * 1000, ended).then(() => undefined);
    try {
      const answer = await Promise.race([start(ended), idle]);
      throwIfCancelled(this.signal);
      if (this.cut.aborted) throw new TriageError('exec-lost', 'the connection was cut off');
      if (answer === undefined)
        throw new TriageError('timed-out', `nothing for ${idleSeconds} s`, {
          facts: { seconds: idleSeconds },
        });
      return finish(answer, maxBytes, onBytes);
    } finally {
      over.abort();
    }
  }
}

/** Arrives at once. */
function takeStdin(bytes: Uint8Array | undefined, onSent: ExecRequest['onSent']): ExecStdin | undefined {
  if (bytes === undefined) return undefined;
  const stdin = new ExecStdin();
  if (bytes.length > 0) {
    stdin.push(bytes);
    onSent?.(bytes.length);
  }
  stdin.end();
  return stdin;
}

function finish(
  { stdout = '', stderr = '', exitCode = 0, refused }: ExecAnswer,
  maxBytes: number,
  onBytes: ((received: number) => void) | undefined,
): ExecResult {
  if (refused !== undefined) throw refusedExec(refused);
  const bytes = typeof stdout === 'string' ? new TextEncoder().encode(stdout) : stdout;
  if (bytes.length > maxBytes)
    throw new TriageError('file-too-large', `more than ${maxBytes} bytes`, {
      facts: { limitBytes: maxBytes },
    });
  if (bytes.length > 0) onBytes?.(bytes.length);
  return { stdout: bytes, stderr: stderr.slice(0, STDERR_LIMIT), exitCode };
}

function containersOf(manifest: PodManifest): readonly string[] {
  const { containers = [] } = (manifest['spec'] ?? {}) as { containers?: readonly { name: string }[] };
  return containers.map(({ name }) => name);
}

function keyOf({ namespace, name }: PodName): string {
  return `${namespace}/${name}`;
}

function refusedExec(reason: string): TriageError {
  return new TriageError('exec-refused', reason, { facts: { reason } });
}

function lost(): TriageError {
  return new TriageError('connection-lost', 'The connection was cut off.', { facts: { received: 0 } });
}
