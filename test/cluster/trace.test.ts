/**
 * Traces of a real kubelet, through a real debug pod, in the capture's own way; and from outside of it all what matters
 * on the node: the lease is renewed, the kubelet answers, pods start, and afterwards no tracer is left, nothing stands still
 * and no tracing instance is left.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { findKubelet, type NodeHost } from '../../src/kubelet/findKubelet.js';
import {
  captureSystemCalls,
  type TraceCaptureOutcome,
  type TraceCaptureProgress,
  type TraceEngine,
} from '../../src/capture/captureSystemCalls.js';
import { systemClock } from '../../src/capture/clock.js';
import { kubeletOn } from '../../src/capture/profileTarget.js';
import type { DebugPod } from '../../src/debugpod/debugPodPorts.js';
import { kernelTraceJob, readKernelTraceEnd } from '../../src/ktrace/kernelTrace.js';
import { parseEvents, type KernelTrace } from '../../src/ktrace/parseEvents.js';
import { parseLog } from '../../src/strace/parseLog.js';
import { callApi } from './callApi.js';
import { expectNothingLeft, openLab, requestIn, type DebugPodLab } from './debugPodLab.js';
import { DEBUG_IMAGE } from './local/buildImages.js';
import { findKubelet as findKubeletOutside } from './local/nodeDaemons.js';
import { startLoad } from './startLoad.js';
import {
  layout,
  listNodes,
  onLocalCluster,
  refusalOf,
  requireNodeLayout,
  temporaryFolder,
} from './testCluster.js';
import { createNamespace, retry, type TestNamespace } from './testNamespace.js';

let namespace: TestNamespace;
let removeLoad: () => Promise<void> = () => Promise.resolve();
beforeAll(async () => {
  if (layout === undefined) return;
  namespace = await createNamespace();
  removeLoad = await startLoad();
});
afterAll(async () => {
  if (layout === undefined) return;
  await removeLoad();
  await namespace.remove();
});

/** As the machine counts, which the pods of this cluster do not. */
function kubeletPid(node: string): number {
  const pid = findKubeletOutside(requireNodeLayout(node));
  if (pid === undefined) throw new Error(`no kubelet of ${node} runs`);
  return pid;
}

/** Threads of the kubelet by how they stand: `0 S`, tracer and state. */
function threadStates(node: string): readonly string[] {
  const tasks = `/proc/${kubeletPid(node)}/task`;
  return readdirSync(tasks).flatMap(tid => {
    const status = path.join(tasks, tid, 'status');
    if (!existsSync(status)) return [];
    const text = readFileSync(status, 'utf8');
    return [`${/^TracerPid:\t(\d+)/m.exec(text)?.[1] ?? '?'} ${/^State:\t(.)/m.exec(text)?.[1] ?? '?'}`];
  });
}

function expectUntouched(node: string): void {
  const states = threadStates(node);
  expect(states.length).toBeGreaterThan(3);
  expect(states.filter(state => !/^0 [SRDI]$/.test(state))).toEqual([]);
}

/** Of this machine: the kernel is one, whatever namespaces its nodes live in. */
function tracingInstances(): readonly string[] {
  const script = 'mount -t tracefs tracefs /mnt && ls /mnt/instances';
  return execFileSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8' })
    .split('\n')
    .filter(name => name.startsWith('node-triage-'));
}

interface Choice {
  readonly node: string;
  readonly engine: TraceEngine;
  readonly seconds: number;
  readonly root: string;
}

interface Traced extends TraceCaptureOutcome {
  readonly progress: readonly TraceCaptureProgress[];
}

interface Hooks {
  readonly onProgress?: (progress: TraceCaptureProgress, pod: DebugPod) => void;
  readonly signal?: AbortSignal;
}

