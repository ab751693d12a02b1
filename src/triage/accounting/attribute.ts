/**
 * Puts each sample of a CPU profile into exactly one subsystem, by the table of subsystems.ts.
 *
 * A sample goes by what was done, not on whose behalf: from the innermost function outwards, the first one that the table
 * knows decides. Housekeeping that reads a memory.stat is a cgroup read, a relist that calls the runtime is a CRI call: that
 * is what a remedy changes, and it sums up alike for every caller. By the outermost owner, all of cAdvisor would be one row, and
 * so would all below syncLoop. Two things stand beside it: garbage collection counts wherever it is on a stack, as who pays
 * the toll is chance; the scheduler and system calls count only where no other owner is on it.
 */
import type { Profile } from '../../profile/model.js';
import { StringReader } from '../../profile/packedStrings.js';
import { SUBSYSTEMS, type Subsystem, type SubsystemId } from './subsystems.js';

/** In the unit of the sample type; every subsystem of the table has an entry. */
export type Attribution = ReadonlyMap<SubsystemId, number>;

/** Time is linear in samples and frames; names are matched once for each function. */
export function attribute(profile: Profile, sampleType: number): Attribution {
  const strings = new StringReader(profile.strings);
  const kinds = Array.from(profile.functions.name, name => kindOf(strings.get(name)));
  const values = new Map<SubsystemId, number>(SUBSYSTEMS.map(({ id }) => [id, 0]));
  const { samples, sampleTypes } = profile;
  for (let sample = 0; sample < samples.count; sample++) {
    const value = samples.values[sample * sampleTypes.length + sampleType] ?? 0;
    const id = subsystemOf(profile, sample, kinds);
    values.set(id, (values.get(id) ?? 0) + value);
  }
  return values;
}

/** Whether any function is the kubelet's: a table of its parts says nothing of another program. */
export function isOfKubelet(profile: Profile): boolean {
  const strings = new StringReader(profile.strings);
  return Array.from(profile.functions.name).some(name => KUBELET.test(strings.get(name)));
}

const KUBELET = /k8s\.io\/kubernetes\/(?:pkg|cmd)\/kubelet[/.]|google\/cadvisor\//u;

interface FunctionKind {
  readonly anywhere: Subsystem | undefined;
  readonly innermost: Subsystem | undefined;
  readonly fallback: number;
}

const of = (scope: Subsystem['scope']): readonly Subsystem[] => SUBSYSTEMS.filter(one => one.scope === scope);
const ANYWHERE = of('anywhere');
const INNERMOST = of('innermost');
const FALLBACK = of('fallback');

function kindOf(name: string): FunctionKind {
  const matches = ({ functions }: Subsystem): boolean => functions.test(name);
  return {
    anywhere: ANYWHERE.find(matches),
    innermost: INNERMOST.find(matches),
    fallback: FALLBACK.findIndex(matches),
  };
}

function subsystemOf(profile: Profile, sample: number, kinds: readonly FunctionKind[]): SubsystemId {
  const stack = innermostFirst(profile, sample, kinds);
  const found =
    stack.find(({ anywhere }) => anywhere !== undefined)?.anywhere ??
    stack.find(({ innermost }) => innermost !== undefined)?.innermost ??
    // Of several on a stack the one that stands first in the table: the scheduler's futex is the scheduler's.
    FALLBACK[Math.min(...stack.map(({ fallback }) => fallback))];
  return found?.id ?? 'other';
}

/** Frames stand root first. */
function innermostFirst(
  { samples, frames }: Profile,
  sample: number,
  kinds: readonly FunctionKind[],
): readonly FunctionKind[] {
  const first = samples.frameStart[sample] ?? 0;
  const end = samples.frameStart[sample + 1] ?? first;
  const stack = samples.frames.subarray(first, end);
  return Array.from(stack, frame => kinds[frames.func[frame] ?? 0] ?? UNKNOWN).reverse();
}

const UNKNOWN: FunctionKind = { anywhere: undefined, innermost: undefined, fallback: FALLBACK.length - 1 };
