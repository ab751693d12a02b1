/** Lists of nodes that do not end, or that are larger than they look. */
import assert from 'node:assert/strict';
import { hostileCase, MB, type HostileCase } from '../lane/hostileCase.js';
import { connectTo, never, rejectsWith } from '../servers/client.js';
import { sendJson, startHostileServer } from '../servers/hostileServer.js';

const named = (name: string): object => ({ metadata: { name, uid: name } });

export const cases: readonly HostileCase[] = [
  hostileCase({
    name: 'node list: pages of new nodes without an end',
    capBytes: 300 * MB,
    capSeconds: 60,
    prepare: random => {
      let page = 0;
      const perPage = random.integer(200, 2000);
      return startHostileServer({
        answer: (_, response) => {
          page++;
          const items = Array.from({ length: perPage }, (_, index) => named(`node-${page}-${index}`));
          sendJson(response, { kind: 'NodeList', metadata: { continue: `page-${page}` }, items });
        },
      });
    },
    attack: async given => {
      const connection = await connectTo(given);
      const error = await rejectsWith(connection.nodes.list(never), 'answer-too-large');
      assert.equal(error.facts.counted, 'nodes');
    },
  }),
  hostileCase({
    name: 'node list: empty pages without an end',
    capBytes: 200 * MB,
    capSeconds: 60,
    prepare: () =>
      startHostileServer({
        answer: (_, response) => {
          sendJson(response, { kind: 'NodeList', metadata: { continue: 'more' }, items: [] });
        },
      }),
    attack: async given => {
      const connection = await connectTo(given);
      const error = await rejectsWith(connection.nodes.list(never), 'answer-too-large');
      assert.equal(error.facts.counted, 'pages');
    },
  }),
];