/** One capture in a pod of its own. */
async function trace(lab: DebugPodLab, choice: Choice, hooks: Hooks = {}): Promise<Traced> {
  const nodes = await listNodes(lab.connection);
  const node = nodes.find(candidate => candidate.name === choice.node);
  if (node === undefined) throw new Error(`no node ${choice.node}`);
  const progress: TraceCaptureProgress[] = [];
  const level = choice.engine === 'kernel' ? 'privileged' : 'ptrace';
  const outcome = await lab.maker.withPod(
    requestIn(namespace.name, { node: choice.node, level }),
    (pod, signal) =>
      captureSystemCalls(
        {
          pod,
          metrics: lab.connection.metrics,
          clock: systemClock,
          randomId: () => `test${Date.now().toString(36)}`,
        },
        {
          context: lab.connection.context.name,
          ...kubeletOn(node),
          engine: choice.engine,
          seconds: choice.seconds,
          root: choice.root,
          writtenBy: 'node-triage cluster tests',
        },
        signal,
        step => {
          progress.push(step);
          hooks.onProgress?.(step, pod);
        },
      ),
    hooks.signal ?? AbortSignal.timeout(120_000),
  );
  return { ...outcome, progress };
}

function textOf({ folder }: TraceCaptureOutcome, name: string): string {
  const bytes = readFileSync(path.join(folder, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

describe('the kernel’s own tracing', () => {
  onLocalCluster(
    'records every call of the node’s kubelet, of no other, and leaves no instance',
    async () => {
      const lab = await openLab();
      for (const node of ['node1', 'node2']) {
        const outcome = await trace(lab, { node, engine: 'kernel', seconds: 4, root: temporaryFolder() });
        const [file] = outcome.record.files;
        const text = textOf(outcome, file?.name ?? '');
        const events = parseEvents(text);
        // Looks at the open files stand between the events, some twenty a second on an idle machine.
        expect(text.match(/tracing_mark_write: node-triage fds$/gm)?.length).toBeGreaterThan(8);
        expectKubeletOf(node, events);
        expectWholeEventsRead(text, events);
        expect(outcome.record).toMatchObject({
          state: 'complete',
          profile: 'futex',
          trace: { engine: 'kernel', lostEvents: 0 },
          issues: [],
        });
        expect(outcome.record.traceCost?.cpuDuring).toBeGreaterThan(0);
        expect(outcome.record.traceCost?.relistSecondsDuring).toBeGreaterThan(0);
      }
      expect(tracingInstances()).toEqual([]);
      await expectNothingLeft(lab, namespace.name);
    },
  );

  onLocalCluster('is refused in a pod that is not privileged, before anything is switched on', async () => {
    const lab = await openLab();
    const root = temporaryFolder();
    const nodes = await listNodes(lab.connection);
    const traced = lab.maker.withPod(
      requestIn(namespace.name),
      (pod, signal) =>
        captureSystemCalls(
          { pod, metrics: lab.connection.metrics, clock: systemClock, randomId: () => 'refused' },
          { context: 'c', ...kubeletOn(nodes[0]), engine: 'kernel', seconds: 2, root, writtenBy: 't' },
          signal,
          () => undefined,
        ),
      AbortSignal.timeout(60_000),
    );
    expect((await refusalOf(traced)).code).toBe('trace-refused');
    expect(readdirSync(root)).toEqual([]);
  });

  onLocalCluster('cancelled in the middle, it leaves no instance, no file and no pod', async () => {
    const lab = await openLab();
    const root = temporaryFolder();
    const cancel = new AbortController();
    let seen: readonly string[] = [];
    const traced = trace(
      lab,
      { node: 'node1', engine: 'kernel', seconds: 30, root },
      {
        signal: cancel.signal,
        onProgress: ({ phase, secondsLeft }) => {
          if (phase !== 'tracing' || secondsLeft > 30) return;
          seen = tracingInstances();
          cancel.abort();
        },
      },
    );
    expect((await refusalOf(traced)).code).toBe('cancelled');
    expect(seen).toHaveLength(1);
    await expectNothingLeft(lab, namespace.name);
    expect(tracingInstances()).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });
});

/** A reader that waits in read() of a named pipe, most of its time. */
function slowReader(): { readonly pid: number; readonly pipe: string } {
  const pipe = path.join(temporaryFolder(), 'slow');
  execFileSync('mkfifo', [pipe]);
  const writer = spawn('sh', ['-c', 'while sleep 0.4; do echo x; done > "$1"', 'writer', pipe], {
    detached: true,
  });
  const reader = spawn('cat', [pipe], { stdio: 'ignore' });
  onTestFinished(() => {
    reader.kill('SIGKILL');
    if (writer.pid !== undefined) process.kill(-writer.pid, 'SIGKILL');
  });
  if (reader.pid === undefined) throw new Error('no reader');
  return { pid: reader.pid, pipe };
}

describe('the kernel’s own tracing of a process of ours', () => {
  onLocalCluster('links a slow read to the file it was of', () => {
    const { pid, pipe } = slowReader();
    const target = { pid, startTicks: startTicksOf(pid), host: { isInitialPidNamespace: true } as NodeHost };
    const job = kernelTraceJob(target, { seconds: 2, quietSeconds: 0, id: `test${pid}` });
    const cwd = temporaryFolder();
    const stdout = execFileSync('unshare', ['--mount', '/bin/busybox', ...job.argv], {
      cwd,
      encoding: 'utf8',
    });
    const { file } = readKernelTraceEnd({ exitCode: 0, stdout, stderr: '', files: [] });
    const { calls } = parseEvents(gunzipSync(readFileSync(path.join(cwd, file))).toString());
    const slow = calls.filter(call => call.syscall === 'read' && (call.durationSeconds ?? 0) > 0.2);
    expect(slow.length).toBeGreaterThan(1);
    expect(new Set(slow.map(call => call.file?.path))).toEqual(new Set([pipe]));
    expect(tracingInstances()).toEqual([]);
    return Promise.resolve();
  });
});

function expectKubeletOf(node: string, events: KernelTrace): void {
  expect([...events.threadNames.keys()]).toContain(kubeletPid(node));
  expect(events.threads?.traced).toBe(events.threads?.existing);
  expect(events).toMatchObject({ lost: 0, isLimitReached: false });
  expect(events.spanSeconds).toBeGreaterThan(3);
  const calls = new Set(events.calls.map(call => call.syscall));
  expect(calls).toContain('futex');
  expect(calls).toContain('read');
}

const WHOLE_EVENT = /sys_enter: NR -?\d+ \([0-9a-f]+(?:, [0-9a-f]+){5}\)|sys_exit: NR -?\d+ = -?\d+/g;

/**
 * The kernel breaks events off now and then, some in the middle, some without a line end. What it wrote whole is read;
 * lines that hold no whole event are counted, and few.
 */
function expectWholeEventsRead(text: string, events: KernelTrace): void {
  const whole = text.match(WHOLE_EVENT)?.length ?? 0;
  const lines = text.split('\n').filter(line => line.search(WHOLE_EVENT) >= 0);
  expect(events.events).toBe(lines.length);
  expect(whole - lines.length).toBeLessThanOrEqual(whole / 1000);
  expect(events.unparsedLines, events.leftOut[0]?.first).toBeLessThanOrEqual(whole / 1000);
}

interface Lease {
  readonly spec: { readonly renewTime: string };
}

async function renewTime(node: string): Promise<string> {
  const lease = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node}`;
  return ((await callApi('GET', lease)) as Lease).spec.renewTime;
}

const podSpec = (node: string) => ({
  metadata: { name: 'started-under-strace' },
  spec: {
    nodeName: node,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    containers: [{ name: 'busy', image: DEBUG_IMAGE, imagePullPolicy: 'Never', command: ['sleep', '600'] }],
  },
});

/** What the node must go on doing while it is traced. */
async function startPodMeanwhile(
  node: string,
): Promise<{ readonly seconds: number; readonly tracers: number }> {
  const began = performance.now();
  const traced = threadStates(node).filter(state => !state.startsWith('0 ')).length;
  expect(await callApi('GET', `/api/v1/nodes/${node}/proxy/healthz`)).toBe('ok');
  await callApi('POST', `${namespace.path}/pods`, podSpec(node));
  await retry(20, async () => {
    const pod = (await callApi('GET', `${namespace.path}/pods/started-under-strace`)) as {
      readonly status: { readonly phase: string };
    };
    if (pod.status.phase !== 'Running') throw new Error(`the pod is ${pod.status.phase}`);
  });
  return { seconds: (performance.now() - began) / 1000, tracers: traced };
}

describe('strace', () => {
  onLocalCluster(
    'the node goes on: lease, healthz and a pod that starts; then no tracer is left',
    async () => {
      const lab = await openLab();
      const renewedBefore = await renewTime('node1');
      let meanwhile: ReturnType<typeof startPodMeanwhile> | undefined;
      const outcome = await trace(
        lab,
        { node: 'node1', engine: 'strace', seconds: 15, root: temporaryFolder() },
        {
          onProgress: ({ phase, pass, secondsLeft }) => {
            // In the second pass, when strace is attached.
            if (phase !== 'tracing' || pass !== 'futex' || secondsLeft > 11) return;
            meanwhile ??= startPodMeanwhile('node1');
            meanwhile.catch(() => undefined);
          },
        },
      );
      const started = await meanwhile;
      expect(started?.tracers).toBeGreaterThan(3);
      expect(await renewTime('node1')).not.toBe(renewedBefore);
      expectUntouched('node1');

      const { record } = outcome;
      expect(record).toMatchObject({ trace: { engine: 'strace' }, issues: [] });
      expect(record.trace?.threadsTraced).toBe(record.trace?.threadsExisting);
      const [log, table] = record.files.map(file => file.name);
      const futex = parseLog(textOf(outcome, log ?? ''));
      expect(futex.calls.filter(call => call.futex !== undefined).length).toBeGreaterThan(50);
      expect(futex.unparsedLines).toBe(0);
      const { summary } = parseLog(textOf(outcome, table ?? ''));
      expect(summary.find(row => row.syscall === 'futex')?.calls).toBeGreaterThan(10);
      await callApi('DELETE', `${namespace.path}/pods/started-under-strace`);
      await retry(20, async () => expectNothingLeft(lab, namespace.name));
    },
  );

  onLocalCluster(
    'cancelled in the middle, it lets the kubelet go, and leaves no file and no pod',
    async () => {
      const lab = await openLab();
      const root = temporaryFolder();
      const cancel = new AbortController();
      let traced = 0;
      const work = trace(
        lab,
        { node: 'node2', engine: 'strace', seconds: 30, root },
        {
          signal: cancel.signal,
          onProgress: ({ phase, secondsLeft }) => {
            if (phase !== 'tracing' || secondsLeft > 27) return;
            traced = threadStates('node2').filter(state => !state.startsWith('0 ')).length;
            cancel.abort();
          },
        },
      );
      expect((await refusalOf(work)).code).toBe('cancelled');
      expect(traced).toBeGreaterThan(3);
      await expectNothingLeft(lab, namespace.name);
      expectUntouched('node2');
      expect(readdirSync(root)).toEqual([]);
    },
  );
});

describe('findKubelet', () => {
  onLocalCluster('tells the kubelets of the nodes apart, each from its own pod', async () => {
    const lab = await openLab();
    for (const node of ['node1', 'node2']) {
      const found = await lab.maker.withPod(
        requestIn(namespace.name, { node }),
        (pod, signal) => pod.run(findKubelet(node), signal),
        AbortSignal.timeout(60_000),
      );
      expect(found).toMatchObject({ foundBy: 'node-name', program: 'kubelet', tracerPid: 0 });
      expect(found.startTicks).toBe(startTicksOf(kubeletPid(node)));
      expect(found.host.isInitialPidNamespace).toBe(false);
    }
  });
});

function startTicksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}
