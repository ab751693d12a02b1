/**
 * What an API server, or a kubelet behind it, answers instead of data, as a TriageError. The texts are those of
 * Kubernetes and Go; test/fixtures/kubelet/errors holds the recorded bodies. Failures without an HTTP answer are
 * networkErrors.ts's.
 *
 * Who answered matters: the API server speaks JSON of kind Status, the kubelet (and net/http/pprof in it) plain text. A
 * kubelet can write JSON, too: what is decided here by that is a sentence, never whom a right is given (ownRefusal.ts).
 */
import { TriageError } from '../../base/errors.js';
import { plainLine } from '../../base/plainLine.js';
import { resourceOf } from './askedRight.js';
import { findKubeletFault } from './kubeletFaults.js';
import { execNodeMissing, execRefused, podNameTaken, podRefused } from './podErrors.js';
import {
  quoted,
  readRefusal,
  type ApiRefusal,
  type AskedFor,
  type Refusal,
  type Rule,
  type Verdict,
} from './refusal.js';

const RULES: readonly Rule[] = [
  unauthorized,
  // Admission answers 403 too: who may not and what may not are told apart by the text.
  forbiddenByRole,
  podNameTaken,
  podRefused,
  execNodeMissing,
  execRefused,
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
  return new TriageError(verdict.code, `Cannot ${asked.act ?? 'read'} ${subject}: ${verdict.because}`, {
    node: asked.node,
    facts: { status: answer.status, server: asked.server, ...verdict.facts },
  });
}

/** A guess where a kubelet may have answered: ownUnauthorized.ts asks. */
function unauthorized({ status, text, node, isStatus, mayBeKubelet, server }: Refusal): Verdict | undefined {
  if (status !== 401) return undefined;
  if (mayBeKubelet && node !== undefined && !isStatus && text === 'Unauthorized')
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

/**
 * API server, endpoints/handlers/responsewriters/errors.go: User %q cannot %s resource %q in API group %q …. That it is
 * about a right is all that is taken from the text; which one, the request says.
 */
function forbiddenByRole(refusal: Refusal): Verdict | undefined {
  const { status, text } = refusal;
  const user = text.indexOf('User "');
  if (status !== 403 || user < 0 || !text.includes(' cannot ', user) || !text.includes(' resource "'))
    return undefined;
  return refused(refusal, 'the API server');
}

function forbidden(refusal: Refusal): Verdict | undefined {
  const { status, text, isStatus } = refusal;
  if (status !== 403) return undefined;
  // kubelet, pkg/kubelet/server/server.go: "Forbidden (user=%s, verb=%s, resource=%s, subresource(s)=%v)".
  if (text.startsWith('Forbidden (user=') && text.includes(', verb='))
    return {
      code: 'kubelet-forbidden',
      because:
        `the kubelet refuses the API server${quoted(text)}. Bind the user that it names, if that is the API server's, to ` +
        'the cluster role system:kubelet-api-admin.',
      facts: { reason: text },
    };
  return refused(refusal, isStatus ? 'the API server' : 'the API server, or a gateway before it,');
}

/** `answeredBy` is `unknown` where a kubelet may have said it: ownRefusal.ts asks, and the advice waits for that. */
function refused({ text, right, mayBeKubelet }: Refusal, who: string): Verdict {
  const what = right === undefined ? 'do this' : `${right.verb} ${resourceOf(right)}`;
  const where = right?.namespace === undefined ? '' : ` in namespace ${right.namespace}`;
  const advice = mayBeKubelet
    ? 'Who refused is not known: the kubelet, or a gateway, may have.'
    : 'Ask for that right (Copy RBAC Rule gives one to hand over), or choose another context.';
  return {
    code: 'forbidden',
    because: `you may not ${what}${where} (403 by ${who.replace(/,$/, '')}${quoted(text)}). ${advice}`,
    facts: {
      verb: right?.verb,
      resource: right === undefined ? undefined : resourceOf(right),
      namespace: right?.namespace,
      answeredBy: mayBeKubelet ? 'unknown' : undefined,
      reason: text,
    },
  };
}

function missing({ status, text, isStatus, kind, isPprof, node }: Refusal): Verdict | undefined {
  if (status !== 404) return undefined;
  if (isStatus && node !== undefined && (kind === 'nodes' || isAboutNode(text)))
    return { code: 'node-not-found', because: 'the cluster has no such node (any more). Refresh the view.' };
  if (isPprof && !isStatus)
    return {
      code: 'profile-unknown',
      because: `its kubelet has no such profile (404: ${text}). Virtual nodes and other kubelets offer fewer profiles.`,
      facts: { reason: text },
    };
  return undefined;
}

function isAboutNode(text: string): boolean {
  return text.startsWith('nodes "') && text.endsWith('" not found');
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
    because: `another client is profiling this kubelet right now (${text}). Wait until that has ended, then retry.`,
    facts: { reason: text },
  };
}

/** The API server's proxy: apimachinery/pkg/util/proxy/upgradeaware.go, "error trying to reach service: …". */
function kubeletUnreachable({ status, text, node, isExec }: Refusal): Verdict | undefined {
  if ((node === undefined && !isExec) || status < 500) return undefined;
  return findKubeletFault(text);
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
  return plainLine(location.split(/[?#]/, 1)[0] ?? '');
}

function secondsOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}
