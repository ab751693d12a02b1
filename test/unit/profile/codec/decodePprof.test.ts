import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../../src/base/sentence.js';
import { decodePprof } from '../../../../src/profile/codec/decodePprof.js';
import type { Profile } from '../../../../src/profile/model.js';
import { StringReader } from '../../../../src/profile/packedStrings.js';
import { summarizeProfile } from '../../../../src/profile/summary.js';
import { stackRows } from '../../../support/profileRows.js';
import { field, message, packed, stringTable, varint } from '../../../support/wire.js';

// Strings: 1 samples, 2 count, 3 cpu, 4 nanoseconds, 5 main, 6 work, 7 leaf, 8 main.go, 9 /bin/kubelet
const strings = stringTable(
  'samples',
  'count',
  'cpu',
  'nanoseconds',
  'main',
  'work',
  'leaf',
  'main.go',
  '/bin/kubelet',
);
const valueType = (type: number, unit: number) => [...field(1, type), ...field(2, unit)];
const types = [...field(1, valueType(1, 2)), ...field(1, valueType(3, 4))];
const func = (id: number | bigint, name: number, more: readonly number[] = []) =>
  field(5, [...field(1, id), ...field(2, name), ...more]);
const line = (functionId: number | bigint, number = 0) =>
  field(4, [...field(1, functionId), ...field(2, number)]);
const location = (id: number | bigint, ...lines: readonly (readonly number[])[]) =>
  field(4, [...field(1, id), ...lines.flat()]);
const sample = (locations: readonly (number | bigint)[], values: readonly (number | bigint)[]) =>
  field(2, [...packed(1, locations), ...packed(2, values)]);
const functions = [...func(1, 5), ...func(2, 6), ...func(3, 7)];
const locations = [...location(1, line(1)), ...location(2, line(2)), ...location(3, line(3))];
/** leaf called by work called by main; then main alone. */
const small = [types, sample([3, 2, 1], [1, 100]), sample([1], [2, 200]), locations, functions, strings];

const failure = (bytes: Uint8Array) => {
  try {
    decodePprof(bytes);
  } catch (error) {
    const { code, message: text } = error as { code: string; message: string };
    return `${code}: ${text}`;
  }
  return 'no error';
};
const names = ({ strings: packedStrings, functions: table }: Profile, column: 'name' | 'file' | 'module') => {
  const reader = new StringReader(packedStrings);
  return Array.from(table[column], index => reader.get(index));
};

