/** *Check Cgroup Health* on a real node, through a real debug pod. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { captureCgroups } from '../../src/capture/captureCgroups.js';
import { inspectFindings } from '../../src/cli/inspectFindings.js';
import { runInspect } from '../../src/cli/runInspect.js';
import { captureInPod, heatNode } from './podCaptureKit.js';
import { onLocalCgroupV1 } from './testCluster.js';

describe('Check Cgroup Health', () => {
  onLocalCgroupV1('names the slow memory.stat of a hot node, its dead cgroups and its kernel', async () => {
    await heatNode();

    const { outcome, phases } = await captureInPod('read', captureCgroups);

    const { assessment, folder, record } = outcome;
    const { health, verdict } = assessment;
    expect(phases).toEqual(['measuring', 'fetching', 'saving']);
    expect(health).toMatchObject({ layout: 'v1', warnings: [] });
    expect(health.reads.map(read => read.role)).toContain('kubepods');
    expect(health.counts.dying).toBeGreaterThan(5000);
    expect(health.counts.pods).toBeGreaterThan(0);
    expect(health.scan?.cgroups).toBeGreaterThan(5);
    expect(verdict[0]).toMatchObject({ id: 'slow-memory-stat', weight: 'look' });
    expect(verdict.map(line => line.id)).toContain('many-dead-cgroups');
    const kernel = verdict.find(line => line.id.startsWith('kernel-'));
    expect(kernel?.evidence[0]?.sentence.values).toContain(record.node.kernelVersion);

    expect(readdirSync(folder).sort()).toEqual(['capture.json', 'cgroups.health.txt']);
    const { output } = runInspect(['--json', path.join(folder, 'cgroups.health.txt')]);
    expect(output).toMatchObject({ format: 'cgroup-health', verdict: inspectFindings(verdict) });
  });
});
