/** Watches that flood: what the tree keeps, how they end, and that they are not begun again without a pause. */
import assert from 'node:assert/strict';
import type { TriageError } from '../../../src/base/errors.js';
import { ANSWER_COUNTS } from '../../../src/base/limits.js';
import { NodeWatcher, WATCH_TIMING } from '../../../src/cluster/nodes/nodeWatch.js';
import type { NodeWatchEvent } from '../../../src/cluster/clusterPorts.js';
import { hostileCase, MB, type HostileCase, type Prepared } from '../lane/hostileCase.js';
import { connectTo } from '../servers/client.js';
import { doorTo } from '../servers/door.js';
import {
  drip,
  flood,
  sendJson,
  startHostileServer,
  type HostileServerGiven,
} from '../servers/hostileServer.js';

type Piece = string | Uint8Array | undefined;

/** An empty list, then a watch of these pieces. */
function serveWatch(pieces: () => () => Piece): Promise<Prepared<HostileServerGiven>> {
  return startHostileServer({
    answer: (request, response) => {
      if (request.url?.includes('watch=true') === true) {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        flood(response, pieces());
      } else sendJson(response, { kind: 'NodeList', metadata: { resourceVersion: '1' }, items: [] });
    },
  });
}

interface Interruption {
  readonly error: TriageError;
  readonly retryInMs: number | undefined;
  /** The most nodes that the listener was told of. */
  readonly nodes: number;
}

/** Watches until the connection is said to be down. */
async function untilDisconnected(given: HostileServerGiven): Promise<Interruption> {
  const connection = await connectTo(given);
  const names = new Set<string>();
  const interruption = await new Promise<Interruption>(resolve => {
    connection.nodes.watch((event: NodeWatchEvent) => {
      if (event.kind === 'changed') names.add(event.node.name);
      else if (event.kind === 'disconnected') resolve({ ...event, nodes: names.size });
    });
  });
  connection.dispose();
  return interruption;
}

/** The tree shows the reason, and the next attempt waits. */
const endsFor = (counted: string) => async (given: HostileServerGiven) => {
  const { error, retryInMs, nodes } = await untilDisconnected(given);
  assert.equal(error.code, 'answer-too-large', error.message);
  assert.equal(error.facts.counted, counted);
  assert.ok(nodes <= ANSWER_COUNTS.nodes);
  assert.ok(retryInMs !== undefined && retryInMs >= 500, `tried again after ${String(retryInMs)} ms`);
};

const change = (name: string, version: number, reason = ''): string =>
  `{"type":"MODIFIED","object":{"metadata":{"name":"${name}","resourceVersion":"${version}"},"status":{"conditions":` +
  `[{"type":"Ready","status":"False","reason":"${reason}"}]}}}\n`;

/** Pieces of `count` lines each. */
const lines = (count: number, line: (at: number) => string) => (): (() => string) => {
  let at = 0;
  return () => Array.from({ length: count }, () => line(at++)).join('');
};

