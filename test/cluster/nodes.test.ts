/** Nodes as a real API server lists and watches them. */
import { describe, expect, it, vi } from 'vitest';
import { connect, requireLayout, listNodes, onLocalCluster, testSignal } from './testCluster.js';
import { callApi } from './callApi.js';
import { watchNodes } from './watchNodes.js';

describe('nodes', () => {
  it('are listed with what the tree shows of them', async () => {
    for (const node of await listNodes(await connect())) {
      expect(node).toMatchObject({ readiness: 'ready', pressures: [], operatingSystem: 'linux' });
      expect(node.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(node.kubeletVersion).toMatch(/^v1\.\d+\.\d+/);
      expect(node.containerRuntimeVersion).toMatch(/^[a-z-]+:\/\/\S+$/);
      expect(node.cpuCores).toBeGreaterThan(0);
      expect(Date.parse(node.createdAt ?? '')).toBeGreaterThan(0);
    }
  });

  onLocalCluster('of the local cluster are its two, at the version that was built', async () => {
    const layout = requireLayout();
    const nodes = await listNodes(await connect());
    expect(
      nodes.map(({ name, kubeletVersion, internalIp }) => ({ name, kubeletVersion, internalIp })),
    ).toEqual(
      layout.nodes.map(({ name, address }) => ({
        name,
        kubeletVersion: layout.version,
        internalIp: address,
      })),
    );
  });

  it('come first when watched, and the connection stays open', async () => {
    const connection = await connect();
    const nodes = await listNodes(connection);
    const watched = watchNodes(connection);
    await vi.waitFor(
      () => expect([...watched.rows.keys()].sort()).toEqual(nodes.map(node => node.name)),
      10_000,
    );
    expect(watched.disconnections).toEqual([]);
  });

  onLocalCluster('cordoned elsewhere are shown as cordoned, without asking', async () => {
    const connection = await connect();
    const [node] = await listNodes(connection);
    const watched = watchNodes(connection);
    await vi.waitFor(() => expect(watched.rows.get(node.name)?.isCordoned).toBe(false), 10_000);

    await cordon(node.name, true);
    await vi.waitFor(() => expect(watched.rows.get(node.name)?.isCordoned).toBe(true), 10_000);
    await cordon(node.name, false);
    await vi.waitFor(() => expect(watched.rows.get(node.name)?.isCordoned).toBe(false), 10_000);
    expect(watched.disconnections).toEqual([]);
  });
});

describe('process CPU of a kubelet', () => {
  it('is read from every node and grows', async () => {
    const connection = await connect();
    for (const node of await listNodes(connection)) {
      const before = await connection.metrics.readProcess(node.name, testSignal());
      // What a kubelet does in between is little; that it did something, the next reading shows.
      await vi.waitFor(async () => {
        const after = await connection.metrics.readProcess(node.name, testSignal());
        expect(after.cpuSeconds).toBeGreaterThan(before.cpuSeconds);
        expect(after.atMs).toBeGreaterThan(before.atMs);
        expect(after.startTimeSeconds).toBe(before.startTimeSeconds);
      }, 20_000);
      expect(before.gitVersion).toBe(node.kubeletVersion);
      expect(before.goVersion).toMatch(/^go1\.\d+/);
    }
  });
});

async function cordon(name: string, unschedulable: boolean): Promise<void> {
  await callApi('PATCH', `/api/v1/nodes/${name}`, { spec: { unschedulable } });
}
