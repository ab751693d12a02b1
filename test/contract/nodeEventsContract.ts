/** What every implementation of NodeEvents does; part of clusterContract.ts. */
import { expect, it } from 'vitest';
import type { ClusterConnection } from '../../src/cluster/clusterPorts.js';

interface EventsSubject {
  /** Of a user who may do everything. */
  readonly connection: ClusterConnection;
  /** Of one who may make no Event. */
  readonly limited: ClusterConnection;
  readonly node: string;
}

const never = new AbortController().signal;

export function nodeEventTests(subject: () => EventsSubject): void {
  it('makes one that is read with the Events of the node', async () => {
    const { connection, node } = subject();
    const message = `made by a contract test, ${Date.now()}`;
    const name = await connection.nodeEvents.record(node, { reason: 'ContractTest', message }, never);
    const list = JSON.parse(
      new TextDecoder().decode(await connection.answers.read(node, 'node-events', never)),
    ) as { readonly items: readonly { readonly metadata: { readonly name: string } }[] };
    expect(list.items.find(({ metadata }) => metadata.name === name)).toMatchObject({
      involvedObject: { kind: 'Node', name: node },
      reason: 'ContractTest',
      message,
    });
  });

  it('says who may not, and makes none', async () => {
    const { limited, node } = subject();
    await expect(
      limited.nodeEvents.record(node, { reason: 'ContractTest', message: 'not made' }, never),
    ).rejects.toMatchObject({ code: 'forbidden', facts: { verb: 'create', resource: 'events' } });
  });
}
