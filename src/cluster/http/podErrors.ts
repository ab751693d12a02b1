/** Refusals of pods and of commands in them; rules of apiErrors.ts, which asks them in its order. */
import { findKubeletFault } from './kubeletFaults.js';
import { quoted, type Refusal, type Verdict } from './refusal.js';

/** Registry generic store: pods "x" already exists. Another conflict (a quota's, say) is worth a retry, no new name. */
export function podNameTaken({ status, isPodCreation, message }: Refusal): Verdict | undefined {
  const [, pod] = /^pods "(.*)" already exists$/.exec(message) ?? [];
  if (status !== 409 || !isPodCreation || pod === undefined) return undefined;
  return {
    code: 'pod-name-taken',
    because: `a pod named ${pod} exists already. Retry: every run makes a name of its own.`,
    facts: { pod },
  };
}

const TRANSIENT = [401, 408, 409, 429];

/**
 * Admission (Pod Security, quota, a webhook's policy), an invalid spec (422), a namespace that is not there (404), or a
 * webhook that cannot be asked (500). Whatever the status, the API server's text is what an administrator needs.
 */
export function podRefused({ status, isPodCreation, isStatus, message }: Refusal): Verdict | undefined {
  if (!isPodCreation || !isStatus) return undefined;
  const isAboutPod = status < 500 ? !TRANSIENT.includes(status) : /admission|webhook/i.test(message);
  if (!isAboutPod) return undefined;
  return {
    code: 'pod-refused',
    because: `the cluster refuses the pod (${status})${quoted(message)}. Choose another namespace, or ask for an exception.`,
    facts: { reason: message },
  };
}

/**
 * An exec in a pod whose node's object was deleted. The API server asks for the node to know its address, and tells that
 * it is missing as if it were a pod: pods "NODE" not found (registry/core/pod/strategy.go, streamLocation).
 */
export function execNodeMissing({ status, isExec, isStatus, message, right }: Refusal): Verdict | undefined {
  if (status !== 404 || !isExec || !isStatus) return undefined;
  const [, kind, name = ''] = /^(pods|nodes) "(.*)" not found$/.exec(message) ?? [];
  const isPodItself = kind === 'pods' && right?.name === name;
  if (kind === undefined || isPodItself) return undefined;
  return {
    code: 'node-not-found',
    because: `the cluster has no node ${name} any more. Refresh the view.`,
    facts: { reason: message },
  };
}

/**
 * An exec whose websocket was not opened, for another reason than rights or an unreachable kubelet: no such pod (404),
 * no such container (400), a completed pod (500), an admission plugin that denies CONNECT (403).
 */
export function execRefused({ status, isExec, isStatus, text, message }: Refusal): Verdict | undefined {
  if (!isExec || !isStatus || TRANSIENT.includes(status)) return undefined;
  if (status >= 500 && findKubeletFault(text) !== undefined) return undefined;
  const reason = message || text;
  return {
    code: 'exec-refused',
    because: `it was not started (${status})${quoted(reason)}.`,
    facts: { reason },
  };
}
