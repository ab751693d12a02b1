/** The fake keeps the pod contract: what tests of other rooms learn from it holds for the real one. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { done } from '../support/done.js';
import { FakeCluster } from '../support/fakeCluster.js';
import { FIXTURES } from '../support/fixtures.js';
import { podContract } from './podContract.js';
import { answerContractScript } from './podScripts.js';

/** The recorded refusal, with the name of the pod at hand. */
const { message } = JSON.parse(
  readFileSync(path.join(FIXTURES, 'kubelet/errors/psa-restricted-post.json'), 'utf8'),
) as { readonly message: string };

podContract('the fake', () => {
  const cluster = new FakeCluster({ profile: () => new Uint8Array() });
  const { pods } = cluster;
  pods.startMs = 20;
  pods.responders.add(answerContractScript);
  pods.refusal = ({ metadata }) => {
    const { namespace, name } = metadata as { readonly namespace: string; readonly name: string };
    return namespace === 'restricted' ? message.replace('triage-dbg', name) : undefined;
  };
  pods.warnings = ({ metadata }) =>
    (metadata as { readonly namespace: string }).namespace === 'warned'
      ? ['would violate PodSecurity "restricted:latest": host namespaces (hostPID=true)']
      : [];
  return Promise.resolve({
    pods: cluster.connect().pods,
    limited: cluster.connect('limited').pods,
    namespace: 'default',
    restricted: 'restricted',
    warned: 'warned',
    node: 'worker-1',
    image: 'busybox:1',
    faults: {
      loseCreateAnswer: () =>
        done(() => {
          pods.losesNextAnswer = 'made';
        }),
      cutConnections: () => done(() => cluster.cutConnections()),
      goAway: () => {
        pods.goAway();
        return Promise.resolve(() => done(() => pods.comeBack()));
      },
      deleteBehindBack: ({ name }) => done(() => pods.vanish(name)),
    },
    close: () => Promise.resolve(),
  });
});
