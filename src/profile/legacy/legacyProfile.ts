/**
 * What all legacy profiles are: samples of addresses, and a memory map. Builds the Profile: an address is called by its
 * module, as `go tool pprof` does without the program at hand; where Go wrote names into its comments, they are taken.
 */
import { sentence, type Sentence } from '../../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';
import type { FrameIndex, Profile, SampleType } from '../model.js';
import { ProfileBuilder } from '../profileBuilder.js';
import type { MemoryMap } from './memoryMap.js';

/** A frame that the text itself names. */
export interface NamedFrame {
  /** Empty where Go could not name it, either. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly address: bigint;
  readonly isInlined?: boolean;
}

export interface LegacySample {
  values: number[];
  /** Innermost first; of the call, not of the instruction behind it. */
  addresses: readonly bigint[];
  /** Innermost first: taken in place of the addresses where there are any. */
  named: NamedFrame[];
}

export interface LegacyFacts {
  readonly sampleTypes: readonly SampleType[];
  readonly period: number;
  readonly periodType: SampleType;
  readonly durationNanos?: number;
  readonly warnings: readonly Sentence[];
  /** Names by address: Java's profiles have them at the end. */
  readonly names?: ReadonlyMap<bigint, NamedFrame>;
}

export function buildLegacyProfile(
  samples: readonly LegacySample[],
  map: MemoryMap,
  facts: LegacyFacts,
): Profile {
  const builder = new ProfileBuilder();
  const byAddress = new Map<bigint, FrameIndex>();
  const frameOf = ({ name, file, line, address, isInlined }: NamedFrame, module: string) =>
    builder.frame(builder.function({ name, file, module, address }), line, isInlined);
  const frameAt = (address: bigint): FrameIndex => {
    let frame = byAddress.get(address);
    if (frame === undefined) {
      const named = facts.names?.get(address) ?? { name: '', file: '', line: 0, address };
      frame = frameOf(named, facts.names === undefined ? map.fileOf(address) : '');
      byAddress.set(address, frame);
    }
    return frame;
  };
  let unnamed = 0;
  for (const { values, addresses, named } of samples) {
    if (named.length > 0) {
      const known = new Set(named.map(({ address }) => address));
      unnamed += addresses.filter(address => !known.has(address)).length;
    }
    const stack = named.length > 0 ? named.map(frame => frameOf(frame, '')) : addresses.map(frameAt);
    builder.addSample(stack.reverse(), values);
  }
  const left = unnamed === 0 ? [] : [sentence(PROFILE_WARNING_TEXTS.runtimeFramesMissing, unnamed)];
  return builder.build({
    sampleTypes: facts.sampleTypes,
    period: facts.period,
    periodType: facts.periodType,
    durationNanos: facts.durationNanos,
    format: 'pprof-legacy',
    defaultSampleType: facts.sampleTypes.length - 1,
    warnings: [...facts.warnings, ...left],
  });
}

/**
 * The size that samples of an allocation stand for: a sample of size S is taken with the probability 1 - exp(-S / rate)
 * (scaleHeapSample of google/pprof).
 */
export function scaleHeapSample(count: number, size: number, rate: number): [count: number, size: number] {
  if (count === 0 || size === 0) return [0, 0];
  if (rate <= 1) return [count, size];
  const scale = 1 / (1 - Math.exp(-size / count / rate));
  return [Math.trunc(count * scale), Math.trunc(size * scale)];
}

/** A leaf that stands twice, once as the signal's instruction and once as a call, is one. */
export function dropDoubledLeaves(samples: readonly LegacySample[]): void {
  for (const sample of samples) {
    const [leaf, caller] = sample.addresses;
    if (caller !== undefined && leaf === caller + 1n) sample.addresses = [leaf, ...sample.addresses.slice(2)];
  }
}

/** All hexadecimal numbers of a text; undefined where one has more than 64 bits. */
export function readAddresses(text: string): bigint[] | undefined {
  const words = text.match(/0x[0-9a-f]+/g) ?? [];
  const addresses = words.map(BigInt);
  return addresses.some(address => address >= 1n << 64n) ? undefined : addresses;
}

/** Return addresses point behind the call: one less is in it. */
export function callSites(addresses: readonly bigint[]): bigint[] {
  return addresses.map(address => BigInt.asUintN(64, address - 1n));
}
