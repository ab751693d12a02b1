/** src/cluster keeps the contract on the replay server: real sockets, TLS, kubeconfig and recorded answers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clusterAccess } from '../../src/cluster/connect.js';
import { startReplayServer } from '../demo/replayServer.js';
import { done } from '../support/done.js';
import { FIXTURES } from '../support/fixtures.js';
import { clusterContract } from './clusterContract.js';

const quiet = { debug: () => undefined, warn: () => undefined };

clusterContract('the client on the replay server', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'replay-'));
  // Watches and profiles of the contract take a second or less; 10 s of a handshake time-out become one.
  const server = await startReplayServer({ fixtures: FIXTURES, directory, speed: 2, heartbeatMs: 100 });
  const location = { setting: server.kubeconfigPath, environment: {}, homeDirectory: directory };
  const connect = (context: string) => clusterAccess.connect(location, context, quiet);
  const [connection, limited] = [
    await connect(server.contexts.admin),
    await connect(server.contexts.limited),
  ];
  return {
    connection,
    limited,
    disposable: () => connect(server.contexts.admin),
    node: 'worker-1',
    profileSeconds: 2,
    faults: {
      cordon: (name, isCordoned) => {
        const node = server.node(name);
        return done(() => server.putNode({ ...node, spec: { ...node.spec, unschedulable: isCordoned } }));
      },
      addNode: name => {
        const node = server.node('worker-2');
        return done(() => server.putNode({ ...node, metadata: { ...node.metadata, name } }));
      },
      removeNode: name => done(() => server.removeNode(name)),
      cutConnections: () => done(() => server.cutConnections()),
      slowBody: () =>
        done(() =>
          server.inject({ path: /pprof\/heap/, effect: { kind: 'trickle', bytes: 500, everyMs: 20 } }),
        ),
      rotateCredentials: () => server.rotateTokens(),
      refuseCredentials: () => {
        const body =
          '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","code":401}';
        const effect = { kind: 'answer', status: 401, body, type: 'application/json' } as const;
        server.inject({ path: /./, times: 1000, effect });
        return Promise.resolve(() => done(() => server.clearFaults()));
      },
      stopKubelet: name => {
        server.setKubelet(name, 'down');
        const undo = (): Promise<void> => done(() => server.setKubelet(name, 'running'));
        return Promise.resolve({ code: 'kubelet-unreachable', undo });
      },
    },
    close: async () => {
      connection.dispose();
      limited.dispose();
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
});
