/** What a route answers: status, headers and a body, or a stream that goes on. Knows no socket. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
  /** Besides the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const JSON_TYPE = 'application/json';
export const TEXT_TYPE = 'text/plain; charset=utf-8';

export function jsonAnswer(value: unknown, status = 200): Answer {
  return { status, type: JSON_TYPE, body: Buffer.from(JSON.stringify(value)) };
}

export function textAnswer(text: string, status = 200): Answer {
  return { status, type: TEXT_TYPE, body: Buffer.from(text) };
}

/** A v1.Status, as the API server refuses. */
export function statusObject(code: number, reason: string, message: string): unknown {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}
