/**
 * What the API server says when it could not get through to a kubelet, as a cause: the texts of its node proxy and of
 * its exec streams (apimachinery/pkg/util/proxy/upgradeaware.go, Go's net and crypto/tls).
 */
import type { TriageErrorCode } from '../../base/errors.js';
import type { Verdict } from './refusal.js';

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
    // Over HTTP/2 the API server pings a connection silent for 30 s and waits 15 s (apimachinery/pkg/util/net/http.go).
    pattern: /http2: client connection lost/,
    code: 'kubelet-hangs',
    because:
      'its kubelet stopped answering on a connection that was open (http2: client connection lost). It is stopped, ' +
      'traced or starved of CPU, or the node is cut off: look at the process on the node.',
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

/** Undefined where the text is about something else. facts.reason is the text without its usual beginning. */
export function findKubeletFault(text: string): Verdict | undefined {
  const known = ABOUT_KUBELETS.find(({ pattern }) => pattern.test(text));
  if (known === undefined) return undefined;
  const reason = text.replace(/^.*error trying to reach service: /, '');
  return {
    code: known.code,
    because: `${known.because}${quotedOnly(known.because, reason)}`,
    facts: { reason },
  };
}

function quotedOnly(said: string, reason: string): string {
  return reason === '' || said.includes(reason) ? '' : ` It said: "${reason}".`;
}
