/** Commands in pods whose websocket floods, is silent, or never comes to its end. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { createHash } from 'node:crypto';
import { WebSocketServer, type WebSocket } from 'ws';
import { EXEC } from '../../../src/base/limits.js';
import type { ExecResult } from '../../../src/cluster/podPorts.js';
import { hostileCase, MB, type HostileCase, type Prepared } from '../lane/hostileCase.js';
import { connectTo, never, rejectsWith } from '../servers/client.js';
import { drip, flood, startHostileServer, type HostileServerGiven } from '../servers/hostileServer.js';

const STDOUT = 1;
const STDERR = 2;
const SUCCESS = Buffer.from('\x03{"status":"Success"}');

/** Every exec gets its websocket, and `act` what it does with it. */
function serveExec(act: (websocket: WebSocket) => void): Promise<Prepared<HostileServerGiven>> {
  const websockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => 'v5.channel.k8s.io',
  });
  return startHostileServer({
    answer: (_, response) => response.writeHead(404).end(),
    upgrade: (request, socket, head) => {
      websockets.handleUpgrade(request, socket, head, websocket => {
        websocket.on('error', () => undefined);
        act(websocket);
      });
    },
  });
}

/** The handshake by hand, then frames by hand. */
function serveRawExec(act: (socket: Socket) => void): Promise<Prepared<HostileServerGiven>> {
  return startHostileServer({
    answer: (_, response) => response.writeHead(404).end(),
    upgrade: (request, socket) => {
      const key = `${String(request.headers['sec-websocket-key'])}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash('sha1').update(key).digest('base64');
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`,
      );
      act(socket);
    },
  });
}

/** Sends frames as fast as they are taken, a batch at a time; `next` answers undefined for the end. */
function sendFrames(websocket: WebSocket, next: () => Uint8Array | undefined): void {
  const batch = (): void => {
    if (websocket.readyState !== websocket.OPEN) return;
    for (let count = 0; count < 1000; count++) {
      const frame = next();
      if (frame === undefined) {
        websocket.send(SUCCESS);
        websocket.close();
        return;
      }
      websocket.send(frame);
    }
    const wait = (): void => {
      if (websocket.bufferedAmount > MB && websocket.readyState === websocket.OPEN) setTimeout(wait, 1);
      else setImmediate(batch);
    };
    wait();
  };
  batch();
}

async function exec(given: HostileServerGiven, maxBytes = 16 * MB, idleSeconds = 60): Promise<ExecResult> {
  const { pods } = await connectTo(given);
  const argv = ['sh', '-c', ':', 'node-triage-x'];
  return pods.exec({ namespace: 'a', name: 'p' }, { container: 'tools', argv, maxBytes, idleSeconds }, never);
}

const floods: readonly HostileCase[] = [
  hostileCase({
    name: 'exec: two million frames of a byte',
    // As an object for each they are 130 times what they carry.
    capBytes: 100 * MB,
    capSeconds: 60,
    prepare: () => {
      const frame = Buffer.of(STDOUT, 120);
      return serveExec(websocket => {
        let left = 2_000_000;
        sendFrames(websocket, () => (left-- > 0 ? frame : undefined));
      });
    },
    attack: async given => {
      const { stdout, exitCode } = await exec(given);
      assert.deepEqual([stdout.length, exitCode], [2_000_000, 0]);
    },
  }),
  hostileCase({
    name: 'exec: output without an end',
    capBytes: 200 * MB,
    capSeconds: 60,
    prepare: random => {
      const frame = Buffer.alloc(random.integer(2, MB), STDOUT);
      return serveExec(websocket => {
        sendFrames(websocket, () => frame);
      });
    },
    attack: async given => {
      await rejectsWith(exec(given), 'file-too-large');
    },
  }),
  hostileCase({
    name: 'exec: error output without an end',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: random => {
      const frame = Buffer.alloc(random.integer(1000, 64 * 1024), STDERR);
      return serveExec(websocket => {
        sendFrames(websocket, () => frame);
      });
    },
    attack: async given => {
      await rejectsWith(exec(given), 'answer-too-large');
    },
  }),
  hostileCase({
    name: 'exec: empty frames without an end',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: random => {
      const frame = random.pick([
        Buffer.of(STDOUT),
        Buffer.of(STDERR),
        Buffer.of(3),
        Buffer.of(9, 9),
        Buffer.alloc(0),
      ]);
      return serveExec(websocket => {
        sendFrames(websocket, () => frame);
      });
    },
    attack: async given => {
      await rejectsWith(exec(given), 'answer-too-large');
    },
  }),
  hostileCase({
    name: 'exec: a frame of a gigabyte',
    capBytes: 150 * MB,
    capSeconds: 30,
    prepare: () =>
      serveRawExec(socket => {
        // Binary, final, 64-bit length.
        socket.write(Buffer.from([0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 0]));
        const piece = Buffer.alloc(64 * 1024, STDOUT);
        flood(socket, () => piece);
      }),
    attack: async given => {
      await rejectsWith(exec(given), 'exec-lost');
    },
  }),
  hostileCase({
    name: 'exec: parts of a frame without an end',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: random => {
      const part = random.pick([Buffer.of(0x00, 0), Buffer.of(0x00, 1, STDOUT)]);
      const parts = Buffer.concat(Array.from({ length: 10_000 }, () => part));
      return serveRawExec(socket => {
        socket.write(Buffer.of(0x02, 1, STDOUT));
        flood(socket, () => parts);
      });
    },
    attack: async given => {
      await rejectsWith(exec(given, 16 * MB, 5), 'exec-lost', 'timed-out');
    },
  }),
  hostileCase({
    name: 'exec: pings without an end, and the pongs are not read',
    capBytes: 150 * MB,
    capSeconds: 60,
    prepare: () => {
      const ping = Buffer.concat([Buffer.of(0x89, 125), Buffer.alloc(125, 'x')]);
      const pings = Buffer.concat(Array.from({ length: 1000 }, () => ping));
      return serveRawExec(socket => {
        socket.pause();
        flood(socket, () => pings);
      });
    },
    attack: async given => {
      Object.assign(EXEC, { seconds: 5 });
      await rejectsWith(exec(given), 'timed-out');
    },
  }),
];

