/** Proxies on loopback: HTTP CONNECT and SOCKS5, as much of them as a client needs. */
import { createServer as createHttp } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface TestProxy {
  readonly port: number;
  /** HOST:PORT of every tunnel asked for. */
  readonly tunnels: readonly string[];
  close(): Promise<void>;
}

/** `target`: where every tunnel leads, whatever name was asked for. Refuses with 407 where `authorization` differs. */
export function startConnectProxy(target: number, authorization?: string): Promise<TestProxy> {
  const tunnels: string[] = [];
  const server = createHttp();
  server.on('connect', (request, socket: Socket) => {
    if (authorization !== undefined && request.headers['proxy-authorization'] !== authorization) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    tunnels.push(request.url ?? '');
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(socket, target);
  });
  return listen(server, tunnels);
}

/** RFC 1928, without authentication: greeting, one CONNECT by name or IPv4 address, then bytes. */
export function startSocksProxy(target: number): Promise<TestProxy> {
  const tunnels: string[] = [];
  const server = createServer(socket => {
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', request => {
        const isName = request[3] === 3;
        const end = isName ? 5 + (request[4] ?? 0) : 8;
        const host = isName ? request.subarray(5, end).toString() : [...request.subarray(4, 8)].join('.');
        tunnels.push(`${host}:${request.readUInt16BE(end)}`);
        socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        join(socket, target);
      });
    });
  });
  return listen(server, tunnels);
}

function join(socket: Socket, port: number): void {
  const onward = connect(port, '127.0.0.1');
  socket.pipe(onward).pipe(socket);
  for (const end of [socket, onward])
    end.on('error', () => {
      socket.destroy();
      onward.destroy();
    });
}

async function listen(server: Server, tunnels: readonly string[]): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    tunnels,
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
