/** The rights a debug pod takes in its namespace: asked for before one is made, and given by the rule that is copied. */
import type { AccessQuestion } from './podPorts.js';

/**
 * Made, watched by name, entered, removed. exec is asked for by two verbs: as a websocket it is a GET, and since v1.35
 * the API server asks for `create` too (AuthorizePodWebsocketUpgradeCreatePermission, kubernetes#133515). Nothing is
 * listed: a pod's name is known before it is made.
 */
export const DEBUG_POD_RIGHTS: readonly Pick<AccessQuestion, 'verb' | 'resource' | 'subresource'>[] = [
  { verb: 'create', resource: 'pods' },
  { verb: 'get', resource: 'pods' },
  { verb: 'delete', resource: 'pods' },
  { verb: 'get', resource: 'pods', subresource: 'exec' },
  { verb: 'create', resource: 'pods', subresource: 'exec' },
];
