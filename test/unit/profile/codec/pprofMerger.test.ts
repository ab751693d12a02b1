import { gunzipSync } from 'node:zlib';
import { Profile as PprofProfile } from 'pprof-format';
import { describe, expect, it } from 'vitest';
import { decodePprof } from '../../../../src/profile/codec/decodePprof.js';
import { PprofMerger } from '../../../../src/profile/codec/pprofMerger.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { summarizeProfile } from '../../../../src/profile/summary.js';
import { readFixture } from '../../../support/fixtures.js';
import { stackRows, topRows } from '../../../support/profileRows.js';
import { field, message, packed, stringTable } from '../../../support/wire.js';

const inflated = (name: string) => new Uint8Array(gunzipSync(readFixture(`profiles/${name}`)));
const merge = (...slices: readonly Uint8Array[]) => {
  const merger = new PprofMerger();
  for (const slice of slices) merger.add(slice);
  return merger.encode();
};

// Strings: 1 cpu, 2 nanoseconds, 3 main, 4 work, 5 /bin/kubelet, 6 build, 7 pod, 8 bytes, 9 note
const strings = stringTable(
  'cpu',
  'nanoseconds',
  'main',
  'work',
  '/bin/kubelet',
  'build',
  'pod',
  'bytes',
  'note',
);
const type = field(1, [...field(1, 1), ...field(2, 2)]);
const functions = [
  ...field(5, [...field(1, 1), ...field(2, 3)]),
  ...field(5, [...field(1, 2), ...field(2, 4)]),
];
const mappingAt = (start: number, limit: number) =>
  field(3, [...field(1, 1), ...field(2, start), ...field(3, limit), ...field(5, 5), ...field(6, 6)]);
const locationAt = (id: number, address: number, functionId: number, column = 0) =>
  field(4, [
    ...field(1, id),
    ...field(2, 1),
    ...field(3, address),
    ...field(4, [...field(1, functionId), ...field(2, 7), ...field(3, column)]),
  ]);
const sample = (locations: readonly number[], value: number | bigint, label: readonly number[] = []) =>
  field(2, [...packed(1, locations), ...packed(2, [value]), ...label]);

