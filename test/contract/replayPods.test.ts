/** src/cluster keeps the pod contract on the replay server: real sockets, TLS and websockets. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clusterAccess } from '../../src/cluster/connect.js';
import { startReplayServer } from '../demo/replayServer.js';
import { done } from '../support/done.js';
import { FIXTURES } from '../support/fixtures.js';
import { podContract } from './podContract.js';
import { answerContractScript } from './podScripts.js';

const quiet = { debug: () => undefined, warn: () => undefined };

podContract('the client on the replay server', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'replay-'));
  const server = await startReplayServer({ fixtures: FIXTURES, directory, speed: 5, heartbeatMs: 0 });
  server.responders.add(answerContractScript);
  const location = { setting: server.kubeconfigPath, environment: {}, homeDirectory: directory };
  const connect = (context: string) => clusterAccess.connect(location, context, quiet);
  const admin = await connect(server.contexts.admin);
  const limited = await connect(server.contexts.limited);
  return {
    pods: admin.pods,
    limited: limited.pods,
    namespace: 'default',
    restricted: 'restricted',
    warned: 'warned',
    node: 'worker-1',
    image: 'busybox:1',
    faults: {
      loseCreateAnswer: () =>
        done(() => server.inject({ method: 'POST', path: /\/pods$/, effect: { kind: 'lose' } })),
      cutConnections: () => done(() => server.cutConnections()),
      goAway: async () => {
        await server.suspend();
        return () => server.resume();
      },
      deleteBehindBack: ({ namespace, name }) => done(() => server.pods.vanish(namespace, name)),
    },
    close: async () => {
      admin.dispose();
      limited.dispose();
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
});
