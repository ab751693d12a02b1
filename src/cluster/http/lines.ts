/**
 * Bytes of a stream to lines of text, as they come: watch events and metrics. Holds one line, not the stream, and ends
 * where the stream goes beyond what a real one has.
 */
import { GrowingBytes } from '../../base/growingBytes.js';
import { answerTooLarge, type Counted } from './answerErrors.js';

export interface LineLimits {
  /** For messages: "the metrics". */
  readonly what: string;
  readonly node?: string | undefined;
  /** Of one line, in bytes. */
  readonly lineBytes: number;
  /** Of all of them, with their ends. */
  readonly bytes: number;
  readonly lines: number;
  /** What a line is, for messages: `lines` where not given. */
  readonly counted?: Counted;
}

const LINE_END = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NOTHING = new Uint8Array(0);

/**
 * Lines without their end (`\n`, `\r\n`); a last line without one counts, an empty one does not. Rejects with
 * `answer-too-large`. Time is linear in the bytes, however they are cut.
 */
export async function* readLines(
  body: AsyncIterable<Uint8Array>,
  limits: LineLimits,
): AsyncGenerator<string> {
  const rest = new GrowingBytes();
  let received = 0;
  let lines = 0;
  for await (const chunk of body) {
    received += chunk.length;
    if (received > limits.bytes) throw excess(limits, 'bytes', limits.bytes);
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      if (++lines > limits.lines) throw excess(limits, limits.counted ?? 'lines', limits.lines);
      const part = chunk.subarray(start, end);
      requireShort(rest.byteLength + part.length, limits);
      yield textOf(rest, part);
      start = end + 1;
    }
    requireShort(rest.byteLength + chunk.length - start, limits);
    rest.add(chunk.subarray(start));
  }
  if (rest.byteLength > 0) yield textOf(rest, NOTHING);
}

/** What came in earlier pieces, and the piece that ends the line; most lines are in one piece, and are not copied. */
function textOf(earlier: GrowingBytes, last: Uint8Array): string {
  let line = last;
  if (earlier.byteLength > 0) {
    earlier.add(last);
    line = earlier.take();
  }
  const { length } = line;
  // An empty line is the cheapest thing to send.
  if (length === 0) return '';
  return new TextDecoder().decode(line[length - 1] === CARRIAGE_RETURN ? line.subarray(0, -1) : line);
}

function requireShort(length: number, limits: LineLimits): void {
  if (length > limits.lineBytes)
    throw excess({ ...limits, what: `a line of ${limits.what}` }, 'bytes', limits.lineBytes);
}

function excess({ what, node }: LineLimits, counted: Counted, limit: number): Error {
  return answerTooLarge({ what, node, counted, limit });
}
