/** The life of debug pods on a real API server, kubelet and containerd: every way out, and what is left after it. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { PodJob } from '../../src/base/podCommand.js';
import type { DebugPod, DebugPodProgress } from '../../src/debugpod/debugPodPorts.js';
import {
  endlessJob,
  expectNothingLeft,
  newMarker,
  openLab,
  podsIn,
  requestIn,
  requireProcesses,
} from './debugPodLab.js';
import { kubeconfigOf } from './local/clusterLayout.js';
import { layout, onLocalCluster, refusalOf, requireLayout, testSignal } from './testCluster.js';
import { createNamespace, retry, type TestNamespace } from './testNamespace.js';

let namespace: TestNamespace;
beforeAll(async () => {
  if (layout !== undefined) namespace = await createNamespace();
});
afterAll(async () => {
  if (layout !== undefined) await namespace.remove();
});

const whoAmI = {
  argv: [
    'sh',
    '-c',
    'id -u; echo "$NODE_NAME"; cat /proc/1/comm; ls /host/proc | head -1; echo "$1"',
    'node-triage-who',
    "it's",
  ],
  parse: (text: string) => text.trim().split('\n'),
};

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });

describe('a debug pod', () => {
  onLocalCluster('success: commands, a job, its files; then nothing is left', async () => {
    const lab = await openLab();
    const marker = newMarker();
    const phases = new Set<string>();
    const job: PodJob = {
      name: 'files',
      argv: ['sh', '-c', 'head -c 3000000 /dev/urandom >data.bin; echo out; echo err >&2; exit 3', marker],
      seconds: 1,
      limitSeconds: 20,
    };

    const { who, end, bytes, sum } = await lab.maker.withPod(
      requestIn(namespace.name),
      async (pod, signal) => {
        const who = await pod.run(whoAmI, signal);
        const end = await pod.runJob(job, signal);
        const bytes = await pod.fetch(job, 'data.bin', signal);
        const again = await pod.fetch(job, 'data.bin', signal);
        return { who, end, bytes, sum: Buffer.compare(bytes, again) };
      },
      testSignal(),
      ({ phase }) => phases.add(phase),
    );

    expect(who).toEqual(['0', 'node1', 'bash', expect.anything(), "it's"]);
    expect(end).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      files: [{ name: 'data.bin', bytes: 3_000_000 }],
    });
    expect([bytes.length, sum]).toEqual([3_000_000, 0]);
    expect([...phases]).toEqual(['checking', 'creating', 'starting', 'running', 'removing']);
    expect(lab.audit.map(({ verb, outcome }) => `${verb} ${outcome}`)).toEqual([
      'create done',
      'delete done',
    ]);
    await expectNothingLeft(lab, namespace.name, marker);
  });

  onLocalCluster('level sample sees what the kubelet does; strace runs and lets go of it', async () => {
    const lab = await openLab();
    const script =
      'for comm in /proc/[0-9]*/comm; do read -r name <"$comm"; [ "$name" = "$1" ] || continue; pid=${comm#/proc/}; pid=${pid%/comm}; break; done; ' +
      'cat "/proc/$pid/stack" >stack && readlink "/proc/$pid/fd/0" >fd && timeout -s INT 2 strace -f -o trace -p "$pid"; grep TracerPid "/proc/$pid/status"';
    const job: PodJob = {
      name: 'strace',
      argv: ['sh', '-c', script, 'node-triage-strace', 'containerd'],
      seconds: 3,
      limitSeconds: 10,
    };
    const { end, trace } = await lab.maker.withPod(
      requestIn(namespace.name, { level: 'sample' }),
      async (pod, signal) => {
        const end = await pod.runJob(job, signal);
        return { end, trace: new TextDecoder().decode(await pod.fetch(job, 'trace', signal)) };
      },
      testSignal(),
    );
    expect(end).toMatchObject({ exitCode: 0, stdout: 'TracerPid:\t0\n' });
    expect(end.files.map(({ name }) => name)).toEqual(['fd', 'stack', 'trace']);
    expect(trace).toMatch(/futex|epoll|read/);
    await expectNothingLeft(lab, namespace.name);
  });

  onLocalCluster('failure: the error is the caller’s, the pod is gone', async () => {
    const lab = await openLab();
    const failing = { argv: ['sh', '-c', 'echo no >&2; exit 7', 'node-triage-fails'], parse: () => 0 };
    const refusal = await refusalOf(
      lab.maker.withPod(requestIn(namespace.name), (pod, signal) => pod.run(failing, signal), testSignal()),
    );
    expect(refusal).toMatchObject({
      code: 'command-failed',
      node: 'node1',
      facts: { command: 'node-triage-fails', exitCode: 7, stderr: 'no' },
    });
    await expectNothingLeft(lab, namespace.name);
  });

  onLocalCluster('an image that is not there: decoded within seconds, the pod is gone', async () => {
    const lab = await openLab();
    const image = { ...requestIn('').image, reference: 'localhost/no-such-image:1' };
    const refusal = await refusalOf(
      lab.maker.withPod(
        requestIn(namespace.name, { image }),
        (_pod, signal) => untilAborted(signal),
        testSignal(),
      ),
    );
    expect(refusal).toMatchObject({
      code: 'pod-not-started',
      node: 'node1',
      facts: { reason: 'ErrImageNeverPull' },
    });
    await expectNothingLeft(lab, namespace.name);
  });

  onLocalCluster('an image without a shell: decoded, the pod is gone', async () => {
    const lab = await openLab();
    const image = { ...requestIn('').image, reference: 'localhost/pause:1' };
    const refusal = await refusalOf(
      lab.maker.withPod(
        requestIn(namespace.name, { image }),
        (_pod, signal) => untilAborted(signal),
        testSignal(),
      ),
    );
    expect(refusal.code).toBe('pod-not-started');
    expect(refusal.facts['reason']).toMatch(/^(StartError|RunContainerError|ContainerCannotRun)$/);
    expect(refusal.message).toContain('no shell');
    await expectNothingLeft(lab, namespace.name);
  });
});

