/** A watch applied to rows, as the tree does it, with what it was told on the way. Closed at the end of the test. */
import { onTestFinished } from 'vitest';
import type { TriageError } from '../../src/base/errors.js';
import type { ClusterConnection, ClusterNode } from '../../src/cluster/clusterPorts.js';
import { assertNever } from '../../src/base/assertNever.js';

export interface WatchedNodes {
  /** By name, as of now. */
  readonly rows: ReadonlyMap<string, ClusterNode>;
  readonly disconnections: readonly TriageError[];
}

export function watchNodes(connection: ClusterConnection): WatchedNodes {
  const rows = new Map<string, ClusterNode>();
  const disconnections: TriageError[] = [];
  const watch = connection.nodes.watch(event => {
    switch (event.kind) {
      case 'synced':
        rows.clear();
        for (const node of event.nodes) rows.set(node.name, node);
        break;
      case 'changed':
        rows.set(event.node.name, event.node);
        break;
      case 'removed':
        rows.delete(event.name);
        break;
      case 'disconnected':
        disconnections.push(event.error);
        break;
      default:
        assertNever(event);
    }
  });
  onTestFinished(() => watch.close());
  return { rows, disconnections };
}
