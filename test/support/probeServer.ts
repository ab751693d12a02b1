/** A bare HTTP(S) server on loopback that remembers what it was asked: for what a client sends, and how it connects. */
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';

export interface ProbeRequest {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Common name of the client's certificate. */
  readonly clientName: string | undefined;
  /** Port of the client's end: equal for requests on one connection. */
  readonly clientPort: number | undefined;
}

export interface ProbeServer {
  readonly port: number;
  readonly requests: readonly ProbeRequest[];
  close(): Promise<void>;
}

export type ProbeHandler = (request: IncomingMessage, response: ServerResponse) => void;

export const emptyNodeList: ProbeHandler = (_, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end('{"kind":"NodeList","metadata":{"resourceVersion":"1"},"items":[]}');
};

/** Without `tls` it speaks plain HTTP. */
export async function startProbeServer(handler: ProbeHandler, tls?: TlsOptions): Promise<ProbeServer> {
  const requests: ProbeRequest[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const socket = request.socket as Partial<TLSSocket> & Socket;
    const name = socket.getPeerCertificate?.().subject as { CN?: string } | undefined;
    const { url = '', headers } = request;
    requests.push({ url, headers, clientName: name?.CN, clientPort: socket.remotePort });
    handler(request, response);
  };
  const server = tls === undefined ? createHttp(listener) : createHttps(tls, listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
