/** Odd profiles, generated, against `go tool pprof` itself: the same stacks with the same values. Needs Go. */
import { describe, expect, it } from 'vitest';
import { decodePprof } from '../../../../src/profile/codec/decodePprof.js';
import { askGo, hasGo, withoutGo } from '../../../support/goPprof.js';
import { numbersOf, sumsByStack } from '../../../support/profileSums.js';
import { field, message, packed, stringTable } from '../../../support/wire.js';

const NAMES = [
  '',
  'main.main',
  'runtime.mallocgc',
  'runtime.goexit',
  'malloc',
  '.malloc',
  'tcmalloc::allocate(unsigned long)',
  '(anonymous namespace)::grow(int)',
  'Pool::operator()(int)',
  'operator new',
  'handle',
  'k8s.io/kubernetes/pkg/kubelet.(*Kubelet).syncLoop',
  'Größe',
];
const FILES = [
  '',
  '/usr/lib/libc.so.6',
  '[kernel.kallsyms]',
  '/usr/bin/server',
  '[vdso]',
  '/lib/libpthread-2.19.so',
];
const DROPS = [
  '',
  'malloc',
  '.*',
  String.raw`runtime\..*`,
  '(?i)MALLOC|tcmalloc::.*',
  '[[:lower:]]+',
  String.raw`(?:tcmalloc::.*|operator new(\[\])?)`,
  String.raw`\w{2,6}`,
  String.raw`\(anonymous namespace\)::grow|Pool::operator\(\)`,
  String.raw`[^\x00-\x7f]+|\pL*ö\p{Ll}+e`,
  'a)|(malloc',
  '(unclosed',
  'a**',
];
const KEEPS = ['', 'malloc', String.raw`runtime\.goexit`, '.*alloc.*', '['];
const VALUES = [0n, 1n, 7n, -3n, 2n ** 53n + 1n, 12_000_000_000_000_000n, 2n ** 61n];

function makeProfile(seed: number): Uint8Array {
  const pick = numbersOf(seed);
  const of = <T>(list: readonly T[]): T => list[pick(list.length)]!;
  const texts: string[] = [];
  const text = (value: string) => {
    if (value === '') return 0;
    if (!texts.includes(value)) texts.push(value);
    return texts.indexOf(value) + 1;
  };
  const parts: number[] = [];
  for (const [type, unit] of [
    ['objects', 'count'],
    ['space', 'bytes'],
  ] as const)
    parts.push(...field(1, [...field(1, text(type)), ...field(2, text(unit))]));
  const mappings = 1 + pick(4);
  for (let id = 1; id <= mappings; id++)
    parts.push(
      ...field(3, [
        ...field(1, id),
        ...field(2, id * 0x10000),
        ...field(3, (id + 1) * 0x10000),
        ...field(5, text(of(FILES))),
      ]),
    );
  const functions = 2 + pick(8);
  for (let id = 1; id <= functions; id++)
    parts.push(...field(5, [...field(1, id), ...field(2, text(of(NAMES))), ...field(4, text('x.go'))]));
  const locations = 2 + pick(10);
  for (let id = 1; id <= locations; id++) {
    const lines = Array.from({ length: pick(4) }, () => field(4, field(1, 1 + pick(functions)))).flat();
    const address = pick(3) === 0 ? 2n ** 63n + BigInt(id) : BigInt(0x10000 + id);
    parts.push(
      ...field(4, [...field(1, id), ...field(2, pick(mappings + 1)), ...field(3, address), ...lines]),
    );
  }
  for (let i = 0; i < 12; i++) {
    const stack = Array.from({ length: pick(7) }, () => 1 + pick(locations));
    const label = field(3, [...field(1, text('span')), ...field(3, 2n ** 62n + BigInt(i))]);
    parts.push(...field(2, [...packed(1, stack), ...packed(2, [of(VALUES), of(VALUES)]), ...label]));
  }
  parts.push(...field(7, text(of(DROPS))), ...field(8, text(of(KEEPS))));
  return message(parts, stringTable(...texts));
}

/** Sums by stack without brackets around inlined calls. */
function ownStacks(bytes: Uint8Array): Map<string, number[]> {
  const profile = decodePprof(bytes);
  return sumsByStack({
    ...profile,
    frames: { ...profile.frames, inlined: profile.frames.inlined.map(() => 0) },
  });
}

describe.runIf(hasGo)(`odd profiles read as go tool pprof reads them${withoutGo}`, () => {
  it.each(Array.from({ length: 30 }, (_, seed) => seed + 1))('seed %i', seed => {
    const bytes = makeProfile(seed);
    const answer = askGo(bytes);
    expect(answer).toBeDefined();
    const own = ownStacks(bytes);
    expect([...own.keys()].sort()).toEqual([...answer!.stacks.keys()].sort());
    for (const [stack, values] of answer!.stacks)
      values.forEach((value, type) => {
        const size = Math.max(1, Math.abs(Number(value)));
        expect(Math.abs(own.get(stack)![type]! - Number(value)) / size).toBeLessThan(1e-14);
      });
  });
});
