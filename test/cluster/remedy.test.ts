/** Dropping caches of a real node, through a real privileged pod: what it frees, and that it is written down. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { captureRemedy, type RemedyRequest } from '../../src/capture/captureRemedy.js';
import { judgeRemedy } from '../../src/remedy/judgeRemedy.js';
import type { RemedyDrop, RemedyReading } from '../../src/remedy/model.js';
import { parseRemedy, REMEDY_FILE } from '../../src/remedy/remedyJson.js';
import { NODE } from './debugPodLab.js';
import { captureInPod, heatNode } from './podCaptureKit.js';
import { connect, onLocalCgroupV1, testSignal } from './testCluster.js';

describe('Drop Caches', () => {
  onLocalCgroupV1('frees directory entries, measures before and after, and tells the cluster', async () => {
    await heatNode();
    const { metrics, pods, nodeEvents, answers } = await connect();
    const asked: RemedyReading[] = [];
    const audited: RemedyDrop[] = [];
    const more: Pick<RemedyRequest, 'rule' | 'confirm' | 'audit' | 'announce'> = {
      rule: 'memcg-stat-v1-zombies',
      confirm: before => Promise.resolve(asked.push(before) > 0),
      audit: drop => audited.push(drop),
      announce: async drops => {
        const message = `dropped ${drops.length} times by a cluster test`;
        await nodeEvents.record(NODE, { reason: 'DroppedCaches', message }, testSignal());
        return 'recorded';
      },
    };
    const { outcome, phases } = await captureInPod('privileged', (ports, request, signal, onProgress) =>
      captureRemedy({ ...ports, metrics, nodes: pods }, { ...request, ...more }, signal, progress =>
        onProgress({ phase: 'measuring', secondsLeft: progress.secondsLeft, bytes: 0 }),
      ),
    );
    const { remedy, folder, record } = outcome;
    console.log(JSON.stringify({ before: remedy.before, drops: remedy.drops, after: remedy.after }));
    console.log(`outcome: ${judgeRemedy(remedy)}, phases ${phases.join(' ')}`);
    expect(record).toMatchObject({ state: 'complete', profile: 'remedy' });
    expect(asked).toEqual([remedy.before]);
    expect(remedy.before.readSeconds).toBeGreaterThan(0.01);
    expect(remedy.before.kubeletCores).toBeGreaterThan(0);
    expect(remedy.drops[0]).toMatchObject({ value: 2, outcome: 'done' });
    expect(audited).toEqual(remedy.drops);
    expect(remedy.after?.dentries).toBeLessThan(remedy.before.dentries ?? 0);
    expect(remedy.readiness).toMatchObject([{ status: 'True' }]);
    expect(readdirSync(folder).sort()).toEqual(['capture.json', REMEDY_FILE]);
    expect(parseRemedy(readFileSync(path.join(folder, REMEDY_FILE), 'utf8'))).toEqual(remedy);
    const events = new TextDecoder().decode(await answers.read(NODE, 'node-events', testSignal()));
    expect(events).toContain('DroppedCaches');
  });
});
