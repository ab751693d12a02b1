/** An HTTP answer that is not 2xx, read once for the rules of apiErrors.ts and podErrors.ts. Judges nothing. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorFacts, TriageErrorCode } from '../../base/errors.js';
import { fieldAt, fieldOf, textOf } from '../../base/jsonFields.js';
import { ANSWER_BYTES, OUTSIDE_TEXT } from '../../base/limits.js';
import { plainLine } from '../../base/plainLine.js';
import { askedRight, mayReachKubelet } from './askedRight.js';
import { withoutMarkup } from './withoutMarkup.js';
import type { AccessQuestion } from '../podPorts.js';

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
  /** The Status' message word for word, on one line, at most 4,000 characters; '' without a Status. */
  readonly message: string;
  readonly kind: string | undefined;
  /** What the request takes, by its method and path. */
  readonly right: AccessQuestion | undefined;
  /** A kubelet may have answered in the API server's place, whatever the answer looks like. */
  readonly mayBeKubelet: boolean;
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

/** Looks at the first ANSWER_BYTES.refusal bytes; time is linear in them. */
export function readRefusal(answer: ApiRefusal, asked: AskedFor): Refusal {
  const raw = new TextDecoder().decode(answer.body.subarray(0, ANSWER_BYTES.refusal));
  const status = parseStatus(raw);
  const message = textOf(fieldOf(status, 'message'));
  const right = askedRight(asked.method ?? 'GET', asked.path);
  const isPod = right?.resource === 'pods' && right.group === '';
  return {
    ...asked,
    status: answer.status,
    headers: answer.headers,
    text: plainLine(withoutMarkup(message ?? raw)),
    isStatus: status !== undefined,
    message: plainLine(message ?? '', OUTSIDE_TEXT.paragraph),
    kind: textOf(fieldAt(status, 'details', 'kind')),
    right,
    mayBeKubelet: right !== undefined && mayReachKubelet(right),
    isPodCreation: isPod && right.verb === 'create' && right.name === undefined,
    isExec: isPod && right.subresource === 'exec',
    isPprof: asked.path.includes('/proxy/debug/pprof/'),
  };
}

/** An object of kind Status, whatever its fields are. */
function parseStatus(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return fieldOf(value, 'kind') === 'Status' ? value : undefined;
  } catch {
    return undefined; // Cut off, or another JSON: then it is text like any other.
  }
}

export function quoted(text: string): string {
  return text === '' ? '' : `: "${text}"`;
}
