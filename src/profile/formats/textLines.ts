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
