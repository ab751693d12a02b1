/** What a person reads where an API server cannot reach a kubelet: by the cause that src/cluster/http/kubeletFaults.ts found. */
import { LIST_SERVING_CSRS, type KubeletFaultCause } from '../../base/kubeletFaultCause.js';
import type { Draft, Facts } from './errorDraft.js';
import type { Translate } from '../translate.js';

type Words = Pick<Draft, 'text' | 'nextStep'>;

export function unreachableKubelet(facts: Facts, t: Translate): Draft {
  const words = wordsOf(facts.text('cause') as KubeletFaultCause, facts, t);
  return { ...words, actions: ['retry', 'log'] };
}

function wordsOf(cause: KubeletFaultCause, facts: Facts, t: Translate): Words {
  const { node } = facts;
  switch (cause) {
    case 'serving-certificate':
      return {
        text: t(
          'The kubelet of {0} has no serving certificate: what it asked for was never approved (tls: internal error).',
          node,
        ),
        nextStep: t(
          'List the requests with "{0}", and approve that of system:node:{1} with "kubectl certificate approve NAME".',
          LIST_SERVING_CSRS,
          node,
        ),
      };
    case 'certificate':
      return {
        text: t(
          'The API server does not trust the certificate of the kubelet of {0}: {1}.',
          node,
          facts.text('reason'),
        ),
        nextStep: t('Renew it, or approve its request: "{0}".', LIST_SERVING_CSRS),
      };
    case 'konnectivity':
      return {
        text: t(
          'The tunnel from the control plane to the nodes (konnectivity) is down: {0}.',
          facts.text('reason'),
        ),
        nextStep: t(
          'See "{0}"; without agents no node is reached.',
          'kubectl get pods -n kube-system -l k8s-app=konnectivity-agent',
        ),
      };
    case 'name':
      return {
        text: t('The API server cannot resolve the name of {0}: {1}.', node, facts.text('reason')),
        nextStep: t(
          'Give it a DNS that knows the nodes, or set --kubelet-preferred-address-types=InternalIP on the API server.',
        ),
      };
    case 'no-route':
    case 'time-out':
    case 'ended':
    case 'refused':
    case 'unknown':
    default:
      return aboutTheWay(cause, facts, t);
  }
}

/** Between the control plane and the node's port. */
function aboutTheWay(
  cause: Extract<KubeletFaultCause, 'no-route' | 'time-out' | 'ended' | 'refused' | 'unknown'>,
  facts: Facts,
  t: Translate,
): Words {
  const { node } = facts;
  switch (cause) {
    case 'no-route':
      return {
        text: t('The API server has no route to {0}: {1}.', node, facts.text('reason')),
        nextStep: t(
          'See whether the node is up, and routes and firewalls between the control plane and its port 10250.',
        ),
      };
    case 'time-out':
      return {
        text: t(
          'The connection of the API server to the kubelet of {0} timed out: {1}. A firewall drops it, or the node is down.',
          node,
          facts.text('reason'),
        ),
        nextStep: t('Open port 10250 of the node for the control plane (firewall, security group).'),
      };
    case 'ended':
      return {
        text: t(
          'The connection to the kubelet of {0} was ended before anything was asked (EOF): it is restarting, or a tunnel or proxy in between hangs up.',
          node,
        ),
        nextStep: t('Retry; then look at what stands between the control plane and port 10250 of the node.'),
      };
    case 'refused':
    case 'unknown':
    default:
      return {
        text: t(
          'The API server cannot reach the kubelet of {0}: {1}. The kubelet is down, or a firewall is in between.',
          node,
          facts.text('reason'),
        ),
        nextStep: t('On the node, see "systemctl status kubelet" and whether port 10250 answers.'),
      };
  }
}
