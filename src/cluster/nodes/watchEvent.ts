/** One line of a watch: a change of an object, a bookmark, or the refusal that ends it. */
import { isTriageError, TriageError } from '../../base/errors.js';
import { fieldAt, fieldOf, textOf, wholeOf } from '../../base/jsonFields.js';
import { ANSWER_BYTES } from '../../base/limits.js';
import { apiError } from '../http/apiErrors.js';
import { parseModestJson } from '../http/modestJson.js';

/** For messages. */
export const CHANGES_OF_NODES = 'changes of nodes';
/** RFC 9110 15: a status has three digits. */
const HIGHEST_STATUS = 999;
/** As JSON a character has six bytes at most, so that a refusal with such a message is never cut, and stays a Status. */
const MESSAGE_CHARACTERS = Math.floor(ANSWER_BYTES.refusal / 8);

export interface RawWatchEvent {
  readonly type: string;
  /** Not null. */
  readonly object: object;
}

/**
 * Throws what an ERROR event says, as the error that a refused request of that `path` would be; `connection-lost` for
 * what is no event, `answer-too-large` beyond JSON_EXPANSION. Time is linear in the line.
 */
export function readWatchEvent(line: string, path: string): RawWatchEvent {
  const event = parseEvent(line);
  if (event.type === 'ERROR') throw watchError(event.object, path);
  return event;
}

function parseEvent(line: string): RawWatchEvent {
  try {
    const event = parseModestJson(line, { what: CHANGES_OF_NODES });
    const [type, object] = [fieldOf(event, 'type'), fieldOf(event, 'object')];
    if (typeof type === 'string' && typeof object === 'object' && object !== null) return { type, object };
  } catch (error) {
    if (isTriageError(error)) throw error;
    // Told below.
  }
  throw new TriageError(
    'connection-lost',
    'The watch of nodes sent something that is no event. It is begun anew.',
    {
      facts: { received: line.length },
    },
  );
}

/** An ERROR event carries a Status, as a refused request would have in its body. */
function watchError(status: object, path: string): TriageError {
  const text = (value: unknown): string | undefined => textOf(value)?.slice(0, MESSAGE_CHARACTERS);
  const said = {
    kind: text(fieldOf(status, 'kind')),
    message: text(fieldOf(status, 'message')),
    details: { kind: text(fieldAt(status, 'details', 'kind')) },
  };
  const body = new TextEncoder().encode(JSON.stringify(said));
  return apiError(
    { status: wholeOf(fieldOf(status, 'code'), HIGHEST_STATUS) ?? 500, headers: {}, body },
    { what: CHANGES_OF_NODES, server: '', path },
  );
}
