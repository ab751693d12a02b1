/** A watch of nodes and all that it has told. */
import type { ClusterConnection, NodeWatchEvent } from '../../src/cluster/clusterPorts.js';
import { waitUntil } from '../support/pause.js';

export class Watching {
  readonly events: NodeWatchEvent[] = [];
  readonly watch;

  constructor(connection: ClusterConnection) {
    this.watch = connection.nodes.watch(event => this.events.push(event));
  }

  async until(
    what: string,
    predicate: (event: NodeWatchEvent) => boolean,
    from = 0,
  ): Promise<NodeWatchEvent> {
    await waitUntil(what, () => this.events.slice(from).some(predicate));
    return this.events.slice(from).find(predicate)!;
  }
}
