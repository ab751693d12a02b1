/** In which encoding a text file is: what PowerShell's `>` writes is UTF-16. */

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** By the byte order mark; without one, UTF-16 shows by a zero in every other byte of its Latin letters. */
export function detectEncoding(bytes: Uint8Array): TextEncoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 64);
  if (head.length < 4) return 'utf-8';
  const isZeroAt = (parity: number) => head.every((byte, index) => index % 2 !== parity || byte === 0);
  if (isZeroAt(1) && !isZeroAt(0)) return 'utf-16le';
  return isZeroAt(0) && !isZeroAt(1) ? 'utf-16be' : 'utf-8';
}
