/**
 * What the API server says when it could not get through to a kubelet, as a cause: the texts of its node proxy and of
 * its exec streams (apimachinery/pkg/util/proxy/upgradeaware.go, Go's net and crypto/tls).
 */
import type { TriageErrorCode } from '../../base/errors.js';
import { LIST_SERVING_CSRS, type KubeletFaultCause } from '../../base/kubeletFaultCause.js';
import type { Verdict } from './refusal.js';

const ABOUT_KUBELETS: readonly {
  readonly pattern: RegExp;
  readonly code: TriageErrorCode;
  readonly cause?: KubeletFaultCause;
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
    // Before anything was asked of it: what runs on the other end hangs up, and that need not be the kubelet.
    pattern: /error dialing backend: (unexpected )?EOF$/,
    code: 'kubelet-unreachable',
    cause: 'ended',
    because:
      'the connection to its kubelet was ended before anything was asked (EOF). The kubelet is just restarting, or what ' +
      'stands between the control plane and its port 10250 (a tunnel, a proxy, a load balancer) hangs up: retry, then ' +
      'look at that.',
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
    cause: 'refused',
    because: 'no kubelet listens on the node (connection refused). Look at the kubelet service on the node.',
  },
  {
    // crypto/tls of the kubelet has no certificate to show: with serverTLSBootstrap no controller approves them by itself.
    pattern: /remote error: tls: internal error/,
    code: 'kubelet-unreachable',
    cause: 'serving-certificate',
    because:
      'its kubelet has no serving certificate: what it asked for was never approved (tls: internal error). List the ' +
      `requests with "${LIST_SERVING_CSRS}", and approve the node's with "kubectl certificate approve NAME".`,
  },
  {
    pattern: /x509|certificate|tls: /,
    code: 'kubelet-unreachable',
    cause: 'certificate',
    because:
      "the API server does not trust the kubelet's certificate. Approve or renew the kubelet's serving certificate " +
      '(kubectl get csr).',
  },
  {
    pattern: /no agent available|konnectivity/i,
    code: 'kubelet-unreachable',
    cause: 'konnectivity',
    because:
      'the tunnel from the control plane to the nodes is down. Look at the konnectivity agents ' +
      '(kubectl get pods -n kube-system -l k8s-app=konnectivity-agent), then retry.',
  },
  {
    pattern: /no such host|server misbehaving|failure in name resolution/,
    code: 'kubelet-unreachable',
    cause: 'name',
    because:
      "the API server cannot resolve the node's name. Give it a DNS that knows the nodes, or let it use their " +
      'addresses (--kubelet-preferred-address-types=InternalIP of the API server).',
  },
  {
    pattern: /no route to host|network is unreachable/,
    code: 'kubelet-unreachable',
    cause: 'no-route',
    because:
      'the API server has no route to the node. Look at whether the node is up, and at routes and firewalls between the ' +
      'control plane and its port 10250.',
  },
  {
    pattern: /i\/o timeout|context deadline|connection timed out|dial timeout/,
    code: 'kubelet-unreachable',
    cause: 'time-out',
    because:
      "the API server's connection to the kubelet timed out. A firewall or security group between the control plane and " +
      'port 10250 of the node drops it, or the node is down.',
  },
  {
    pattern: /error trying to reach service|error dialing backend|dial tcp/,
    code: 'kubelet-unreachable',
    cause: 'unknown',
    because:
      'the API server cannot reach the kubelet. Look at the node, and at firewalls between the control plane and its ' +
      'port 10250.',
  },
];

/**
 * Undefined where the text is about something else. facts.reason is the text without its usual beginning, facts.cause one
 * of {@link KubeletFaultCause}.
 */
export function findKubeletFault(text: string): Verdict | undefined {
  const known = ABOUT_KUBELETS.find(({ pattern }) => pattern.test(text));
  if (known === undefined) return undefined;
  const reason = text.replace(/^.*error trying to reach service: /, '');
  return {
    code: known.code,
    because: `${known.because}${quotedOnly(known.because, reason)}`,
    facts: { reason, ...(known.cause === undefined ? {} : { cause: known.cause }) },
  };
}

function quotedOnly(said: string, reason: string): string {
  return reason === '' || said.includes(reason) ? '' : ` It said: "${reason}".`;
}
