/**
 * What an API server, or a kubelet behind it, answers instead of data, as a TriageError. The texts are those of
 * Kubernetes and Go; test/fixtures/kubelet/errors holds the recorded bodies. Failures without an HTTP answer are
 * networkErrors.ts's.
 *
 * Who answered matters: the API server speaks JSON of kind Status, the kubelet (and net/http/pprof in it) plain text.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { TriageError, type ErrorFacts, type TriageErrorCode } from '../base/errors.js';

export interface ApiRefusal {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

export interface AskedFor {
  /** "the CPU profile", "the list of nodes". */
  readonly what: string;
  readonly node?: string | undefined;
  /** Origin of the API server. */
  readonly server: string;
  readonly path: string;
}

/** The refusal as the rules see it. */
interface Refusal extends AskedFor {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The Status' message, or the text; without markup, one line, at most 500 characters. */
  readonly text: string;
  /** The API server's own JSON. */
  readonly isStatus: boolean;
  readonly kind: string | undefined;
  readonly isPprof: boolean;
}

interface Verdict {
  readonly code: TriageErrorCode;
  /** Cause and next step, to follow "Cannot read WHAT of node NODE: ". */
  readonly because: string;
  readonly facts?: ErrorFacts;
}

/** The first rule that has something to say decides. */
type Rule = (refusal: Refusal) => Verdict | undefined;

const RULES: readonly Rule[] = [
  unauthorized,
  forbidden,
  missing,
  profilingDisabled,
  profilerBusy,
  kubeletUnreachable,
  gatewayFault,
  serverNotReady,
];

/** Always a TriageError with the status in its facts; `request-rejected` where nothing better is known. */
export function apiError(answer: ApiRefusal, asked: AskedFor): TriageError {
  const refusal = readRefusal(answer, asked);
  const verdict = RULES.map(rule => rule(refusal)).find(found => found !== undefined) ?? rejected(refusal);
  const subject = asked.node === undefined ? asked.what : `${asked.what} of node ${asked.node}`;
  return new TriageError(verdict.code, `Cannot read ${subject}: ${verdict.because}`, {
    node: asked.node,
    facts: { status: answer.status, server: asked.server, ...verdict.facts },
  });
}

