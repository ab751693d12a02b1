/** The fake keeps the contract: what tests of other rooms learn from it holds for the real one. */
import { done } from '../support/done.js';
import { FakeCluster, fakeNode } from '../support/fakeCluster.js';
import { readFixture } from '../support/fixtures.js';
import { recordedAnswer } from '../support/recordedAnswers.js';
import { clusterContract } from './clusterContract.js';

const FILES = {
  cpu: 'cpu-30pods-30s.pb.gz',
  heap: 'heap-30pods.pb.gz',
  allocs: 'allocs.pb.gz',
  goroutine: 'goroutine-debug0-30pods.pb.gz',
  block: 'block.pb.gz',
  mutex: 'mutex.pb.gz',
  threadcreate: 'threadcreate.pb.gz',
  trace: 'trace-5s.out',
} as const;

clusterContract('the fake', () => {
  const cluster = new FakeCluster({
    profile: (_, { profile }) => readFixture(`profiles/${FILES[profile]}`),
    answer: (_, answer) => recordedAnswer(answer),
    secondMs: 600,
  });
  const node = 'worker-1';
  return Promise.resolve({
    connection: cluster.connect(),
    limited: cluster.connect('limited'),
    disposable: () => Promise.resolve(cluster.connect()),
    node,
    profileSeconds: 1,
    faults: {
      cordon: (name, isCordoned) => done(() => cluster.putNode(fakeNode(name, { isCordoned }))),
      addNode: name => done(() => cluster.putNode(fakeNode(name))),
      removeNode: name => done(() => cluster.removeNode(name)),
      cutConnections: () => done(() => cluster.cutConnections()),
      slowBody: () =>
        done(() => {
          cluster.body = { pieces: 20, everyMs: 50 };
        }),
      refuseCredentials: () => {
        cluster.refusal = 'unauthorized';
        return Promise.resolve(() =>
          done(() => {
            cluster.refusal = undefined;
          }),
        );
      },
      stopKubelet: name => {
        cluster.setKubeletFault(name, 'kubelet-hangs');
        const undo = (): Promise<void> => done(() => cluster.setKubeletFault(name, undefined));
        return Promise.resolve({ code: 'kubelet-hangs', undo });
      },
    },
    close: () => Promise.resolve(),
  });
});
