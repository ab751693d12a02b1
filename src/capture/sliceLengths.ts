/** How a profile's seconds are divided. Pure. */

/**
 * Lengths of the slices in seconds, in order: 60 by 10 is six of 10, 25 by 10 is 10, 10, 5. A slice of 0, or one as
 * long as the whole, is a single shot. `seconds` of 0 (a profile of one moment) is one slice of 0.
 */
export function sliceLengths(seconds: number, sliceSeconds: number): readonly number[] {
  if (sliceSeconds <= 0 || sliceSeconds >= seconds) return [seconds];
  const whole = Math.floor(seconds / sliceSeconds);
  const rest = seconds - whole * sliceSeconds;
  const lengths = new Array<number>(whole).fill(sliceSeconds);
  return rest > 0 ? [...lengths, rest] : lengths;
}
