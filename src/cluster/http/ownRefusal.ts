/**
 * Who said 403: the API server, because we lack the right, or the kubelet or a gateway behind it. An answer that came
 * through the API server's proxy says nothing about that, whatever it says; an access review of our own does.
 */
import { type ErrorFacts, isTriageError, TriageError } from '../../base/errors.js';
import { askAccess } from './accessReview.js';
import type { ApiReader, ApiRequest } from './apiRequest.js';
import { askedRight, mayReachKubelet, resourceOf, rightsToAsk } from './askedRight.js';
import type { AccessQuestion } from '../podPorts.js';
import { quoted } from './refusal.js';

export type Asked = Pick<ApiRequest, 'method' | 'act' | 'what' | 'node' | 'path'>;

/**
 * The error to throw in place of `error`. What is no `forbidden` comes back as it is; a `forbidden` gets the context into
 * its facts, of which the rule that is copied asks who we are. Where the request went through a kubelet: with the right missing: `forbidden`, facts.answeredBy `api-server`. With the right there: `kubelet-forbidden`, or
 * `exec-refused` for an exec. Where the review is not answered, facts.answeredBy stays `unknown`.
 */
export async function judgeRefusal(
  door: ApiReader,
  error: unknown,
  asked: Asked,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isTriageError(error) || error.code !== 'forbidden' || signal.aborted) return error;
  const right = askedRight(asked.method ?? 'GET', asked.path);
  const missing =
    right !== undefined && mayReachKubelet(right) ? await findMissing(door, right, signal) : undefined;
  const facts: ErrorFacts = { ...error.facts, context: door.context };
  if (right === undefined || missing === undefined) {
    const { message, node, cause } = error;
    return new TriageError('forbidden', message, { node, facts, cause });
  }
  return missing.length > 0
    ? missingRight(asked, missing, facts)
    : refusedBehind(asked, right, String(facts.reason ?? ''));
}

/** "Cannot read the CPU profile of node N" */
export function titleOf({ act = 'read', what, node }: Asked): string {
  return `Cannot ${act} ${what}${node === undefined ? '' : ` of node ${node}`}`;
}

function missingRight(asked: Asked, missing: readonly AccessQuestion[], facts: ErrorFacts): TriageError {
  const verb = missing.map(one => one.verb).join(', ');
  const resource = missing.map(resourceOf)[0];
  return new TriageError(
    'forbidden',
    `${titleOf(asked)}: you may not ${verb} ${resource ?? ''} (403, confirmed by an access review). Ask for that right ` +
      '(Copy RBAC Rule gives one to hand over), or choose another context.',
    { node: asked.node, facts: { ...facts, verb, resource, answeredBy: 'api-server' } },
  );
}

function refusedBehind(asked: Asked, right: AccessQuestion, reason: string): TriageError {
  return new TriageError(
    right.subresource === 'exec' ? 'exec-refused' : 'kubelet-forbidden',
    `${titleOf(asked)}: the API server says that you may (access review), so the kubelet, or a gateway on the way, ` +
      `refused (403)${quoted(reason)}.`,
    { node: asked.node, facts: { status: 403, reason, answeredBy: 'kubelet-or-gateway' } },
  );
}

/** Undefined where the review itself fails: nothing is known then. Aborts show as the caller's own. */
async function findMissing(
  door: ApiReader,
  right: AccessQuestion,
  signal: AbortSignal,
): Promise<readonly AccessQuestion[] | undefined> {
  const questions = rightsToAsk(right);
  try {
    const answers = await askAccess(door, questions, signal);
    return questions.filter((_, index) => answers[index]?.isAllowed !== true);
  } catch (error) {
    door.log.debug(`no access review of a refusal: ${isTriageError(error) ? error.code : 'failed'}`);
    return undefined;
  }
}
