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
  for await (const { lines } of readLineBatches(body, limits)) yield* lines;
}

export interface LineBatch {
  readonly lines: readonly string[];
  /** Of the stream so far. */
  readonly received: number;
}

/** True for a line whose bytes from `start` to `end` are worth being made a text. */
export type IsWanted = (bytes: Uint8Array, start: number, end: number) => boolean;

/**
 * As {@link readLines}, those of a piece of the stream at once and without those that are not wanted: a wait and a text
 * for each of some thousand lines cost more than all else that is done with them.
 */
export async function* readLineBatches(
  body: AsyncIterable<Uint8Array>,
  limits: LineLimits,
  isWanted: IsWanted = () => true,
): AsyncGenerator<LineBatch> {
  const splitter = new LineSplitter(limits, isWanted);
  for await (const chunk of body) {
    const { lines, fault } = splitter.split(chunk);
    yield { lines, received: splitter.received };
    if (fault !== undefined) throw fault;
  }
  yield { lines: splitter.end(), received: splitter.received };
}

class LineSplitter {
  received = 0;
  private readonly rest = new GrowingBytes();
  private count = 0;

  constructor(
    private readonly limits: LineLimits,
    private readonly isWanted: IsWanted,
  ) {}

  /** `fault`: what comes behind the lines goes beyond a limit. */
  split(chunk: Uint8Array): { readonly lines: readonly string[]; readonly fault?: Error } {
    const lines: string[] = [];
    try {
      this.splitInto(lines, chunk);
      return { lines };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { lines, fault: error };
    }
  }

  end(): readonly string[] {
    return this.rest.byteLength > 0 ? [this.whole(NOTHING)] : [];
  }

  private splitInto(lines: string[], chunk: Uint8Array): void {
    const { limits, rest } = this;
    this.received += chunk.length;
    if (this.received > limits.bytes) throw excess(limits, 'bytes', limits.bytes);
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      if (++this.count > limits.lines) throw excess(limits, limits.counted ?? 'lines', limits.lines);
      requireShort(rest.byteLength + end - start, limits);
      if (rest.byteLength > 0) lines.push(this.whole(chunk.subarray(start, end)));
      else if (this.isWanted(chunk, start, end)) lines.push(textOf(chunk.subarray(start, end)));
      start = end + 1;
    }
    requireShort(rest.byteLength + chunk.length - start, limits);
    rest.add(chunk.subarray(start));
  }

  /** What came in earlier pieces, and the piece that ends the line; most lines are in one piece, and are not copied. */
  private whole(last: Uint8Array): string {
    this.rest.add(last);
    return textOf(this.rest.take());
  }
}

const UTF8 = new TextDecoder();

function textOf(line: Uint8Array): string {
  const { length } = line;
  // An empty line is the cheapest thing to send.
  if (length === 0) return '';
  return UTF8.decode(line[length - 1] === CARRIAGE_RETURN ? line.subarray(0, -1) : line);
}

function requireShort(length: number, limits: LineLimits): void {
  if (length > limits.lineBytes)
    throw excess({ ...limits, what: `a line of ${limits.what}` }, 'bytes', limits.lineBytes);
}

function excess({ what, node }: LineLimits, counted: Counted, limit: number): Error {
  return answerTooLarge({ what, node, counted, limit });
}
