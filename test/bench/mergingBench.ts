/**
 * What a slice of a capture costs, from the first to the last of as many as the settings allow: adding it in the thread
 * that holds the slices before it, and making the file. Beside it what a slice would cost without what is held: the file
 * read again.
 */
import { gzipSync } from 'node:zlib';
import { createProfileDecoder } from '../../src/worker/node/profileDecoder.js';
import { bundleEntry } from '../support/bundle.js';
import { generatePprof } from './generatePprof.js';

/** package.json: 600 s in slices of 1 s. */
const SLICES = 600;
const ENDS = 10;
const SHAPE = { samples: 300, functions: 2000 };
const limits = { maxBytes: 512 * 1024 * 1024 };
const never = new AbortController().signal;

/** Stacks differ from slice to slice, so that the merged profile grows to the end; a kubelet's repeat themselves. */
const sliceOf = (index: number) => gzipSync(generatePprof({ ...SHAPE, seed: index + 1 }), { level: 6 });

async function timed<T>(act: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await act();
  return [result, performance.now() - start];
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

const rounded = (value: number) => Number(value.toPrecision(3));

const worker = bundleEntry('src/worker/node/decodeWorker.ts');
const decoder = createProfileDecoder(worker.file);
try {
  // The thread starts and its code warms up.
  const warming = decoder.mergeSlices(limits);
  for (let index = 0; index < 2 * ENDS; index++) await warming.add(sliceOf(index), never);
  warming.dispose();
  const merger = decoder.mergeSlices(limits);
  const adds: number[] = [];
  let samples = 0;
  for (let index = 0; index < SLICES; index++) {
    const slice = sliceOf(index);
    const [merged, ms] = await timed(() => merger.add(slice, never));
    adds.push(ms);
    samples = merged.sampleCount;
  }
  const [file, fileMs] = await timed(() => merger.encode(never));
  merger.dispose();
  const again = decoder.mergeSlices(limits);
  const [, againMs] = await timed(async () => {
    await again.add(file, never);
    await again.add(sliceOf(SLICES), never);
    await again.encode(never);
  });
  const [first, last] = [median(adds.slice(0, ENDS)), median(adds.slice(-ENDS))];
  console.log(
    JSON.stringify({
      bench: 'merging',
      slices: SLICES,
      sliceKilobytes: rounded(sliceOf(0).length / 1000),
      samples,
      fileKilobytes: rounded(file.length / 1000),
      firstTenMs: rounded(first),
      lastTenMs: rounded(last),
      lastToFirst: rounded(last / first),
      fileMs: rounded(fileMs),
      withoutHeldMs: rounded(againMs),
    }),
  );
} finally {
  decoder.dispose();
  worker.remove();
}
