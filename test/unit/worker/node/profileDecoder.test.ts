import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { summarizeProfile } from '../../../../src/profile/summary.js';
import type { DecodePhase, ProfileDecoder } from '../../../../src/worker/workerPorts.js';
import { createProfileDecoder } from '../../../../src/worker/node/profileDecoder.js';
import { bundleEntry, type Bundle } from '../../../support/bundle.js';
import { FIXTURES } from '../../../support/fixtures.js';
import { formatTree } from '../../../support/formatTree.js';
import { topRows } from '../../../support/profileRows.js';

const limits = { maxBytes: 64 * 1024 * 1024 };
const fixture = (name: string) => path.join(FIXTURES, 'profiles', name);
const never = () => new AbortController().signal;
const folded = (text: string) =>
  ({ kind: 'bytes', name: 'x.folded', bytes: new TextEncoder().encode(text) }) as const;

let bundle: Bundle;
let decoder: ProfileDecoder;

beforeAll(() => {
  bundle = bundleEntry('src/worker/node/decodeWorker.ts');
});
afterAll(() => {
  bundle.remove();
});
afterEach(() => {
  decoder.dispose();
});

const decode = (source: Parameters<ProfileDecoder['decode']>[0], signal = never()) =>
  decoder.decode(source, limits, signal);

/** Stacks without end: some seconds of work, to be cancelled. */
const slow = (stacks = 3000) => {
  const lines = Array.from({ length: stacks }, (_, index) => `${'f;'.repeat(1500)}g${index} 1`);
  return folded(lines.join('\n'));
};

