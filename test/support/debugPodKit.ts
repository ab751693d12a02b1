/** Debug pods on the fake cluster: a maker with all it needs, intents in memory, an audit to look at, a fast clock. */
import { TriageError } from '../../src/base/errors.js';
import { DebugPods } from '../../src/debugpod/debugPods.js';
import type { DebugPodDeps } from '../../src/debugpod/podLife.js';
import type {
  AuditEntry,
  DebugPodRequest,
  IntentStore,
  PodClock,
  PodIntent,
} from '../../src/debugpod/debugPodPorts.js';
import { expect } from 'vitest';
import { FakePods } from './fakePods.js';
import { pause } from './pause.js';

/** Its seconds last ten milliseconds. */
export class FastClock implements PodClock {
  /** Added to the time of day: for what is over. */
  aheadMs = 0;
  constructor(private readonly factor = 100) {}
  nowMs(): number {
    return Date.now() + this.aheadMs;
  }
  monotonicMs(): number {
    return performance.now() * this.factor;
  }
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await pause(ms / this.factor, signal);
    if (signal.aborted) throw new TriageError('cancelled', 'Cancelled.');
  }
}

export class MemoryIntents implements IntentStore {
  readonly kept = new Map<string, PodIntent>();
  /** All that was ever written, in order. */
  readonly written: PodIntent[] = [];

  write(intent: PodIntent): Promise<void> {
    this.kept.set(intent.name, intent);
    this.written.push(intent);
    return Promise.resolve();
  }
  forget(name: string): Promise<void> {
    this.kept.delete(name);
    return Promise.resolve();
  }
  list(): Promise<readonly PodIntent[]> {
    return Promise.resolve([...this.kept.values()]);
  }
}

export const SERVER = 'https://fake.invalid';

export const request: DebugPodRequest = {
  node: 'node1',
  kubeletVersion: 'v1.32.5',
  namespace: 'triage',
  level: 'ptrace',
  image: {
    reference: 'busybox',
    name: 'busybox',
    pullPolicy: 'Never',
    origin: 'on-node',
    bytes: 4_000_000,
    strace: undefined,
  },
  lifetimeSeconds: 300,
};

export interface DebugPodKit {
  readonly pods: FakePods;
  readonly intents: MemoryIntents;
  readonly audit: AuditEntry[];
  readonly clock: FastClock;
  readonly deps: DebugPodDeps;
  readonly maker: DebugPods;
}

let suffixes = 0;

export function debugPodKit(change: { user?: string; session?: string; pods?: FakePods } = {}): DebugPodKit {
  const { user = 'admin', session = 'session-1', pods = new FakePods() } = change;
  const intents = new MemoryIntents();
  const audit: AuditEntry[] = [];
  const clock = new FastClock();
  const deps: DebugPodDeps = {
    context: 'fake',
    server: SERVER,
    pods: pods.runner(user),
    intents,
    audit: entry => audit.push(entry),
    clock,
    owner: { session, host: 'laptop', pid: 4711 },
    randomSuffix: () => `s${++suffixes}`,
  };
  for (const name of ['heartbeat', 'job-start', 'job-end'])
    pods.responders.addNamed(`node-triage-${name}`, {});
  pods.responders.addNamed('node-triage-job-wait', { stdout: '0 4 0 1\n3 out.txt\ndone' });
  return { pods, intents, audit, clock, deps, maker: new DebugPods(deps) };
}

/** No pod, no intent, nothing under way. */
export async function expectNothingLeft({ maker, pods, intents }: DebugPodKit): Promise<void> {
  await maker.settled();
  expect(pods.all()).toEqual([]);
  expect(await intents.list()).toEqual([]);
  expect(maker.living()).toEqual([]);
}
