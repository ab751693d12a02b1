/** Inside src/cluster, for attacks on what its ports do not show: a watch with other times, a request of one's own. */
import { ApiDoor } from '../../../src/cluster/http/apiDoor.js';
import { Credentials } from '../../../src/cluster/access/credentials.js';
import type { ClusterLog } from '../../../src/cluster/clusterPorts.js';
import type { HostileServerGiven } from './hostileServer.js';

const silent: ClusterLog = { debug: () => undefined, warn: () => undefined };

export function doorTo({ kubeconfig }: HostileServerGiven, log: ClusterLog = silent): ApiDoor {
  const location = { setting: kubeconfig, environment: {}, homeDirectory: '/nonexistent' };
  return new ApiDoor(new Credentials(location, 'hostile', log), log);
}