describe('cancel', () => {
  const marker = newMarker();
  const use = (pod: DebugPod, signal: AbortSignal) => pod.runJob(endlessJob(marker), signal);
  const phases: readonly DebugPodProgress['phase'][] = ['checking', 'creating', 'starting', 'running'];
  for (const phase of phases)
    onLocalCluster(`while it is ${phase}: within a second, and nothing is left`, async () => {
      const lab = await openLab();
      const cancel = new AbortController();
      let isAsked = false;
      let cancelledAt = Infinity;
      const refusal = await refusalOf(
        lab.maker.withPod(requestIn(namespace.name), use, cancel.signal, progress => {
          if (progress.phase !== phase || isAsked) return;
          isAsked = true;
          // In the middle of what the phase begins with.
          setTimeout(() => {
            cancelledAt = performance.now();
            cancel.abort();
          }, 10);
        }),
      );
      expect(refusal.code).toBe('cancelled');
      expect(performance.now() - cancelledAt).toBeLessThan(1000);
      await expectNothingLeft(lab, namespace.name, marker);
    });

  onLocalCluster('while a job runs: its processes are gone, and what it left is taken back', async () => {
    const lab = await openLab();
    const cancel = new AbortController();
    const left = newMarker();
    // What it leaves: a process in a session of its own. Its undo ends that.
    const script = 'setsid sh -c "while :; do sleep 1; done" "$1" & echo $! >left; while :; do sleep 1; done';
    const undo = ['sh', '-c', 'read -r pid <left; kill -KILL "$pid"', 'node-triage-undo'];
    const job = endlessJob(marker, { argv: ['sh', '-c', script, marker, left], undo });
    const running = refusalOf(
      lab.maker.withPod(requestIn(namespace.name), (pod, signal) => pod.runJob(job, signal), cancel.signal),
    );
    await retry(30, () => requireProcesses(left, true));
    const cancelledAt = performance.now();
    cancel.abort();
    expect((await running).code).toBe('cancelled');
    expect(performance.now() - cancelledAt).toBeLessThan(1000);
    await retry(5, () => requireProcesses(left, false));
    await expectNothingLeft(lab, namespace.name, marker);
  });

  onLocalCluster('while it is removed: the result is kept, the removal goes on', async () => {
    const lab = await openLab();
    const cancel = new AbortController();
    const result = lab.maker.withPod(
      requestIn(namespace.name),
      () => Promise.resolve('kept'),
      cancel.signal,
      progress => {
        if (progress.phase === 'removing') setTimeout(() => cancel.abort(), 100);
      },
    );
    expect(await result).toBe('kept');
    await expectNothingLeft(lab, namespace.name);
  });
});

