/** A seed made into something that no program wrote: a few changes of bytes, numbers, lines or encoding. */
import { gzipSync } from 'node:zlib';
import type { Random } from '../support/random.js';

const MOST_CHANGES = 6;
/** What grows stays small enough to be read in milliseconds. */
const MOST_BYTES = 256 * 1024;
/** Ends of number ranges, and what is no number. */
const NUMBERS = [
  '0',
  '-1',
  '1e308',
  '1e-320',
  'NaN',
  'Infinity',
  '4294967296',
  '9007199254740993',
  '9223372036854775807',
  '18446744073709551616',
  '0x',
  '٣',
  '',
] as const;
/** What readers of text take for structure. */
const PIECES = [
  ';',
  ' ',
  '\t',
  '\r\n',
  '\n\n',
  '\0',
  '"',
  '\\',
  '{',
  '[',
  ']: ',
  ' = ? <unavailable>',
  '<... resumed>',
  '+++ exited with 0 +++',
  '\u2028',
  '\u202e',
  '\ufeff',
  '__proto__',
  '- &a [*a]',
] as const;

/** @param others of the same kind or another, to splice with */
export function mutate(bytes: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  let mutant = bytes;
  for (let left = random.integer(1, MOST_CHANGES); left > 0; left--)
    mutant = random.pick(CHANGES)(mutant, others, random).subarray(0, MOST_BYTES);
  return mutant;
}

type Change = (bytes: Uint8Array, others: readonly Uint8Array[], random: Random) => Uint8Array;

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A range of at most `most` bytes. */
function range(bytes: Uint8Array, random: Random, most = 4096): readonly [from: number, to: number] {
  const from = random.integer(0, Math.max(0, bytes.length - 1));
  return [from, Math.min(bytes.length, from + random.integer(1, most))];
}

const flip: Change = (bytes, _, random) => {
  const changed = Uint8Array.from(bytes);
  for (let left = random.integer(1, 8); left > 0; left--) {
    const at = random.integer(0, Math.max(0, changed.length - 1));
    changed[at] = random.pick([0, 0x7f, 0x80, 0xff, random.integer(0, 255), (changed[at] ?? 0) ^ 1]);
  }
  return changed;
};

const remove: Change = (bytes, _, random) => {
  const [from, to] = range(bytes, random);
  return join(bytes.subarray(0, from), bytes.subarray(to));
};

const repeat: Change = (bytes, _, random) => {
  const [from, to] = range(bytes, random, 512);
  const piece = bytes.subarray(from, to);
  const times = random.pick([2, 10, 200]);
  return join(bytes.subarray(0, to), ...Array<Uint8Array>(times).fill(piece), bytes.subarray(to));
};

const splice: Change = (bytes, others, random) => {
  const other = random.pick(others);
  const [from] = range(bytes, random);
  const [begin, end] = range(other, random, 16_384);
  return join(bytes.subarray(0, from), other.subarray(begin, end), bytes.subarray(from));
};

const cutShort: Change = (bytes, _, random) => bytes.subarray(0, random.integer(0, bytes.length));

const insert: Change = (bytes, _, random) => {
  const [at] = range(bytes, random);
  return join(bytes.subarray(0, at), encode(random.pick(PIECES)), bytes.subarray(at));
};

/** One run of digits of a text becomes another number. */
const renumber: Change = (bytes, _, random) => {
  const text = Buffer.from(bytes).toString('latin1');
  const runs = [...text.matchAll(/\d{1,20}/gu)];
  if (runs.length === 0) return bytes;
  const { 0: digits, index } = random.pick(runs);
  return join(bytes.subarray(0, index), encode(random.pick(NUMBERS)), bytes.subarray(index + digits.length));
};

const longLine: Change = (bytes, _, random) => {
  const [at] = range(bytes, random);
  const piece = encode(
    random.pick(['a', ';', ' ', '(', '9', 'é', '<']).repeat(random.pick([100, 20_000, 100_000])),
  );
  return join(bytes.subarray(0, at), piece, bytes.subarray(at));
};

/** Lines in another order. */
const shuffle: Change = (bytes, _, random) => {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  for (let left = random.integer(1, 20); left > 0; left--) {
    const from = random.integer(0, lines.length - 1);
    const to = random.integer(0, lines.length - 1);
    [lines[from], lines[to]] = [lines[to] ?? '', lines[from] ?? ''];
  }
  return new Uint8Array(Buffer.from(lines.join('\n'), 'latin1'));
};

const asUtf16: Change = bytes =>
  join(Uint8Array.of(0xff, 0xfe), Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf16le'));

const asGzip: Change = bytes => new Uint8Array(gzipSync(bytes, { level: 1 }));

/** Those that keep most of the structure more often. */
const CHANGES: readonly Change[] = [
  ...[flip, flip, remove, remove, renumber, renumber, insert, insert, splice, splice],
  ...[repeat, shuffle, cutShort, longLine, asUtf16, asGzip],
];
