/** Debug pods whose client loses its connection, its server or its life, on a real cluster: what is left, and when. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import type { PodJob } from '../../src/base/podCommand.js';
import { PodIntentFolder } from '../../src/capture/podIntentFolder.js';
import { sweepPods, type SweepDeps } from '../../src/debugpod/sweeper.js';
import { bundleEntry, type Bundle } from '../support/bundle.js';
import type { ChildOrders } from './debugPodChild.js';
import {
  deletePod,
  endlessJob,
  expectNothingLeft,
  newMarker,
  openLab,
  podsIn,
  processesOf,
  requestIn,
  requireProcesses,
  type DebugPodLab,
} from './debugPodLab.js';
import { createRevocableAdmin } from './revocableAdmin.js';
import { startTcpRelay, type TcpRelay } from './tcpRelay.js';
import {
  adminKubeconfig,
  layout,
  onLocalCluster,
  refusalOf,
  requireLayout,
  temporaryFolder,
  testSignal,
} from './testCluster.js';
import { createNamespace, retry, type TestNamespace } from './testNamespace.js';

let namespace: TestNamespace;
let child: Bundle;
beforeAll(async () => {
  if (layout === undefined) return;
  namespace = await createNamespace();
  child = bundleEntry('test/cluster/debugPodChild.ts');
});
afterAll(async () => {
  if (layout === undefined) return;
  child.remove();
  await namespace.remove();
});

/** A lab whose way to the API server can be cut. */
async function openRelayedLab(): Promise<{ readonly lab: DebugPodLab; readonly relay: TcpRelay }> {
  const relay = await startTcpRelay(requireLayout().ports.apiServer);
  onTestFinished(() => relay.close());
  const admin = await createRevocableAdmin(`https://127.0.0.1:${relay.port}`, temporaryFolder());
  onTestFinished(() => admin.remove(), 60_000);
  return { lab: await openLab(admin.kubeconfig), relay };
}

/** Ends after four seconds, with a line and a file. */
const shortJob = (marker: string): PodJob => ({
  name: 'short',
  argv: ['sh', '-c', 'sleep 4; echo done; echo data >file', marker],
  seconds: 4,
  limitSeconds: 20,
});

describe('a connection that is cut', () => {
  onLocalCluster('during a command: exec-lost, the pod is removed, and the command with it', async () => {
    const { lab, relay } = await openRelayedLab();
    const marker = newMarker();
    const endless = { argv: ['sh', '-c', 'while :; do sleep 1; done', marker], parse: () => 0 };
    const running = refusalOf(
      lab.maker.withPod(requestIn(namespace.name), (pod, signal) => pod.run(endless, signal), testSignal()),
    );
    await retry(30, () => requireProcesses(marker, true));
    relay.cut();
    expect((await running).code).toBe('exec-lost');
    await expectNothingLeft(lab, namespace.name, marker);
  });

  onLocalCluster(
    'during a job and while its end is waited for: the result arrives all the same',
    async () => {
      const { lab, relay } = await openRelayedLab();
      const marker = newMarker();
      const job = { ...shortJob(marker), seconds: 1 };
      const result = await lab.maker.withPod(
        requestIn(namespace.name),
        async (pod, signal) => {
          const cuts = setInterval(() => relay.cut(), 1300);
          const end = await pod.runJob(job, signal).finally(() => clearInterval(cuts));
          return { end, file: await pod.fetch(job, 'file', signal) };
        },
        testSignal(),
      );
      expect(result.end).toMatchObject({
        exitCode: 0,
        stdout: 'done\n',
        files: [{ name: 'file', bytes: 5 }],
      });
      expect(new TextDecoder().decode(result.file)).toBe('data\n');
      await expectNothingLeft(lab, namespace.name, marker);
    },
  );

  onLocalCluster('in place of the answer to the POST: the pod is found and removed', async () => {
    const { lab, relay } = await openRelayedLab();
    const refusal = await refusalOf(
      lab.maker.withPod(
        requestIn(namespace.name),
        () => Promise.reject(new Error('it was lent')),
        testSignal(),
        ({ phase }) => {
          if (phase === 'creating') relay.loseNextAnswer();
        },
      ),
    );
    expect(refusal.code).toBe('connection-lost');
    expect(lab.audit[0]).toMatchObject({ verb: 'create', outcome: 'unknown' });
    await expectNothingLeft(lab, namespace.name);
    expect(lab.audit.at(-1)).toMatchObject({ verb: 'delete', outcome: 'done' });
  });
});

describe('an API server that is away', () => {
  onLocalCluster(
    'for a minute, from the middle of a job on: its result, and then nothing, is left',
    async () => {
      const { lab, relay } = await openRelayedLab();
      const marker = newMarker();
      const end = await lab.maker.withPod(
        requestIn(namespace.name),
        async (pod, signal) => {
          setTimeout(() => {
            void relay.suspend().then(resume => setTimeout(() => void resume(), 60_000));
          }, 2000);
          return pod.runJob(shortJob(marker), signal);
        },
        testSignal(),
      );
      expect(end).toMatchObject({ exitCode: 0, stdout: 'done\n' });
      await expectNothingLeft(lab, namespace.name, marker);
    },
  );

  onLocalCluster('when the pod is to be removed: removed as soon as it is back', async () => {
    const { lab, relay } = await openRelayedLab();
    let resume: () => Promise<void> = () => Promise.resolve();
    const began = performance.now();
    const result = await lab.maker.withPod(
      requestIn(namespace.name),
      async () => {
        resume = await relay.suspend();
        return 'kept';
      },
      testSignal(),
    );
    expect(result).toBe('kept');
    expect(performance.now() - began).toBeLessThan(40_000);
    expect(await podsIn(namespace.name)).toMatchObject([{ phase: 'Running' }]);
    await resume();
    await expectNothingLeft(lab, namespace.name);
  });
});

