/** An HTTP answer that is not 2xx, read once for the rules of apiErrors.ts and podErrors.ts. Judges nothing. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorFacts, TriageErrorCode } from '../base/errors.js';

export interface ApiRefusal {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

export interface AskedFor {
  readonly method?: 'GET' | 'POST' | 'DELETE' | undefined;
  /** The verb of messages: "read" where not given. */
  readonly act?: string | undefined;
  /** "the CPU profile", "the list of nodes". */
  readonly what: string;
  readonly node?: string | undefined;
  /** Origin of the API server. */
  readonly server: string;
  readonly path: string;
}

/** The refusal as the rules see it. */
export interface Refusal extends AskedFor {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The Status' message, or the text; without markup, one line, at most 500 characters. */
  readonly text: string;
  /** The API server's own JSON. */
  readonly isStatus: boolean;
  /** The Status' message word for word, at most 4,000 characters; '' without a Status. */
  readonly message: string;
  readonly kind: string | undefined;
  readonly isPprof: boolean;
  /** The request makes a pod. */
  readonly isPodCreation: boolean;
  /** The request runs a command in a pod. */
  readonly isExec: boolean;
}

export interface Verdict {
  readonly code: TriageErrorCode;
  /** Cause and next step, to follow "Cannot ACT WHAT of node NODE: ". */
  readonly because: string;
  readonly facts?: ErrorFacts;
}

/** The first rule that has something to say decides. */
export type Rule = (refusal: Refusal) => Verdict | undefined;

export function readRefusal(answer: ApiRefusal, asked: AskedFor): Refusal {
  const raw = new TextDecoder().decode(answer.body);
  const status = parseStatus(raw);
  return {
    ...asked,
    status: answer.status,
    headers: answer.headers,
    text: oneLine(status?.message ?? raw),
    isStatus: status !== undefined,
    message: (status?.message ?? '').slice(0, 4000),
    kind: status?.details?.kind,
    isPodCreation: asked.method === 'POST' && /\/pods(\?|$)/.test(asked.path),
    isExec: /\/pods\/[^/]+\/exec\?/.test(asked.path),
    isPprof: /\/proxy\/debug\/pprof\//.test(asked.path),
  };
}

interface StatusObject {
  readonly kind: 'Status';
  readonly message?: string;
  readonly details?: { readonly kind?: string };
}

function parseStatus(text: string): StatusObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as { readonly kind?: unknown };
    return value.kind === 'Status' ? (value as StatusObject) : undefined;
  } catch {
    return undefined; // Cut off, or another JSON: then it is text like any other.
  }
}

function oneLine(text: string): string {
  const plain = text.replace(/<(style|script)[^]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
  return plain.replace(/\s+/g, ' ').trim().slice(0, 500);
}

export function quoted(text: string): string {
  return text === '' ? '' : `: "${text}"`;
}
