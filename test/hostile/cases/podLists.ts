/** Lists of pods that do not end: all pods of a list are kept, with their labels and annotations. */
import assert from 'node:assert/strict';
import { ANSWER_SECONDS } from '../../../src/base/limits.js';
import { hostileCase, MB, type HostileCase, type Prepared } from '../lane/hostileCase.js';
import { connectTo, never, rejectsWith } from '../servers/client.js';
import { drip, startHostileServer, type HostileServerGiven } from '../servers/hostileServer.js';

/** Every page is the same, and says that there is another. */
function servePages(count: number, pod: (at: number) => object): Promise<Prepared<HostileServerGiven>> {
  const items = Array.from({ length: count }, (_, at) => pod(at));
  const page = JSON.stringify({ kind: 'PodList', metadata: { continue: 'more' }, items });
  return startHostileServer({
    answer: (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(page);
    },
  });
}

const refusedFor = (counted: string) => async (given: HostileServerGiven) => {
  const { pods } = await connectTo(given);
  const selection = { namespace: undefined, labelSelector: 'a=b' };
  const error = await rejectsWith(pods.list(selection, never), 'answer-too-large');
  assert.equal(error.facts.counted, counted);
};

export const cases: readonly HostileCase[] = [
  hostileCase({
    name: 'pod list: small pods without an end',
    capBytes: 200 * MB,
    capSeconds: 30,
    prepare: random =>
      servePages(random.integer(50, 1000), at => ({ metadata: { name: `p-${at}`, namespace: 'a' } })),
    attack: refusedFor('pods'),
  }),
  hostileCase({
    name: 'pod list: annotations of megabytes without an end',
    capBytes: 400 * MB,
    capSeconds: 30,
    prepare: random => {
      const annotations = { long: 'x'.repeat(random.integer(MB / 4, 2 * MB)) };
      return servePages(8, at => ({ metadata: { name: `p-${at}`, namespace: 'a', annotations } }));
    },
    attack: refusedFor('bytes'),
  }),
  hostileCase({
    name: 'pod list: empty pages without an end',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: () => servePages(0, () => ({})),
    attack: refusedFor('pages'),
  }),
  hostileCase({
    name: 'pod list: a byte a moment',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () =>
      startHostileServer({
        answer: (_, response) => {
          response.writeHead(200, { 'Content-Type': 'application/json' });
          drip(response, ' ');
        },
      }),
    attack: async given => {
      Object.assign(ANSWER_SECONDS, { request: 2 });
      const { pods } = await connectTo(given);
      await rejectsWith(pods.list({ namespace: undefined, labelSelector: 'a=b' }, never), 'timed-out');
    },
  }),
];
