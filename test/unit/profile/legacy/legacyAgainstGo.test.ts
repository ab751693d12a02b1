/** Legacy profiles of every kind, generated, against `go tool pprof` itself: the same stacks, the same values. Needs Go. */
import { describe, expect, it } from 'vitest';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { askGo, hasGo, withoutGo } from '../../../support/goPprof.js';
import { numbersOf, sumsByStack } from '../../../support/profileSums.js';

const MAP = `
MAPPED_LIBRARIES:
build=/opt/app
00400000-00420000 r-xp 00000000 08:01 1234 /usr/bin/server
00620000-00630000 rw-p 00020000 08:01 1234 /usr/bin/server
7f0000000000-7f0000010000 r-xp 00000000 08:01 77 /lib/x86_64-linux-gnu/libc-2.28.so
7f0000010000-7f0000018000 r-xp 00010000 08:01 77 /lib/x86_64-linux-gnu/libc-2.28.so
7f0000030000-7f0000040000 r-xp 00008000 08:01 78 /lib/libpthread.so.0
7f0000050000-7f0000051000 r-xp 00000000 00:00 0 [vdso]
0x7f0000060000-0x7f0000070000 $build/lib.so (@10) abc
`;

/** Where a heading has to begin with dashes. */
const DASHED_MAP = MAP.replace('MAPPED_LIBRARIES:', '--- Memory map: ---');

const PLACES = [
  0x400100n,
  0x41fff0n,
  0x625000n,
  0x7f0000000200n,
  0x7f0000012000n,
  0x7f0000029000n,
  0x7f0000031000n,
  0x7f0000050080n,
  0x7f0000060010n,
  0xffff800000000000n,
];

type Pick = ReturnType<typeof numbersOf>;

const stackOf = (pick: Pick, least = 1): bigint[] =>
  Array.from({ length: least + pick(6) }, () => PLACES[pick(PLACES.length)]! + BigInt(pick(3)));
const hex = (stack: readonly bigint[]): string => stack.map(address => `0x${address.toString(16)}`).join(' ');
const lines = (pick: Pick, count: number, line: (pick: Pick) => string): string =>
  Array.from({ length: count }, () => line(pick)).join('\n');

function heap(header: string): (pick: Pick) => string {
  return pick =>
    `${header}\n${lines(pick, 9, () => {
      const inuse = pick(4);
      const alloc = inuse + pick(50);
      const size = 1 + pick(1_000_000);
      return `${inuse}: ${inuse * size} [${alloc}: ${alloc * size}] @ ${hex(stackOf(pick))}`;
    })}\n${MAP}`;
}

/** Words of 32 or 64 bits; those of 32 take addresses from the program alone. */
function cpu(wordBytes: 4 | 8, isLittle: boolean): (pick: Pick) => Uint8Array {
  return pick => {
    const words: bigint[] = [0n, 3n, 0n, 10_000n, 0n];
    const handler = 0x400500n;
    const count = 1 + pick(70);
    for (let i = 0; i < count; i++) {
      const stack = stackOf(pick).map(address =>
        wordBytes === 4 ? 0x400000n + (address & 0xffffn) : address,
      );
      const shape = pick(40);
      const whole = shape === 0 ? stack : [stack[0]!, handler, ...stack.slice(1)];
      // The leaf once more, as the unwinder saw it.
      if (shape % 2 === 1) whole.splice(2, 0, stack[0]!);
      words.push(BigInt(1 + pick(9)), BigInt(whole.length), ...whole);
    }
    words.push(0n, 1n, 0n);
    const bytes = new Uint8Array(words.length * wordBytes);
    const view = new DataView(bytes.buffer);
    words.forEach((word, index) =>
      wordBytes === 4
        ? view.setUint32(index * 4, Number(word), isLittle)
        : view.setBigUint64(index * 8, word, isLittle),
    );
    return Buffer.concat([bytes, Buffer.from(MAP.replace('\nMAPPED_LIBRARIES:\n', ''))]);
  };
}

const thread = (pick: Pick): string => {
  if (pick(4) === 0) return '--- Thread 7f01 (name: worker/12) stack: ---\n  [same as previous thread]';
  const stack = stackOf(pick, 2);
  return `--- Thread 7f0${pick(9)} (name: worker/${pick(99)}) stack: ---\n${stack.map(address => `  PC: 0x${address.toString(16)}`).join('\n')}`;
};

