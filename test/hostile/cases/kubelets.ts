/** Kubelets behind the node proxy whose metrics, profiles and errors do not end. */
import assert from 'node:assert/strict';
import { ANSWER_BYTES, ANSWER_SECONDS } from '../../../src/base/limits.js';
import { hostileCase, MB, type HostileCase, type Prepared } from '../lane/hostileCase.js';
import { connectTo, never, rejectsWith } from '../servers/client.js';
import { drip, flood, startHostileServer, type HostileServerGiven } from '../servers/hostileServer.js';

function serve(status: number, next: () => string | Uint8Array): Promise<Prepared<HostileServerGiven>> {
  return startHostileServer({
    answer: (_, response) => {
      response.writeHead(status);
      flood(response, next);
    },
  });
}

const metricsRefusedFor = (counted: string) => async (given: HostileServerGiven) => {
  const connection = await connectTo(given);
  const error = await rejectsWith(connection.metrics.readProcess('node-1', never), 'answer-too-large');
  assert.equal(error.facts.counted, counted);
  assert.equal(error.node, 'node-1');
};

export const cases: readonly HostileCase[] = [
  hostileCase({
    name: 'kubelet metrics: nothing but line ends',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: random => {
      const ends = Buffer.alloc(64 * 1024, random.pick(['\n', '\r\n']));
      return serve(200, () => ends);
    },
    attack: metricsRefusedFor('lines'),
  }),
  hostileCase({
    name: 'kubelet metrics: a line without an end',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: random => {
      const piece = Buffer.from('go_info{version="'.repeat(random.integer(1, 4000)));
      return serve(200, () => piece);
    },
    attack: metricsRefusedFor('bytes'),
  }),
  hostileCase({
    name: 'kubelet metrics: good lines without an end',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: random => {
      const label = 'x'.repeat(random.integer(100, 100_000));
      const line = Buffer.from(`kubelet_pleg_relist_duration_seconds_sum{a="${label}"} 1\n`);
      return serve(200, () => line);
    },
    attack: metricsRefusedFor('bytes'),
  }),
  hostileCase({
    name: 'kubelet metrics: a byte a moment',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: random => {
      const byte = random.pick(['\n', 'a']);
      return startHostileServer({
        answer: (_, response) => {
          response.writeHead(200);
          drip(response, byte);
        },
      });
    },
    attack: async given => {
      Object.assign(ANSWER_SECONDS, { request: 2 });
      const connection = await connectTo(given);
      const error = await rejectsWith(connection.metrics.readProcess('node-1', never), 'timed-out');
      assert.equal(error.node, 'node-1');
    },
  }),
  hostileCase({
    name: 'kubelet profile: a body without an end',
    // What is collected and the one piece that it becomes: it is refused before the latter.
    capBytes: 800 * MB,
    capSeconds: 90,
    prepare: random => {
      const piece = Buffer.alloc(random.integer(1000, 256 * 1024), 1);
      piece.set([0x1f, 0x8b]);
      return serve(200, () => piece);
    },
    attack: async given => {
      const connection = await connectTo(given);
      const fetched = connection.profiler.fetchProfile('node-1', { profile: 'heap', seconds: 0 }, never);
      const error = await rejectsWith(fetched, 'answer-too-large');
      assert.equal(error.facts.limit, ANSWER_BYTES.profile);
      assert.equal(error.node, 'node-1');
    },
  }),
  hostileCase({
    name: 'kubelet profile: a byte a moment',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () =>
      startHostileServer({
        answer: (_, response) => {
          response.writeHead(200);
          drip(response, Buffer.of(0x1f));
        },
      }),
    attack: async given => {
      Object.assign(ANSWER_SECONDS, { profileMargin: 1 });
      const connection = await connectTo(given);
      const fetched = connection.profiler.fetchProfile('node-1', { profile: 'cpu', seconds: 1 }, never);
      const error = await rejectsWith(fetched, 'timed-out');
      assert.equal(error.node, 'node-1');
    },
  }),
  hostileCase({
    name: 'kubelet profile: an error text without an end',
    capBytes: 100 * MB,
    capSeconds: 10,
    prepare: random => {
      const piece = Buffer.from(random.pick(['<', '<style', ' ', '{"kind":"Status","message":"', 'x']));
      const text = Buffer.concat(Array.from({ length: 10_000 }, () => piece));
      return serve(random.pick([400, 403, 500, 503]), () => text);
    },
    attack: async given => {
      const connection = await connectTo(given);
      const fetched = connection.profiler.fetchProfile('node-1', { profile: 'heap', seconds: 0 }, never);
      await assert.rejects(fetched, { name: 'TriageError', node: 'node-1' });
    },
  }),
];
