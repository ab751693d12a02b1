/**
 * "May I?" asked of the API server itself (SelfSubjectAccessReview). Every authenticated user may ask (ClusterRole
 * system:basic-user).
 */
import { throwIfCancelled } from '../../base/errors.js';
import { fieldOf, textOf } from '../../base/jsonFields.js';
import { OWN_REVIEW } from '../../base/limits.js';
import type { ApiReader, ApiRequest } from './apiRequest.js';
import { parseObject } from './jsonAnswer.js';
import type { AccessAnswer, AccessQuestion } from '../podPorts.js';

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
/** Questions under way at a time: a handful, so that a preflight of ten takes two round trips. */
const PARALLEL = 5;

/** Answers in order of the questions. Rejects with the errors of the door; the first ends the others' wait. */
export async function askAccess(
  door: ApiReader,
  questions: readonly AccessQuestion[],
  signal: AbortSignal,
): Promise<readonly AccessAnswer[]> {
  const answers: AccessAnswer[] = [];
  for (let at = 0; at < questions.length; at += PARALLEL) {
    const some = questions.slice(at, at + PARALLEL);
    answers.push(...(await Promise.all(some.map(question => askOne(door, question, signal)))));
    throwIfCancelled(signal);
  }
  return answers;
}

/** One question as a request. */
export function reviewRequest(question: AccessQuestion): ApiRequest {
  const { verb, group, resource, subresource, namespace, name } = question;
  return {
    method: 'POST',
    // A question changes nothing.
    isRepeatable: true,
    act: 'ask for',
    what: 'your rights',
    path: PATH,
    accept: 'application/json',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      // JSON leaves out what is undefined.
      spec: { resourceAttributes: { verb, group, resource, subresource, namespace, name } },
    },
  };
}

async function askOne(door: ApiReader, question: AccessQuestion, signal: AbortSignal): Promise<AccessAnswer> {
  const request = reviewRequest(question);
  const body = await door.read(request, { maxBytes: OWN_REVIEW.bytes }, signal);
  const status = fieldOf(parseObject(body, 'SelfSubjectAccessReview', request), 'status');
  return {
    isAllowed: fieldOf(status, 'allowed') === true,
    reason: textOf(fieldOf(status, 'reason')) || undefined,
  };
}
