import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodePprof } from '../../../src/profile/codec/decodePprof.js';
import type { Profile } from '../../../src/profile/model.js';
import { MergeStore } from '../../../src/worker/mergeStore.js';
import { nodeHost } from '../../../src/worker/node/nodeHost.js';
import { SliceMerging, type MergeThread } from '../../../src/worker/sliceMerging.js';
import type { MergeJob } from '../../../src/worker/workerMessages.js';
import { cutProfile } from '../../support/cutProfile.js';
import { readFixture } from '../../support/fixtures.js';
import { askGo, hasGo, withoutGo } from '../../support/goPprof.js';
import { stackRows } from '../../support/profileRows.js';
import { sumsByStack } from '../../support/profileSums.js';

const limits = { maxBytes: 64 * 1024 * 1024 };
const never = new AbortController().signal;
const recorded = new Uint8Array(gunzipSync(readFixture('profiles/cpu-cgroupload-30s.pb.gz')));
const SLICES = cutProfile(recorded, 120);

/** A thread that can be lost, and counts the bytes it inflates. */
class Thread implements MergeThread {
  readonly jobs: MergeJob[] = [];
  inflated = 0;
  ended = 0;
  #store: MergeStore;

  constructor(private readonly maxHeldBytes?: number) {
    this.#store = this.#start();
  }

  lose(): void {
    this.#store = this.#start();
  }

  async merge(job: MergeJob) {
    this.jobs.push(job);
    return this.#store.run(job);
  }

  end(session: number): void {
    this.ended++;
    this.#store.end(session);
  }

  #start(): MergeStore {
    const inflate = async (bytes: Uint8Array, maxBytes: number) => {
      this.inflated += bytes.length;
      return nodeHost.inflate(bytes, maxBytes);
    };
    return new MergeStore({ ...nodeHost, inflate }, this.maxHeldBytes);
  }
}

async function mergeAll(
  thread: Thread,
  slices: readonly Uint8Array[],
  after: (merging: SliceMerging, count: number) => unknown = () => undefined,
) {
  const merging = new SliceMerging(thread, 1, limits);
  for (const [index, slice] of slices.entries()) {
    await merging.add(slice, never);
    await after(merging, index + 1);
  }
  return gunzipSync(await merging.encode(never));
}

const rowsOf = (raw: Uint8Array) => stackRows(decodePprof(raw)).sort();
/** As Go has them: without the brackets of inlined calls. */
function sumsByName(profile: Profile): Map<string, bigint[]> {
  const sums = new Map<string, bigint[]>();
  for (const [stack, values] of sumsByStack(profile)) {
    const names = stack.split(';').map(name => name.replace(/^\[(.*)\]$/, '$1'));
    const known = sums.get(names.join(';')) ?? values.map(() => 0n);
    sums.set(
      names.join(';'),
      known.map((value, type) => value + BigInt(values[type]!)),
    );
  }
  return sums;
}
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('merging slices as they come', () => {
  it('inflates and decodes each slice once, however many came before it', async () => {
    const thread = new Thread();
    await mergeAll(thread, SLICES, (merging, count) => count % 10 === 0 && merging.encode(never));
    expect(thread.inflated).toBe(sum(SLICES.map(({ length }) => length)));
    expect(Math.max(...thread.jobs.map(({ slices }) => slices.length))).toBe(1);
  });

  it.runIf(hasGo)(`of 120 slices is what go tool pprof merges of them${withoutGo}`, async () => {
    const merged = await mergeAll(
      new Thread(),
      SLICES,
      (merging, count) => count % 7 === 0 && merging.encode(never),
    );
    const byGo = askGo(...SLICES)!;
    const profile = decodePprof(merged);
    expect(profile.samples.count).toBe(byGo.sampleCount);
    expect(sumsByName(profile)).toEqual(byGo.stacks);
    expect(profile.durationNanos).toBe(120 * 100_000_000);
    expect(profile.timeMs).toBe(decodePprof(recorded).timeMs);
  });

  it.each([
    ['the thread is lost now and then', () => new Thread()],
    ['memory is short', () => new Thread(0)],
  ])('loses no slice where %s', async (_, makeThread) => {
    const slices = SLICES.slice(0, 12);
    const thread = makeThread();
    const merged = await mergeAll(thread, slices, async (merging, count) => {
      if (count === 5 || count === 8) thread.lose();
      // The file is made with some slices, and others are in no file when the thread is lost.
      if (count === 6) await merging.encode(never);
    });
    expect(thread.jobs.filter(({ slices: { length } }) => length > 1)).not.toEqual([]);
    expect(rowsOf(merged)).toEqual(rowsOf(await mergeAll(new Thread(), slices)));
  });

  it('keeps the slices before one that cannot be read, which it names', async () => {
    const thread = new Thread();
    const merging = new SliceMerging(thread, 1, limits);
    for (const slice of SLICES.slice(0, 3)) await merging.add(slice, never);
    const bad = merging.add(SLICES[3]!.slice(0, 900), never);
    await expect(bad).rejects.toMatchObject({ code: 'file-truncated', facts: { slice: 4 } });
    const merged = gunzipSync(await merging.encode(never));
    expect(rowsOf(merged)).toEqual(rowsOf(await mergeAll(new Thread(), SLICES.slice(0, 3))));
  });

  it('keeps captures apart, and forgets one that has ended', async () => {
    const thread = new Thread();
    const [one, other] = [new SliceMerging(thread, 1, limits), new SliceMerging(thread, 2, limits)];
    await one.add(SLICES[0]!, never);
    await other.add(SLICES[1]!, never);
    expect(rowsOf(gunzipSync(await one.encode(never)))).toEqual(rowsOf(gunzipSync(SLICES[0]!)));
    other.dispose();
    other.dispose();
    expect(thread.ended).toBe(1);
    expect(await thread.merge({ ...thread.jobs[1]!, countBefore: 1 })).toBe('lost');
  });

  it('makes no file that could not be opened', async () => {
    const tight = { maxBytes: gunzipSync(SLICES[0]!).length };
    const merging = new SliceMerging(new Thread(), 1, tight);
    await merging.add(SLICES[0]!, never);
    await merging.add(cutProfile(recorded, 240)[7]!, never);
    await expect(merging.encode(never)).rejects.toMatchObject({
      code: 'file-too-large',
      facts: { limitBytes: tight.maxBytes },
    });
  });

  it('has no file of no slice', async () => {
    const merging = new SliceMerging(new Thread(), 1, limits);
    await expect(merging.encode(never)).rejects.toMatchObject({ code: 'internal' });
  });
});
