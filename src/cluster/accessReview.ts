/**
 * "May I?" asked of the API server itself (SelfSubjectAccessReview). Every authenticated user may ask (ClusterRole
 * system:basic-user).
 */
import { throwIfCancelled } from '../base/errors.js';
import type { ApiDoor } from './apiDoor.js';
import { parseObject } from './jsonAnswer.js';
import type { AccessAnswer, AccessQuestion } from './podPorts.js';

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const MAX_BYTES = 1024 * 1024;
/** Questions under way at a time: a handful, so that a preflight of ten takes two round trips. */
const PARALLEL = 5;

/** Answers in order of the questions. Rejects with the errors of the door; the first ends the others' wait. */
export async function askAccess(
  door: ApiDoor,
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

interface AccessReview {
  readonly status?: { readonly allowed?: boolean; readonly reason?: string };
}

async function askOne(door: ApiDoor, question: AccessQuestion, signal: AbortSignal): Promise<AccessAnswer> {
  const { verb, group, resource, subresource, namespace, name } = question;
  const request = {
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
  } as const;
  const body = await door.read(request, { maxBytes: MAX_BYTES }, signal);
  const { status } = parseObject(body, 'SelfSubjectAccessReview', request) as AccessReview;
  return { isAllowed: status?.allowed === true, reason: status?.reason || undefined };
}
