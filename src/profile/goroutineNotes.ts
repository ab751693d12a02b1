/** What a profile of goroutines says at once, whichever form it came in: how many stacks there are, and a leak. */
import { sentence } from '../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from './fileWarnings.js';
import type { Profile } from './model.js';
import { StringReader } from './packedStrings.js';

/** Fewer are no leak, however alike: a kubelet has a few hundred. */
const LEAK_COUNT = 500;
const LEAK_SHARE = 0.5;

/** The profile as it is, or with one more note where it has goroutines. */
export function withGoroutineNotes(profile: Profile): Profile {
  const type = profile.sampleTypes.findIndex(
    ({ type: name, unit }) => name === 'goroutine' && unit === 'count',
  );
  if (type === -1 || profile.samples.count === 0) return profile;
  const { samples, frames, functions, sampleTypes } = profile;
  const byStack = new Map<string, { count: number; readonly sample: number }>();
  let total = 0;
  for (let sample = 0; sample < samples.count; sample++) {
    const stack = samples.frames.subarray(samples.frameStart[sample], samples.frameStart[sample + 1]);
    const key = stack.map(frame => frames.func[frame]!).join(' ');
    const count = samples.values[sample * sampleTypes.length + type]!;
    total += count;
    const known = byStack.get(key);
    if (known === undefined) byStack.set(key, { count, sample });
    else known.count += count;
  }
  let largest = { count: 0, sample: 0 };
  for (const stack of byStack.values()) if (stack.count > largest.count) largest = stack;
  const { goroutineStacks, goroutineLeak } = PROFILE_WARNING_TEXTS;
  const notes = [sentence(goroutineStacks, total, byStack.size)];
  if (largest.count >= LEAK_COUNT && largest.count >= total * LEAK_SHARE) {
    const leaf = samples.frames[samples.frameStart[largest.sample + 1]! - 1];
    const root =
      samples.frames[samples.frameStart[largest.sample]! + (profile.format === 'goroutines' ? 1 : 0)];
    const names = new StringReader(profile.strings);
    const nameOf = (frame: number | undefined) =>
      frame === undefined ? '' : names.get(functions.name[frames.func[frame]!]!);
    notes.push(sentence(goroutineLeak, largest.count, total, nameOf(leaf), nameOf(root)));
  }
  return { ...profile, warnings: [...profile.warnings, ...notes] };
}
