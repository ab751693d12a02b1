/** Text of a gzip, piece by piece: the extension host does other things between two of them. */
import { createGunzip } from 'node:zlib';
import { isTriageError, throwIfCancelled, TriageError } from '../base/errors.js';

/**
 * UTF-8; what is no text becomes U+FFFD. Not a piece beyond `maxBytes`, inflated, is made. Rejects with `file-too-large`,
 * `file-corrupt`, and `cancelled` within a piece.
 */
export async function inflateText(bytes: Uint8Array, maxBytes: number, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  const gunzip = createGunzip();
  gunzip.end(bytes);
  let text = '';
  let length = 0;
  try {
    // What is thrown in here destroys the stream.
    for await (const piece of gunzip as AsyncIterable<Uint8Array>) {
      throwIfCancelled(signal);
      length += piece.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      text += decoder.decode(piece, { stream: true });
    }
  } catch (error) {
    if (isTriageError(error)) throw error;
    throw new TriageError('file-corrupt', 'What the pod sent is no gzip.', {
      facts: { reason: error instanceof Error ? error.message : String(error) },
      cause: error,
    });
  }
  return text + decoder.decode();
}

function tooLarge(limitBytes: number): TriageError {
  return new TriageError('file-too-large', `What the pod sent is more than ${limitBytes} bytes.`, {
    facts: { limitBytes },
  });
}
