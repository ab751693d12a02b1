/** A way to the API server that can be cut and be slow: passes bytes on and knows nothing of TLS. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A tenth of a megabyte a second: a heap profile takes a second, in many pieces. */
const SLOW_PIECE_BYTES = 2048;
const SLOW_PIECE_MS = 20;

export interface TcpRelay {
  readonly port: number;
  /** Ends every open connection at once; new ones work. */
  cut(): void;
  /** What the server sends comes slowly for the given time. */
  slowDown(forMs: number): void;
  close(): Promise<void>;
}

/** On a free port of 127.0.0.1, to a port of 127.0.0.1. */
export async function startTcpRelay(target: number): Promise<TcpRelay> {
  const open = new Set<Socket>();
  let slowUntil = 0;
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
    inside.pipe(outside).pipe(trickle(isSlow)).pipe(inside);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    slowDown: forMs => {
      slowUntil = performance.now() + forMs;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        cut();
      }),
  };
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
