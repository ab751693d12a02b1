/**
 * The right that a request of ours takes, from the request alone: method and path. What an answer says about users and
 * rights is never read for it, since a kubelet or a gateway may have written it.
 */
import type { AccessQuestion } from '../podPorts.js';

/**
 * `/api/v1/[namespaces/NS/]RESOURCE[/NAME[/SUBRESOURCE[/…]]]` and `/apis/GROUP/VERSION/…`, as
 * apiserver/pkg/endpoints/request/requestinfo.go takes paths apart; undefined for other paths. The verb is that of the
 * HTTP method, so a websocket's is `get`; what else an exec takes is {@link rightsToAsk}'s.
 */
export function askedRight(method: string, path: string): AccessQuestion | undefined {
  const [pathname = '', query = ''] = path.split('?', 2);
  const segments = pathname.split('/').slice(1).map(decodeSegment);
  const [root, ...rest] = segments;
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : rest.shift();
  rest.shift(); // the version
  // A namespace by itself is a resource, too: /api/v1/namespaces/NS.
  const isNamespaced = rest[0] === 'namespaces' && rest.length > 2;
  const namespace = isNamespaced ? rest[1] : undefined;
  const [resource, name, subresource] = isNamespaced ? rest.slice(2) : rest;
  if (group === undefined || resource === undefined || resource === '') return undefined;
  const verb = verbOf(method, name !== undefined, new URLSearchParams(query).get('watch') === 'true');
  return { verb, group, resource, subresource, namespace, name };
}

function verbOf(method: string, hasName: boolean, isWatch: boolean): string {
  if (method === 'POST') return 'create';
  if (method === 'DELETE') return hasName ? 'delete' : 'deletecollection';
  if (isWatch) return 'watch';
  return hasName ? 'get' : 'list';
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not encoded by us: read as it stands.
  }
}

/**
 * Whether the kubelet may have answered in the API server's place: the node proxy, and streams into pods, hand its
 * answers on as they come (apimachinery/pkg/util/proxy/upgradeaware.go).
 */
export function mayReachKubelet({ resource, subresource }: AccessQuestion): boolean {
  return (resource === 'nodes' && subresource === 'proxy') || (resource === 'pods' && subresource === 'exec');
}

/**
 * The questions that tell whether the request was ours to make. An exec is a GET as a websocket; since v1.35 the API
 * server asks for `create` too (AuthorizePodWebsocketUpgradeCreatePermission, kubernetes#133515), and before that every user who
 * lacks it lacks what a debug pod takes ({@link DEBUG_POD_RIGHTS} of podRights.ts).
 */
export function rightsToAsk(right: AccessQuestion): readonly AccessQuestion[] {
  return right.subresource === 'exec' ? [right, { ...right, verb: 'create' }] : [right];
}

/** `nodes/proxy`, as RBAC rules write it. */
export function resourceOf({ resource, subresource }: AccessQuestion): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}
