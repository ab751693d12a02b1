/** SelfSubjectAccessReview of the replay cluster: `admin` may everything, `limited` look at nodes and pods, others nothing. */
import { jsonAnswer, type Answer } from './answer.js';
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