export const cases: readonly HostileCase[] = [
  hostileCase({
    name: 'node watch: new nodes without an end',
    capBytes: 300 * MB,
    capSeconds: 60,
    prepare: random => {
      const long = 'r'.repeat(random.integer(0, 2000));
      return serveWatch(lines(100, at => change(`node-${at}`, at, long)));
    },
    attack: endsFor('nodes'),
  }),
  hostileCase({
    name: 'node watch: changes of one node without an end',
    capBytes: 200 * MB,
    capSeconds: 120,
    prepare: () => serveWatch(lines(200, at => change('node', at, String(at)))),
    attack: endsFor('changes'),
  }),
  hostileCase({
    name: 'node watch: line ends without an end',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: () => {
      const ends = Buffer.alloc(64 * 1024, '\n');
      return serveWatch(() => () => ends);
    },
    attack: endsFor('changes'),
  }),
  hostileCase({
    name: 'node watch: a line without an end',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: random => {
      const piece = Buffer.alloc(random.integer(1, 64 * 1024), 'x');
      return serveWatch(() => () => piece);
    },
    attack: endsFor('bytes'),
  }),
  hostileCase({
    name: 'node watch: an error nested 100,000 deep',
    capBytes: 150 * MB,
    capSeconds: 30,
    prepare: random => {
      const depth = random.integer(100_000, 500_000);
      const line = `{"type":"ERROR","object":{"code":500,"message":${'['.repeat(depth)}${']'.repeat(depth)}}}\n`;
      return serveWatch(() => {
        let left = 1;
        return () => (left-- > 0 ? line : undefined);
      });
    },
    attack: endsFor('levels'),
  }),
  hostileCase({
    name: 'node watch: an error text of megabytes',
    capBytes: 150 * MB,
    capSeconds: 10,
    capBlockedSeconds: 5,
    prepare: random => {
      const piece = random.pick(['<style', '<', ' ', 'User "', ' cannot ', '\\"']);
      const message = piece.repeat(Math.floor((random.integer(1, 7) * MB) / piece.length));
      const object = `{"kind":"Status","code":${random.pick([500, 503, 504])},"message":"${message.replaceAll('User "', 'User \\"')}"}`;
      return serveWatch(() => {
        let left = 1;
        return () => (left-- > 0 ? `{"type":"ERROR","object":${object}}\n` : undefined);
      });
    },
    attack: async given => {
      const { error } = await untilDisconnected(given);
      assert.ok(error.message.length < 2000, `a message of ${error.message.length} characters`);
    },
  }),
  hostileCase({
    name: 'node watch: lines of 16 MiB',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: () => {
      const line = Buffer.alloc(16 * MB, 'x');
      line[16 * MB - 1] = 0x0a;
      return serveWatch(() => () => line);
    },
    attack: endsFor('bytes'),
  }),
  hostileCase({
    name: 'node watch: a byte a moment',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () =>
      startHostileServer({
        answer: (request, response) => {
          if (request.url?.includes('watch=true') === true) {
            response.writeHead(200, { 'Content-Type': 'application/json' });
            drip(response, ' ');
          } else sendJson(response, { kind: 'NodeList', metadata: { resourceVersion: '1' }, items: [] });
        },
      }),
    attack: async given => {
      // Listed again in time, however lively the connection is.
      let lists = 0;
      await new Promise<void>(resolve => {
        const log = {
          debug: (line: string) => {
            if (line.includes('limit=')) lists++;
          },
          warn: () => undefined,
        };
        const watcher = new NodeWatcher(doorTo(given, log), log, () => undefined, {
          ...WATCH_TIMING,
          relistMs: 300,
        });
        const look = setInterval(() => {
          if (lists < 3) return;
          clearInterval(look);
          watcher.close();
          resolve();
        }, 20);
      });
    },
  }),
  hostileCase({
    name: 'node watch: bookmarks do not keep it from listing again',
    capBytes: 200 * MB,
    capSeconds: 60,
    prepare: async () => {
      const bookmark = (at: number): string =>
        `{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"${at}"}}}\n`;
      let lists = 0;
      return startHostileServer({
        answer: (request, response) => {
          if (request.url?.includes('watch=true') === true) {
            response.writeHead(200, { 'Content-Type': 'application/json' });
            flood(response, lines(10, bookmark)());
          } else {
            const items = [{ metadata: { name: `list-${++lists}` } }];
            sendJson(response, { kind: 'NodeList', metadata: { resourceVersion: '1' }, items });
          }
        },
      });
    },
    attack: async given => {
      const seen = await new Promise<string>(resolve => {
        const names: string[] = [];
        const watcher = new NodeWatcher(
          doorTo(given),
          { debug: () => undefined, warn: () => undefined },
          event => {
            names.push(event.kind === 'synced' ? (event.nodes[0]?.name ?? '') : event.kind);
            if (names.length < 3) return;
            watcher.close();
            resolve(names.join(' '));
          },
          { ...WATCH_TIMING, relistMs: 300 },
        );
      });
      assert.equal(seen, 'list-1 list-2 list-3');
    },
  }),
];
