/**
 * PackedStrings made and read: many strings as one transferable block of UTF-8. Equal strings are stored once.
 */
import type { PackedStrings, StringIndex } from './model.js';

const encoder = new TextEncoder();

/** Collects distinct byte strings; the empty one is index 0 from the start. */
export class StringPacker {
  #bytes = new Uint8Array(1 << 15);
  #used = 0;
  #offsets = new Uint32Array(1 << 10);
  #count = 0;
  /** Of each string, so that a growing table hashes nothing twice. */
  #hashes = new Int32Array(1 << 10);
  /** Open addressing: index + 1, or 0 where free. */
  #table = new Int32Array(1 << 11);

  constructor() {
    this.add(new Uint8Array(0), 0, 0);
  }

  /** Index of the string source[start, end), added where it is new. */
  add(source: Uint8Array, start: number, end: number): StringIndex {
    const mask = this.#table.length - 1;
    const hash = hashBytes(source, start, end);
    let slot = hash & mask;
    for (let entry = this.#table[slot]!; entry !== 0; entry = this.#table[slot]!) {
      if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, source, start, end)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    this.#table[slot] = this.#count + 1;
    this.#hashes[this.#count] = hash;
    return this.#append(source, start, end);
  }

  addText(text: string): StringIndex {
    const bytes = encoder.encode(text);
    return this.add(bytes, 0, bytes.length);
  }

  /** What was collected so far, in arrays of exactly its size. */
  pack(): PackedStrings {
    return { bytes: this.#bytes.slice(0, this.#used), offsets: this.#offsets.slice(0, this.#count + 1) };
  }

  #equals(index: StringIndex, source: Uint8Array, start: number, end: number): boolean {
    const from = this.#offsets[index]!;
    if (this.#offsets[index + 1]! - from !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#bytes[from + i - start] !== source[i]) return false;
    return true;
  }

  #append(source: Uint8Array, start: number, end: number): StringIndex {
    const index = this.#count++;
    const needed = this.#used + end - start;
    if (needed > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      bytes.set(this.#bytes);
      this.#bytes = bytes;
    }
    for (let i = start; i < end; i++) this.#bytes[this.#used + i - start] = source[i]!;
    this.#used = needed;
    if (this.#count >= this.#offsets.length) {
      const offsets = new Uint32Array(this.#offsets.length * 2);
      offsets.set(this.#offsets);
      this.#offsets = offsets;
      const hashes = new Int32Array(offsets.length);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
    this.#offsets[this.#count] = needed;
    if (this.#count * 2 > this.#table.length) this.#rehash();
    return index;
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let index = 0; index < this.#count; index++) {
      let slot = this.#hashes[index]! & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = index + 1;
    }
    this.#table = table;
  }
}

/** FNV-1a, with the high bits folded down because tables take the low ones. */
function hashBytes(source: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ source[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

export function packStrings(strings: readonly string[]): PackedStrings {
  const blocks = strings.map(text => encoder.encode(text));
  const offsets = new Uint32Array(strings.length + 1);
  blocks.forEach((block, index) => (offsets[index + 1] = offsets[index]! + block.length));
  const bytes = new Uint8Array(offsets[strings.length]!);
  blocks.forEach((block, index) => bytes.set(block, offsets[index]));
  return { bytes, offsets };
}

/** Decodes strings when they are first asked for and keeps them. */
export class StringReader {
  readonly count: number;
  readonly #packed: PackedStrings;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #cache: (string | undefined)[];

  constructor(packed: PackedStrings) {
    this.#packed = packed;
    this.count = packed.offsets.length - 1;
    this.#cache = new Array<string | undefined>(this.count);
  }

  /** Bytes that are no UTF-8 read as U+FFFD. */
  get(index: StringIndex): string {
    const known = this.#cache[index];
    if (known !== undefined) return known;
    const { bytes, offsets } = this.#packed;
    const text = this.#decoder.decode(bytes.subarray(offsets[index], offsets[index + 1]));
    this.#cache[index] = text;
    return text;
  }
}
