/** "Who am I?", asked of the API server itself (SelfSubjectReview), as `kubectl auth whoami` does. */
import { isTriageError } from '../../base/errors.js';
import { fieldAt, textOf } from '../../base/jsonFields.js';
import { OWN_REVIEW } from '../../base/limits.js';
import type { ApiReader } from './apiRequest.js';
import { parseObject } from './jsonAnswer.js';

/** v1 since 1.28; v1beta1 in 1.27, where it has to be switched on (KEP 3325). */
const VERSIONS = ['v1', 'v1beta1'] as const;

/** apiserver/pkg/authentication/user: who sends no credentials. A right given to it would be every client's. */
const ANONYMOUS = 'system:anonymous';

/**
 * The user name that the API server knows us by, impersonation included. Undefined where it does not tell: it is older
 * than 1.27, or does not let us ask (the right comes with ClusterRole system:basic-user). Else rejects with the errors of
 * the door.
 */
export async function askIdentity(door: ApiReader, signal: AbortSignal): Promise<string | undefined> {
  for (const version of VERSIONS)
    try {
      return await askOf(door, version, signal);
    } catch (error) {
      const { status } = isTriageError(error) ? error.facts : {};
      if (status === 403) return undefined;
      if (status !== 404) throw error;
    }
  return undefined;
}

async function askOf(door: ApiReader, version: string, signal: AbortSignal): Promise<string | undefined> {
  const request = {
    method: 'POST',
    // A question changes nothing.
    isRepeatable: true,
    act: 'ask for',
    what: 'your user name',
    path: `/apis/authentication.k8s.io/${version}/selfsubjectreviews`,
    accept: 'application/json',
    body: { apiVersion: `authentication.k8s.io/${version}`, kind: 'SelfSubjectReview' },
  } as const;
  const body = await door.read(request, { maxBytes: OWN_REVIEW.bytes }, signal);
  const review = parseObject(body, 'SelfSubjectReview', request);
  const name = textOf(fieldAt(review, 'status', 'userInfo', 'username'));
  if (name === undefined || name === '' || name.length > OWN_REVIEW.nameCharacters) return undefined;
  return name === ANONYMOUS ? undefined : name;
}
