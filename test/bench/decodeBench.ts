/**
 * How fast bytes become tables: decode, tree, rows, the whole way through the worker, and cancelling. pprof-format, on
 * the same bytes in the same run, is the peer: a ratio holds on any machine. `--large` adds a million samples.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Profile as PprofProfile } from 'pprof-format';
import { buildBottomUp } from '../../src/profile/bottomUp.js';
import { buildCallTree } from '../../src/profile/callTree.js';
import { decodePprof } from '../../src/profile/codec/decodePprof.js';
import { buildFlatTable } from '../../src/profile/flatTable.js';
import type { ProfileSource } from '../../src/worker/workerPorts.js';
import { createProfileDecoder } from '../../src/worker/node/profileDecoder.js';
import { inflateProfile } from '../../src/worker/node/readFile.js';
import { bundleEntry } from '../support/bundle.js';
import { generatePprof } from './generatePprof.js';

const RUNS = 5;
const MB = 1e6;
const MAX_BYTES = 512 * 1024 * 1024;
/** out/bench/decodeBench.mjs, two folders below the project's. */
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const recorded = (name: string) => readFileSync(path.join(root, 'test/fixtures/profiles', name));

function print(bench: string, numbers: Readonly<Record<string, number>>): void {
  const rounded = Object.entries(numbers).map(([key, value]) => [key, Number(value.toPrecision(4))] as const);
  console.log(JSON.stringify({ bench, ...Object.fromEntries(rounded) }));
}

/** Milliseconds: the median of several runs, after one that warms up. */
function measure(act: () => unknown, runs = RUNS): number {
  act();
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    act();
    return performance.now() - start;
  });
  return median(times);
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

function benchCore(name: string, raw: Uint8Array, runs = RUNS): void {
  const profile = decodePprof(raw);
  const tree = buildCallTree(profile);
  const decodeMs = measure(() => decodePprof(raw), runs);
  const zipped = gzipSync(raw, { level: 6 });
  const inflateMs = measure(() => inflateProfile(zipped, MAX_BYTES), runs);
  print(`decode ${name}`, {
    rawMegabytes: raw.length / MB,
    samples: profile.samples.count,
    slots: profile.samples.frames.length,
    nodes: tree.nodeCount,
    decodeMs,
    decodeMegabytesPerSecond: raw.length / MB / (decodeMs / 1000),
    withGunzipMegabytesPerSecond: raw.length / MB / ((decodeMs + inflateMs) / 1000),
    treeMs: measure(() => buildCallTree(profile), runs),
    bottomUpMs: measure(() => buildBottomUp(tree, 0), runs),
    flatTableMs: measure(() => buildFlatTable(tree, profile.functions, 1), runs),
  });
}

function benchPeer(name: string, raw: Uint8Array): void {
  const decodeMs = measure(() => decodePprof(raw), 3);
  const peerMs = measure(() => PprofProfile.decode(raw), 3);
  print(`pprof-format ${name}`, { decodeMs, peerMs, timesFaster: peerMs / decodeMs });
}

/** From the host's call to the tables in the host's hands: thread start included the first time. */
async function benchWorker(name: string, bytes: Uint8Array, workerFile: string): Promise<void> {
  const decoder = createProfileDecoder(workerFile);
  const source: ProfileSource = { kind: 'bytes', name, bytes };
  const decode = async () => {
    const start = performance.now();
    const { tables } = await decoder.decode(source, { maxBytes: MAX_BYTES }, new AbortController().signal);
    return {
      ms: performance.now() - start,
      bytes: tables.tree.nodeCount * (4 + 4 + 1 + 8 * tables.tree.self.length),
    };
  };
  const first = await decode();
  const later: number[] = [];
  for (let run = 0; run < RUNS; run++) later.push((await decode()).ms);
  decoder.dispose();
  print(`worker ${name}`, { firstMs: first.ms, laterMs: median(later), treeMegabytes: first.bytes / MB });
}

/** From abort to the rejected promise, while the thread is in the middle of its work. */
async function benchCancel(bytes: Uint8Array, workerFile: string): Promise<void> {
  const decoder = createProfileDecoder(workerFile);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const abort = new AbortController();
    let abortedAt = 0;
    const job = decoder.decode(
      { kind: 'bytes', name: 'cancelled', bytes },
      { maxBytes: MAX_BYTES },
      abort.signal,
      phase => {
        if (phase !== 'decoding') return;
        abortedAt = performance.now();
        abort.abort();
      },
    );
    await job.catch(() => times.push(performance.now() - abortedAt));
  }
  decoder.dispose();
  print('cancel', { medianMs: median(times), maxMs: Math.max(...times), runs: times.length });
}

const kubelet = new Uint8Array(gunzipSync(recorded('cpu-cgroupload-30s.pb.gz')));
const g100k = generatePprof({ samples: 100_000 });
benchCore('kubelet 30 s', kubelet, 50);
benchCore('g100k', g100k);
benchPeer('kubelet 30 s', kubelet);
benchPeer('g100k', g100k);
const worker = bundleEntry('src/worker/node/decodeWorker.ts');
try {
  await benchWorker('kubelet 30 s', recorded('cpu-cgroupload-30s.pb.gz'), worker.file);
  await benchWorker('g100k', gzipSync(g100k), worker.file);
  await benchCancel(g100k, worker.file);
} finally {
  worker.remove();
}
if (process.argv.includes('--large')) benchCore('g1m', generatePprof({ samples: 1_000_000 }), 1);
