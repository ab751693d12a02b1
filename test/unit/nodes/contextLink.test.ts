import { describe, expect, it } from 'vitest';
import type { ClusterConnection } from '../../../src/cluster/clusterPorts.js';
import { ContextLink } from '../../../src/nodes/contextLink.js';
import { FakeCluster, fakeNode } from '../../support/fakeCluster.js';

const INFO = {
  name: 'prod',
  cluster: 'prod',
  user: 'admin',
  isCurrent: true,
  server: 'https://prod.invalid',
};

/** Connections that come when the test says so. */
class Gate {
  readonly waiting: ((connection: ClusterConnection) => void)[] = [];
  readonly link = new ContextLink(INFO, {
    connect: () => new Promise(resolve => this.waiting.push(resolve)),
    contextChanged: () => undefined,
    nodeChanged: () => undefined,
  });

  /** Lets the connection of the given attempt in; says what became of it. */
  open(attempt: number): { watches: number; isDisposed: boolean } {
    const made = new FakeCluster({ nodes: [fakeNode('a')], profile: () => new Uint8Array() }).connect();
    const seen = { watches: 0, isDisposed: false };
    this.waiting[attempt]?.({
      ...made,
      context: INFO,
      nodes: {
        ...made.nodes,
        watch: onEvent => {
          seen.watches++;
          return made.nodes.watch(onEvent);
        },
      },
      dispose: () => {
        seen.isDisposed = true;
        made.dispose();
      },
    });
    return seen;
  }
}

describe('a context that is closed while it is being connected', () => {
  it.each([
    ['disconnected', (link: ContextLink) => link.disconnect()],
    ['disposed', (link: ContextLink) => link.dispose()],
  ])('stays closed: %s', async (_how, close) => {
    const gate = new Gate();
    const connecting = gate.link.connect();
    close(gate.link);
    const seen = gate.open(0);
    await expect(connecting).rejects.toMatchObject({ code: 'cancelled' });
    expect(gate.waiting).toHaveLength(1);
    expect(seen).toEqual({ watches: 0, isDisposed: true });
  });

  it('is connected by the new kubeconfig where that is why it was closed', async () => {
    const gate = new Gate();
    const first = gate.link.connect();
    gate.link.kubeconfigChanged();
    const late = gate.open(0);
    const used = gate.open(1);
    await first;
    expect(gate.waiting).toHaveLength(2);
    expect([late, used]).toEqual([
      { watches: 0, isDisposed: true },
      { watches: 1, isDisposed: false },
    ]);
    gate.link.dispose();
  });
});
