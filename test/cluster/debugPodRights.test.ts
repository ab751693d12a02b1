/** What a debug pod may do on a real node, which image it runs, and what happens when another user gets into it. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { PodCommand, PodJob } from '../../src/base/podCommand.js';
import { chooseImages } from '../../src/debugpod/podImage.js';
import type { PodLevel } from '../../src/debugpod/debugPodPorts.js';
import {
  endlessJob,
  expectNothingLeft,
  newMarker,
  NODE,
  openLab,
  requestIn,
  requireProcesses,
} from './debugPodLab.js';
import { DIGESTED_IMAGE } from './local/buildImages.js';
import { layout, onLocalCluster, refusalOf, testSignal } from './testCluster.js';
import { createNamespace, retry, type TestNamespace } from './testNamespace.js';

let namespace: TestNamespace;
beforeAll(async () => {
  if (layout !== undefined) namespace = await createNamespace();
});
afterAll(async () => {
  if (layout !== undefined) await namespace.remove();
});

describe('rights', () => {
  onLocalCluster('each level has the capabilities, processes and mounts that its jobs take', async () => {
    const lab = await openLab();
    const script =
      'grep CapEff /proc/self/status; cat /proc/1/comm; ls /host 2>/dev/null | tr "\\n" " "; echo; ' +
      'head -c 9 /host/proc/timer_list; ls /host/sys/fs/cgroup | grep -c .; ' +
      'touch /host/sys/fs/cgroup/x /host/tmp/x; mount -o remount,rw,bind /host && echo writable; :';
    const look = {
      argv: ['sh', '-c', `{ ${script}; } 2>/dev/null`, 'node-triage-level'],
      parse: (text: string) => text,
    };
    const seen = (level: PodLevel) =>
      lab.maker.withPod(
        requestIn(namespace.name, { level }),
        async (pod, signal) => {
          const text = await pod.run(look, signal);
          const mask = /CapEff:\s*(\w+)/.exec(text)?.[1] ?? '';
          const capabilities = BigInt(`0x${mask}`).toString(2).replaceAll('0', '').length;
          return { capabilities, text };
        },
        testSignal(),
      );
    const read = await seen('read');
    expect(read.capabilities).toBe(0);
    // PID 1 is its own: the node's processes are not there.
    expect(read.text).toMatch(/\nsh\nproc sys \nTimer Li/);
    expect(read.text).not.toContain('writable');
    const sample = await seen('sample');
    expect(sample.capabilities).toBe(3);
    expect(sample.text).toMatch(/\nbash\n\n/);
    const facts = await seen('facts');
    expect(facts.capabilities).toBe(5);
    expect(facts.text).toMatch(/\nbash\n\n/);
    const ptrace = await seen('ptrace');
    expect(ptrace.capabilities).toBe(4);
    expect(ptrace.text).toMatch(/\nbash\n.*proc.*\n/);
    expect(ptrace.text).not.toContain('writable');
    expect((await seen('privileged')).capabilities).toBeGreaterThan(30);
    await expectNothingLeft(lab, namespace.name);
  });
});

describe('another user in the pod', () => {
  const foreign: PodCommand<string> = { argv: ['sleep', '300'], parse: text => text };

  for (const level of ['read', 'sample', 'privileged'] as const)
    onLocalCluster(
      `level ${level}: a process that another client starts ends it within seconds`,
      async () => {
        const lab = await openLab();
        const marker = newMarker();
        const running = refusalOf(
          lab.maker.withPod(
            requestIn(namespace.name, { level }),
            (pod, signal) => pod.runJob(endlessJob(marker), signal),
            testSignal(),
          ),
        );
        await retry(30, () => requireProcesses(marker, true));
        const [pod] = await lab.connection.pods.list({ namespace: namespace.name }, testSignal());
        if (pod === undefined) throw new Error('no pod');
        const begun = performance.now();
        // As `kubectl exec` does it: the command of a stranger, not announced.
        const request = { ...foreign, container: 'tools', maxBytes: 1000, idleSeconds: 60 };
        const visit = lab.connection.pods.exec(pod, request, testSignal()).catch(() => undefined);
        const refusal = await running;
        expect(refusal).toMatchObject({
          code: 'pod-ended',
          node: 'node1',
          facts: {
            stranger: 'sleep',
            reason: expect.stringMatching(/^another process was started in it: sleep \(\d+\)$/) as string,
          },
        });
        expect(performance.now() - begun).toBeLessThan(30_000);
        await visit;
        expect(lab.audit.map(({ verb, outcome }) => `${verb} ${outcome}`)).toEqual([
          'create done',
          'end alarm',
          'delete done',
        ]);
        await expectNothingLeft(lab, namespace.name, marker);
      },
    );

  onLocalCluster('our own commands, jobs, uploads and heartbeats never do, for a minute', async () => {
    const lab = await openLab();
    const slow = { argv: ['sh', '-c', 'sleep 6; exec sleep 1', 'node-triage-slow'], parse: () => 'slow' };
    const script = 'setsid sleep 20 & sleep 8; echo done';
    const job: PodJob = {
      name: 'busy',
      argv: ['sh', '-c', script, newMarker()],
      seconds: 8,
      limitSeconds: 30,
    };
    const words = await lab.maker.withPod(
      requestIn(namespace.name, { level: 'sample' }),
      async (pod, signal) => {
        const heard: string[] = [];
        for (let round = 0; round < 3; round++) {
          const [end, word] = await Promise.all([pod.runJob(job, signal), pod.run(slow, signal)]);
          heard.push(end.stdout.trim(), word);
          await pod.run({ argv: ['sleep', '4'], parse: () => undefined }, signal);
        }
        return heard;
      },
      testSignal(),
    );
    expect(words).toEqual(['done', 'slow', 'done', 'slow', 'done', 'slow']);
    await expectNothingLeft(lab, namespace.name);
  });
});

describe('the image', () => {
  onLocalCluster('runs by a digest that its node lists, without being pulled', async () => {
    const lab = await openLab();
    const details = await lab.connection.pods.nodeDetails(NODE, testSignal());
    const [image] = chooseImages({ need: 'shell', setting: DIGESTED_IMAGE }, details);
    expect(image).toMatchObject({
      name: DIGESTED_IMAGE,
      reference: expect.stringMatching(/^localhost\/digested@sha256:[0-9a-f]{64}$/) as string,
      pullPolicy: 'Never',
    });
    const user = await lab.maker.withPod(
      requestIn(namespace.name, { image }),
      (pod, signal) => pod.run({ argv: ['id', '-u'], parse: text => text.trim() }, signal),
      testSignal(),
    );
    expect(user).toBe('0');
    await expectNothingLeft(lab, namespace.name);
  });
});