function readRefusal(answer: ApiRefusal, asked: AskedFor): Refusal {
  const raw = new TextDecoder().decode(answer.body);
  const status = parseStatus(raw);
  return {
    ...asked,
    status: answer.status,
    headers: answer.headers,
    text: oneLine(status?.message ?? raw),
    isStatus: status !== undefined,
    kind: status?.details?.kind,
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

function unauthorized({ status, text, node, isStatus, server }: Refusal): Verdict | undefined {
  if (status !== 401) return undefined;
  if (node !== undefined && !isStatus && text === 'Unauthorized')
    return {
      code: 'kubelet-forbidden',
      because:
        "the kubelet does not accept the API server's own certificate (401). Check the API server's " +
        "--kubelet-client-certificate and the kubelet's --client-ca-file.",
      facts: { reason: text },
    };
  return {
    code: 'unauthorized',
    because: `the API server ${server} does not accept the credentials (401), also after they were renewed. Log in again.`,
  };
}

function forbidden(refusal: Refusal): Verdict | undefined {
  const { status, text, isStatus } = refusal;
  if (status !== 403) return undefined;
  // kubelet, pkg/kubelet/server/server.go: "Forbidden (user=%s, verb=%s, resource=%s, subresource(s)=%v)".
  const kubelet = /^Forbidden \(user=(.*?), verb=(.*?), resource=(.*?), subresource[^=]*=\[?(.*?)\]?\)/.exec(
    text,
  );
  if (kubelet !== null) {
    const [, user = '', verb = '', resource = '', subresource = ''] = kubelet;
    return {
      code: 'kubelet-forbidden',
      because:
        `the kubelet refuses the API server (user "${user}" may not ${verb} ${resource}/${subresource}). Bind that ` +
        'user to the cluster role system:kubelet-api-admin.',
      facts: { user, verb, resource: `${resource}/${subresource}` },
    };
  }
  // API server, endpoints/handlers/responsewriters/errors.go: User %q cannot %s resource %q in API group %q ….
  const server = /User "(.*?)" cannot (\S+) resource "(.*?)"/.exec(text);
  const [, user, verb, resource] = server ?? [];
  if (server !== null)
    return {
      code: 'forbidden',
      because:
        `user "${user}" may not ${verb} ${resource} (403 by the API server). ` +
        'Ask for that right (Copy RBAC Rule gives one to hand over), or choose another context.',
      facts: { user, verb, resource, reason: text },
    };
  const who = isStatus ? 'the API server' : 'the API server, or a gateway before it,';
  return {
    code: 'forbidden',
    because: `${who} refuses (403)${quoted(text)}. Ask for the right, or choose another context.`,
    facts: { verb: 'get', resource: resourceOf(refusal), reason: text },
  };
}

function resourceOf({ node }: Refusal): string {
  return node === undefined ? 'nodes' : 'nodes/proxy';
}

function missing({ status, text, isStatus, kind, isPprof, node }: Refusal): Verdict | undefined {
  if (status !== 404) return undefined;
  if (isStatus && node !== undefined && (kind === 'nodes' || /^nodes ".*" not found$/.test(text)))
    return { code: 'node-not-found', because: 'the cluster has no such node (any more). Refresh the view.' };
  if (isPprof && !isStatus)
    return {
      code: 'profile-unknown',
      because: `its kubelet has no such profile (404: ${text}). Virtual nodes and other kubelets offer fewer profiles.`,
      facts: { reason: text },
    };
  return undefined;
}

/** pkg/kubelet/server/server.go, getHandlerForDisabledEndpoint. */
function profilingDisabled({ status, text }: Refusal): Verdict | undefined {
  if (status !== 405 || !/(endpoint is|endpoints are) disabled/i.test(text)) return undefined;
  const option = /debug endpoints/i.test(text) ? 'enableDebuggingHandlers' : 'enableProfilingHandler';
  return {
    code: 'profiling-disabled',
    because: `its kubelet is set up to offer no profiles ("${text}"). Set ${option}: true in the kubelet's configuration and restart it.`,
    facts: { reason: text, option },
  };
}

/** net/http/pprof and runtime/trace: one CPU profile and one trace a process. */
function profilerBusy({ status, text }: Refusal): Verdict | undefined {
  if (status !== 500) return undefined;
  if (!/profiling already in use|tracer already enabled|tracing is already enabled/i.test(text))
    return undefined;
  return {
    code: 'profiler-busy',
    because: `somebody else is profiling this kubelet right now (${text}). Wait until that has ended, then retry.`,
    facts: { reason: text },
  };
}

const ABOUT_KUBELETS: readonly {
  readonly pattern: RegExp;
  readonly code: TriageErrorCode;
  readonly because: string;
}[] = [
  {
    pattern: /TLS handshake timeout/,
    code: 'kubelet-hangs',
    because:
      'its kubelet accepts connections and does not answer (TLS handshake timeout). It is stopped, traced or starved ' +
      'of CPU: look at the process on the node.',
  },
  {
    pattern: /(^|: )(unexpected )?EOF$|connection reset by peer|broken pipe/,
    code: 'kubelet-died',
    because:
      'the kubelet ended the connection while the request was running (EOF). It crashed or was restarted: look at its ' +
      'log on the node, then retry.',
  },
  {
    pattern: /connection refused/,
    code: 'kubelet-unreachable',
    because: 'no kubelet listens on the node (connection refused). Look at the kubelet service on the node.',
  },
  {
    pattern: /x509|certificate|tls: /,
    code: 'kubelet-unreachable',
    because:
      "the API server does not trust the kubelet's certificate. Approve or renew the kubelet's serving certificate " +
      '(kubectl get csr).',
  },
  {
    pattern: /no agent available|error dialing backend|konnectivity/i,
    code: 'kubelet-unreachable',
    because:
      'the tunnel from the control plane to the nodes is down. Look at the konnectivity agents, then retry.',
  },
  {
    pattern:
      /error trying to reach service|dial tcp|i\/o timeout|no route to host|no such host|context deadline/,
    code: 'kubelet-unreachable',
    because:
      'the API server cannot reach the kubelet. Look at the node, and at firewalls between the control plane and its ' +
      'port 10250.',
  },
];

/** The API server's proxy: apimachinery/pkg/util/proxy/upgradeaware.go, "error trying to reach service: …". */
function kubeletUnreachable({ status, text, node }: Refusal): Verdict | undefined {
  if (node === undefined || status < 500) return undefined;
  const known = ABOUT_KUBELETS.find(({ pattern }) => pattern.test(text));
  if (known === undefined) return undefined;
  const reason = text.replace(/^.*error trying to reach service: /, '');
  return {
    code: known.code,
    because: `${known.because}${quotedOnly(known.because, reason)}`,
    facts: { reason },
  };
}

/** 502 and 504 without a word of the API server's: a load balancer, ingress or Rancher between here and it. */
function gatewayFault({ status, text, isStatus, node }: Refusal): Verdict | undefined {
  if ((status !== 502 && status !== 504) || isStatus) return undefined;
  const reason = `${status} by a gateway before the API server`;
  return {
    code: node === undefined ? 'unreachable' : 'kubelet-unreachable',
    because:
      status === 504
        ? `a gateway before the API server gave up waiting (504)${quoted(text)}. Its idle limit is shorter than the profile: use shorter slices.`
        : `a gateway before the API server got no answer (502)${quoted(text)}. Try again; then look at the API server.`,
    facts: { reason },
  };
}

function serverNotReady({ status, text, headers }: Refusal): Verdict | undefined {
  if (status !== 503 && status !== 429) return undefined;
  const reason = status === 429 ? 'too many requests' : text || 'service unavailable';
  return {
    code: status === 429 ? 'request-rejected' : 'unreachable',
    because:
      status === 429
        ? 'the API server asks for fewer requests (429). Try again in a moment.'
        : `the API server is not ready (503)${quoted(text)}. Try again in a moment.`,
    facts: { reason, body: text.slice(0, 200), retryAfterSeconds: secondsOf(headers['retry-after']) },
  };
}

function rejected({ status, text, headers }: Refusal): Verdict {
  const { location } = headers;
  if (status >= 300 && status < 400)
    return {
      code: 'request-rejected',
      because:
        `the server sends elsewhere (${status}${location === undefined ? '' : `, ${withoutQuery(location)}`}), which ` +
        'no API server does. Check the server address in the kubeconfig; a login page may stand before it.',
      facts: {
        body: text.slice(0, 200),
        location: location === undefined ? undefined : withoutQuery(location),
      },
    };
  return {
    code: 'request-rejected',
    because: `the server answered ${status}${quoted(text)}. The log has the request; retry, or check the server address.`,
    facts: { body: text.slice(0, 200) },
  };
}

/** A login page's address may carry a token in its query. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/, '');
}

function secondsOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}

function quoted(text: string): string {
  return text === '' ? '' : `: "${text}"`;
}

function quotedOnly(said: string, reason: string): string {
  return reason === '' || said.includes(reason) ? '' : ` It said: "${reason}".`;
}
