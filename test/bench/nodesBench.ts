/**
 * What 10,000 nodes cost the editor: the longest pause of its thread while they are listed for the first time in a
 * process, and the longest step of the tree's model afterwards. The API server runs in a process of its own, and each
 * measurement in a fresh one: the first list is the one that finds nothing compiled.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { clusterAccess } from '../../src/cluster/connect.js';
import { ClusterRegistry } from '../../src/nodes/clusterRegistry.js';
import { NodeTreeModel } from '../../src/nodes/nodeTreeModel.js';
import { manyNodes } from '../demo/replay/scenario.js';
import { startReplayServer } from '../demo/replayServer.js';

const NODES = 10_000;
const RUNS = 5;
const self = fileURLToPath(import.meta.url);
/** out/bench/nodesBench.mjs, two folders below the project's. */
const root = path.join(path.dirname(self), '..', '..');

type Numbers = Readonly<Record<string, number>>;

function print(bench: string, numbers: Numbers): void {
  const rounded = Object.entries(numbers).map(([key, value]) => [key, Number(value.toPrecision(3))] as const);
  console.log(JSON.stringify({ bench, ...Object.fromEntries(rounded) }));
}

/** The next message of a child; rejects when it ends without one. */
function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve(message as T));
    child.once('exit', code => reject(new Error(`a process of the bench ended with ${code}`)));
  });
}

interface Pauses {
  /** Longest time between two turns of the event loop. */
  readonly wallMs: number;
  /** The same without what other processes took of it: the processor time of ours, where that is less. */
  readonly ownMs: number;
}

/** While `act` runs. */
async function longestPauses(act: () => Promise<void>): Promise<Pauses> {
  let wallMs = 0;
  let ownMs = 0;
  let last = performance.now();
  let spent = process.cpuUsage();
  let isOver = false;
  const look = (): void => {
    const wall = performance.now() - last;
    const { user, system } = process.cpuUsage(spent);
    wallMs = Math.max(wallMs, wall);
    ownMs = Math.max(ownMs, Math.min(wall, (user + system) / 1000));
    spent = process.cpuUsage();
    last = performance.now();
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  await act();
  isOver = true;
  return { wallMs, ownMs };
}

async function serve(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'node-triage-bench-'));
  const server = await startReplayServer({
    fixtures: path.join(root, 'test', 'fixtures'),
    directory,
    nodes: manyNodes(NODES),
    heartbeatMs: 0,
  });
  process.send?.({ kubeconfig: server.kubeconfigPath });
  process.once('message', () => {
    void server.stop().then(async () => {
      await rm(directory, { recursive: true });
      process.exit(0);
    });
  });
}

async function list(kubeconfig: string): Promise<void> {
  let connected: () => void = () => undefined;
  const isConnected = new Promise<void>(resolve => (connected = resolve));
  const registry = new ClusterRegistry({
    access: () => Promise.resolve(clusterAccess),
    location: () => ({ setting: kubeconfig, environment: {}, homeDirectory: root }),
    log: () => ({ debug: () => undefined, warn: () => undefined }),
    consent: { answerTo: () => 'unanswered' },
    cpuOptions: () => ({ enabled: false, intervalSeconds: 60, parallelRequests: 4 }),
    explain: String,
    changed: change => {
      for (const context of change.contexts) model.contextChanged(context);
      if (registry.contextState(context).kind === 'connected') connected();
    },
    random: Math.random,
  });
  const model = new NodeTreeModel({
    source: registry,
    facts: (_, node) => ({ node, cpu: undefined, capturing: undefined, debugPod: undefined, hotCores: 1 }),
    countActions: () => 0,
    countLeftovers: () => 0,
  });
  await registry.load();
  const context = registry.kubeconfig.contexts[0]?.name ?? '';
  const begun = performance.now();
  const pauses = await longestPauses(async () => {
    registry.connect(context);
    await isConnected;
  });
  const listMs = performance.now() - begun;
  let stepMs = 0;
  const step = <T>(act: () => T): T => {
    const start = performance.now();
    const result = act();
    stepMs = Math.max(stepMs, performance.now() - start);
    return result;
  };
  const pages = step(() => model.children(model.context(context)));
  for (const page of pages) step(() => model.children(page));
  step(() => model.setFilter(({ node }) => node.name.endsWith('7')));
  const matched = step(() => model.children(model.context(context)));
  registry.dispose();
  process.send?.({ listMs, ...pauses, stepMs, pages: pages.length, matchedPages: matched.length });
}

async function bench(): Promise<void> {
  const server = fork(self, ['--serve']);
  const { kubeconfig } = await answerOf<{ kubeconfig: string }>(server);
  const runs: Numbers[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await answerOf<Numbers>(fork(self, ['--list', kubeconfig])));
  const most = (key: string): number => Math.max(...runs.map(run => run[key] ?? 0));
  print('first list of nodes', {
    nodes: NODES,
    processes: RUNS,
    listMs: most('listMs'),
    longestPauseMs: most('wallMs'),
    longestPauseOwnMs: most('ownMs'),
  });
  print('node tree', { nodes: NODES, pages: most('pages'), longestStepMs: most('stepMs') });
  server.send('stop');
}

if (process.argv.includes('--serve')) await serve();
else if (process.argv.includes('--list')) await list(process.argv.at(-1) ?? '');
else await bench();
