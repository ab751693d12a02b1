/**
 * The lines of a text file, whatever its encoding: UTF-8 with or without mark, UTF-16 (what PowerShell's `>` writes), LF
 * or CRLF. Bytes that are no text read as U+FFFD. Decodes block by block: a file may be longer than a string may.
 */

const BLOCK_BYTES = 1 << 20;
const CARRIAGE_RETURN = 0x0d;

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

/** Lines without their ends; a last line without a line end counts, nothing after the last line end does not. */
export function* readLines(bytes: Uint8Array): Generator<string, void, undefined> {
  const decoder = new TextDecoder(detectEncoding(bytes));
  let rest = '';
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    const text = rest + decoder.decode(bytes.subarray(start, start + BLOCK_BYTES), { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      yield text.slice(from, text.charCodeAt(end - 1) === CARRIAGE_RETURN ? Math.max(from, end - 1) : end);
      from = end + 1;
    }
    rest = text.slice(from);
  }
  rest += decoder.decode();
  if (rest !== '') yield rest.endsWith('\r') ? rest.slice(0, -1) : rest;
}

/** The first lines, for whoever wants to know what a text is. */
export function readFirstLines(bytes: Uint8Array, count: number): string[] {
  const lines: string[] = [];
  for (const line of readLines(bytes.subarray(0, BLOCK_BYTES))) {
    lines.push(line);
    if (lines.length === count) break;
  }
  return lines;
}
