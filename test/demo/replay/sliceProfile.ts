/**
 * A window of some seconds out of a recorded CPU profile. Each recorded stack appears as often as chance would have it
 * (a Poisson draw around its share), so that slices differ as real ones do and their sum grows towards the recording.
 * The same seed gives the same slice.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { Profile, Sample } from 'pprof-format';

export interface SliceOptions {
  readonly seconds: number;
  /** How many times as busy as the recorded process. */
  readonly intensity: number;
  readonly seed: number;
  readonly startedAt: Date;
}

/** Sample values as pprof-format decodes them from `samples/count` and `cpu/nanoseconds`, in this order. */
export function sliceProfile(recorded: Uint8Array, options: SliceOptions): Uint8Array {
  const profile = Profile.decode(gunzipSync(recorded));
  const recordedSeconds = Number(profile.durationNanos) / 1e9;
  const share = (options.seconds / recordedSeconds) * options.intensity;
  const period = Number(profile.period);
  const random = seededRandom(options.seed);
  const samples = profile.sample.flatMap(sample => {
    const count = drawPoisson(Number(sample.value[0]) * share, random);
    return count === 0
      ? []
      : [new Sample({ locationId: sample.locationId, label: sample.label, value: [count, count * period] })];
  });
  profile.sample = samples;
  profile.durationNanos = BigInt(Math.round(options.seconds * 1e9));
  profile.timeNanos = BigInt(options.startedAt.getTime()) * 1_000_000n;
  return gzipSync(profile.encode());
}

/** Knuth's method, in steps: exp(-mean) must not vanish. */
function drawPoisson(mean: number, random: () => number): number {
  let count = 0;
  for (let left = mean; left > 0; left -= 30) {
    const limit = Math.exp(-Math.min(left, 30));
    for (let product = random(); product > limit; product *= random()) count += 1;
  }
  return count;
}

/** mulberry32: 32 bits of state are enough to look random. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
