import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import type { KubeletProcessReading } from '../../../src/cluster/clusterPorts.js';
import {
  coresBetween,
  type CpuSamplerOptions,
  type CpuTarget,
  KubeletCpuSampler,
  READ_LIMIT_SECONDS,
} from '../../../src/nodes/kubeletCpuSampler.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function reading(cpuSeconds: number, atMs: number, startTimeSeconds = 1000): KubeletProcessReading {
  return { cpuSeconds, atMs, startTimeSeconds, goVersion: undefined, gitVersion: undefined };
}

/** Kubelets that use so many cores since they started, and who asked when. */
class Kubelets {
  readonly asked: { readonly node: string; readonly atMs: number }[] = [];
  readonly cores = new Map<string, number>();
  readonly errors = new Map<string, TriageError>();
  startTimeSeconds = 1000;
  /** Milliseconds an answer takes. */
  latencyMs = 0;
  running = 0;
  mostRunning = 0;
  options: CpuSamplerOptions = { enabled: true, intervalSeconds: 30, parallelRequests: 4 };
  readonly changes: string[] = [];
  readonly sampler = new KubeletCpuSampler({
    read: (target, signal) => this.read(target, signal),
    options: () => this.options,
    changed: target => this.changes.push(target.node),
    explain: error => (error instanceof Error ? error.message : String(error)),
    random: () => 0.5,
  });

  private async read({ node }: CpuTarget, signal: AbortSignal): Promise<KubeletProcessReading> {
    this.asked.push({ node, atMs: performance.now() });
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, this.latencyMs);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new TriageError('cancelled', 'Cancelled.'));
      });
    }).finally(() => this.running--);
    const error = this.errors.get(node);
    if (error !== undefined) throw error;
    const now = performance.now();
    return reading(((this.cores.get(node) ?? 0) * now) / 1000, now, this.startTimeSeconds);
  }

  watch(...nodes: string[]): void {
    this.sampler.setTargets(nodes.map(node => ({ context: 'c', node })));
  }
  value(node: string): unknown {
    return this.sampler.valueOf('c', node);
  }
  askedOf(node: string): number {
    return this.asked.filter(one => one.node === node).length;
  }
}

const forbidden = new TriageError('forbidden', 'may not get nodes/proxy');

describe('coresBetween', () => {
  it('divides CPU seconds by time', () => {
    expect(coresBetween(reading(100, 0), reading(106.7, 5000))).toEqual({
      kind: 'measured',
      cores: expect.closeTo(1.34) as number,
      overSeconds: 5,
    });
  });
  it('knows nothing across a restart of the kubelet, nor over no time', () => {
    expect(coresBetween(reading(100, 0, 1), reading(101, 5000, 2))).toBeUndefined();
    expect(coresBetween(reading(100, 0), reading(99, 5000))).toBeUndefined();
    expect(coresBetween(reading(100, 0), reading(100, 0))).toBeUndefined();
  });
});