describe('decodePprof', () => {
  it('puts stacks root first and keeps every value', () => {
    const profile = decodePprof(message(...small));
    expect(stackRows(profile)).toEqual(['main;work;leaf 1 100', 'main 2 200']);
    expect(summarizeProfile(profile)).toMatchObject({
      format: 'pprof',
      sampleTypes: [
        { type: 'samples', unit: 'count' },
        { type: 'cpu', unit: 'nanoseconds' },
      ],
      defaultSampleType: 1,
      totals: [3, 300],
      sampleCount: 2,
      warnings: [],
    });
  });

  it('reads fields in any order: strings and functions first, types last', () => {
    expect(stackRows(decodePprof(message(...small.toReversed())))).toEqual([
      'main 2 200',
      'main;work;leaf 1 100',
    ]);
  });

  it('reads repeated numbers that are not packed', () => {
    const unpacked = field(2, [...field(1, 3), ...field(1, 1), ...field(2, 7), ...field(2, 70)]);
    expect(stackRows(decodePprof(message(types, unpacked, locations, functions, strings)))).toEqual([
      'main;leaf 7 70',
    ]);
  });

  it('gives a location of several lines several frames, the first line innermost and all but the last inlined', () => {
    const inlined = location(1, line(3, 30), line(2, 20), line(1, 10));
    const profile = decodePprof(message(types, sample([1], [1, 10]), inlined, functions, strings));
    expect(stackRows(profile)).toEqual(['main;[work];[leaf] 1 10']);
    expect([...profile.frames.line]).toEqual([30, 20, 10]);
  });

  it('shows a location without a line, a line without a function and a function without a name as <unknown>', () => {
    const bare = [...location(1), ...location(2, line(0)), ...location(3, line(9)), ...func(9, 0)];
    expect(stackRows(decodePprof(message(types, sample([3, 2, 1], [1, 10]), bare, strings)))).toEqual([
      '<unknown>;<unknown>;<unknown> 1 10',
    ]);
  });

  it('takes lines of a function that claims the id 0 for its own, and says so', () => {
    const profile = decodePprof(
      message(types, sample([1, 2], [1, 10]), location(1, line(0)), location(2), func(0, 5), strings),
    );
    expect(stackRows(profile)).toEqual(['<unknown>;main 1 10']);
    expect(profile.warnings.map(formatSentence)).toEqual([
      'A function has the reserved id 0, which means none: lines without a function are shown as main.',
    ]);
  });

  it('falls back to the system name of a function', () => {
    const mangled = func(1, 0, field(3, 6));
    expect(
      stackRows(decodePprof(message(types, sample([1], [1, 10]), location(1, line(1)), mangled, strings))),
    ).toEqual(['work 1 10']);
  });

  it('tells functions of one name apart by file and module, and takes equal ones together', () => {
    const mapping = field(3, [...field(1, 7), ...field(5, 9)]);
    const inBinary = field(4, [...field(1, 3), ...field(2, 7), ...line(1)]);
    const twins = [...func(1, 5), ...func(2, 5), ...func(3, 5, field(4, 8))];
    const twinLocations = [
      ...location(1, line(1)),
      ...location(2, line(2)),
      ...location(4, line(3)),
      ...inBinary,
    ];
    const profile = decodePprof(
      message(types, sample([1, 2, 4, 3], [1, 10]), twinLocations, mapping, twins, strings),
    );
    expect(names(profile, 'name')).toEqual(['main', 'main', 'main']);
    expect(names(profile, 'file')).toEqual(['', 'main.go', '']);
    expect(names(profile, 'module')).toEqual(['', '', '/bin/kubelet']);
  });

  it('takes ids of 64 bits and ids far apart', () => {
    const huge = 2n ** 64n - 1n;
    const bytes = message(
      types,
      sample([huge, 4_000_000_000, 70_000], [1, 10]),
      location(huge, line(huge - 1n)),
      location(4_000_000_000, line(2)),
      location(70_000, line(1)),
      func(huge - 1n, 7),
      func(1, 5),
      func(2, 6),
      strings,
    );
    expect(stackRows(decodePprof(bytes))).toEqual(['main;work;leaf 1 10']);
  });

  it('keeps negative values, which the difference of two profiles has', () => {
    expect(
      stackRows(decodePprof(message(types, sample([1], [-1, -100]), locations, functions, strings))),
    ).toEqual(['main -1 -100']);
  });

  it('keeps values up to 2^53 - 1 exactly, takes the nearest double beyond, and says so', () => {
    const exact = 2n ** 53n - 1n;
    expect(
      stackRows(decodePprof(message(types, sample([1], [exact, -exact]), locations, functions, strings))),
    ).toEqual(['main 9007199254740991 -9007199254740991']);
    const beyond = decodePprof(
      message(
        types,
        sample([1], [1, exact + 4n]),
        sample([1], [1, -(2n ** 63n)]),
        locations,
        functions,
        strings,
      ),
    );
    expect(stackRows(beyond)).toEqual(['main 1 9007199254740996', 'main 1 -9223372036854776000']);
    expect(beyond.warnings.map(formatSentence)).toEqual([
      'Values or sums of cpu are beyond 2^53: each is rounded to some 16 digits, by less than one part in 10^15.',
    ]);
  });

  it('says when only the sum of values is beyond 2^53', () => {
    const half = sample([1], [1, 2n ** 52n]);
    const profile = decodePprof(message(types, half, half, half, locations, functions, strings));
    expect(profile.warnings).toHaveLength(1);
    expect(decodePprof(message(types, half, locations, functions, strings)).warnings).toEqual([]);
  });

  it('passes over the number of a label, whatever it is', () => {
    const label = field(3, [...field(1, 5), ...field(3, 1_718_000_000_123_456_789n)]);
    const labelled = field(2, [...packed(1, [1]), ...packed(2, [1, 10]), ...label]);
    const profile = decodePprof(message(types, labelled, locations, functions, strings));
    expect(stackRows(profile)).toEqual(['main 1 10']);
    expect(profile.warnings).toEqual([]);
  });

  it('keeps string indexes exact: one beyond 2^53 is no string', () => {
    const lost = field(1, [...field(1, 2n ** 53n + 1n)]);
    expect(failure(message(lost, strings))).toBe(
      'file-corrupt: The profile is damaged: a sample type is 9007199254740993.',
    );
  });

  it('takes a line beyond 2^31 for none', () => {
    const odd = location(1, field(4, [...field(1, 1), ...field(2, 2n ** 33n + 5n)]));
    const profile = decodePprof(message(types, sample([1], [1, 10]), odd, functions, strings));
    expect([...profile.frames.line]).toEqual([0]);
  });

  it.each([
    [2n ** 53n + 2n, 9_007_199_254_740_994, []],
    [4_000_000_000_000_000_000n, 0, [/^The duration says 127 years: it is a time stamp, or damaged\./]],
    [1_718_000_000_123_456_789n, 0, [/^The duration says 54 years: it is a time stamp/]],
  ])('reads the duration %s as %s ns', (nanos, expected, warnings) => {
    const profile = decodePprof(message(...small, field(10, nanos)));
    expect(profile.durationNanos).toBe(expected);
    expect(profile.warnings.map(formatSentence)).toEqual(
      warnings.map(text => expect.stringMatching(text) as string),
    );
  });

  it('skips fields it does not know, of every wire type', () => {
    const unknown = [
      ...field(99, 5),
      ...field(98, 'later'),
      ...[...varint((97 << 3) | 1), 1, 2, 3, 4, 5, 6, 7, 8],
      ...[...varint((96 << 3) | 5), 1, 2, 3, 4],
    ];
    expect(decodePprof(message(unknown, ...small, unknown)).samples.count).toBe(2);
  });

  it('takes the default sample type by its name, and warns where no type has it', () => {
    expect(decodePprof(message(...small, field(14, 1))).defaultSampleType).toBe(0);
    const lost = decodePprof(message(...small, field(14, 5)));
    expect(lost.defaultSampleType).toBe(1);
    expect(lost.warnings.map(formatSentence)).toEqual([
      'The default sample type "main" is none of the sample types; the last one is shown.',
    ]);
  });

  it('reads time, duration, period and comments', () => {
    const profile = decodePprof(
      message(
        ...small,
        field(9, 1_795_428_619_623_553_515n),
        field(10, 30_000_099_828),
        field(11, valueType(3, 4)),
        field(12, 10_000_000),
        packed(13, [8]),
        field(13, 9),
      ),
    );
    expect(profile.timeMs).toBeCloseTo(1_795_428_619_623.5535, 3);
    expect(profile.durationNanos).toBe(30_000_099_828);
    expect(profile.periodType).toEqual({ type: 'cpu', unit: 'nanoseconds' });
    expect(profile.period).toBe(10_000_000);
    expect(profile.comments).toEqual(['main.go', '/bin/kubelet']);
  });

  it('shows a negative duration as unknown', () => {
    const profile = decodePprof(message(...small, field(10, -5)));
    expect(profile.durationNanos).toBe(0);
    expect(profile.warnings.map(formatSentence)).toEqual([
      'The duration is negative; it is shown as unknown.',
    ]);
  });

  it('keeps the bytes of a name that is no UTF-8', () => {
    const broken = [...stringTable('samples', 'count'), ...field(6, [0x66, 0xff, 0x6f])];
    const oneType = field(1, valueType(1, 2));
    const profile = decodePprof(message(oneType, sample([1], [1]), location(1, line(1)), func(1, 3), broken));
    expect(stackRows(profile)).toEqual(['f\ufffdo 1']);
    expect([...profile.strings.bytes].slice(-3)).toEqual([0x66, 0xff, 0x6f]);
  });

  it('reads a profile without samples', () => {
    expect(summarizeProfile(decodePprof(message(types, strings)))).toMatchObject({
      sampleCount: 0,
      totals: [0, 0],
    });
  });

  it('reads stacks of 5,000 frames', () => {
    const deep = new Array<number>(5000).fill(2);
    const [row] = stackRows(
      decodePprof(message(types, sample([3, ...deep, 1], [1, 10]), locations, functions, strings)),
    );
    expect(row!.split(';')).toHaveLength(5002);
  });

  it('warns of a mapping that is not in the file', () => {
    const lost = field(4, [...field(1, 1), ...field(2, 5), ...line(1)]);
    const profile = decodePprof(message(types, sample([1], [1, 10]), lost, functions, strings));
    expect(stackRows(profile)).toEqual(['main 1 10']);
    expect(profile.warnings.map(formatSentence)).toEqual([
      'Mappings that locations name and the file does not have: 1.',
    ]);
  });
});