describe('a pod that ends while it is needed', () => {
  onLocalCluster('deleted by another client: told as that, and its job has ended', async () => {
    const lab = await openLab();
    const marker = newMarker();
    const running = refusalOf(
      lab.maker.withPod(
        requestIn(namespace.name),
        (pod, signal) => pod.runJob(endlessJob(marker), signal),
        testSignal(),
      ),
    );
    await retry(30, () => requireProcesses(marker, true));
    const [pod] = await lab.connection.pods.list({ namespace: namespace.name }, testSignal());
    if (pod === undefined) throw new Error('no pod');
    await lab.connection.pods.remove(pod, 1, testSignal());
    const refusal = await running;
    expect(refusal).toMatchObject({ code: 'pod-ended', node: 'node1' });
    expect(refusal.facts['reason']).toMatch(/delete/);
    await expectNothingLeft(lab, namespace.name, marker);
  });

  onLocalCluster('its deadline: the cluster ends it, and its job with it', async () => {
    const lab = await openLab();
    const marker = newMarker();
    const refusal = await refusalOf(
      lab.maker.withPod(
        requestIn(namespace.name, { lifetimeSeconds: 12 }),
        (pod, signal) => pod.runJob(endlessJob(marker), signal),
        testSignal(),
      ),
    );
    expect(refusal.code).toBe('pod-ended');
    await expectNothingLeft(lab, namespace.name, marker);
  });
});

describe('refused before anything exists', () => {
  onLocalCluster('Pod Security "restricted" and "baseline": its text word for word', async () => {
    for (const level of ['restricted', 'baseline']) {
      const guarded = await createNamespace({ 'pod-security.kubernetes.io/enforce': level });
      try {
        const lab = await openLab();
        const refusal = await refusalOf(
          lab.maker.withPod(requestIn(guarded.name), (_pod, signal) => untilAborted(signal), testSignal()),
        );
        expect(refusal.code).toBe('pod-refused');
        expect(refusal.facts['reason']).toMatch(
          new RegExp(
            `^pods "node-triage-node1-[0-9a-f]{12}" is forbidden: violates PodSecurity "${level}:latest": `,
          ),
        );
        expect(refusal.facts['reason']).toContain('host namespaces (hostNetwork=true, hostPID=true)');
        expect(lab.audit).toEqual([]);
        await expectNothingLeft(lab, guarded.name);
      } finally {
        await guarded.remove();
      }
    }
  });

  onLocalCluster('a user without rights: every missing one by name', async () => {
    const lab = await openLab(kubeconfigOf(requireLayout(), 'limited'));
    const refusal = await refusalOf(
      lab.maker.withPod(requestIn(namespace.name), (_pod, signal) => untilAborted(signal), testSignal()),
    );
    expect(refusal).toMatchObject({
      code: 'forbidden',
      node: 'node1',
      facts: {
        verb: 'create',
        resource: 'pods',
        namespace: namespace.name,
        missing: 'create pods, delete pods, get pods/exec, create pods/exec',
      },
    });
    expect(await podsIn(namespace.name)).toEqual([]);
  });
});
