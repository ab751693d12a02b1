/** Answers that are no answers: heads, interim answers, redirects, chunks and trailers without an end. */
import assert from 'node:assert/strict';
import { ANSWER_BYTES, ANSWER_SECONDS } from '../../../src/base/limits.js';
import { hostileCase, MB, type HostileCase, type Prepared } from '../lane/hostileCase.js';
import { connectTo, never, rejectsWith } from '../servers/client.js';
import { drip, flood, startHostileServer, type HostileServerGiven } from '../servers/hostileServer.js';

/** Answers with bytes of its own: what Node's server would not send. */
function serveRaw(begin: string, next: () => string | Uint8Array): Promise<Prepared<HostileServerGiven>> {
  return startHostileServer({
    answer: request => {
      request.socket.write(begin);
      flood(request.socket, next);
    },
  });
}

const list = async (given: HostileServerGiven) => (await connectTo(given)).nodes.list(never);
const BODY = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

const heads: readonly HostileCase[] = [
  hostileCase({
    name: 'http: one header without an end',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: random => {
      const piece = 'x'.repeat(random.integer(1, 64 * 1024));
      return serveRaw('HTTP/1.1 200 OK\r\nX-Long: ', () => piece);
    },
    attack: async given => {
      await rejectsWith(list(given), 'unreachable');
    },
  }),
  hostileCase({
    name: 'http: headers without number',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () => {
      let at = 0;
      return serveRaw('HTTP/1.1 200 OK\r\n', () => `X-${at++}: 1\r\n`);
    },
    attack: async given => {
      await rejectsWith(list(given), 'unreachable');
    },
  }),
  hostileCase({
    name: 'http: a head that comes a byte a moment',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () =>
      startHostileServer({
        answer: request => {
          request.socket.write('HTTP/1.1 200 OK\r\nX-Long: ');
          drip(request.socket, 'x');
        },
      }),
    attack: async given => {
      Object.assign(ANSWER_SECONDS, { request: 2 });
      await rejectsWith(list(given), 'timed-out');
    },
  }),
  hostileCase({
    name: 'http: interim answers without an end',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: random => {
      const interim = random.pick(['100 Continue', '102 Processing', '103 Early Hints\r\nLink: </x>']);
      return serveRaw('', () => `HTTP/1.1 ${interim}\r\n\r\n`);
    },
    attack: async given => {
      await rejectsWith(list(given), 'answer-too-large');
    },
  }),
];

const bodies: readonly HostileCase[] = [
  hostileCase({
    name: 'http: chunks of a byte',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: () => {
      const chunks = Buffer.from('1\r\n \r\n'.repeat(10_000));
      return serveRaw(BODY, () => chunks);
    },
    attack: async given => {
      Object.assign(ANSWER_BYTES, { object: 3 * MB });
      const { pods } = await connectTo(given);
      const error = await rejectsWith(pods.nodeDetails('node-1', never), 'answer-too-large');
      assert.equal(error.facts.counted, 'bytes');
    },
  }),
  hostileCase({
    name: 'http: chunk extensions without an end',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () => {
      const piece = Buffer.alloc(64 * 1024, 'x');
      return serveRaw(`${BODY}1;x=`, () => piece);
    },
    attack: async given => {
      await rejectsWith(list(given), 'connection-lost', 'unreachable');
    },
  }),
  hostileCase({
    name: 'http: trailers without an end',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () => {
      let at = 0;
      return serveRaw(`${BODY}2\r\n{}\r\n0\r\n`, () => `X-${at++}: 1\r\n`);
    },
    attack: async given => {
      await rejectsWith(list(given), 'connection-lost', 'unreachable', 'request-rejected');
    },
  }),
];

const elsewhere: readonly HostileCase[] = [
  hostileCase({
    name: 'http: redirects in a circle are not followed',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: random => {
      const status = random.pick([301, 302, 303, 307, 308]);
      let asked = 0;
      return startHostileServer({
        answer: (request, response) => {
          // The second question is the client's fault: it gets what it must not get.
          if (++asked > 1) response.writeHead(200).end('{"kind":"NodeList","items":[]}');
          else response.writeHead(status, { Location: request.url ?? '/' }).end();
        },
      });
    },
    attack: async given => {
      const error = await rejectsWith(list(given), 'request-rejected');
      assert.match(String(error.facts.status), /^30[12378]$/);
    },
  }),
];

export const cases: readonly HostileCase[] = [...heads, ...bodies, ...elsewhere];
