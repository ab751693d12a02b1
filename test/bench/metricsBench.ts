/**
 * What a reading of a kubelet's CPU costs the extension host: processor time of its process for each, over HTTPS as the
 * view does it, and for the part that reads the text alone. The API server runs in a process of its own.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { clusterAccess } from '../../src/cluster/connect.js';
import { ProxyKubeletMetrics } from '../../src/cluster/nodes/kubeletMetrics.js';
import { manyNodes } from '../demo/replay/scenario.js';
import { startReplayServer } from '../demo/replayServer.js';

const NODES = 100;
/** Of one node, after as many again to have the code compiled. */
const READINGS = 200;
/** Pieces of an answer as they come out of gunzip. */
const PIECE_BYTES = 16 * 1024;
const self = fileURLToPath(import.meta.url);
const root = path.join(path.dirname(self), '..', '..');
const never = new AbortController().signal;

function print(bench: string, numbers: Readonly<Record<string, number>>): void {
  const rounded = Object.entries(numbers).map(([key, value]) => [key, Number(value.toPrecision(3))] as const);
  console.log(JSON.stringify({ bench, ...Object.fromEntries(rounded) }));
}

function kubeconfigOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve((message as { readonly kubeconfig: string }).kubeconfig));
    child.once('exit', code => reject(new Error(`the server of the bench ended with ${code}`)));
  });
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

/** Processor time of this process in milliseconds a round, all its threads (gunzip has one of its own) included. */
async function cpuMs(rounds: number, round: (index: number) => Promise<unknown>): Promise<number> {
  for (let index = 0; index < rounds; index++) await round(index);
  const before = process.cpuUsage();
  for (let index = 0; index < rounds; index++) await round(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / rounds;
}

/** The text alone: no socket, no TLS, no gunzip. */
function readText(): () => Promise<unknown> {
  const text = readFileSync(path.join(root, 'test/fixtures/kubelet/api/metrics.txt'));
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < text.length; at += PIECE_BYTES)
      yield await Promise.resolve(text.subarray(at, at + PIECE_BYTES));
  }
  const metrics = new ProxyKubeletMetrics({
    open: () => Promise.resolve({ status: 200, headers: {}, body: pieces() }),
  });
  return () => metrics.readProcess('node', never);
}

async function bench(): Promise<void> {
  const server = fork(self, ['--serve']);
  const setting = await kubeconfigOf(server);
  const location = { setting, environment: {}, homeDirectory: root };
  const quiet = { debug: () => undefined, warn: () => undefined };
  const { contexts } = await clusterAccess.readKubeconfig(location);
  const connection = await clusterAccess.connect(location, contexts[0]?.name ?? '', quiet);
  const read = (node: number) =>
    connection.metrics.readProcess(`node-${String(node).padStart(5, '0')}`, never);
  print('CPU reading', {
    oneNodeMs: await cpuMs(READINGS, () => read(0)),
    ofHundredNodesMs: await cpuMs(READINGS, index => read(index % NODES)),
    textMs: await cpuMs(READINGS, readText()),
  });
  connection.dispose();
  server.send('stop');
}

if (process.argv.includes('--serve')) await serve();
else await bench();
