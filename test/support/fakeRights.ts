/** Whom the fake cluster knows, and how it refuses: as src/cluster tells it. */
import { TriageError } from '../../src/base/errors.js';

/** Name of a user's context. */
export function contextOf(user: string): string {
  return `fake-${user}`;
}

/** As src/cluster tells it: the right that was asked for, and no user. */
export function forbidden(
  user: string,
  right: { readonly verb: string; readonly resource: string; readonly namespace?: string | undefined },
  node?: string,
): TriageError {
  const { verb, resource, namespace } = right;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const answeredBy = /\/(proxy|exec)$/.test(resource) ? 'api-server' : undefined;
  return new TriageError('forbidden', `you may not ${verb} ${resource}${where}`, {
    node,
    facts: { verb, resource, namespace, answeredBy, context: contextOf(user) },
  });
}
