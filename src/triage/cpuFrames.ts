/**
 * CPU profiles and listings of a node asked by name: how much of the CPU was spent on or below functions that match. Heap,
 * goroutine and lock profiles are none. Names are those of profile/readProfile.ts, not shortened.
 */
import type { ProfileEvidence } from '../evidence/model.js';
import type { ListedFunction, Place, Placed } from '../material/model.js';
import { toCores } from '../profile/format.js';
import type { Profile } from '../profile/model.js';
import { StackShares } from '../profile/stackShare.js';

/** Of the CPU of one profile or one listing. */
export interface CpuShare {
  /** 0 to 1, of all its samples. */
  readonly share: number;
  /** Undefined where the file does not say how long it took. */
  readonly cores: number | undefined;
  /** The matching function with most on or below it. */
  readonly name: string;
  readonly place: Place;
}

/** Types of values that count CPU, or samples of it. */
const CPU_TYPE = /^(?:cpu|samples?|cycles|cpu-clock|task-clock|on-cpu)/iu;

interface SampledCpu {
  readonly stacks: StackShares;
  readonly cores: number | undefined;
  readonly place: Place;
}

/** All CPU profiles and listings of a node. */
export class CpuFrames {
  readonly #profiles: readonly SampledCpu[];
  readonly #listings: readonly (readonly ListedFunction[])[];

  constructor(profiles: readonly (ProfileEvidence & Placed)[], listed: readonly ListedFunction[]) {
    this.#profiles = profiles.flatMap(({ profile, at }) => sampledCpu(profile, at) ?? []);
    this.#listings = byFile(listed);
  }

  /** Whether there is any CPU profile, or a table made of one. */
  get isThere(): boolean {
    return this.#profiles.length > 0 || this.#listings.length > 0;
  }

  /** Cores of the CPU profile that shows most; undefined where none says how long it took. */
  get shownCores(): number | undefined {
    const known = this.#profiles.flatMap(({ cores }) => cores ?? []);
    return known.length === 0 ? undefined : Math.max(...known);
  }

  /**
   * The largest share over all files of functions that match `inner`, called (at any depth) by one that matches `outer`
   * where that is given. In a listing callers are not known: with `outer` only a profile counts. Undefined where there is
   * no CPU profile at all; a share of 0 says that it was looked for.
   */
  share(inner: RegExp, outer?: RegExp): CpuShare | undefined {
    const found = this.#profiles.flatMap(profile => shareOfProfile(profile, inner, outer));
    if (outer === undefined) found.push(...this.#listings.flatMap(rows => shareOfListing(rows, inner)));
    return found.sort((a, b) => b.share - a.share)[0];
  }
}

/** Index of the sample type that counts CPU; undefined where the profile is of something else. */
export function cpuTypeOf(profile: Profile): number | undefined {
  if (profile.format === 'goroutines') return undefined;
  const wanted = profile.sampleTypes.findIndex(({ type }) => /^cpu$/iu.test(type));
  const index = wanted === -1 ? profile.defaultSampleType : wanted;
  const type = profile.sampleTypes[index];
  return type === undefined || !CPU_TYPE.test(type.type) ? undefined : index;
}

function sampledCpu(profile: Profile, place: Place): SampledCpu | undefined {
  const index = cpuTypeOf(profile);
  const type = index === undefined ? undefined : profile.sampleTypes[index];
  if (index === undefined || type === undefined) return undefined;
  const stacks = new StackShares(profile, index);
  if (stacks.total <= 0) return undefined;
  return { stacks, cores: toCores(stacks.total, type, profile.durationNanos), place };
}

function shareOfProfile({ stacks, cores, place }: SampledCpu, inner: RegExp, outer?: RegExp): CpuShare {
  const { value, name } = stacks.find(inner, outer);
  const share = value / stacks.total;
  return { share, cores: cores === undefined ? undefined : share * cores, name, place };
}

function byFile(listed: readonly ListedFunction[]): readonly (readonly ListedFunction[])[] {
  const files = new Map<string, ListedFunction[]>();
  for (const row of listed) {
    const rows = files.get(row.at.file);
    if (rows === undefined) files.set(row.at.file, [row]);
    else rows.push(row);
  }
  return [...files.values()];
}

/** Rows overlap where they are cumulative, and add up where they are not. */
function shareOfListing(rows: readonly ListedFunction[], pattern: RegExp): readonly CpuShare[] {
  const matching = rows.filter(({ name }) => pattern.test(name));
  const flat = matching.reduce((sum, row) => sum + (row.flat ?? 0), 0);
  const cum = Math.max(0, ...matching.map(row => row.cum ?? 0));
  const [most] = [...matching].sort((a, b) => (b.cum ?? b.flat ?? 0) - (a.cum ?? a.flat ?? 0));
  const place = (most ?? rows[0])?.at;
  if (place === undefined) return [];
  return [{ share: Math.min(1, Math.max(flat, cum)), cores: undefined, name: most?.name ?? '', place }];
}