const waits: readonly HostileCase[] = [
  hostileCase({
    name: 'exec: never a status',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () =>
      serveExec(websocket => {
        // Empty frames are no sign of life.
        const timer = setInterval(() => {
          websocket.send(Buffer.of(STDOUT));
        }, 100);
        websocket.once('close', () => {
          clearInterval(timer);
        });
      }),
    attack: async given => {
      await rejectsWith(exec(given, MB, 2), 'timed-out');
    },
  }),
  hostileCase({
    name: 'exec: output of a byte a moment',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: random => {
      const frame = Buffer.of(random.pick([STDOUT, STDERR]), 120);
      return serveExec(websocket => {
        const timer = setInterval(() => {
          websocket.send(frame);
        }, 50);
        websocket.once('close', () => {
          clearInterval(timer);
        });
      });
    },
    attack: async given => {
      Object.assign(EXEC, { seconds: 2 });
      await rejectsWith(exec(given), 'timed-out');
    },
  }),
  hostileCase({
    name: 'exec: a handshake that comes a byte a moment',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: random => {
      const begin = random.pick([
        'HTTP/1.1 101 Switching Protocols\r\nX-Long: ',
        'HTTP/1.1 100 Continue\r\nX-Long: ',
      ]);
      return startHostileServer({
        answer: (_, response) => response.writeHead(404).end(),
        upgrade: (_, socket) => {
          socket.write(begin);
          drip(socket, 'x');
        },
      });
    },
    attack: async given => {
      Object.assign(EXEC, { handshakeSeconds: 2 });
      await rejectsWith(exec(given), 'timed-out');
    },
  }),
  hostileCase({
    name: 'exec: a refusal whose text comes a byte a moment',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () =>
      startHostileServer({
        answer: (_, response) => response.writeHead(404).end(),
        upgrade: (_, socket) => {
          socket.write('HTTP/1.1 403 Forbidden\r\n\r\n');
          drip(socket, 'x');
        },
      }),
    attack: async given => {
      await rejectsWith(exec(given), 'forbidden');
    },
  }),
  hostileCase({
    name: 'exec: a status nested 100,000 deep, with what is none',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: random => {
      const status = random.pick([
        '['.repeat(60_000),
        `{"reason":"NonZeroExitCode","details":{"causes":{}},"message":[1]}`,
        `{"reason":"NonZeroExitCode","details":{"causes":[null,{"reason":"ExitCode","message":{}}]}}`,
        `{"reason":"NonZeroExitCode","details":7,"message":null}`,
      ]);
      return serveExec(websocket => {
        websocket.send(Buffer.from(`\x03${status}`));
        websocket.close();
      });
    },
    attack: async given => {
      await rejectsWith(exec(given), 'exec-refused');
    },
  }),
];

export const cases: readonly HostileCase[] = [...floods, ...waits];
