/** *Node Facts* on a real node, through a real debug pod: whole at its own level, and said what is missing at a lower one. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { captureNodeFacts } from '../../src/capture/captureNodeFacts.js';
import { runInspect } from '../../src/cli/runInspect.js';
import type { PodLevel } from '../../src/debugpod/debugPodPorts.js';
import { captureInPod } from './podCaptureKit.js';
import { onLocalCluster } from './testCluster.js';

/** One on hardware; the lane's machine is never idle. */
const MOST_CPU_SECONDS = 2;

describe('Node Facts', () => {
  onLocalCluster(
    'are whole on an idle node, cost next to nothing, and no cause is found in them',
    async () => {
      const { outcome, phases } = await captureInPod('facts', captureNodeFacts);

      const { evidence, folder, record } = outcome;
      const { facts, verdict } = evidence;
      console.log(
        `node facts: ${String(facts.costSeconds)} s of CPU, missing ${facts.missing.map(({ section, why }) => `${section} ${why}`).join(', ')}; ${verdict.map(({ id }) => id).join(' ')}`,
      );
      expect(phases).toEqual(['measuring', 'fetching', 'saving']);
      expect(record).toMatchObject({ profile: 'facts', state: 'complete', issues: [] });
      expect(readdirSync(folder).sort()).toEqual(['capture.json', 'facts.node.txt']);
      expect(facts.costSeconds).toBeLessThan(MOST_CPU_SECONDS);
      expect(facts.warnings).toEqual([]);
      // Of the node, not of the pod: its kubelet, its init, its mounts.
      const names = facts.processes.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['kubelet', 'containerd']));
      expect(facts.mounts?.total.value).toBeGreaterThan(5);
      expect(facts.cpu?.idle).toBeGreaterThanOrEqual(0);
      expect(facts.disks.length).toBeGreaterThan(0);
      expect(facts.blocked).toBeDefined();
      expect(facts.inotify?.processes.map(({ name }) => name)).toContain('kubelet');
      expect(facts.slabs.length).toBeGreaterThan(5);
      expect(facts.cgroups?.directories?.value).toBeGreaterThan(3);
      expect(facts.bpfLimit?.value).toBeGreaterThan(1e6);
      expect(facts.softirqs.length).toBeGreaterThan(5);
      // A quiet kernel says nothing that a rule reads; the right to look is there.
      const refused = facts.missing.filter(({ why }) => why === 'right').map(({ section }) => section);
      expect(refused).toEqual(['iptables']);

      const { output, exitCode } = runInspect(['--triage', folder, '--json']);
      expect(exitCode).toBe(0);
      const { findings, unread } = output as {
        readonly findings: readonly { readonly id: string; readonly confidence: string }[];
        readonly unread: readonly unknown[];
      };
      expect(unread).toEqual([]);
      // The lane's machine is the node: where its disk and CPUs are short, the facts are right to say so.
      const isBusy = verdict.some(({ weight }) => weight === 'look');
      const ofMachine = isBusy ? ['node-cpu-starved', 'disk-io-throttle'] : [];
      const sure = findings.filter(({ confidence, id }) => confidence !== 'low' && !ofMachine.includes(id));
      expect(sure).toEqual([]);
      expect(runInspect(['--json', path.join(folder, 'facts.node.txt')]).output).toMatchObject({
        format: 'node-facts',
      });
    },
  );

  onLocalCluster('say what a pod of level sample has no right to', async () => {
    const level: PodLevel = 'sample';
    const { outcome } = await captureInPod(level, captureNodeFacts);
    const { facts } = outcome.evidence;
    expect(facts.versions.get('runc')).toBeUndefined();
    expect(facts.missing).toContainEqual({ section: 'versions', why: 'right' });
    expect(facts.processes.map(({ name }) => name)).toContain('kubelet');
    expect(facts.warnings).toEqual([]);
  });
});
