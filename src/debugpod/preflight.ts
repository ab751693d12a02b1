/**
 * What is asked before anything exists: may this user do all that a debug pod takes, and does the cluster admit this
 * very pod. A pod that could be made and not be removed is not made.
 */
import { TriageError } from '../base/errors.js';
import type { AccessQuestion, PodManifest, PodRunner } from '../cluster/podPorts.js';
import { DEBUG_POD_RIGHTS } from '../cluster/podRights.js';

/** {@link DEBUG_POD_RIGHTS}, asked about one namespace. */
export function podQuestions(namespace: string): readonly AccessQuestion[] {
  return DEBUG_POD_RIGHTS.map(right => ({ ...right, group: '', namespace }));
}

/** `create pods`, `get pods/exec`: of a question, as RBAC rules and error messages write it. */
export function describeQuestion({ verb, resource, subresource }: AccessQuestion): string {
  return `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
}

/**
 * Resolves with the API server's warnings about the pod. Rejects with `forbidden` (facts.verb and facts.resource of the
 * first missing right, facts.missing all of them, `, ` between), or as PodRunner.dryRun: `pod-refused` with the text of
 * Pod Security, a policy or a quota word for word.
 */
export async function preflight(
  pods: PodRunner,
  manifest: PodManifest,
  { namespace, node }: { readonly namespace: string; readonly node: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const questions = podQuestions(namespace);
  const answers = await pods.mayI(questions, signal);
  const missing = questions.filter((_, index) => answers[index]?.isAllowed !== true);
  const [first] = missing;
  if (first !== undefined) {
    const list = missing.map(describeQuestion).join(', ');
    throw new TriageError('forbidden', `A debug pod on ${node} takes rights that are missing: ${list}.`, {
      node,
      facts: {
        verb: first.verb,
        resource: describeQuestion(first).slice(first.verb.length + 1),
        namespace,
        missing: list,
        context: pods.context,
      },
    });
  }
  return pods.dryRun(manifest, signal);
}
