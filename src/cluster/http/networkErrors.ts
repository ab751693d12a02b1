/**
 * Failures below HTTP (name lookup, socket, TLS, proxy) to `unreachable`, with a sentence a person can act on.
 * A cut-off body is rawRequest.ts's; an HTTP status is apiErrors.ts's.
 */
import { entryOf } from '../../base/jsonFields.js';
import { TriageError } from '../../base/errors.js';

interface Advice {
  readonly reason: string;
  readonly next: string;
}

const CHECK_ADDRESS = 'Check the address in the kubeconfig, the VPN, and that the cluster runs.';
const CHECK_CA =
  'Check certificate-authority in the kubeconfig; a proxy that opens TLS connections needs its certificate there.';

const CHECK_SCHEME = 'Check scheme and port of the server in the kubeconfig (https or http?).';
const NO_TLS: Advice = { reason: 'it does not speak TLS', next: CHECK_SCHEME };
const NO_CLIENT_CERTIFICATE: Advice = {
  reason: 'it refused the client certificate, or found none',
  next: 'Check client-certificate and client-key in the kubeconfig, or log in again.',
};

/** By `error.code`: Node's system errors (errno names) and OpenSSL's verification results. */
const ADVICE: Readonly<Record<string, Advice>> = {
  ECONNREFUSED: { reason: 'the connection was refused', next: CHECK_ADDRESS },
  ENOTFOUND: { reason: 'its name could not be found', next: CHECK_ADDRESS },
  EAI_AGAIN: {
    reason: 'name lookup failed for the moment',
    next: 'Check the network and the VPN, then retry.',
  },
  ETIMEDOUT: { reason: 'it did not answer in time', next: CHECK_ADDRESS },
  EHOSTUNREACH: { reason: 'there is no route to it', next: CHECK_ADDRESS },
  ENETUNREACH: { reason: 'there is no route to its network', next: CHECK_ADDRESS },
  ECONNRESET: {
    reason: 'it closed the connection',
    next: `A firewall or proxy may stand in between. ${CHECK_ADDRESS}`,
  },
  EPIPE: { reason: 'it closed the connection', next: CHECK_ADDRESS },
  DEPTH_ZERO_SELF_SIGNED_CERT: { reason: 'its certificate is self-signed and not trusted', next: CHECK_CA },
  SELF_SIGNED_CERT_IN_CHAIN: {
    reason: 'its certificate comes from an authority that is not trusted',
    next: CHECK_CA,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { reason: 'its certificate could not be verified', next: CHECK_CA },
  UNABLE_TO_GET_ISSUER_CERT: { reason: 'its certificate comes from an unknown authority', next: CHECK_CA },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    reason: 'its certificate comes from an unknown authority',
    next: CHECK_CA,
  },
  CERT_SIGNATURE_FAILURE: {
    reason: 'its certificate was not signed by the trusted authority',
    next: CHECK_CA,
  },
  CERT_HAS_EXPIRED: {
    reason: 'its certificate has expired',
    next: "Renew the API server's certificate (kubeadm certs renew), and check this machine's clock.",
  },
  CERT_NOT_YET_VALID: {
    reason: 'its certificate is not valid yet',
    next: 'Check the clock of this machine and of the server.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: 'its certificate is for another name',
    next: 'Use a name of the certificate as server, or set tls-server-name in the kubeconfig.',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  HPE_INVALID_CONSTANT: { reason: 'it does not speak HTTP', next: CHECK_SCHEME },
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: NO_CLIENT_CERTIFICATE,
};

/** `error` as `unreachable`; facts: server (origin, without credentials), reason, code. */
export function networkError(error: Error & { code?: string }, server: string): TriageError {
  const first = firstCause(error);
  const { reason, next } = adviceFor(first);
  return new TriageError('unreachable', `Cannot reach the API server ${server}: ${reason}. ${next}`, {
    facts: { server, reason, code: first.code },
    cause: error,
  });
}

/** Node tries several addresses of a name and reports them together; the first says why. */
function firstCause(error: Error & { code?: string }): Error & { code?: string } {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return first instanceof Error ? first : error;
}

function adviceFor(error: Error & { code?: string }): Advice {
  const known = error.code === undefined ? undefined : entryOf(ADVICE, error.code);
  if (known !== undefined) return known;
  // OpenSSL's own texts: "…:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:…" (code EPROTO).
  if (/wrong version number|packet length too long/i.test(error.message)) return NO_TLS;
  if (/alert (certificate|bad certificate|unknown ca)/i.test(error.message)) return NO_CLIENT_CERTIFICATE;
  // hpagent, where the proxy refuses CONNECT.
  const refused = /^Bad response: (\d+)$/.exec(error.message)?.[1];
  if (refused !== undefined)
    return {
      reason: `the proxy answered ${refused}`,
      next: 'Check proxy-url in the kubeconfig or HTTPS_PROXY, and its user and password.',
    };
  return { reason: error.message, next: CHECK_ADDRESS };
}
