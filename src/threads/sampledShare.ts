/** What a count of samples says of the time between them, and how surely. */

/** Of a normal distribution: 95 of 100 intervals made so hold the truth. */
const Z = 1.96;

/**
 * The least share of the time that `hits` of `looks` are good for, with 95 % certainty: the lower bound of Wilson's interval
 * (E. B. Wilson, JASA 22, 1927), which holds for few hits, too. 0 where there are none.
 */
export function leastShare(hits: number, looks: number): number {
  if (hits <= 0 || looks <= 0) return 0;
  const share = Math.min(1, hits / looks);
  const spread = Z * Math.sqrt((share * (1 - share)) / looks + (Z * Z) / (4 * looks * looks));
  return Math.max(0, (share + (Z * Z) / (2 * looks) - spread) / (1 + (Z * Z) / looks));
}

/** `12 %`; below ten percent with one more digit. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value.toFixed(value > 0 && value < 9.95 ? 1 : 0)} %`;
}
