/** Random names and nonces, from what every host of ours has: `node:crypto` takes milliseconds to load and browsers lack it. */

/** Two digits for each of `count` bytes of the system's randomness. */
export function randomHex(count: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(count));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