describe('PprofMerger', () => {
  it('keeps integers of 64 bits to the last digit: values, numbers of labels, durations', () => {
    const span = (num: bigint) => field(3, [...field(1, 7), ...field(3, num)]);
    const slice = (value: bigint) =>
      message(
        type,
        sample([1], value, span(1_718_000_000_123_456_789n)),
        sample([1], 3, span(-(2n ** 63n))),
        locationAt(1, 0x400010, 1),
        mappingAt(0x400000, 0x500000),
        functions,
        strings,
        field(10, 2n ** 60n + 1n),
      );
    const merged = PprofProfile.decode(merge(slice(2n ** 60n + 1n), slice(2n ** 60n + 6n)));
    const signed = (value: number | bigint) => BigInt.asIntN(64, BigInt(value));
    expect(merged.sample.map(({ value, label }) => [signed(value[0]!), signed(label[0]!.num)])).toEqual([
      [2n ** 61n + 7n, 1_718_000_000_123_456_789n],
      [6n, -(2n ** 63n)],
    ]);
    expect(signed(merged.durationNanos)).toBe(2n ** 61n + 2n);
  });

  it('sums three recordings as go tool pprof does', () => {
    const merged = decodePprof(
      merge(
        ...['cpu-idle-30s', 'cpu-30pods-30s', 'cpu-cgroupload-30s'].map(name => inflated(`${name}.pb.gz`)),
      ),
    );
    const byGo = readProfile(inflated('oracle/merged.raw.txt.gz'));
    expect(stackRows(merged).sort()).toEqual(stackRows(byGo).sort());
    expect(topRows(merged)).toEqual(topRows(byGo));
    expect(summarizeProfile(merged)).toMatchObject({
      totals: [17 + 92 + 430, 5_390_000_000],
      defaultSampleType: 1,
      period: 10_000_000,
      periodType: { type: 'cpu', unit: 'nanoseconds' },
    });
    // The earliest of the three, and all of their time.
    expect(merged.timeMs).toBeCloseTo(decodePprof(inflated('cpu-idle-30s.pb.gz')).timeMs, 3);
    expect(Math.round(merged.durationNanos / 1e9)).toBe(90);
  });

  it('doubles every value of a profile merged with itself, and nothing else', () => {
    const once = inflated('heap-30pods.pb.gz');
    const doubled = decodePprof(merge(once, once));
    const single = decodePprof(merge(once));
    expect(doubled.samples.values).toEqual(single.samples.values.map(value => value * 2));
    expect(doubled.functions).toEqual(single.functions);
    // The labels (`bytes`) that keep heap samples of one stack apart.
    const labels = PprofProfile.decode(merge(once, once)).sample.map(({ label }) => label.length);
    expect(new Set(labels)).toEqual(new Set([1]));
  });

  it('adds negative values, which int64 fields may have', () => {
    const negative = message(
      type,
      sample([1], -5),
      locationAt(1, 16, 1),
      mappingAt(0, 4096),
      functions,
      strings,
    );
    const positive = message(
      type,
      sample([1], 3),
      locationAt(1, 16, 1),
      mappingAt(0, 4096),
      functions,
      strings,
    );
    expect(stackRows(decodePprof(merge(negative, positive)))).toEqual(['main -2']);
    expect(stackRows(decodePprof(merge(negative, negative)))).toEqual(['main -10']);
  });

  it('takes the same code at another address for the same', () => {
    const here = message(
      type,
      sample([1], 1),
      locationAt(1, 0x1010, 1),
      mappingAt(0x1000, 0x3000),
      functions,
      strings,
    );
    const there = message(
      type,
      sample([9], 2),
      locationAt(9, 0x7010, 1),
      mappingAt(0x7000, 0x8fff),
      functions,
      strings,
    );
    const merged = PprofProfile.decode(merge(here, there));
    expect(merged.mapping).toHaveLength(1);
    expect(merged.location).toHaveLength(1);
    expect(merged.location[0]!.address).toBe(0x1010);
    expect(merged.sample[0]!.value).toEqual([3]);
  });

  it('keeps samples with other labels and lines in other columns apart', () => {
    const label = (value: string) => field(3, [...field(1, 7), ...field(2, value === 'a' ? 8 : 9)]);
    const one = message(
      type,
      sample([1], 1, label('a')),
      locationAt(1, 16, 1),
      mappingAt(0, 4096),
      functions,
      strings,
    );
    const two = message(
      type,
      sample([1], 2, label('b')),
      locationAt(1, 16, 1),
      mappingAt(0, 4096),
      functions,
      strings,
    );
    const column = message(
      type,
      sample([1], 4, label('a')),
      locationAt(1, 16, 1, 5),
      mappingAt(0, 4096),
      functions,
      strings,
    );
    const merged = PprofProfile.decode(merge(one, two, column, one));
    expect(merged.sample.map(({ value }) => value)).toEqual([[2], [2], [4]]);
    expect(merged.location.map(({ line }) => line[0]!.column)).toEqual([0, 5]);
    expect(merged.sample.map(({ label: [first] }) => merged.stringTable.strings[Number(first!.str)])).toEqual(
      ['bytes', 'note', 'bytes'],
    );
  });

  it('joins comments and drops samples that are zero', () => {
    const one = message(
      type,
      sample([1], 0),
      locationAt(1, 16, 1),
      mappingAt(0, 4096),
      functions,
      packed(13, [9]),
      strings,
    );
    const two = message(type, packed(13, [9, 7]), strings);
    const merged = decodePprof(merge(one, two));
    expect(merged.comments).toEqual(['note', 'pod']);
    expect(merged.samples.count).toBe(0);
  });

  it('merges profiles without samples', () => {
    const empty = inflated('cpu-empty-1s.pb.gz');
    const { sampleCount, durationNanos } = summarizeProfile(decodePprof(merge(empty, empty)));
    expect(sampleCount).toBe(0);
    expect(Math.round(durationNanos / 1e9)).toBe(2);
  });

  it('refuses a slice of other sample types and goes on without it', () => {
    const merger = new PprofMerger();
    merger.add(inflated('cpu-idle-30s.pb.gz'));
    expect(() => merger.add(inflated('heap-v1.37.pb.gz'))).toThrow(
      'The profile is damaged: its sample types are alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes per space/bytes, those of the first are samples/count cpu/nanoseconds per cpu/nanoseconds.',
    );
    expect(summarizeProfile(decodePprof(merger.encode())).totals).toEqual([17, 170_000_000]);
  });

  it('refuses a damaged slice', () => {
    const merger = new PprofMerger();
    expect(() => merger.add(inflated('cpu-idle-30s.pb.gz').slice(0, 500))).toThrow('cut off');
  });
});
