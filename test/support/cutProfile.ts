/** A recorded profile cut into slices, as a capture gets them: made by the codec of record, with tables of their own. */
import { gzipSync } from 'node:zlib';
import { Profile as PprofProfile } from 'pprof-format';
import { numbersOf } from './profileSums.js';

/**
 * `count` gzipped slices of 100 ms that together have the samples of `raw`, a profile.proto message: each sample is in one
 * to three of them.
 */
export function cutProfile(raw: Uint8Array, count: number): Uint8Array[] {
  const whole = PprofProfile.decode(raw);
  const pick = numbersOf(count);
  const rows = Array.from({ length: count }, () => new Set<number>());
  for (const index of whole.sample.keys())
    for (let copy = 0; copy <= index % 3; copy++) rows[pick(count)]!.add(index);
  return rows.map((row, slice) => {
    const part = PprofProfile.decode(raw);
    part.sample = part.sample.filter((_, index) => row.has(index));
    const used = new Set(part.sample.flatMap(({ locationId }) => locationId));
    part.location = part.location.filter(({ id }) => used.has(id));
    part.timeNanos = BigInt(part.timeNanos) + BigInt(slice) * 100_000_000n;
    part.durationNanos = 100_000_000;
    return new Uint8Array(gzipSync(part.encode()));
  });
}
