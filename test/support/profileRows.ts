/** What a profile says, in the words of `go tool pprof -top`, for tests. */
import { buildCallTree } from '../../src/profile/callTree.js';
import { buildFlatTable } from '../../src/profile/flatTable.js';
import type { Profile } from '../../src/profile/model.js';
import { StringReader } from '../../src/profile/packedStrings.js';

/** `name flat cum` of every row, by name. */
export function topRows(profile: Profile, sampleType = profile.defaultSampleType): string[] {
  const names = new StringReader(profile.strings);
  const { name, flat, cum } = buildFlatTable(buildCallTree(profile), profile.functions, sampleType);
  return name.map((text, row) => `${names.get(text)} ${flat[row]!} ${cum[row]!}`).sort();
}

/** Every sample as `root;…;leaf value value`, inlined frames in brackets, in the order of the file. */
export function stackRows(profile: Profile): string[] {
  const names = new StringReader(profile.strings);
  const { samples, frames, functions, sampleTypes } = profile;
  return Array.from({ length: samples.count }, (_, sample) => {
    const stack = [...samples.frames.subarray(samples.frameStart[sample], samples.frameStart[sample + 1])];
    const text = stack.map(frame => {
      const name = names.get(functions.name[frames.func[frame]!]!);
      return frames.inlined[frame] === 1 ? `[${name}]` : name;
    });
    const from = sample * sampleTypes.length;
    return [text.join(';'), ...samples.values.subarray(from, from + sampleTypes.length)].join(' ');
  });
}
