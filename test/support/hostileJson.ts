/** Mutants of recorded JSON: values at random places replaced by what no server should send. */
import fc from 'fast-check';

/** As JSON text, so that `__proto__` is a field and not a prototype. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 32,
  1e308,
  '',
  '0',
  '..',
  '\ud800',
  'a\nb\u202ec',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(10_000),
  [],
  {},
  [null, 1, 'a', [], {}],
  [[[[[]]]]],
  { constructor: null, toString: 1, length: 2 ** 32 },
  JSON.parse('{"__proto__": {"polluted": true}}'),
];
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'metadata', 'status', '\ud800'];

interface Change {
  /** Picks the place: modulo the number of places. */
  readonly place: number;
  readonly value: unknown;
  /** Instead of replacing the place: a field of this name is added to it. */
  readonly added: string | undefined;
}

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(1_000_000),
  value: fc.constantFrom(...VALUES),
  added: fc.option(fc.constantFrom(...NAMES), { nil: undefined, freq: 4 }),
});

/** `recorded` with one to four changes. */
export function mutantsOf(recorded: unknown): fc.Arbitrary<unknown> {
  return fc.array(change, { minLength: 1, maxLength: 4 }).map(changes => {
    const root = { value: structuredClone(recorded) };
    for (const one of changes) apply(root, one);
    return root.value;
  });
}

type Holder = Record<string | number, unknown>;

function apply(root: Holder, { place, value, added }: Change): void {
  const places = placesIn(root);
  const { holder, name } = places[place % places.length]!;
  const target = holder[name];
  const fresh = structuredClone(value);
  if (added !== undefined && typeof target === 'object' && target !== null)
    define(target as Holder, added, fresh);
  else define(holder, name, fresh);
}

/** As JSON.parse does it: an own field, whatever its name. */
function define(holder: Holder, name: string | number, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function placesIn(holder: Holder): { readonly holder: Holder; readonly name: string }[] {
  return Object.keys(holder).flatMap(name => {
    const value = holder[name];
    const inside = typeof value === 'object' && value !== null ? placesIn(value as Holder) : [];
    return [{ holder, name }, ...inside];
  });
}
