/** Bytes of a stream to lines of text, as they come: watch events and metrics. Holds one line, not the stream. */
import { TriageError } from '../base/errors.js';

/** A watch event holds one node; etcd takes no object over 1.5 MB. */
const MAX_LINE_CHARACTERS = 16 * 1024 * 1024;

/** Lines without their end (`\n`, `\r\n`); a last line without one counts, an empty one does not. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS)
      throw new TriageError(
        'request-rejected',
        `A line of the answer is longer than ${MAX_LINE_CHARACTERS} characters.`,
        {
          facts: { status: 200 },
        },
      );
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
