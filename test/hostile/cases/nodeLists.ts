/** Lists of nodes that do not end, or that are larger than they look. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { ANSWER_SECONDS, JSON_EXPANSION, NODE_TEXT } from '../../../src/base/limits.js';
import { hostileCase, MB, type HostileCase, type Prepared } from '../lane/hostileCase.js';
import { connectTo, never, rejectsWith } from '../servers/client.js';
import {
  drip,
  flood,
  sendJson,
  startHostileServer,
  type HostileServerGiven,
} from '../servers/hostileServer.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const named = (name: string): object => ({ metadata: { name, uid: name } });

/** Every request gets one body: its begin, then pieces as long as there are any. */
function serveBody(
  begin: string,
  pieces: () => () => string | Uint8Array | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<Prepared<HostileServerGiven>> {
  return startHostileServer({
    answer: (_, response) => {
      response.writeHead(200, { ...JSON_TYPE, ...headers });
      response.write(begin);
      flood(response, pieces());
    },
  });
}

/** The list has to be refused for that reason. */
const refusedFor = (counted: string) => async (given: HostileServerGiven) => {
  const connection = await connectTo(given);
  const error = await rejectsWith(connection.nodes.list(never), 'answer-too-large');
  assert.equal(error.facts.counted, counted);
};

const pages: readonly HostileCase[] = [
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
    attack: refusedFor('nodes'),
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
    attack: refusedFor('pages'),
  }),
  hostileCase({
    name: 'node list: page tokens of a megabyte',
    capBytes: 150 * MB,
    capSeconds: 30,
    prepare: random => {
      const token = 'x'.repeat(random.integer(MB / 2, 2 * MB));
      return startHostileServer({
        answer: (_, response) => {
          sendJson(response, { kind: 'NodeList', metadata: { continue: token }, items: [] });
        },
      });
    },
    attack: refusedFor('bytes'),
  }),
  hostileCase({
    name: 'node list: pages that expire every time',
    capBytes: 150 * MB,
    capSeconds: 30,
    prepare: () =>
      startHostileServer({
        answer: (request, response) => {
          if (request.url?.includes('continue=') !== true)
            sendJson(response, { kind: 'NodeList', metadata: { continue: 'more' }, items: [named('a')] });
          else response.writeHead(410).end('{"kind":"Status","code":410,"reason":"Expired"}');
        },
      }),
    attack: async given => {
      const connection = await connectTo(given);
      const error = await rejectsWith(connection.nodes.list(never), 'request-rejected');
      assert.equal(error.facts.status, 410);
    },
  }),
  hostileCase({
    name: 'node list: a byte a moment',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () =>
      startHostileServer({
        answer: (_, response) => {
          response.writeHead(200, JSON_TYPE);
          drip(response, ' ');
        },
      }),
    attack: async given => {
      Object.assign(ANSWER_SECONDS, { request: 2 });
      const connection = await connectTo(given);
      await rejectsWith(connection.nodes.list(never), 'timed-out');
    },
  }),
];

