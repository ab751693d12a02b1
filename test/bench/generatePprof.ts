/**
 * A pprof of any size with the shape of a large Go profile: stacks some 35 locations deep that share their upper part
 * with the stack before, callees that depend on their caller, some locations with inlined calls. The same bytes every
 * time: the random numbers have a fixed seed.
 */

export interface GeneratedShape {
  readonly samples: number;
  /** Distinct functions; 12,000 where not given. */
  readonly functions?: number;
  /** Of the random numbers that stacks are made by; the same one where not given. */
  readonly seed?: number;
}

const SEED = 20201012;
const MEAN_DEPTH = 35;
const PACKAGES = [
  'k8s.io/kubernetes/pkg/kubelet',
  'github.com/google/cadvisor/manager',
  'github.com/opencontainers/runc/libcontainer/cgroups/fs',
  'google.golang.org/grpc',
  'runtime',
];

/** A profile.proto message, not gzipped. */
export function generatePprof({ samples, functions = 12_000, seed = SEED }: GeneratedShape): Uint8Array {
  const out = new ProtoWriter();
  const locations = Math.floor(functions * 1.5);
  writeSampleTypes(out);
  writeSamples(out, { samples, locations, seed });
  for (let location = 1; location <= locations; location++) writeLocation(out, location, functions);
  writeFunctions(out, functions);
  out.number(10, 30_000_000_000);
  out.number(12, 10_000_000);
  return out.bytes();
}

const STRINGS = ['', 'samples', 'count', 'cpu', 'nanoseconds'];

function writeSampleTypes(out: ProtoWriter): void {
  for (const type of [1, 3])
    out.message(1, () => {
      out.number(1, type);
      out.number(2, type + 1);
    });
}

function writeSamples(
  out: ProtoWriter,
  {
    samples,
    locations,
    seed,
  }: { readonly samples: number; readonly locations: number; readonly seed: number },
): void {
  const random = mulberry32(seed);
  let stack: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    // Most samples leave the stack before them near its end: an exponential distribution with a mean of 8 frames.
    const popped = Math.floor(-Math.log(1 - random()) * 8);
    stack = stack.slice(0, Math.max(3, stack.length - popped));
    const depth = Math.max(10, Math.round(MEAN_DEPTH + 12 * (random() + random() + random() - 1.5) * 2));
    while (stack.length < depth) stack.push(calleeOf(stack.at(-1) ?? 1, random(), locations));
    out.message(2, () => {
      out.packed(1, stack.toReversed());
      out.packed(2, [1, 10_000_000]);
    });
  }
}

/** A caller has one usual callee, a few others, and now and then any. */
function calleeOf(caller: number, chance: number, locations: number): number {
  if (chance < 0.93) return ((caller * 37) % locations) + 1;
  if (chance < 0.995) return ((caller * 37 + Math.floor(chance * 1e4)) % locations) + 1;
  return (Math.floor(chance * 1e9) % locations) + 1;
}

function writeLocation(out: ProtoWriter, location: number, functions: number): void {
  const line = (func: number) =>
    out.message(4, () => {
      out.number(1, (func % functions) + 1);
      out.number(2, (func % 900) + 1);
    });
  out.message(4, () => {
    out.number(1, location);
    out.number(3, 0x400000 + location * 64);
    if (location % 7 === 0) line(location * 13);
    line(location);
  });
}

function writeFunctions(out: ProtoWriter, functions: number): void {
  for (let func = 1; func <= functions; func++)
    out.message(5, () => {
      out.number(1, func);
      out.number(2, STRINGS.length + (func - 1) * 2);
      out.number(4, STRINGS.length + (func - 1) * 2 + 1);
    });
  for (const text of STRINGS) out.text(6, text);
  for (let func = 1; func <= functions; func++) {
    const folder = PACKAGES[func % PACKAGES.length]!;
    out.text(6, `${folder}.(*type${func % 300}).method${func}`);
    out.text(6, `${folder}/file${func % 200}.go`);
  }
}

/** Uniform in [0, 1), from 32 bits of state. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Writes fields of up to 2^53; a message gets its length in front when it is complete. */
class ProtoWriter {
  #buffer = new Uint8Array(1 << 20);
  #length = 0;
  readonly #encoder = new TextEncoder();

  number(field: number, value: number): void {
    this.#varint(field << 3);
    this.#varint(value);
  }

  text(field: number, text: string): void {
    this.#bytes(field, this.#encoder.encode(text));
  }

  packed(field: number, values: readonly number[]): void {
    this.message(field, () => {
      for (const value of values) this.#varint(value);
    });
  }

  message(field: number, write: () => void): void {
    const start = this.#length;
    write();
    const body = this.#buffer.slice(start, this.#length);
    this.#length = start;
    this.#bytes(field, body);
  }

  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  #bytes(field: number, bytes: Uint8Array): void {
    this.#varint((field << 3) | 2);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 127) {
      this.#buffer[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const longer = new Uint8Array(Math.max(this.#length + more, this.#buffer.length * 2));
    longer.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = longer;
  }
}
