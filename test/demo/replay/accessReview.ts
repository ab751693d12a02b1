/**
 * SelfSubjectAccessReview of the replay cluster: `admin` may everything, `limited` look at nodes and pods, others nothing.
 * And SelfSubjectReview, which tells each client who it is.
 */
import { jsonAnswer, statusObject, type Answer } from './answer.js';
import type { ReplayRequest } from './replayRequest.js';

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** Undefined for other requests. */
export function answerAccessReview({ method, path, user, body }: ReplayRequest): Answer | undefined {
  if (method !== 'POST' || path !== PATH) return undefined;
  const review = JSON.parse(body) as {
    readonly spec?: {
      readonly resourceAttributes?: {
        readonly verb?: string;
        readonly subresource?: string;
      };
    };
  };
  const { verb = '', subresource } = review.spec?.resourceAttributes ?? {};
  const isLooking = subresource === undefined && ['get', 'list', 'watch'].includes(verb);
  const allowed = user === 'admin' || (user === 'limited' && isLooking);
  return jsonAnswer({ ...review, kind: 'SelfSubjectAccessReview', status: { allowed } }, 201);
}

/** Undefined for other requests. */
export function answerSelfReview({ method, path, user }: ReplayRequest): Answer | undefined {
  const [, version] = /^\/apis\/authentication\.k8s\.io\/(v1|v1beta1)\/selfsubjectreviews$/.exec(path) ?? [];
  if (method !== 'POST' || version === undefined) return undefined;
  if (user === undefined)
    return jsonAnswer(statusObject(403, 'Forbidden', 'selfsubjectreviews is forbidden'), 403);
  const userInfo = { username: user, groups: ['system:authenticated'] };
  const apiVersion = `authentication.k8s.io/${version}`;
  return jsonAnswer({ kind: 'SelfSubjectReview', apiVersion, metadata: {}, status: { userInfo } }, 201);
}
