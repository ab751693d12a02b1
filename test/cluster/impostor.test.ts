/**
 * A tenant's process that gives itself out as the kubelet of its node, beside the real one: name, argument and program
 * file are as a kubelet's are. What it cannot choose is the control group that it is in.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { captureCgroups } from '../../src/capture/captureCgroups.js';
import { captureThreads } from '../../src/capture/captureThreads.js';
import { runInspect } from '../../src/cli/runInspect.js';
import { samplesInProcess } from '../support/samplesInProcess.js';
import { callApi } from './callApi.js';
import { NODE, processesOf } from './debugPodLab.js';
import { DEBUG_IMAGE } from './local/buildImages.js';
import { findKubelet } from './local/nodeDaemons.js';
import { captureInPod } from './podCaptureKit.js';
import { onLocalCluster, requireNodeLayout } from './testCluster.js';
import { createNamespace, retry } from './testNamespace.js';

/** strace does nothing here but run: a program of the image that may have any name and any last arguments. */
const POSE = `cp /bin/strace /tmp/kubelet
PATH=/tmp:$PATH
exec kubelet -o /dev/null sh -c 'while :; do sleep 5; done' sh --hostname-override=${NODE}`;

/** Resolves with its number on this machine, when it runs; it is removed at the end of the test. */
async function startImpostor(): Promise<number> {
  const namespace = await createNamespace();
  onTestFinished(() => namespace.remove());
  await callApi('POST', `${namespace.path}/pods`, {
    metadata: { name: 'impostor' },
    spec: {
      nodeName: NODE,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'impostor',
          image: DEBUG_IMAGE,
          imagePullPolicy: 'Never',
          command: ['sh', '-c', POSE],
        },
      ],
    },
  });
  return retry(60, () => {
    const [pid] = processesOf(`--hostname-override=${NODE}`).filter(
      candidate => readFileSync(`/proc/${candidate}/cmdline`, 'utf8').split('\0')[1] === '-o',
    );
    return pid === undefined ? Promise.reject(new Error('the impostor does not run')) : Promise.resolve(pid);
  });
}

/** As the processes of the node count: the innermost of its numbers. */
function numberOnNode(pid: number): number {
  const numbers = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
  return Number(numbers.split(/\s+/).at(-1));
}

describe('a process in a pod that poses as the kubelet', () => {
  onLocalCluster('is passed over and named; the real kubelet and its node are measured', async () => {
    const impostor = await startImpostor();
    const kubelet = findKubelet(requireNodeLayout(NODE));
    if (kubelet === undefined) throw new Error(`no kubelet of ${NODE} runs`);
    // By name alone they could not be told apart.
    expect(readFileSync(`/proc/${impostor}/comm`, 'utf8')).toBe('kubelet\n');

    const sampled = await captureInPod('sample', (ports, request, signal, onProgress) =>
      captureThreads({ ...ports, samples: samplesInProcess }, { ...request, seconds: 3 }, signal, onProgress),
    );
    const { report, record, folder } = sampled.outcome;
    expect(report.facts.pid).toBe(numberOnNode(kubelet));
    const named = /^Not taken for the kubelet, as they run in pods: (\d+) \(kubelet\)$/;
    const [issue = ''] = record.issues.filter(text => named.test(text));
    // Its own number is that of its pod; the node's is one of those between.
    const numbers = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${impostor}/status`, 'utf8'))?.[1] ?? '';
    expect(numbers.split(/\s+/)).toContain(named.exec(issue)?.[1]);
    const { output } = runInspect(['--json', path.join(folder, 'threads.samples.txt')]);
    expect(JSON.stringify(output)).toContain(issue);

    const checked = await captureInPod('read', captureCgroups);
    const { health } = checked.outcome.assessment;
    expect(health.reads.length).toBeGreaterThan(0);
    expect(health.counts.pods).toBeGreaterThan(0);
  });
});
