import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../../src/base/sentence.js';
import { FunctionNames } from '../../../../src/profile/functionNames.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { stackRows, topRows } from '../../../support/profileRows.js';

const read = (text: string) => readProfile(new TextEncoder().encode(text));
const sayings = (profile: ReturnType<typeof readProfile>) => profile.warnings.map(formatSentence);

const GO_HEAP = `heap profile: 987: 2171136 [993: 2317312] @ heap/8192
3: 12288 [4: 16384] @ 0x47c5cd 0x47fb07 0x4da5b9 0x4da6f0 0x4844a1
#	0x4da5b8	main.(*Pod).grow+0x18	/src/main.go:16
#	0x4da6ef	main.main+0x6f		/src/main.go:9

1: 64 [1: 64] @ 0x47c5cd
#	0x47c5cc	runtime.mallocgc+0xac	/go/src/runtime/malloc.go:1152

# runtime.MemStats
# Alloc = 5267310
# HeapInuse = 6000000
`;

describe('the text of ?debug=1', () => {
  it('is a heap profile with the names from its comments; values are scaled as pprof scales them', () => {
    const profile = read(GO_HEAP);
    expect(profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
      'alloc_objects/count',
      'alloc_space/bytes',
      'inuse_objects/count',
      'inuse_space/bytes',
    ]);
    expect(profile.period).toBe(4096);
    // 4 KiB at a rate of one in 4 KiB: seen with the probability 1 - 1/e.
    expect(stackRows(profile)).toEqual([
      'main.main;main.(*Pod).grow 6 25919 4 19439',
      'runtime.mallocgc 64 4128 64 4128',
    ]);
    expect(sayings(profile)).toEqual([
      'Frames of the runtime whose names this text does not have, as Go leaves them out of it: 3. They are not shown.',
    ]);
    const names = new FunctionNames(profile);
    expect(Array.from(names.distinct, name => names.file(names.anyFunction(name)!))).toContain(
      '/src/main.go',
    );
  });

  it('is read in UTF-16 and with CRLF', () => {
    const rows = stackRows(read(GO_HEAP));
    expect(stackRows(read(GO_HEAP.replaceAll('\n', '\r\n')))).toEqual(rows);
    expect(stackRows(readProfile(new Uint8Array(Buffer.from(`\ufeff${GO_HEAP}`, 'utf16le'))))).toEqual(rows);
  });

  it('counts the lines that it cannot use', () => {
    const profile = read(GO_HEAP.replace('\n1: 64 ', '\nwhat is this\n0: 7 [0: 0] @ 0x5\n1: 64 '));
    expect(sayings(profile)).toContain(
      'Lines left out, as they are no part of the format: 2 (the first: line 6: what is this).',
    );
  });
});

describe('legacy profiles of gperftools', () => {
  it('call addresses by their module, and keep them', () => {
    const profile = read(
      `heap profile: 1: 8 [1: 8] @ heapprofile\n1: 8 [1: 8] @ 0x7f0000000201 0x400101\n\nMAPPED_LIBRARIES:\n00400000-00420000 r-xp 00000000 08:01 1234 /usr/bin/server\n7f0000000000-7f0000010000 r-xp 00000000 08:01 77 /lib/libc-2.28.so\n`,
    );
    expect(topRows(profile)).toEqual(['[libc-2.28.so] 8 8', '[server] 0 8']);
    const names = new FunctionNames(profile);
    expect(Array.from(names.distinct, name => names.addresses(names.anyFunction(name)!))).toEqual([
      '0x7f0000000200',
      '0x400100',
    ]);
  });

  it('with more addresses times mappings than can be looked through are refused', () => {
    const stacks = Array.from(
      { length: 10_001 },
      (_, at) => `1: 8 [1: 8] @ 0x9${at.toString(16).padStart(6, '0')}`,
    );
    const maps = Array.from(
      { length: 5000 },
      (_, at) => `${(at + 1) * 16}0000-${(at + 1) * 16}8000 r-xp 0 08:01 1 /m${at}`,
    );
    const text = `heap profile: 1: 8 [1: 8] @ heapprofile\n${stacks.join('\n')}\nMAPPED_LIBRARIES:\n${maps.join('\n')}\n`;
    expect(() => read(text)).toThrow('too many addresses for its memory map');
  });

  it('that end within a sample of a binary profile are cut off', () => {
    const words = new BigUint64Array([0n, 3n, 0n, 10_000n, 0n, 1n, 3n, 0x400100n]);
    expect(() => readProfile(new Uint8Array(words.buffer))).toThrow('it ends in the middle of a sample');
  });

  it('with a period whose bytes look like UTF-16 are binary all the same', () => {
    const words = new Uint32Array([0, 3, 0, 16, 0, 2, 1, 0x400100, 0, 1, 0]);
    expect(stackRows(readProfile(new Uint8Array(words.buffer)))).toEqual(['<unknown> 2 32000']);
  });
});