describe('decodePprof refuses', () => {
  const truncatedSample = message(types, sample([1], [1, 10])).slice(0, -1);
  it.each<[string, Uint8Array, string]>([
    ['nothing', message(), 'file-empty: The file is empty.'],
    [
      'a file that ends within a sample',
      truncatedSample,
      'file-truncated: The profile is cut off: it ends in the middle of a sample.',
    ],
    [
      'a sample of a location that is not there',
      message(types, sample([4], [1, 10]), locations, functions, strings),
      'file-corrupt: The profile is damaged: sample 1 names location 4, which the file does not have.',
    ],
    [
      'a line of a function that is not there',
      message(types, sample([1], [1, 10]), location(1, line(4)), functions, strings),
      'file-corrupt: The profile is damaged: a line of a location names function 4, which the file does not have.',
    ],
    [
      'a name beyond the strings',
      message(types, sample([1], [1, 10]), location(1, line(1)), func(1, 77), strings),
      'file-corrupt: The profile is damaged: the name of function row 1 is string 77, and the file has 10 strings.',
    ],
    [
      'a label beyond the strings',
      message(
        types,
        field(2, [...packed(1, [1]), ...packed(2, [1, 1]), ...field(3, field(1, 77))]),
        locations,
        functions,
        strings,
      ),
      'file-corrupt: The profile is damaged: a label is string 77, and the file has 10 strings.',
    ],
    [
      'a sample type beyond the strings',
      message(field(1, valueType(1, 77)), strings),
      'file-corrupt: The profile is damaged: the unit of sample type 1 is string 77, and the file has 10 strings.',
    ],
    [
      'too few values',
      message(types, sample([1], [1]), locations, functions, strings),
      'file-corrupt: The profile is damaged: sample 1 has 1 values for 2 sample types.',
    ],
    [
      'too many values',
      message(types, sample([1], [1, 2]), sample([1], [1, 2, 3]), locations, functions, strings),
      'file-corrupt: The profile is damaged: sample 2 has 3 values for 2 sample types.',
    ],
    [
      'no sample types',
      message(sample([1], []), locations, functions, strings),
      'file-corrupt: The profile is damaged: it has samples and names no sample type.',
    ],
    [
      'two locations of one id',
      message(types, location(1, line(1)), location(1, line(2)), functions, strings),
      'file-corrupt: The profile is damaged: two locations have the id 1.',
    ],
    [
      'a group, which protobuf has given up',
      message(types, [(5 << 3) | 3], strings),
      'file-corrupt: The profile is damaged: a function has wire type 3 in place of 2.',
    ],
    [
      'field number 0',
      message(types, [0, 0], strings),
      'file-corrupt: The profile is damaged: field number 0 in a field, at byte 13.',
    ],
    [
      'a number without end',
      message(types, [(9 << 3) | 0, ...new Array<number>(11).fill(0x80)], strings),
      'file-corrupt: The profile is damaged: a number of more than 10 bytes in a field.',
    ],
    [
      'a message that runs over the one around it',
      message(types, field(4, [(4 << 3) | 2, 50]), functions, strings),
      'file-corrupt: The profile is damaged: a field runs over the end of a line of a location, at byte 16.',
    ],
    [
      'a first string that is not empty',
      message(types, field(6, 'oops'), strings),
      'file-corrupt: The profile is damaged: the first string is not empty.',
    ],
  ])('%s', (_, bytes, expected) => {
    expect(failure(bytes)).toBe(expected);
  });
});