const KINDS: Readonly<Record<string, (pick: Pick) => string | Uint8Array>> = {
  'heap_v2 of gperftools': heap('heap profile:   12:  345 [  67: 8910] @ heap_v2/524288'),
  'heap of Go': heap('heap profile: 12: 345 [67: 8910] @ heap/1048576'),
  'heap that was not sampled': heap('heap profile: 12: 345 [67: 8910] @ heapprofile'),
  'heap without allocations': heap('heap profile: 12: 345 [12: 345] @ heap_v2/1'),
  growth: heap('heap profile: 12: 345 [12: 345] @ growthz'),
  fragmentation: heap('heap profile: 12: 345 [0: 0] @ fragmentationz'),
  count: pick =>
    `threadcreate profile: total 40\n${lines(pick, 9, () => `${1 + pick(9)} @ ${hex(stackOf(pick))}`)}\n${DASHED_MAP}`,
  'contention of C++': pick =>
    `--- contentionz 1 ---\ncycles/second = 3201000000\nsampling period = 100\nms since reset = 16502830\ndiscarded samples = 0\n${lines(
      pick,
      9,
      () => `${1 + pick(1e9)} ${1 + pick(99)} @ ${hex(stackOf(pick))}`,
    )}\n${DASHED_MAP}`,
  'mutex of Go': pick =>
    `--- mutex:\ncycles/second=2593908032\nsampling period=5\n${lines(
      pick,
      9,
      () => `${1 + pick(1e9)} ${1 + pick(99)} @ ${hex(stackOf(pick))}`,
    )}\n`,
  threads: pick =>
    `--- threadz 1 ---\n\n${lines(pick, 9, thread)}\n---- no stack trace for 3 threads\n${DASHED_MAP}`,
  'threads without a heading': pick => `${lines(pick, 5, thread)}\n${DASHED_MAP}`,
  'CPU, 64 bits': cpu(8, true),
  'CPU, 64 bits, big end first': cpu(8, false),
  'CPU, 32 bits': cpu(4, true),
  'CPU, 32 bits, big end first': cpu(4, false),
  'heap of Java': pick =>
    `--- heapz 1 ---\nformat = java\nresolution = bytes\n${lines(
      pick,
      6,
      () => `${1 + pick(1e6)} ${1 + pick(50)} @ 0x1${pick(9)} 0x2${pick(9)} 0x3${pick(9)}`,
    )}\n${javaNames()}`,
  'contention of Java': pick =>
    `--- contentionz 1 ---\nformat = java\nresolution = microseconds\nsampling period = 100\nms since reset = 6019923\n${lines(
      pick,
      6,
      () => `${1 + pick(1e6)} ${1 + pick(50)} @ 0x1${pick(9)} 0x2${pick(9)} 0x3${pick(9)}`,
    )}\n${javaNames()}`,
};

function javaNames(): string {
  return Array.from({ length: 30 }, (_, index) => {
    const address = `0x${(0x10 + index + 6 * Math.floor(index / 10)).toString(16)}`;
    return [
      `${address} com.acme.Main.run${index} (Main.java:${index})`,
      `${address} clone${index} (/lib/libc.so.6)`,
      `${address} [GC active]${index}`,
    ][index % 3]!;
  }).join('\n');
}

const asBytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

function ownStacks(content: Uint8Array): Map<string, number[]> {
  const profile = readProfile(content);
  expect(profile.format).toBe('pprof-legacy');
  expect(profile.warnings.filter(({ template }) => template.startsWith('Lines left out'))).toEqual([]);
  return sumsByStack(profile);
}

describe.runIf(hasGo).each(Object.keys(KINDS))(`%s reads as go tool pprof reads it${withoutGo}`, kind => {
  it.each([1, 2, 3])('seed %i', seed => {
    const content = asBytes(KINDS[kind]!(numbersOf(seed)));
    const answer = askGo(content);
    expect(answer).toBeDefined();
    const own = ownStacks(content);
    expect(readProfile(content).sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual(
      answer!.types,
    );
    expect([...own].sort()).toEqual(
      [...answer!.stacks].map(([stack, values]) => [stack, values.map(Number)]).sort(),
    );
  });
});
