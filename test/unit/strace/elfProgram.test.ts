import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseElfProgram } from '../../../src/strace/elfProgram.js';
import { makeElf } from '../../support/makeElf.js';

describe('parseElfProgram', () => {
  it.each([
    [{}, 'amd64'],
    [{ machine: 183 }, 'arm64'],
    [{ machine: 40, bits: 32 }, 'arm'],
    [{ machine: 3, bits: 32 }, '386'],
    [{ machine: 21 }, 'ppc64le'],
    [{ machine: 21, isBig: true }, 'ppc64'],
    [{ machine: 22, isBig: true }, 's390x'],
    [{ machine: 243 }, 'riscv64'],
    // x32: a tracer of its own kind, and none for amd64.
    [{ machine: 62, bits: 32 }, 'ELF machine 62, 32 bits, little endian'],
    [{ machine: 99 }, 'ELF machine 99, 64 bits, little endian'],
  ] as const)('tells the architecture of %j', (elf, architecture) => {
    expect(parseElfProgram(makeElf(elf))).toEqual({ architecture, interpreter: undefined });
  });

  it.each([{}, { bits: 32, machine: 3 }, { isBig: true, machine: 22 }] as const)(
    'finds the loader of one that is not static: %j',
    elf => {
      const interpreter = '/lib/ld-musl-x86_64.so.1';
      expect(parseElfProgram(makeElf({ ...elf, interpreter }))?.interpreter).toBe(interpreter);
    },
  );

  it('takes a static one that may be loaded anywhere', () => {
    expect(parseElfProgram(makeElf({ type: 3 }))?.interpreter).toBeUndefined();
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a script', Buffer.from('#!/bin/sh\nexec strace "$@"\n')],
    ['an object file', makeElf({ type: 1 })],
    ['a core dump', makeElf({ type: 4 })],
    ['a header that is cut off', makeElf().subarray(0, 40)],
    ['segments that are cut off', makeElf().subarray(0, 70)],
    ['no segments', makeElf({ segments: 0 })],
    ['segments outside of the file', makeElf({ segments: 60_000 })],
    ['neither 32 nor 64 bits', Uint8Array.from(makeElf(), (byte, at) => (at === 4 ? 3 : byte))],
    ['neither order of bytes', Uint8Array.from(makeElf(), (byte, at) => (at === 5 ? 0 : byte))],
  ])('is undefined for %s', (_, bytes) => {
    expect(parseElfProgram(bytes)).toBeUndefined();
  });

  it.runIf(process.platform === 'linux')('reads a real one', () => {
    const found = parseElfProgram(readFileSync(process.execPath));
    expect(found?.architecture).toBe(
      ({ x64: 'amd64', ia32: '386', ppc64: 'ppc64le' } as Record<string, string>)[process.arch] ??
        process.arch,
    );
    expect(found?.interpreter).toMatch(/^\/lib.*ld/);
  });
});
