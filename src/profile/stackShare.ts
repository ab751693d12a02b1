/**
 * How much of a profile was spent on or below functions whose names match an expression: what a rule about a cause asks.
 * Names are whole; a stack counts once, however often it matches.
 */
import type { Profile } from './model.js';
import { StringReader } from './packedStrings.js';

export interface StackShare {
  /** In the sample type's unit. */
  readonly value: number;
  /** The matching function under which most of it lies, the outermost match of each stack; '' where nothing matches. */
  readonly name: string;
}

/** One profile and sample type, asked again and again: names are read once. */
export class StackShares {
  /** Of all samples. */
  readonly total: number;
  readonly #names: readonly string[];

  constructor(
    private readonly profile: Profile,
    private readonly sampleType: number,
  ) {
    const strings = new StringReader(profile.strings);
    this.#names = Array.from(profile.functions.name, name => strings.get(name));
    let total = 0;
    for (let sample = 0; sample < profile.samples.count; sample++) total += this.#value(sample);
    this.total = total;
  }

  /**
   * @param inner functions that count; global and sticky expressions are not for it
   * @param outer only where one of these called them, at any depth, or is one of them
   */
  find(inner: RegExp, outer?: RegExp): StackShare {
    const isInner = this.#names.map(name => inner.test(name));
    const isOuter = outer === undefined ? undefined : this.#names.map(name => outer.test(name));
    const byFunction = new Map<number, number>();
    let sum = 0;
    for (let sample = 0; sample < this.profile.samples.count; sample++) {
      const func = this.#firstMatch(sample, isInner, isOuter);
      if (func === -1) continue;
      const value = this.#value(sample);
      sum += value;
      byFunction.set(func, (byFunction.get(func) ?? 0) + value);
    }
    const [most] = [...byFunction].sort(([, a], [, b]) => b - a);
    return { value: sum, name: most === undefined ? '' : (this.#names[most[0]] ?? '') };
  }

  /** Function of the outermost match, or -1. */
  #firstMatch(sample: number, isInner: readonly boolean[], isOuter: readonly boolean[] | undefined): number {
    const { samples, frames } = this.profile;
    let isBelow = isOuter === undefined;
    for (let at = samples.frameStart[sample]!; at < samples.frameStart[sample + 1]!; at++) {
      const func = frames.func[samples.frames[at]!]!;
      isBelow ||= isOuter?.[func] === true;
      if (isBelow && isInner[func] === true) return func;
    }
    return -1;
  }

  #value(sample: number): number {
    return this.profile.samples.values[sample * this.profile.sampleTypes.length + this.sampleType]!;
  }
}