describe('a client that is killed', () => {
  onLocalCluster('its job ends within its limit, and the next window removes the pod at once', async () => {
    const marker = newMarker();
    const {
      process: window,
      intents,
      name,
    } = await startWindow(endlessJob(marker, { seconds: 5, limitSeconds: 8 }));
    await retry(10, () => requireProcesses(marker, true));
    window.kill('SIGKILL');
    await retry(15, () => requireProcesses(marker, false));
    expect(await podsIn(namespace.name)).toEqual([{ name, phase: 'Running' }]);

    const report = await sweep(intents);

    expect(report.removed.map(pod => pod.name)).toEqual([name]);
    expect(await podsIn(namespace.name)).toEqual([]);
    expect(await intents.list()).toEqual([]);
  });

  onLocalCluster('in the middle of a job: the next window ends it with its pod', async () => {
    const marker = newMarker();
    const { process: window, intents, name } = await startWindow(endlessJob(marker));
    await retry(10, () => requireProcesses(marker, true));
    expect((await sweep(intents)).living.map(pod => pod.name)).toContain(name);
    window.kill('SIGKILL');
    await retry(10, () => requireEnded(window));
    expect((await sweep(intents)).removed.map(pod => pod.name)).toEqual([name]);
    expect(processesOf(marker)).toEqual([]);
    expect(await podsIn(namespace.name)).toEqual([]);
  });

  onLocalCluster('and no client comes: the pod ends by itself after two minutes of silence', async () => {
    const { process: window, intents, name } = await startWindow(undefined);
    window.kill('SIGKILL');
    await retry(150, async () => {
      const pod = (await podsIn(namespace.name)).find(one => one.name === name);
      if (pod?.phase !== 'Succeeded') throw new Error(`${name} is ${String(pod?.phase)}`);
    });
    expect((await sweep(intents)).removed.map(pod => pod.name)).toEqual([name]);
    expect(await podsIn(namespace.name)).toEqual([]);
  });
});

describe('two windows', () => {
  onLocalCluster('on one node: each removes its own, also where a sweep of the other comes by', async () => {
    const first = await openLab();
    const second = await openLab();
    const cancel = new AbortController();
    const marker = newMarker();
    const one = refusalOf(
      first.maker.withPod(
        requestIn(namespace.name),
        (pod, signal) => pod.runJob(endlessJob(marker), signal),
        cancel.signal,
      ),
    );
    await retry(30, () => requireProcesses(marker, true));
    expect(
      await second.maker.withPod(requestIn(namespace.name), () => Promise.resolve(2), testSignal()),
    ).toBe(2);
    const report = await sweepPods(sweepDeps(second, first.intents), { namespaces: [] }, testSignal());
    // Others may work on this cluster, too.
    const own = report.living.filter(pod => pod.namespace === namespace.name);
    expect({ ...report, living: own }).toMatchObject({
      removed: [],
      failed: [],
      living: [{ node: 'node1' }],
    });
    expect(processesOf(marker).length).toBeGreaterThan(0);
    cancel.abort();
    expect((await one).code).toBe('cancelled');
    await expectNothingLeft(first, namespace.name, marker);
  });
});

interface Window {
  readonly process: ChildProcess;
  readonly intents: PodIntentFolder;
  /** Of its pod. */
  readonly name: string;
}

/** Resolves when its pod runs, and its job may. */
async function startWindow(job: PodJob | undefined): Promise<Window> {
  const folder = path.join(temporaryFolder(), 'intents');
  const orders: ChildOrders = {
    kubeconfig: adminKubeconfig,
    intents: folder,
    request: requestIn(namespace.name),
    ...(job === undefined ? {} : { job }),
  };
  const window = spawn(process.execPath, [child.file, JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    window.kill('SIGKILL');
  });
  const name = await new Promise<string>((resolve, reject) => {
    let said = '';
    window.stdout.setEncoding('utf8').on('data', (part: string) => {
      said += part;
      const [, pod] = /^running (\S+)\n/.exec(said) ?? [];
      if (pod !== undefined) resolve(pod);
    });
    window.once('exit', status => reject(new Error(`the window ended with ${String(status)}`)));
  });
  onTestFinished(() => deletePod(namespace.name, name));
  return { process: window, intents: new PodIntentFolder(folder), name };
}

/** What a window does when it begins. */
async function sweep(intents: PodIntentFolder): ReturnType<typeof sweepPods> {
  return sweepPods(sweepDeps(await openLab(), intents), { namespaces: [namespace.name] }, testSignal());
}

function sweepDeps({ deps }: DebugPodLab, intents: SweepDeps['intents']): SweepDeps {
  const { owner, ...rest } = deps;
  return { ...rest, intents, session: owner.session, host: os.hostname(), isProcessAlive: isRunning };
}

/** A killed child is a zombie until its end was heard of. */
function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/\) Z /.test(readFileSync(file, 'utf8'));
}

function requireEnded({ exitCode, signalCode }: ChildProcess): Promise<void> {
  return exitCode !== null || signalCode !== null
    ? Promise.resolve()
    : Promise.reject(new Error('the window lives'));
}
