/** *Sample Threads* on a real kubelet, through a real debug pod. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { formatSentence } from '../../src/base/sentence.js';
import { captureThreads } from '../../src/capture/captureThreads.js';
import { runInspect } from '../../src/cli/runInspect.js';
import { samplesInProcess } from '../support/samplesInProcess.js';
import { NODE } from './debugPodLab.js';
import { restartKubelet } from './kubeletControl.js';
import { captureInPod, heatNode } from './podCaptureKit.js';
import { onLocalCgroupV1, onLocalCluster, refusalOf } from './testCluster.js';

/** Twice the usual: on a busy machine the cgroups stay cooler. */
const SECONDS = 20;

describe('Sample Threads', () => {
  onLocalCgroupV1('names the slow memory.stat of a hot node and the kernel function behind it', async () => {
    // Three cgroups are slow here: read every second they stand for the hundreds that a full node reads every 10 s.
    await restartKubelet(NODE, ['--housekeeping-interval=1s']);
    await heatNode();

    const take = () =>
      captureInPod('sample', (ports, request, signal, onProgress) =>
        captureThreads(
          { ...ports, samples: samplesInProcess },
          { ...request, seconds: SECONDS },
          signal,
          onProgress,
        ),
      );
    let taken = await take();
    // Samples are chance, and a busy machine keeps the cgroups cool.
    if (!taken.outcome.report.verdict.some(({ id }) => id === 'slow-memory-stat')) taken = await take();
    const { outcome, phases } = taken;

    const { report, folder, record } = outcome;
    expect(phases).toEqual(['finding', 'measuring', 'fetching', 'saving']);
    expect(report.facts).toMatchObject({ command: 'kubelet', isWhole: true, hasStacks: true });
    expect(report.threads.length).toBeGreaterThan(5);
    const use = JSON.stringify(report.memoryStat);
    const line = report.verdict.find(({ id }) => id === 'slow-memory-stat');
    expect(line?.evidence.map(({ sentence }) => formatSentence(sentence)).join('\n') ?? use).toMatch(
      /makes the file in (?:memory_stat_show|memcg_stat_show)/,
    );
    expect(report.memoryStat.paths[0]?.path).toMatch(/^\/sys\/fs\/cgroup\/memory\/.*memory\.stat$/);
    // 2 % on an idle machine; the lane's is never idle.
    expect(report.facts.samplerCpuSeconds).toBeLessThan(SECONDS * 0.03);

    expect(readdirSync(folder).sort()).toEqual(['capture.json', 'threads.folded', 'threads.samples.txt']);
    expect(record).toMatchObject({ profile: 'threads', state: 'complete', secondsPlanned: SECONDS });
    const { output } = runInspect(['--json', path.join(folder, 'threads.samples.txt')]);
    expect(output).toMatchObject({ format: 'thread-samples', memoryStat: report.memoryStat });
    expect(readFileSync(path.join(folder, 'threads.folded'), 'utf8')).toMatch(
      /^kubelet;futex;.*_\[k\] \d+$/m,
    );
    expect(runInspect(['--json', path.join(folder, 'threads.folded')]).output).toMatchObject({
      format: 'folded',
    });
  });

  onLocalCluster('cancelled while it samples leaves nothing, within a second', async () => {
    const cancel = new AbortController();
    let cancelledAt = 0;
    const running = captureInPod(
      'sample',
      (ports, request, signal, onProgress) =>
        captureThreads(
          { ...ports, samples: samplesInProcess },
          { ...request, seconds: 60 },
          signal,
          onProgress,
        ),
      cancel.signal,
      ({ phase, secondsLeft }) => {
        if (phase !== 'measuring' || secondsLeft > 57 || cancelledAt > 0) return;
        cancelledAt = performance.now();
        cancel.abort();
      },
    );
    const refusal = await refusalOf(running);
    expect(refusal.code).toBe('cancelled');
    expect(cancelledAt).toBeGreaterThan(0);
  });
});