const bodies: readonly HostileCase[] = [
  hostileCase({
    name: 'node list: one page without an end',
    capBytes: 400 * MB,
    capSeconds: 60,
    prepare: random => {
      const item = `{"metadata":{"name":"${'x'.repeat(random.integer(1, 20_000))}"}},`.repeat(20);
      return serveBody('{"kind":"NodeList","items":[', () => () => item);
    },
    attack: refusedFor('bytes'),
  }),
  hostileCase({
    name: 'node list: a gzip bomb',
    capBytes: 400 * MB,
    capSeconds: 60,
    prepare: random => {
      const size = random.integer(512, 1024);
      const bomb = gzipSync(Buffer.alloc(MB * 16, ' '));
      // Members one after the other are one stream: 16 MB each.
      let left = Math.ceil(size / 16);
      return serveBody('', () => () => (left-- > 0 ? bomb : undefined), { 'Content-Encoding': 'gzip' });
    },
    attack: refusedFor('bytes'),
  }),
  hostileCase({
    name: 'node list: gzip that inflates to nothing, without an end',
    capBytes: 150 * MB,
    capSeconds: 30,
    prepare: () => {
      const nothing = Buffer.concat(Array.from({ length: 1000 }, () => gzipSync(Buffer.alloc(0))));
      return serveBody('', () => () => nothing, { 'Content-Encoding': 'gzip' });
    },
    attack: async given => {
      Object.assign(ANSWER_SECONDS, { request: 2 });
      const connection = await connectTo(given);
      await rejectsWith(connection.nodes.list(never), 'timed-out');
    },
  }),
  hostileCase({
    name: 'node list: tens of millions of tiny items',
    capBytes: 500 * MB,
    capSeconds: 60,
    prepare: random => {
      const piece = `${random.pick(['{}', '[]', '1', 'null', '""'])},`.repeat(10_000);
      let left = Math.floor((60 * MB) / piece.length);
      return serveBody('{"kind":"NodeList","items":[', () => () => (left-- > 0 ? piece : undefined));
    },
    attack: refusedFor('values'),
  }),
  hostileCase({
    name: 'node list: as many objects as pass, each with a key of its own',
    capBytes: 400 * MB,
    capSeconds: 60,
    // One parse cannot be interrupted; with a cap of four times as many it took twice that on a busy machine.
    capBlockedSeconds: 8,
    prepare: () => {
      // An object and the comma before it each.
      const count = JSON_EXPANSION.values / 2 - 10;
      const items = Array.from({ length: count }, (_, at) => `{"k${at}":0}`).join(',');
      const body = `{"kind":"NodeList","items":[${items}]}`;
      return startHostileServer({
        answer: (_, response) => {
          response.writeHead(200, JSON_TYPE).end(body);
        },
      });
    },
    attack: async given => {
      const connection = await connectTo(given);
      assert.deepEqual(await connection.nodes.list(never), []);
    },
  }),
  hostileCase({
    name: 'node list: one object with as many keys as pass',
    capBytes: 400 * MB,
    capSeconds: 60,
    capBlockedSeconds: 8,
    prepare: () => {
      const keys = Array.from({ length: JSON_EXPANSION.values - 10 }, (_, at) => `"k${at}":0`).join(',');
      return startHostileServer({
        answer: (_, response) => {
          response.writeHead(200, JSON_TYPE).end(`{"kind":"NodeList","items":[{${keys}}]}`);
        },
      });
    },
    attack: async given => {
      const connection = await connectTo(given);
      assert.deepEqual(await connection.nodes.list(never), []);
    },
  }),
  hostileCase({
    name: 'node list: nested 100,000 deep',
    capBytes: 150 * MB,
    capSeconds: 30,
    prepare: random => {
      const [open, close] = random.pick([
        ['[', ']'],
        ['{"a":', '}'],
      ] as const);
      const depth = random.integer(100_000, 1_000_000);
      let left = 1;
      const body = `{}, ${open.repeat(depth)}1${close.repeat(depth)}]}`;
      return serveBody('{"kind":"NodeList","items":[', () => () => (left-- > 0 ? body : undefined));
    },
    attack: refusedFor('levels'),
  }),
  hostileCase({
    name: 'node list: nodes of a quarter of a megabyte each',
    capBytes: 700 * MB,
    capSeconds: 90,
    heapMegabytes: 256,
    prepare: random => {
      const long = 'x'.repeat(random.integer(40_000, 45_000));
      const items = Array.from({ length: 200 }, (_, index) => ({
        metadata: { name: `node-${index}`, uid: long, labels: { 'kubernetes.io/role': long } },
        status: {
          conditions: [{ type: 'Ready', status: 'False', reason: 'x', message: long }],
          nodeInfo: { kubeletVersion: long, osImage: long },
        },
      }));
      const bodyOf = (metadata: object): Buffer =>
        Buffer.from(JSON.stringify({ kind: 'NodeList', metadata, items }));
      const [last, more] = [bodyOf({ resourceVersion: '1' }), bodyOf({ continue: 'more' })];
      let page = 0;
      return startHostileServer({
        answer: (request, response) => {
          page = request.url?.includes('continue=') === true ? page + 1 : 1;
          response.writeHead(200, JSON_TYPE).end(page < 10 ? more : last);
        },
      });
    },
    attack: async given => {
      const connection = await connectTo(given);
      const nodes = await connection.nodes.list(never);
      assert.equal(nodes.length, 2000);
      const longest = Math.max(
        ...nodes.flatMap(node => Object.values(node).map(value => String(value).length)),
      );
      assert.ok(longest <= NODE_TEXT.reason, `a field of ${longest} characters is kept`);
    },
  }),
];

export const cases: readonly HostileCase[] = [...pages, ...bodies];
