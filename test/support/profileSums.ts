/** What a profile comes to, for comparing it with another reader's answer; and numbers to make profiles of. */
import type { Profile } from '../../src/profile/model.js';
import { stackRows } from './profileRows.js';

/** A small generator of numbers below `limit`; the same ones for the same seed. */
export function numbersOf(seed: number): (limit: number) => number {
  let state = seed * 2654435761 + 1;
  return limit => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state % limit;
  };
}

/** By stack, as {@link stackRows} writes it: one number a sample type. */
export function sumsByStack(profile: Profile): Map<string, number[]> {
  const types = profile.sampleTypes.length;
  const stacks = new Map<string, number[]>();
  for (const row of stackRows(profile)) {
    const words = row.split(' ');
    const values = words.slice(-types).map(Number);
    const stack = words.slice(0, -types).join(' ');
    const known = stacks.get(stack);
    stacks.set(stack, known === undefined ? values : known.map((value, type) => value + values[type]!));
  }
  return stacks;
}
