/** A clock turned by hand, and a kubelet and a decoder that answer by it. Files are real. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import type { CaptureRequest } from '../../../src/capture/captureProfile.js';
import type { Clock } from '../../../src/capture/clock.js';
import { kubeletOn } from '../../../src/capture/profileTarget.js';
import type {
  ClusterNode,
  KubeletMetrics,
  KubeletProcessReading,
  KubeletProfileRequest,
  KubeletProfiler,
} from '../../../src/cluster/clusterPorts.js';
import type { ProfileDecoder, SliceMerger } from '../../../src/worker/workerPorts.js';

export const START_MS = Date.UTC(2026, 10, 23, 8, 39, 10);

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Time moves only by {@link advanceToNext}: to the next sleeper, with the ticks of `every` on the way. */
export class FakeClock implements Clock {
  private elapsedMs = 0;
  private held: Promise<unknown> = Promise.resolve();
  private readonly sleepers = new Set<Sleeper>();
  private readonly tickers = new Set<{
    readonly periodMs: number;
    readonly tick: () => void;
    nextMs: number;
  }>();

  nowMs(): number {
    return START_MS + this.elapsedMs;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  every(periodMs: number, tick: () => void): () => void {
    const ticker = { periodMs, tick, nextMs: this.elapsedMs + periodMs };
    this.tickers.add(ticker);
    return () => this.tickers.delete(ticker);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper = { atMs: this.elapsedMs + ms, wake };
      const abort = () => {
        this.sleepers.delete(sleeper);
        reject(new TriageError('cancelled', 'Cancelled.'));
      };
      if (signal.aborted) abort();
      else {
        this.sleepers.add(sleeper);
        signal.addEventListener('abort', abort, { once: true });
      }
    });
  }

  /** Stops time until the work is done. */
  hold(work: Promise<unknown>): void {
    this.held = Promise.all([this.held, work]);
  }

  released(): Promise<unknown> {
    return this.held;
  }

  get isAwaited(): boolean {
    return this.sleepers.size > 0;
  }

  advanceToNext(): void {
    const [next] = [...this.sleepers].sort((a, b) => a.atMs - b.atMs);
    if (next === undefined) return;
    for (;;) {
      const [ticker] = [...this.tickers]
        .filter(each => each.nextMs <= next.atMs)
        .sort((a, b) => a.nextMs - b.nextMs);
      if (ticker === undefined) break;
      this.elapsedMs = ticker.nextMs;
      ticker.nextMs += ticker.periodMs;
      ticker.tick();
      // A tick may have ended what was slept for.
      if (!this.sleepers.has(next)) return;
    }
    this.elapsedMs = next.atMs;
    this.sleepers.delete(next);
    next.wake();
  }
}

/** Turns the clock until the work is done. Time stands still while no code sleeps (files are being written). */
export async function drive<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = () => (isDone = true);
  work.then(done, done);
  for (;;) {
    await setImmediate();
    await clock.released();
    // Set by the promise above, which the compiler does not follow.
    if (isDone as boolean) return work;
    if (clock.isAwaited) clock.advanceToNext();
  }
}

/** What a kubelet answers after the seconds asked for: bytes, an error, or nothing at all. */
export type Answer = Uint8Array | TriageError | 'hangs';

export class FakeKubeletProfiler implements KubeletProfiler {
  readonly requests: KubeletProfileRequest[] = [];
  openRequests = 0;

  /** `answers` in order; the last one again and again. */
  constructor(
    private readonly clock: FakeClock,
    private readonly answers: readonly Answer[],
  ) {}

  async fetchProfile(_: string, request: KubeletProfileRequest, signal: AbortSignal): Promise<Uint8Array> {
    const answer = this.answers[Math.min(this.requests.length, this.answers.length - 1)];
    this.requests.push(request);
    this.openRequests++;
    try {
      if (answer === 'hangs') await this.clock.sleep(1e12, signal);
      // Errors come at once, as they do; a profile takes its seconds and half a second to be sent.
      else await this.clock.sleep(answer instanceof TriageError ? 20 : request.seconds * 1000 + 500, signal);
      if (answer instanceof TriageError) throw answer;
      return answer as Uint8Array;
    } finally {
      this.openRequests--;
    }
  }
}

/** Readings in order, the last one again and again; `atMs` is filled in from the clock. */
export class FakeKubeletMetrics implements KubeletMetrics {
  private count = 0;

  constructor(
    private readonly clock: FakeClock,
    private readonly readings: readonly (Partial<KubeletProcessReading> | TriageError | 'hangs')[],
  ) {}

  async readProcess(_: string, signal: AbortSignal): Promise<KubeletProcessReading> {
    const reading = this.readings[Math.min(this.count++, this.readings.length - 1)];
    await this.clock.sleep(reading === 'hangs' ? 1e12 : 100, signal);
    if (reading instanceof TriageError) throw reading;
    return {
      cpuSeconds: 0,
      startTimeSeconds: 1000,
      goVersion: 'go1.24.1',
      gitVersion: 'v1.33.0',
      ...(reading as Partial<KubeletProcessReading>),
      atMs: this.clock.monotonicMs(),
    };
  }
}

/** A "profile" is the gzip magic and a text; merging joins texts by `+`. The text `bad` cannot be decoded. */
export function slice(text: string): Uint8Array {
  return Uint8Array.from([0x1f, 0x8b, ...new TextEncoder().encode(text)]);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(2));
}

export class FakeDecoder implements Pick<ProfileDecoder, 'mergeSlices'> {
  /** Slices in each file that was made. */
  readonly files: number[] = [];
  openMergers = 0;

  /** `writing`: what making a file takes. */
  constructor(private readonly writing: () => Promise<void> = () => setImmediate()) {}

  mergeSlices(): SliceMerger {
    const texts: string[] = [];
    this.openMergers++;
    return {
      add: async bytes => {
        await setImmediate();
        const text = textOf(bytes);
        if (text === 'bad') throw new TriageError('file-truncated', 'Slice 2 ends in the middle of a field.');
        texts.push(text);
        return { sampleCount: texts.join('') === 'empty' ? 0 : 1, timeMs: START_MS + 2_100 };
      },
      encode: async () => {
        await this.writing();
        this.files.push(texts.length);
        return slice(texts.join('+'));
      },
      dispose: () => {
        this.openMergers--;
      },
    };
  }
}

export const NODE: ClusterNode = {
  name: 'node1',
  uid: '5c3e',
  readiness: 'ready',
  readinessReason: undefined,
  pressures: [],
  isCordoned: false,
  roles: ['worker'],
  kubeletVersion: 'v1.33.0',
  kernelVersion: '6.1.0-18-amd64',
  osImage: 'Debian GNU/Linux 12',
  containerRuntimeVersion: 'containerd://1.7.2',
  architecture: 'amd64',
  operatingSystem: 'linux',
  internalIp: '192.0.2.2',
  createdAt: '2026-11-01T00:00:00Z',
  cpuCores: 4,
};

/** 30 s of CPU in slices of 10. */
export function cpuRequest(root: string, change: Partial<CaptureRequest> = {}): CaptureRequest {
  return {
    context: 'prod',
    ...kubeletOn(NODE),
    profile: 'cpu',
    seconds: 30,
    sliceSeconds: 10,
    whenBusy: 'fail',
    maxBytes: 2 ** 20,
    root,
    writtenBy: 'node-triage 0.1.0',
    ...change,
  };
}

/** An empty folder of this test's own. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'node-triage-capture-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Everything below a folder, hidden files too, sorted, with `/`; nothing where there is no folder. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return entries.map(entry => entry.replaceAll(path.sep, '/')).sort();
}
