/**
 * Who said 401: the API server, because it does not accept our credentials, or the kubelet or a gateway behind it. A
 * kubelet can write any answer, that of the API server to the letter. Credentials are renewed, and a plugin with them,
 * only because the API server says so: it is asked by a request that goes to no kubelet.
 */
import { type ErrorFacts, TriageError } from '../../base/errors.js';
import { reviewRequest } from './accessReview.js';
import { apiError } from './apiErrors.js';
import type { ApiRequest } from './apiRequest.js';
import { askedRight, mayReachKubelet } from './askedRight.js';
import { titleOf, type Asked } from './ownRefusal.js';
import { quoted, type ApiRefusal } from './refusal.js';

/** Sends a request with the credentials that were refused, and gives whatever was answered. */
export type AskAgain = (request: ApiRequest) => Promise<ApiRefusal>;

/**
 * The error to throw in place of one whose status is 401. `unauthorized`: it is the API server's own. Where it accepts
 * the credentials: `exec-refused` for an exec, else `kubelet-forbidden`, facts.answeredBy `kubelet-or-gateway`. Rejects as
 * `ask`, and as apiError where the answer says neither.
 */
export async function judgeUnauthorized(
  error: TriageError,
  asked: Asked & { readonly server: string },
  ask: AskAgain,
): Promise<TriageError> {
  const right = askedRight(asked.method ?? 'GET', asked.path);
  if (right === undefined || !mayReachKubelet(right)) return error;
  const review = reviewRequest(right);
  const answer = await ask(review);
  const { server } = asked;
  if (answer.status === 401) return refusedByServer(asked);
  // Who is refused a question was known, and so was who asks an API server that does not know it.
  if (!isAnswerToTheKnown(answer.status)) throw apiError(answer, { ...review, server });
  const reason = String(error.facts.reason ?? error.facts.body ?? '');
  const facts: ErrorFacts = { status: 401, server, reason, answeredBy: 'kubelet-or-gateway' };
  return new TriageError(
    right.subresource === 'exec' ? 'exec-refused' : 'kubelet-forbidden',
    `${titleOf(asked)}: the API server accepts the credentials (it was asked), so the kubelet, or a gateway on the way, ` +
      `refused (401)${quoted(reason)}. Look at the kubelet's --client-ca-file.`,
    { node: asked.node, facts, cause: error },
  );
}

function isAnswerToTheKnown(status: number): boolean {
  return (status >= 200 && status < 300) || status === 403 || status === 404;
}

/** Whatever text it came with, which may have looked like a kubelet's. */
function refusedByServer(asked: Asked & { readonly server: string }): TriageError {
  return new TriageError(
    'unauthorized',
    `${titleOf(asked)}: the API server ${asked.server} does not accept the credentials (401), also after they were ` +
      'renewed. Log in again.',
    { node: asked.node, facts: { status: 401, server: asked.server } },
  );
}
