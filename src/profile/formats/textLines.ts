/**
 * The lines of a text file, whatever its encoding: UTF-8 with or without mark, UTF-16 (what PowerShell's `>` writes), LF
 * or CRLF. Bytes that are no text read as U+FFFD. Decodes block by block: a file may be longer than a string may.
 */
import { detectEncoding } from '../../base/textEncoding.js';

const BLOCK_BYTES = 1 << 20;
const CARRIAGE_RETURN = 0x0d;

/** Lines without their ends; a last line without a line end counts, nothing after the last line end does not. */
export function* readLines(bytes: Uint8Array): Generator<string, void, undefined> {
  const decoder = new TextDecoder(detectEncoding(bytes));
  // A line longer than a block is put together once: to join it to each further block would be quadratic in its length.
  let begun: string[] = [];
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    const text = decoder.decode(bytes.subarray(start, start + BLOCK_BYTES), { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      begun.push(text.slice(from, end));
      yield withoutReturn(begun.length === 1 ? (begun[0] ?? '') : begun.join(''));
      begun = [];
      from = end + 1;
    }
    if (from < text.length) begun.push(text.slice(from));
  }
  begun.push(decoder.decode());
  const last = begun.join('');
  if (last !== '') yield withoutReturn(last);
}

function withoutReturn(line: string): string {
  return line.charCodeAt(line.length - 1) === CARRIAGE_RETURN ? line.slice(0, -1) : line;
}

/** A header may be long: perf's has some lines for each processor, and each event's numbers by processor. */
const MAX_PASSED = 64 * BLOCK_BYTES;

/**
 * The first lines, for telling what a text is. Lines that `isPassed` do not count towards `count`, so that a
 * long header hides nothing.
 */
export function readFirstLines(
  bytes: Uint8Array,
  count: number,
  isPassed: (line: string) => boolean = () => false,
): string[] {
  const lines: string[] = [];
  let looked = 0;
  for (const line of readLines(bytes.subarray(0, MAX_PASSED))) {
    if (looked > BLOCK_BYTES) break;
    if (isPassed(line)) continue;
    looked += line.length;
    lines.push(line);
    if (lines.length === count) break;
  }
  return lines;
}
