/** A way to the API server that can be cut and be slow: passes bytes on and knows nothing of TLS. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/**
 * A TLS record of application data (RFC 8446 5.1) that is no client's Finished or empty Certificate, which are below 150
 * bytes: a request, whose bearer token alone is longer.
 */
const APPLICATION_DATA = 23;
const REQUEST_BYTES = 400;
/** The server has done what the request asks, and its answer is swallowed. */
const LOSS_MS = 1500;

/** A tenth of a megabyte a second: a heap profile takes a second, in many pieces. */
const SLOW_PIECE_BYTES = 2048;
const SLOW_PIECE_MS = 20;

export interface TcpRelay {
  readonly port: number;
  /** Ends every open connection at once; new ones work. */
  cut(): void;
  /** The next request is passed on; its connection is cut in place of an answer. Not with client certificates. */
  loseNextAnswer(): void;
  /** Connections are refused until the result is called, and those that are open are cut. */
  suspend(): Promise<() => Promise<void>>;
  /** What the server sends comes slowly for the given time. */
  slowDown(forMs: number): void;
  close(): Promise<void>;
}

/** On a free port of 127.0.0.1, to a port of 127.0.0.1. */
export async function startTcpRelay(target: number): Promise<TcpRelay> {
  const open = new Set<Socket>();
  let slowUntil = 0;
  let losesNext = false;
  const isSlow = () => performance.now() < slowUntil;
  const server = createServer(inside => {
    const outside = connect(target, '127.0.0.1');
    const ends = [inside, outside];
    for (const end of ends) {
      open.add(end);
      // A reset on one side is passed on as an end of the other.
      end.on('error', () => undefined);
      end.on('close', () => {
        open.delete(end);
        for (const other of ends) other.destroy();
      });
    }
    let isLost = false;
    inside.on('data', (bytes: Buffer) => {
      if (!losesNext || !holdsRequest(bytes)) return;
      losesNext = false;
      isLost = true;
      setTimeout(() => inside.destroy(), LOSS_MS);
    });
    const swallow = new Transform({
      transform: (bytes: Buffer, _encoding, done) => {
        if (isLost) done();
        else done(null, bytes);
      },
    });
    inside.pipe(outside).pipe(swallow).pipe(trickle(isSlow)).pipe(inside);
  });
  const listen = (port: number) => new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      cut();
    });
  return {
    port,
    cut,
    loseNextAnswer: () => {
      losesNext = true;
    },
    suspend: async () => {
      await close();
      return () => listen(port);
    },
    slowDown: forMs => {
      slowUntil = performance.now() + forMs;
    },
    close,
  };
}

/** Whether one of the records that begin here is a request. Clients write records whole. */
function holdsRequest(bytes: Buffer): boolean {
  for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3))
    if (bytes[at] === APPLICATION_DATA && bytes.readUInt16BE(at + 3) >= REQUEST_BYTES) return true;
  return false;
}

/** Passes on what comes; while `isSlow`, piece by piece. */
function trickle(isSlow: () => boolean): Transform {
  return new Transform({
    transform(bytes: Buffer, _encoding, done) {
      let at = 0;
      const next = () => {
        const end = isSlow() ? at + SLOW_PIECE_BYTES : bytes.length;
        this.push(bytes.subarray(at, end));
        at = end;
        if (at >= bytes.length) done();
        else setTimeout(next, SLOW_PIECE_MS);
      };
      next();
    },
  });
}
