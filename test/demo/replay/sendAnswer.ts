/** Answers and faults onto a socket. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.js';
import type { WatchAnswer } from './apiRoutes.js';
import type { FaultEffect } from './faults.js';

/** Sends all of it, or what the fault lets through. Returns when it is sent, or the client is gone. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer | WatchAnswer,
  fault: FaultEffect | undefined,
  gone: AbortSignal,
): Promise<void> {
  if ('kind' in answer) {
    sendWatch(response, answer, gone);
    return;
  }
  if (fault?.kind === 'lose') {
    response.destroy();
    return;
  }
  const { status, type, body, headers } = answer;
  response.writeHead(status, {
    ...headers,
    'Content-Type': type,
    'Content-Length': body.length,
    'X-Content-Type-Options': 'nosniff',
  });
  if (fault?.kind === 'truncate') {
    response.write(body.subarray(0, fault.bytes), () => response.destroy());
  } else if (fault?.kind === 'trickle') {
    await trickle(response, body, fault, gone);
  } else {
    response.end(body);
  }
}

function sendWatch(response: ServerResponse, watch: WatchAnswer, gone: AbortSignal): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' });
  response.flushHeaders();
  const stop = watch.start(line => response.write(line));
  gone.addEventListener('abort', stop, { once: true });
}

async function trickle(
  response: ServerResponse,
  body: Uint8Array,
  { bytes, everyMs }: { bytes: number; everyMs: number },
  gone: AbortSignal,
): Promise<void> {
  for (let at = 0; at < body.length && !gone.aborted; at += bytes) {
    response.write(body.subarray(at, at + bytes));
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
  response.end();
}