describe('the profile decoder', () => {
  it('decodes a file in its thread and tells its phases', async () => {
    decoder = createProfileDecoder(bundle.file);
    const phases: DecodePhase[] = [];
    const decoded = await decoder.decode(
      { kind: 'file', path: fixture('cpu-v1.32-runc-30s.pb.gz') },
      limits,
      never(),
      phase => phases.push(phase),
    );
    expect(phases).toEqual(['reading', 'inflating', 'decoding', 'merging']);
    expect(decoded.summary).toMatchObject({
      format: 'pprof',
      sampleCount: 169,
      totals: [245, 2_450_000_000],
    });
    expect(decoded.tables.tree.nodeCount).toBe(910);
  });

  it('decodes bytes and leaves them to the caller', async () => {
    decoder = createProfileDecoder(bundle.file);
    const source = folded('main;work 3\nmain;idle 4\n');
    const { tables } = await decode(source);
    expect(formatTree(tables)).toEqual([
      'main total 7 self 0',
      '  work total 3 self 3',
      '  idle total 4 self 4',
    ]);
    expect(new TextDecoder().decode(source.bytes)).toBe('main;work 3\nmain;idle 4\n');
  });

  it('lists the hottest functions with their lines and the way to them', async () => {
    decoder = createProfileDecoder(bundle.file);
    const source = { kind: 'file', path: fixture('cpu-v1.32-runc-30s.pb.gz') } as const;
    const { summary, functions } = await decoder.listHot(source, 3, limits, never());
    expect(summary.sampleCount).toBe(169);
    expect([functions.rows.length, functions.total]).toEqual([3, 2_450_000_000]);
    // The first row of `go tool pprof -top` for this file.
    const [first] = functions.rows;
    expect(first).toMatchObject({ name: 'internal/runtime/syscall/linux.Syscall6', flat: first?.cum });
    expect(first?.path.at(-1)).toBe('internal/runtime/syscall/linux.Syscall6');
  });

  it('answers every one of several jobs, in their order', async () => {
    decoder = createProfileDecoder(bundle.file);
    const totals = [1, 2, 3, 4].map(
      async count => (await decode(folded(`a;b ${count}\n`))).summary.totals[0],
    );
    await expect(Promise.all(totals)).resolves.toEqual([1, 2, 3, 4]);
  });

  it('rejects what cannot be read with the code and facts of the error, and works on', async () => {
    decoder = createProfileDecoder(bundle.file);
    await expect(decode(folded('{"a": 1}'))).rejects.toMatchObject({
      name: 'TriageError',
      code: 'format-unknown',
      facts: { looksLike: 'JSON text' },
    });
    await expect(decode({ kind: 'file', path: fixture('missing') })).rejects.toMatchObject({
      code: 'file-unreadable',
    });
    expect((await decode(folded('a;b 5\n'))).summary.totals).toEqual([5]);
  });

  it('holds to the limit while it inflates', async () => {
    decoder = createProfileDecoder(bundle.file);
    const bytes = gzipSync(new Uint8Array(limits.maxBytes + 1));
    await expect(decode({ kind: 'bytes', name: 'bomb', bytes })).rejects.toMatchObject({
      code: 'file-too-large',
    });
  });

  it('cancels the running job, keeps the waiting ones, and works on', async () => {
    decoder = createProfileDecoder(bundle.file);
    const abort = new AbortController();
    let phases = 0;
    const cancelled = decoder.decode(slow(), limits, abort.signal, () => {
      if (++phases === 3) abort.abort();
    });
    const waiting = decode(folded('a;b 6\n'));
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect((await waiting).summary.totals).toEqual([6]);
  });

  it('cancels a waiting job without disturbing the running one', async () => {
    decoder = createProfileDecoder(bundle.file);
    const abort = new AbortController();
    const running = decode(folded('a;b 1\n'));
    const waiting = decode(folded('a;b 2\n'), abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect((await running).summary.totals).toEqual([1]);
  });

  it('answers small questions while a large profile is decoded', async () => {
    const reader = createProfileDecoder(bundle.file);
    decoder = reader;
    const stop = new AbortController();
    let isDecoding = true;
    const large = decoder.decode(slow(20_000), limits, stop.signal).finally(() => {
      isDecoding = false;
    });
    const slice = readFileSync(fixture('cpu-v1.32-runc-30s.pb.gz'));
    expect(await reader.recognise(folded('a;b 1\n'), limits, never())).toBe('profile');
    const merger = decoder.mergeSlices(limits);
    await merger.add(slice, never());
    expect((await merger.add(slice, never())).sampleCount).toBe(169);
    // Whether it would have ended by itself is not asked: it had been begun before both, and is under way.
    expect(isDecoding).toBe(true);
    stop.abort();
    await expect(large).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('refuses a job that is cancelled before it begins', async () => {
    decoder = createProfileDecoder(bundle.file);
    await expect(decode(folded('a;b 1\n'), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gives up its jobs when it is disposed of', async () => {
    decoder = createProfileDecoder(bundle.file);
    const jobs = [decode(slow()), decode(folded('a;b 1\n'))];
    const outcomes = Promise.allSettled(jobs);
    decoder.dispose();
    expect(
      (await outcomes).map(outcome => outcome.status === 'rejected' && (outcome.reason as unknown)),
    ).toMatchObject([{ code: 'cancelled' }, { code: 'cancelled' }]);
    await expect(decode(folded('a;b 1\n'))).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('turns the death of its thread into an error, and starts another one', async () => {
    const once = path.join(path.dirname(bundle.file), 'dies-once.cjs');
    const marker = `${once}.marker`;
    // The first thread ends itself at its first job; the next ones are the real thing.
    writeFileSync(
      once,
      `const fs = require('node:fs');
       if (fs.existsSync(${JSON.stringify(marker)})) require(${JSON.stringify(bundle.file)});
       else require('node:worker_threads').parentPort.on('message', () => {
         fs.writeFileSync(${JSON.stringify(marker)}, '');
         process.exit(7);
       });`,
    );
    decoder = createProfileDecoder(once);
    await expect(decode(folded('a;b 1\n'))).rejects.toMatchObject({ code: 'internal' });
    expect((await decode(folded('a;b 8\n'))).summary.totals).toEqual([8]);
  });

  it('reports a worker file that is not there', async () => {
    decoder = createProfileDecoder(path.join(FIXTURES, 'no-worker.cjs'));
    await expect(decode(folded('a;b 1\n'))).rejects.toMatchObject({ code: 'internal' });
  });

  it('merges slices into a pprof with the sums of all', async () => {
    decoder = createProfileDecoder(bundle.file);
    const slices = ['cpu-idle-30s.pb.gz', 'cpu-30pods-30s.pb.gz'].map(name => readFileSync(fixture(name)));
    const merger = decoder.mergeSlices(limits);
    const [first, both] = [await merger.add(slices[0]!, never()), await merger.add(slices[1]!, never())];
    const profile = readProfile(new Uint8Array(gunzipSync(await merger.encode(never()))));
    expect(summarizeProfile(profile)).toMatchObject({
      totals: [17 + 92, 1_090_000_000],
      sampleCount: both.sampleCount,
    });
    expect(Math.round(profile.durationNanos / 1e9)).toBe(60);
    expect(first.timeMs).toBe(both.timeMs);
    expect(first.timeMs).toBeCloseTo(profile.timeMs, 3);
    // The slices are still the caller's.
    expect(slices[0]).toEqual(readFileSync(fixture('cpu-idle-30s.pb.gz')));
  });

  it('names the slice that cannot be merged', async () => {
    decoder = createProfileDecoder(bundle.file);
    const good = readFileSync(fixture('cpu-idle-30s.pb.gz'));
    const merge = async (second: Uint8Array) => {
      const merger = decoder.mergeSlices(limits);
      await merger.add(good, never());
      await merger.add(second, never());
    };
    await expect(merge(good.subarray(0, 900))).rejects.toMatchObject({
      code: 'file-truncated',
      message: 'Slice 2: The profile is cut off: it ends in the middle of the gzip stream.',
      facts: { slice: 2 },
    });
    await expect(merge(readFileSync(fixture('allocs.pb.gz')))).rejects.toMatchObject({
      code: 'file-corrupt',
      facts: { slice: 2 },
    });
    await expect(merge(new Uint8Array())).rejects.toMatchObject({ code: 'file-empty', facts: { slice: 2 } });
  });

  it('merges on where the thread was lost to another job that was cancelled', async () => {
    decoder = createProfileDecoder(bundle.file);
    const good = readFileSync(fixture('cpu-idle-30s.pb.gz'));
    const merger = decoder.mergeSlices(limits);
    await merger.add(good, never());
    const cancel = new AbortController();
    const other = decoder
      .mergeSlices(limits)
      .add(readFileSync(fixture('cpu-cgroupload-30s.pb.gz')), cancel.signal);
    cancel.abort();
    await expect(other).rejects.toMatchObject({ code: 'cancelled' });
    await merger.add(good, never());
    const profile = readProfile(new Uint8Array(gunzipSync(await merger.encode(never()))));
    expect(summarizeProfile(profile).totals).toEqual([2 * 17, 340_000_000]);
  });

  it('exports folded stacks that read back with the same rows', async () => {
    decoder = createProfileDecoder(bundle.file);
    const source = { kind: 'file', path: fixture('heap-v1.37.pb.gz') } as const;
    const exported = await decoder.exportFolded(source, 1, limits, never());
    const original = readProfile(new Uint8Array(gunzipSync(readFileSync(source.path))));
    expect(topRows(readProfile(exported))).toEqual(topRows(original, 1));
    await expect(decoder.exportFolded(source, 9, limits, never())).rejects.toMatchObject({
      code: 'internal',
    });
  });
});
