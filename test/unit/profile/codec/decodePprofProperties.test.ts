/** The decoder against pprof-format on arbitrary profiles, and against damage of every kind on a real one. */
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Profile as PprofProfile, StringTable } from 'pprof-format';
import { describe, expect, it } from 'vitest';
import { isTriageError } from '../../../../src/base/errors.js';
import { buildCallTree } from '../../../../src/profile/callTree.js';
import { decodePprof } from '../../../../src/profile/codec/decodePprof.js';
import type { Profile } from '../../../../src/profile/model.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { readFixture } from '../../../support/fixtures.js';
import { stackRows } from '../../../support/profileRows.js';

interface Drawn {
  readonly typeCount: number;
  /** Functions of each location, innermost first; 0 is none. */
  readonly locations: readonly (readonly number[])[];
  readonly functionNames: readonly string[];
  readonly samples: readonly { readonly stack: readonly number[]; readonly values: readonly number[] }[];
  /** Multiplied into every id, so that ids are sparse. */
  readonly stride: number;
}

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    typeCount: fc.integer({ min: 1, max: 4 }),
    functionNames: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 6,
    }),
    stride: fc.constantFrom(1, 3, 5_000, 2 ** 31),
  })
  .chain(({ typeCount, functionNames, stride }) =>
    fc
      .array(fc.array(fc.nat(functionNames.length), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
      .chain(locations =>
        fc.record({
          typeCount: fc.constant(typeCount),
          functionNames: fc.constant(functionNames),
          stride: fc.constant(stride),
          locations: fc.constant(locations),
          samples: fc.array(
            fc.record({
              stack: fc.array(fc.nat(locations.length - 1), { maxLength: 12 }),
              values: fc.array(fc.maxSafeInteger(), { minLength: typeCount, maxLength: typeCount }),
            }),
            { maxLength: 10 },
          ),
        }),
      ),
  );

function encode({ typeCount, locations, functionNames, samples, stride }: Drawn): Uint8Array {
  const strings = new StringTable();
  return new PprofProfile({
    stringTable: strings,
    sampleType: Array.from({ length: typeCount }, (_, type) => ({
      type: strings.dedup(`type ${type}`),
      unit: strings.dedup('count'),
    })),
    function: functionNames.map((name, index) => ({ id: (index + 1) * stride, name: strings.dedup(name) })),
    location: locations.map((lines, index) => ({
      id: (index + 1) * stride,
      // A line of nothing but zeros is left out by pprof-format's encoder: line 1 keeps it.
      line: lines.map(func => ({ functionId: func * stride, line: 1 })),
    })),
    sample: samples.map(({ stack, values }) => ({
      locationId: stack.map(location => (location + 1) * stride),
      value: [...values],
    })),
  }).encode();
}

/** What pprof-format says of the same bytes, in the form of stackRows. */
function rowsByPprofFormat(bytes: Uint8Array): string[] {
  const profile = PprofProfile.decode(bytes);
  const { strings } = profile.stringTable;
  const nameById = new Map(profile.function.map(({ id, name }) => [Number(id), strings[Number(name)]!]));
  const linesById = new Map(profile.location.map(({ id, line }) => [Number(id), line]));
  return profile.sample.map(({ locationId, value }) => {
    const frames = locationId.flatMap(id => {
      const lines = linesById.get(Number(id))!;
      if (lines.length === 0) return ['<unknown>'];
      return lines.map(({ functionId }, index) => {
        // Go gives frames it cannot name a function with an empty name.
        const name = nameById.get(Number(functionId)) || '<unknown>';
        return index < lines.length - 1 ? `[${name}]` : name;
      });
    });
    return [frames.toReversed().join(';'), ...value.map(v => BigInt.asIntN(64, BigInt(v)))].join(' ');
  });
}

/** Frames of locations so long that the room made for one frame a byte does not do, among short ones. */
const longLocations: Drawn = {
  typeCount: 1,
  functionNames: ['a', 'b', 'c'],
  stride: 1,
  locations: [[1], [2], Array.from({ length: 300 }, (_, line) => (line % 3) + 1), [3, 1]],
  samples: Array.from({ length: 8 }, (_, sample) => ({
    stack: Array.from({ length: 40 }, (_, depth) => (sample * 7 + depth * depth) % 4),
    values: [sample],
  })),
};

/** More names than fit a number three times over: functions are told apart another way. */
const manyFunctions: Drawn = {
  typeCount: 1,
  functionNames: Array.from({ length: 140_000 }, (_, index) => `f${index}`),
  stride: 1,
  locations: [[1], [140_000], [70_000, 1]],
  samples: [{ stack: [0, 1, 2], values: [1] }],
};

const inflated = (name: string) => new Uint8Array(gunzipSync(readFixture(`profiles/${name}.pb.gz`)));

describe('decodePprof and pprof-format', () => {
  it('agree on arbitrary profiles', () => {
    fc.assert(
      fc.property(drawn, profile => {
        const bytes = encode(profile);
        expect(stackRows(decodePprof(bytes))).toEqual(rowsByPprofFormat(bytes));
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['long locations', longLocations],
    ['many functions', manyFunctions],
  ])('agree on %s', (_, profile) => {
    const bytes = encode(profile);
    expect(stackRows(decodePprof(bytes))).toEqual(rowsByPprofFormat(bytes));
  });

  it.each([
    'cpu-memcg-zombies-30s',
    'heap-30pods',
    'allocs',
    'goroutine-debug0-30pods',
    'threadcreate',
    'mutex',
  ])('agree on %s', name => {
    const bytes = inflated(name);
    expect(stackRows(decodePprof(bytes))).toEqual(rowsByPprofFormat(bytes));
  });
});

/** Every index of a profile points into its table: whatever was decoded can be drawn. */
function expectSound(profile: Profile): void {
  const { samples, frames, functions, strings } = profile;
  const isBelow = (limit: number) => (index: number) => index < limit;
  const stringCount = strings.offsets.length - 1;
  expect(samples.frameStart[samples.count]).toBe(samples.frames.length);
  expect(samples.frames.every(isBelow(frames.count))).toBe(true);
  expect(frames.func.every(isBelow(functions.count))).toBe(true);
  for (const column of [functions.name, functions.file, functions.module])
    expect(column.every(isBelow(stringCount))).toBe(true);
  expect(samples.values).toHaveLength(samples.count * profile.sampleTypes.length);
  expect(samples.values.every(Number.isFinite)).toBe(true);
  expect(buildCallTree(profile).nodeCount).toBeGreaterThan(0);
}

/** Reads damaged bytes: the answer is a sound profile or an error of ours, nothing else. */
function codeOf(bytes: Uint8Array): string {
  try {
    expectSound(readProfile(bytes));
    return 'profile';
  } catch (error) {
    if (!isTriageError(error) || error.code === 'internal') throw error;
    return error.code;
  }
}

describe('a damaged pprof', () => {
  const small = inflated('threadcreate');

  it('is told at every place where it may be cut off', () => {
    const codes = new Set<string>();
    for (let length = 0; length < small.length; length++) codes.add(codeOf(small.slice(0, length)));
    // Within a field it is truncated; between two, what stands before names strings that are not there any more.
    expect([...codes].sort()).toEqual(['file-corrupt', 'file-empty', 'file-truncated', 'format-unknown']);
  });

  it('is told, or read, whatever bits are flipped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(small.length - 1), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        flips => {
          const bytes = small.slice();
          for (const [place, mask] of flips) bytes[place]! ^= mask;
          codeOf(bytes);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is told whatever bytes it consists of', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), bytes => void codeOf(bytes)),
      {
        numRuns: 1000,
      },
    );
  });
});
