/** What the fuzzer begins with: every fixture that a reader of ours takes, inflated as well, and cut to a size that is soon read. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface Seed {
  /** Below test/fixtures. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A case is a matter of milliseconds; what files of hundreds of MB do is the bench's and the hostile lane's. */
const MOST_BYTES = 96 * 1024;
/** Programs and sources, which nothing reads as evidence. */
const LEFT_OUT = /(?:^sources\/|go\.(?:mod|sum)$|\.go$|README\.md$)/u;

/** In the order of their names: the same everywhere. */
export function readSeeds(fixtures: string): readonly Seed[] {
  return readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .map(name => name.replaceAll(path.sep, '/'))
    .filter(name => !LEFT_OUT.test(name))
    .sort()
    .flatMap(name => seedsOf(name, path.join(fixtures, name)));
}

function seedsOf(name: string, file: string): readonly Seed[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return []; // a folder
  }
  const seeds = bytes.length > MOST_BYTES ? [] : [{ name, bytes }];
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    seeds.push({ name: `${name} inflated`, bytes: gunzipSync(bytes) });
  else if (seeds.length === 0) seeds.push({ name: `${name} cut`, bytes });
  return seeds.filter(seed => seed.bytes.length > 0).map(seed => ({ ...seed, bytes: cut(seed.bytes) }));
}

/** Text at the end of a line. */
function cut(bytes: Buffer): Uint8Array {
  if (bytes.length <= MOST_BYTES) return new Uint8Array(bytes);
  const end = bytes.lastIndexOf(0x0a, MOST_BYTES);
  return new Uint8Array(bytes.subarray(0, end > MOST_BYTES / 2 ? end + 1 : MOST_BYTES));
}
