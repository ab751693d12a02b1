/** The body of an answer as the object it has to be. */
import { TriageError } from '../../base/errors.js';
import type { ApiRequest } from './apiRequest.js';
import { parseModestJson } from './modestJson.js';

/**
 * Throws `request-rejected` where it is no JSON object of that kind (undefined: of any kind), `answer-too-large` where it
 * would become too many values.
 */
export function parseObject(body: Uint8Array, kind: string | undefined, request: ApiRequest): object {
  const text = new TextDecoder().decode(body);
  try {
    const value = parseModestJson(text, request) as { readonly kind?: unknown } | null;
    if (typeof value === 'object' && value !== null && (kind === undefined || value.kind === kind))
      return value;
  } catch (error) {
    if (error instanceof TriageError) throw error;
    // Told below, with what came instead.
  }
  const { act = 'read', what, node } = request;
  throw new TriageError(
    'request-rejected',
    `Cannot ${act} ${what}: the answer is no ${kind ?? 'JSON object'}. Check the server address in the kubeconfig; a ` +
      'login page may stand before the API server.',
    { node, facts: { status: 200, body: text.slice(0, 200) } },
  );
}