describe('KubeletCpuSampler', () => {
  it('asks no kubelet before it is active', async () => {
    const kubelets = new Kubelets();
    kubelets.watch('a');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kubelets.asked).toEqual([]);
  });

  it('has a number after five seconds, then asks once an interval', async () => {
    const kubelets = new Kubelets();
    kubelets.cores.set('a', 1.25);
    kubelets.watch('a');
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(10);
    expect(kubelets.value('a')).toEqual({ kind: 'pending' });
    await vi.advanceTimersByTimeAsync(5_100);
    expect(kubelets.value('a')).toMatchObject({ kind: 'measured', cores: expect.closeTo(1.25) as number });
    await vi.advanceTimersByTimeAsync(90_000);
    expect(kubelets.askedOf('a')).toBe(5);
    expect(kubelets.value('a')).toMatchObject({ overSeconds: expect.closeTo(30, 0) as number });
  });

  it('starts over when the kubelet restarted', async () => {
    const kubelets = new Kubelets();
    kubelets.watch('a');
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(6_000);
    kubelets.startTimeSeconds = 2000;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(kubelets.value('a')).toEqual({ kind: 'pending' });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(kubelets.value('a')).toMatchObject({ kind: 'measured' });
  });

  it('has no more requests under way than allowed, and starts ten a second at most', async () => {
    const kubelets = new Kubelets();
    kubelets.latencyMs = 1000;
    kubelets.watch(...Array.from({ length: 40 }, (_, i) => `n${i}`));
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(kubelets.mostRunning).toBe(4);
    kubelets.latencyMs = 0;
    const from = kubelets.asked.length;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(kubelets.asked.length - from).toBeLessThanOrEqual(21);
    expect(kubelets.asked.length - from).toBeGreaterThan(15);
  });

  it('rests while the view is hidden, and takes a new pair when it was long', async () => {
    const kubelets = new Kubelets();
    kubelets.cores.set('a', 2);
    kubelets.watch('a');
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(6_000);
    kubelets.sampler.setActive(false);
    const asked = kubelets.asked.length;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(kubelets.asked.length).toBe(asked);
    expect(kubelets.value('a')).toMatchObject({ kind: 'measured' });
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(kubelets.value('a')).toMatchObject({ overSeconds: expect.closeTo(5, 0) as number });
  });

  it('says why there is no number and asks again, less and less often', async () => {
    const kubelets = new Kubelets();
    kubelets.errors.set('a', new TriageError('kubelet-unreachable', 'connection refused'));
    kubelets.watch('a');
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(10);
    expect(kubelets.value('a')).toEqual({ kind: 'unavailable', reason: 'connection refused' });
    await vi.advanceTimersByTimeAsync(3_600_000);
    // 60, 120, 240, then every 300 s: 13 to 15 in an hour, not 120.
    expect(kubelets.askedOf('a')).toBeGreaterThan(10);
    expect(kubelets.askedOf('a')).toBeLessThan(16);
    kubelets.errors.clear();
    await vi.advanceTimersByTimeAsync(320_000);
    expect(kubelets.value('a')).toMatchObject({ kind: 'measured' });
  });

  it('gives a context up after three refusals and asks again when forgiven', async () => {
    const kubelets = new Kubelets();
    const nodes = ['a', 'b', 'c', 'd', 'e'];
    for (const node of nodes) kubelets.errors.set(node, forbidden);
    kubelets.options = { ...kubelets.options, parallelRequests: 1 };
    kubelets.watch(...nodes);
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(kubelets.asked.map(one => one.node)).toEqual(['a', 'b', 'c']);
    expect(kubelets.value('e')).toEqual({ kind: 'unavailable', reason: 'may not get nodes/proxy' });
    kubelets.watch(...nodes, 'late');
    expect(kubelets.value('late')).toEqual({ kind: 'unavailable', reason: 'may not get nodes/proxy' });
    kubelets.errors.clear();
    kubelets.sampler.forgive('c');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kubelets.value('e')).toMatchObject({ kind: 'measured' });
    expect(kubelets.value('late')).toMatchObject({ kind: 'measured' });
  });

  it('goes on with a context that allows some nodes, and asks a single one on demand', async () => {
    const kubelets = new Kubelets();
    for (const node of ['b', 'c', 'd', 'e']) kubelets.errors.set(node, forbidden);
    kubelets.watch('a', 'b', 'c', 'd', 'e');
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(kubelets.askedOf('e')).toBe(1);
    expect(kubelets.value('a')).toMatchObject({ kind: 'measured' });

    const refusing = new Kubelets();
    refusing.options = { ...refusing.options, parallelRequests: 1 };
    for (const node of ['a', 'b', 'c']) refusing.errors.set(node, forbidden);
    refusing.watch('a', 'b', 'c', 'mine');
    refusing.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(refusing.askedOf('mine')).toBe(0);
    refusing.sampler.ask('c', 'mine');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(refusing.value('mine')).toMatchObject({ kind: 'measured' });
  });

  it('gives up on an answer that never comes', async () => {
    const kubelets = new Kubelets();
    kubelets.latencyMs = 3_600_000;
    kubelets.watch('a');
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(READ_LIMIT_SECONDS * 1000 + 10);
    expect(kubelets.value('a')).toEqual({ kind: 'unavailable', reason: 'a did not answer within 20 s' });
    expect(kubelets.running).toBe(0);
  });

  it('keeps the last number of a node that is no longer on show, and stops asking it', async () => {
    const kubelets = new Kubelets();
    kubelets.cores.set('a', 1);
    kubelets.watch('a', 'b');
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(6_000);
    kubelets.watch('b');
    const asked = kubelets.askedOf('a');
    await vi.advanceTimersByTimeAsync(120_000);
    expect(kubelets.askedOf('a')).toBe(asked);
    expect(kubelets.value('a')).toMatchObject({ kind: 'measured', cores: expect.closeTo(1) as number });
    kubelets.sampler.forget('c');
    expect(kubelets.value('a')).toBeUndefined();
  });

  it('asks no kubelet when switched off in the settings, and none after its end', async () => {
    const kubelets = new Kubelets();
    kubelets.options = { ...kubelets.options, enabled: false };
    kubelets.watch('a');
    kubelets.sampler.setActive(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kubelets.asked).toEqual([]);
    kubelets.options = { ...kubelets.options, enabled: true };
    kubelets.sampler.optionsChanged();
    await vi.advanceTimersByTimeAsync(100);
    expect(kubelets.askedOf('a')).toBe(1);
    kubelets.sampler.dispose();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kubelets.askedOf('a')).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
