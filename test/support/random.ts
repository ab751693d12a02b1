/** Random numbers that can be had again from their seed. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [least, most], whole. */
  integer(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
}

/** mulberry32: 32 bits of state, which is plenty for sizes and texts. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return { next, integer, pick: choices => choices[integer(0, choices.length - 1)]! };
}
